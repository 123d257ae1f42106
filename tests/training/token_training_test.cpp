#include "neucasl/training/token_training.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::training {
namespace {

using workload::ElementType;
using workload::OperatorGraph;
using workload::Tensor;
using workload::TensorId;
using workload::TensorShape;

TEST(Adam, FirstStepsInClosedForm) {
  AdamOptions options;
  options.first_decay = 0.5;
  options.second_decay = 0.75;
  options.weight_decay = 0.1;
  Adam adam(options, {2, 1}, {true, false});
  std::vector<float> matrix{1.0F, -2.0F};
  std::vector<float> bias{1.0F};
  adam.begin_step();
  adam.update(0, matrix, std::vector<float>{3.0F, -0.01F}, 0.01);
  adam.update(1, bias, std::vector<float>{3.0F}, 0.01);
  // Both corrected means are the gradient: a step of the rate against its sign.
  EXPECT_NEAR(matrix[0], 1.0 * (1.0 - 0.001) - 0.01, 1e-6);
  EXPECT_NEAR(matrix[1], -2.0 * (1.0 - 0.001) + 0.01, 1e-6);
  EXPECT_NEAR(bias[0], 0.99, 1e-6);
  adam.begin_step();
  adam.update(1, bias, std::vector<float>{-1.0F}, 0.01);
  // m = (0.5 0.5 3 - 0.5) / 0.75, v = (0.75 0.25 9 + 0.25) / 0.4375.
  const double mean = 0.25 / 0.75;
  const double square = 1.9375 / 0.4375;
  EXPECT_NEAR(bias[0], 0.99 - 0.01 * mean / std::sqrt(square), 1e-6);
  EXPECT_THROW(adam.update(1, bias, std::vector<float>{1.0F, 2.0F}, 0.01), std::invalid_argument);
}

/// Next token from the last one alone: a table, a layer and scores by the same table.
class SharedTable : public workload::SegmentedNetwork {
 public:
  static constexpr std::size_t tokens = 5;
  static constexpr std::size_t width = 8;

  SharedTable() {
    put("table", {tokens, width});
    put("layer", {width, width});
    put("bias", {width});
  }

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::size_t segments() const override { return 2; }
  [[nodiscard]] OperatorGraph segment(std::size_t index, std::size_t samples) const override {
    OperatorGraph graph;
    const TensorId x = graph.tensor("x");
    graph.inputs = {x};
    if (index == 0) {
      graph.tensors[x].declared = {ElementType::int64, {samples, sequence}};
      graph.outputs = {node(graph, "Gather", {stored(graph, "table"), x})};
    } else {
      graph.tensors[x].declared = {ElementType::float32, {samples, sequence, width}};
      const TensorId y = node(graph, "MatMul", {x, stored(graph, "layer")});
      const TensorId z = node(graph, "Add", {y, stored(graph, "bias")});
      const TensorId turned = node(graph, "Transpose", {stored(graph, "table")});
      graph.outputs = {node(graph, "MatMul", {z, turned})};
    }
    return graph;
  }
  [[nodiscard]] const std::vector<workload::MatrixLayer>& matrix_layers() const override {
    return layers_;
  }
  Tensor& at(const std::string& name) { return weights_.at(name); }

  std::size_t sequence = 6;

 private:
  void put(const std::string& name, const TensorShape& shape) {
    Tensor tensor(workload::TensorType{ElementType::float32, shape});
    std::mt19937 random(static_cast<unsigned>(weights_.size()) + 1);
    std::normal_distribution<float> normal(0.0F, 0.3F);
    for (float& value : std::get<std::vector<float>>(tensor.values)) value = normal(random);
    weights_.emplace(name, std::move(tensor));
  }
  TensorId stored(OperatorGraph& graph, const std::string& name) const {
    const TensorId id = graph.tensor(name);
    graph.tensors[id].value = weights_.at(name);
    return id;
  }
  static TensorId node(OperatorGraph& graph, const std::string& type,
                       std::vector<TensorId> inputs) {
    const TensorId id = graph.tensor("t" + std::to_string(graph.nodes.size()));
    graph.nodes.push_back({"", type, std::move(inputs), {id}, {}});
    return id;
  }

