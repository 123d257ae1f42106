#include "neucasl/workload/staged_network.hpp"

#include <gtest/gtest.h>

#include "graph_draft.hpp"
#include "neucasl/workload/chain.hpp"
#include "neucasl/workload/graph_network.hpp"

namespace neucasl::workload {
namespace {

constexpr std::size_t block_width = 4;

/// relu(x A) + branch with two layers that share their input, then a layer of its own: three cuts.
OperatorGraph branching_block() {
  GraphDraft draft;
  draft.graph.name = "block";
  const TensorId x = draft.input("x", {1, block_width});
  const TensorId first = draft.node(
      "Relu", {draft.node("MatMul", {x, draft.weight({block_width, block_width})}, {}, "a")});
  const TensorId left =
      draft.node("MatMul", {first, draft.weight({block_width, block_width})}, {}, "b");
  const TensorId right =
      draft.node("MatMul", {first, draft.weight({block_width, block_width})}, {}, "c");
  const TensorId sum = draft.node("Add", {first, draft.node("Mul", {left, right})});
  draft.graph.outputs = {draft.node("MatMul", {sum, draft.weight({block_width, 3})}, {}, "d")};
  return draft.graph;
}

Tensor block_samples(std::size_t count) {
  std::vector<float> values(count * block_width);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>((i * 7) % 11) / 5.0F - 1.0F;
  }
  return Tensor({count, block_width}, std::move(values));
}

class StagedBlock : public ::testing::Test {
 protected:
  StagedBlock() : network_(segmented(branching_block())), staged_(*network_, options()) {
    for (std::size_t k = 0; k < count; ++k) targets_.push_back(static_cast<std::int64_t>(k % 3));
    batches_ = staged_.batches(block_samples(count));
  }
  static StagedOptions options() {
    StagedOptions result;
    result.threads = 2;
    return result;
  }
  /// Of the whole graph, with another weight in a layer.
  std::vector<float> whole(std::size_t layer, const std::vector<float>& weight) const {
    std::vector<float> all;
    for (const Tensor& batch : batches_) {
      OperatorGraph graph = network_->segment(0, 1);
      const TensorId id = graph.nodes[network_->matrix_layers()[layer].node].inputs[1];
      std::get<std::vector<float>>(graph.tensors[id].value->values) = weight;
      const Tensor scores = workload::run(graph, {batch}).front();
      const auto& values = std::get<std::vector<float>>(scores.values);
      all.insert(all.end(), values.begin(), values.end());
    }
    return all;
  }
  static std::vector<float> joined(const Batches& batches) {
    std::vector<float> all;
    for (const Tensor& batch : batches) {
      const auto& values = std::get<std::vector<float>>(batch.values);
      all.insert(all.end(), values.begin(), values.end());
    }
    return all;
  }

  /// The last bits of products follow the alignment of memory.
  static void expect_near(const std::vector<float>& a, const std::vector<float>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5F) << i;
  }

  static constexpr std::size_t count = 5;
  std::unique_ptr<SegmentedNetwork> network_;
  StagedNetwork staged_;
  Batches batches_;
  std::vector<std::int64_t> targets_;
};

