#include "neucasl/workload/reverse_pass.hpp"

#include <gtest/gtest.h>

#include "derivative_cases.hpp"
#include "graph_draft.hpp"

namespace neucasl::workload {
namespace {

std::vector<double>& doubles(Tensor& tensor) {
  return std::get<std::vector<double>>(tensor.values);
}

double inner_product(const Tensor& a, const Tensor& b) {
  const auto& x = std::get<std::vector<double>>(a.values);
  const auto& y = std::get<std::vector<double>>(b.values);
  double sum = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) sum += x[k] * y[k];
  return sum;
}

/// A graph of one node: floating inputs are inputs of the graph, others are stored.
struct SingleNode {
  explicit SingleNode(const DerivativeCase& from) {
    graph.name = from.type;
    graph.opset = from.opset;
    OperatorNode node{"", from.type, {}, {}, from.attributes};
    for (const Tensor& input : from.inputs) {
      const TensorId id = graph.tensor("x" + std::to_string(node.inputs.size()));
      node.inputs.push_back(id);
      if (is_floating(input.type.type)) {
        graph.inputs.push_back(id);
        graph.tensors[id].declared = input.type;
        values.push_back(input);
      } else {
        graph.tensors[id].value = input;
      }
    }
    for (std::size_t k = 0; k < from.outputs; ++k) {
      node.outputs.push_back(graph.tensor("y" + std::to_string(k)));
    }
    graph.outputs = node.outputs;
    graph.nodes = {node};
  }

  OperatorGraph graph;
  std::vector<Tensor> values;
};

std::vector<Tensor> seeds_for(const std::vector<Tensor>& outputs) {
  std::vector<Tensor> seeds;
  for (const Tensor& output : outputs) {
    seeds.push_back(random_doubles(output.type.shape, 100 + static_cast<unsigned>(seeds.size())));
  }
  return seeds;
}

/// Largest difference between gradients and central differences of step 1e-5, over the largest
/// gradient of the tensor.
double worst_difference(const OperatorGraph& graph, const std::vector<Tensor>& inputs) {
  const RecordedRun recorded(graph, inputs, graph.inputs);
  const std::vector<Tensor> seeds = seeds_for(recorded.outputs());
  std::vector<Tensor> gradients = recorded.gradients(seeds);
  const auto loss = [&](const std::vector<Tensor>& at) {
    const std::vector<Tensor> outputs = run(graph, at);
    double sum = 0.0;
    for (std::size_t k = 0; k < outputs.size(); ++k) sum += inner_product(outputs[k], seeds[k]);
    return sum;
  };
  double worst = 0.0;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    EXPECT_EQ(gradients[k].type, inputs[k].type);
    double largest = 1e-3;
    for (const double value : doubles(gradients[k])) largest = std::max(largest, std::fabs(value));
    for (std::size_t n = 0; n < inputs[k].size(); ++n) {
      constexpr double step = 1e-5;
      std::vector<Tensor> moved = inputs;
      doubles(moved[k])[n] += step;
      const double above = loss(moved);
      doubles(moved[k])[n] -= 2.0 * step;
      const double slope = (above - loss(moved)) / (2.0 * step);
      worst = std::max(worst, std::fabs(slope - doubles(gradients[k])[n]) / largest);
    }
  }
  return worst;
}

TEST(ReversePass, EveryRuleAgreesWithFiniteDifferences) {
  double worst = 0.0;
  std::size_t count = 0;
  for (const DerivativeCase& one : derivative_cases()) {
    const SingleNode single(one);
    const double difference = worst_difference(single.graph, single.values);
    EXPECT_LT(difference, 1e-6) << one.type << ", case " << count;
    worst = std::max(worst, difference);
    ++count;
  }
  std::cout << "derivatives: " << count << " cases of " << differentiable_operators().size()
            << " operators, largest difference " << worst << '\n';
}

TEST(ReversePass, EveryRuleHasACase) {
  std::set<std::string> cases;
  for (const DerivativeCase& one : derivative_cases()) cases.insert(one.type);
  const std::vector<std::string> rules = differentiable_operators();
  EXPECT_EQ(cases, std::set<std::string>(rules.begin(), rules.end()));
  const std::vector<std::string> known = known_operators();
  for (const std::string& rule : rules) {
    EXPECT_EQ(std::count(known.begin(), known.end(), rule), 1) << rule;
  }
}