  std::string name_ = "shared";
  std::map<std::string, Tensor> weights_;
  std::vector<workload::MatrixLayer> layers_{{"layer", 1, 0, width, width, 1}};
};

/// Each token follows from the one before: 0 1 2 3 4 0 1 ...
std::vector<std::int64_t> counting_text(std::size_t length) {
  std::vector<std::int64_t> text;
  for (std::size_t k = 0; k < length; ++k) text.push_back(static_cast<std::int64_t>(k % 5));
  return text;
}

TokenTrainingOptions short_training() {
  TokenTrainingOptions options;
  options.steps = 120;
  options.batch = 8;
  options.together = 3;
  options.sequence = 6;
  options.rate = 3e-2;
  options.warm_up = 10;
  options.validation_windows = 4;
  options.report_every = 50;
  return options;
}

const std::vector<std::string> all_weights{"table", "layer", "bias"};

TEST(TokenTraining, LearnsWhatFollows) {
  SharedTable network;
  const std::vector<std::int64_t> text = counting_text(500);
  const auto curve = train_on_tokens(
      network, all_weights, [&](const std::string& name) -> Tensor& { return network.at(name); },
      text, short_training());
  ASSERT_EQ(curve.size(), 3U);
  EXPECT_EQ(curve[0].step, 50U);
  EXPECT_EQ(curve[2].step, 120U);
  EXPECT_EQ(curve[2].tokens, 120U * 8U * 6U);
  EXPECT_LT(curve[0].training_loss, std::log(5.0));
  EXPECT_LT(curve[2].validation_loss, 0.01);
  // The last step is at the end of the cosine.
  EXPECT_NEAR(curve[2].rate, 3e-3, 1e-4);
}

TEST(TokenTraining, WeightsDoNotDependOnThreads) {
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 3}) {
    SharedTable network;
    TokenTrainingOptions options = short_training();
    options.steps = 20;
    options.threads = threads;
    train_on_tokens(
        network, all_weights, [&](const std::string& name) -> Tensor& { return network.at(name); },
        counting_text(100), options);
    results.push_back(std::get<std::vector<float>>(network.at("table").values));
  }
  EXPECT_EQ(results[0], results[1]);
}

TEST(TokenTraining, LossOfEvenScoresIsTheLogarithmOfTheirNumber) {
  SharedTable network;
  for (float& value : std::get<std::vector<float>>(network.at("table").values)) value = 0.0F;
  EXPECT_NEAR(token_loss(network, counting_text(50), 7, 6, {}), std::log(5.0), 1e-7);
}

std::string refusal(const std::function<void()>& body) {
  try {
    body();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "nothing refused";
}

TEST(TokenTraining, RefusesByName) {
  SharedTable network;
  const auto code = [&](const std::vector<std::string>& names, std::size_t length,
                        const TokenTrainingOptions& options) {
    return refusal([&] {
      train_on_tokens(
          network, names, [&](const std::string& name) -> Tensor& { return network.at(name); },
          counting_text(length), options);
    });
  };
  EXPECT_EQ(code(all_weights, 60, short_training()), "training.text");
  EXPECT_EQ(code({"table", "other"}, 500, short_training()), "training.weight");
  const auto with = [&](const std::function<void(TokenTrainingOptions&)>& change) {
    TokenTrainingOptions options = short_training();
    change(options);
    return code(all_weights, 500, options);
  };
  EXPECT_EQ(with([](auto& o) { o.steps = 0; }), "training.options");
  EXPECT_EQ(with([](auto& o) { o.rate = -1.0; }), "training.options");
  EXPECT_EQ(with([](auto& o) { o.rate = std::nan(""); }), "training.options");
  EXPECT_EQ(with([](auto& o) { o.held_out = 1.0; }), "training.options");
  EXPECT_EQ(with([](auto& o) { o.adam.second_decay = 1.0; }), "training.options");
  EXPECT_EQ(with([](auto& o) { o.rate = 1e30; }), "training.loss");
  SharedTable doubles;
  doubles.at("bias") = Tensor(workload::TensorType{ElementType::float64, {SharedTable::width}});
  EXPECT_EQ(refusal([&] {
              train_on_tokens(
                  doubles, all_weights,
                  [&](const std::string& name) -> Tensor& { return doubles.at(name); },
                  counting_text(500), short_training());
            }),
            "training.weight");
  base::CancelFlag cancel;
  cancel.request();
  TokenTrainingOptions options = short_training();
  options.cancel = cancel;
  EXPECT_THROW(code(all_weights, 500, options), base::Cancelled);
}

}  // namespace
}  // namespace neucasl::training