TEST_F(StagedBlock, IsCutWhereOneTensorCrosses) {
  const std::vector<Stage>& stages = staged_.stages(0);
  ASSERT_EQ(stages.size(), 3U);
  EXPECT_EQ(stages[0].layers, (std::vector<std::size_t>{0}));
  EXPECT_EQ(stages[1].layers, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(stages[2].layers, (std::vector<std::size_t>{3}));
  EXPECT_EQ(staged_.stage_of(2).index, 1U);
}

TEST_F(StagedBlock, ChangedWeightsGiveWhatTheChangedNetworkGives) {
  for (std::size_t layer = 0; layer < 4; ++layer) {
    const std::vector<float> own = staged_.weight(layer);
    std::vector<float> other = own;
    for (float& w : other) w = -0.5F * w + 0.1F;
    Batches values = batches_;
    const Stage& stage = staged_.stage_of(layer);
    for (std::size_t k = 0; k < stage.index; ++k)
      values = staged_.run(staged_.stages(0)[k], values);
    expect_near(joined(staged_.run_to_segment_end(stage, values, {{layer, other}})),
                whole(layer, other));
    // The change is undone.
    EXPECT_EQ(staged_.weight(layer), own);
    expect_near(joined(staged_.run_to_segment_end(stage, values)), whole(layer, own));
  }
}

TEST_F(StagedBlock, ScoresAreTheCrossEntropyOfAllSamples) {
  const ScoreSums sums = staged_.score(staged_.stages(0).front(), batches_, targets_);
  const Tensor scores({count, 3}, whole(0, staged_.weight(0)));
  EXPECT_EQ(sums.targets, count);
  EXPECT_NEAR(sums.mean_loss(), cross_entropy(scores, targets_), 1e-6);
  EXPECT_NEAR(sums.accuracy(), accuracy(scores, targets_), 1e-6);
  targets_[1] = -1;
  EXPECT_EQ(staged_.score(staged_.stages(0).front(), batches_, targets_).targets, count - 1);
}

TEST_F(StagedBlock, InputsAndOutputsOfLayersAreThoseOfTheGraph) {
  const Stage& stage = staged_.stages(0)[1];
  const Batches inputs = staged_.run(staged_.stages(0)[0], batches_);
  const std::vector<Batches> outputs = staged_.layer_outputs(stage, inputs);
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_NE(joined(outputs[0]), joined(outputs[1]));
  Batches read = staged_.layer_inputs(stage, inputs, 2);
  EXPECT_EQ(joined(read), joined(inputs));
  const Batches own = staged_.run(stage, inputs);
  expect_near(joined(staged_.run_with_input(stage, inputs, 2, read)), joined(own));
  // Layer c without input leaves the other operand of the sum.
  for (Tensor& batch : read) batch = Tensor(batch.type);
  const Batches without = staged_.run_with_input(stage, inputs, 2, read);
  EXPECT_EQ(joined(without), joined(inputs));
  const double after = staged_.score_behind(stage, own, targets_).mean_loss();
  EXPECT_NEAR(after, staged_.score(stage, inputs, targets_).mean_loss(), 1e-6);
}

TEST_F(StagedBlock, WrongNumbersAreRefused) {
  const Stage& stage = staged_.stages(0).front();
  const auto code = [](const auto& call) {
    try {
      call();
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return std::string();
  };
  EXPECT_EQ(code([&] {
              static_cast<void>(staged_.run(stage, batches_, {{0, {1.0F}}}));
            }),
            "workload.weight");
  targets_.push_back(0);
  EXPECT_EQ(code([&] { static_cast<void>(staged_.score(stage, batches_, targets_)); }),
            "workload.targets");
  targets_.assign(count, -1);
  EXPECT_EQ(code([&] { static_cast<void>(staged_.score(stage, batches_, targets_)); }),
            "workload.targets");
  EXPECT_EQ(code([&] {
              static_cast<void>(staged_.batches(Tensor({0, block_width}, std::vector<float>{})));
            }),
            "workload.samples");
}

/// A network of any number of samples takes them in batches, the last one smaller.
TEST(StagedNetworks, DoNotDependOnTheBatch) {
  const std::size_t hidden[] = {5};
  network::Network net = network::multilayer_perceptron({1, 1, block_width}, hidden, 3);
  float value = 0.1F;
  for (network::Layer& layer : net.layers) {
    for (float& w : layer.weight) w = value = -0.9F * value + 0.07F;
  }
  const auto network = segmented(net);
  const std::vector<std::int64_t> targets{0, 1, 2, 0, 1, 2, 0};
  const Tensor samples({7, block_width, 1, 1},
                       std::get<std::vector<float>>(block_samples(7).values));
  std::vector<double> losses;
  for (const std::size_t batch : {1, 3, 7, 100}) {
    StagedOptions options;
    options.batch = batch;
    options.memory = 0;  // nothing is kept
    StagedNetwork staged(*network, options);
    losses.push_back(
        staged.score(staged.stages(0).front(), staged.batches(samples), targets).mean_loss());
  }
  for (const double loss : losses) EXPECT_NEAR(loss, losses.front(), 1e-6);
}

}  // namespace
}  // namespace neucasl::workload