/// Attention and a feed-forward part with residual sums, on tokens.
OperatorGraph transformer_block(std::vector<Tensor>& inputs) {
  GraphDraft draft;
  const auto variable = [&](const TensorShape& shape) {
    const TensorId id = draft.input("x" + std::to_string(inputs.size()), shape);
    draft.graph.tensors[id].declared->type = ElementType::float64;
    inputs.push_back(random_doubles(shape, 40 + static_cast<unsigned>(inputs.size()), -0.8, 0.8));
    return id;
  };
  const auto heads = [&](TensorId x) {
    const TensorId apart = draft.node("Reshape", {x, draft.integers({0, 0, 2, 2})});
    return draft.node("Transpose", {apart}, {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}});
  };
  const TensorId x = variable({2, 3, 4});
  const TensorId normal = draft.node("LayerNormalization", {x, variable({4}), variable({4})});
  const auto projected = [&](TensorId from) {
    return draft.node("Add", {draft.node("MatMul", {from, variable({4, 4})}), variable({4})});
  };
  const TensorId query = heads(projected(normal));
  const TensorId key = heads(projected(normal));
  const TensorId value = heads(projected(normal));
  const TensorId turned =
      draft.node("Transpose", {key}, {{"perm", std::vector<std::int64_t>{0, 1, 3, 2}}});
  const TensorId weights = draft.node("Softmax", {draft.node("MatMul", {query, turned})});
  TensorId mixed = draft.node("Transpose", {draft.node("MatMul", {weights, value})},
                              {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}});
  mixed = draft.node("Reshape", {mixed, draft.integers({0, 0, 4})});
  const TensorId sum = draft.node("Add", {x, projected(mixed)});
  const TensorId hidden = draft.node("Gelu", {draft.node("MatMul", {sum, variable({4, 6})})});
  draft.graph.outputs = {
      draft.node("Add", {sum, draft.node("MatMul", {hidden, variable({6, 4})})})};
  return std::move(draft.graph);
}

TEST(ReversePass, BlockOfATransformerAgreesWithFiniteDifferences) {
  std::vector<Tensor> inputs;
  const OperatorGraph graph = transformer_block(inputs);
  EXPECT_LT(worst_difference(graph, inputs), 1e-6);
}

TEST(ReversePass, ResultsOfNodesAndSharedTensorsHaveGradients) {
  GraphDraft draft;
  const TensorId x = draft.input("x", {2});
  const TensorId square = draft.node("Mul", {x, x});
  draft.graph.outputs = {draft.node("Mul", {square, x}), square};
  const std::vector<Tensor> inputs{Tensor({2}, std::vector<float>{2.0F, -3.0F})};
  const RecordedRun recorded(draft.graph, inputs, {x, square});
  EXPECT_EQ(std::get<std::vector<float>>(recorded.outputs()[0].values),
            (std::vector<float>{8.0F, -27.0F}));
  const std::vector<Tensor> gradients = recorded.gradients(
      {Tensor({2}, std::vector<float>{1.0F, 1.0F}), Tensor({2}, std::vector<float>{10.0F, 0.0F})});
  // x^3 and x^2: 3 x^2 + 10 2 x and 3 x^2; with respect to the square: x + 10 and x.
  EXPECT_EQ(std::get<std::vector<float>>(gradients[0].values), (std::vector<float>{52.0F, 27.0F}));
  EXPECT_EQ(std::get<std::vector<float>>(gradients[1].values), (std::vector<float>{12.0F, -3.0F}));
}

TEST(ReversePass, StoredTensorsAndHalvesHaveGradients) {
  GraphDraft draft;
  const TensorId x = draft.input("x", {1, 2});
  draft.graph.tensors[x].declared->type = ElementType::float16;
  const TensorId w = draft.weight({2, 1});
  draft.graph.tensors[w].value->type.type = ElementType::float16;
  const TensorId unread = draft.weight({3});
  draft.graph.outputs = {draft.node("MatMul", {x, w})};
  Tensor input({1, 2}, std::vector<float>{2.0F, 5.0F});
  input.type.type = ElementType::float16;
  const RecordedRun recorded(draft.graph, {input}, {w, unread});
  const auto gradients = recorded.gradients({Tensor({1, 1}, std::vector<float>{2.0F})});
  EXPECT_EQ(gradients[0].type, (TensorType{ElementType::float32, {2, 1}}));
  EXPECT_EQ(std::get<std::vector<float>>(gradients[0].values), (std::vector<float>{4.0F, 10.0F}));
  EXPECT_EQ(std::get<std::vector<float>>(gradients[1].values), std::vector<float>(3, 0.0F));
}

TEST(ReversePass, ConstantsStopTheWay) {
  // A mask from a comparison and a shape are constants.
  GraphDraft draft;
  const TensorId x = draft.input("x", {3});
  const TensorId positive = draft.node("Greater", {x, draft.number(0.0F)});
  const TensorId mask = draft.node("Cast", {positive}, {{"to", std::int64_t{1}}});
  draft.graph.outputs = {draft.node("Mul", {x, mask})};
  const std::vector<Tensor> inputs{Tensor({3}, std::vector<float>{1.0F, -2.0F, 3.0F})};
  const RecordedRun recorded(draft.graph, inputs, {x});
  const auto gradients = recorded.gradients({Tensor({3}, std::vector<float>{1.0F, 1.0F, 1.0F})});
  EXPECT_EQ(std::get<std::vector<float>>(gradients[0].values),
            (std::vector<float>{1.0F, 0.0F, 1.0F}));
}

std::string refusal(const std::function<void()>& body) {
  try {
    body();
  } catch (const base::Error& error) {
    return error.diagnostic().code + ": " + error.diagnostic().message;
  }
  return "nothing refused";
}

TEST(ReversePass, RefusesByName) {
  const std::vector<Tensor> inputs{Tensor({3}, std::vector<float>{1.0F, -2.0F, 3.0F})};
  GraphDraft steps;
  const TensorId x = steps.input("x", {3});
  steps.graph.name = "steps";
  const TensorId floor = steps.node("Floor", {x}, {}, "step");
  steps.graph.outputs = {floor};
  EXPECT_EQ(refusal([&] { RecordedRun(steps.graph, inputs, {x}); }),
            "onnx.gradient: node 'step' (Floor) has no derivative here");
  // Behind the step there is one.
  EXPECT_EQ(refusal([&] { RecordedRun(steps.graph, inputs, {floor}); }), "nothing refused");

  GraphDraft cast;
  const TensorId y = cast.input("x", {3});
  const TensorId whole = cast.node("Cast", {y}, {{"to", std::int64_t{7}}}, "whole");
  cast.graph.outputs = {cast.node("Cast", {whole}, {{"to", std::int64_t{1}}})};
  EXPECT_EQ(refusal([&] { RecordedRun(cast.graph, inputs, {y}); }),
            "onnx.gradient: node 'whole' (Cast) has no derivative here");
  EXPECT_EQ(refusal([&] { RecordedRun(cast.graph, inputs, {whole}); }).substr(0, 14),
            "onnx.gradient:");
  EXPECT_EQ(refusal([&] { RecordedRun(cast.graph, inputs, {99}); }).substr(0, 14),
            "onnx.gradient:");

  const RecordedRun recorded(steps.graph, inputs, {floor});
  EXPECT_EQ(refusal([&] { static_cast<void>(recorded.gradients({})); }),
            "onnx.shape: 0 seeds for 1 outputs");
  EXPECT_EQ(refusal([&] {
              static_cast<void>(recorded.gradients({Tensor({2}, std::vector<float>{1.0F, 1.0F})}));
            }),
            "onnx.shape: a seed is float32 2 for an output of float32 3");
}

TEST(ReversePass, MeanOfANormalisationHasNoDerivative) {
  GraphDraft draft;
  const TensorId x = draft.input("x", {2, 3});
  const TensorId y = draft.node("LayerNormalization", {x, draft.weight({3})}, {}, "norm");
  const TensorId mean = draft.graph.tensor("mean");
  draft.graph.nodes.back().outputs.push_back(mean);
  draft.graph.outputs = {y, mean};
  const std::vector<Tensor> inputs{Tensor({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 7})};
  EXPECT_EQ(refusal([&] { RecordedRun(draft.graph, inputs, {x}); }),
            "onnx.gradient: node 'norm' (LayerNormalization) has no derivative here of output 1");
}

}  // namespace
}  // namespace neucasl::workload
