#include "neucasl/workload/chain.hpp"

#include <gtest/gtest.h>

#include "graph_draft.hpp"
#include "neucasl/network/training.hpp"
#include "neucasl/workload/graph_network.hpp"
#include "neucasl/workload/reverse_pass.hpp"

namespace neucasl::workload {
namespace {

const std::vector<float>& floats(const Tensor& tensor) {
  return std::get<std::vector<float>>(tensor.values);
}

network::Network random_network(network::Network network) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0.0F, 1.0F);
  const std::vector<network::Shape> shapes = network.shapes();
  for (const network::LayerId id : network.matrix_layers()) {
    network::Layer& layer = network.layers[id];
    const float scale = 1.0F / std::sqrt(static_cast<float>(network.depth(id, shapes)));
    for (float& value : layer.weight) value = scale * normal(random);
    for (float& value : layer.bias) value = 0.1F * normal(random);
  }
  return network;
}

std::vector<float> random_images(std::size_t values) {
  std::mt19937 random(4);
  std::uniform_real_distribution<float> uniform(0.0F, 1.0F);
  std::vector<float> images(values);
  for (float& value : images) value = uniform(random);
  return images;
}

/// Convolutions without dense layers between, and one read twice.
network::Network convolutions() {
  network::Network network;
  network.name = "convolutions";
  network.input = {6, 8, 3};
  network::Layer conv;
  conv.name = "conv1";
  conv.kind = network::LayerKind::convolution;
  conv.inputs = {network::network_input};
  conv.outputs = 4;
  conv.kernel = 3;
  conv.padding = 1;
  conv.stride = 2;
  conv.weight.resize(3 * 3 * 3 * 4);
  conv.bias.resize(4);
  network.layers.push_back(conv);
  conv.name = "conv2";
  conv.inputs = {0};
  conv.kernel = 2;
  conv.stride = 1;
  conv.padding = 0;
  conv.weight.resize(2 * 2 * 4 * 4);
  network.layers.push_back(conv);
  return network;
}

TEST(GraphNetwork, ScoresAreThoseOfTheNetwork) {
  constexpr std::size_t count = 5;
  const std::vector<std::size_t> hidden{7, 5};
  for (const network::Network& plain :
       {network::lenet5(), convolutions(), network::multilayer_perceptron({4, 3, 2}, hidden, 3),
        network::vgg8({8, 8, 3}, 10)}) {
    const network::Network network = random_network(plain);
    const std::vector<float> images = random_images(count * network.input.size());
    const std::vector<float> expected = network::run(network, images, count, {});
    const auto chain = segmented(network);
    ChainOptions options;
    options.batch = 2;
    const Tensor scores = run_chain(*chain, image_samples(network.input, images, count), options);
    ASSERT_EQ(scores.size(), expected.size()) << network.name;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      EXPECT_NEAR(floats(scores)[k], expected[k], 1e-5) << network.name;
    }
    EXPECT_EQ(scores.type.shape, (TensorShape{count, expected.size() / count}));
  }
}

TEST(GraphNetwork, MatrixLayersAreThoseOfTheNetwork) {
  const network::Network lenet = network::lenet5();
  const auto chain = segmented(lenet);
  const std::vector<network::LayerId> ids = lenet.matrix_layers();
  const std::vector<network::Shape> shapes = lenet.shapes();
  const std::vector<MatrixLayer>& layers = chain->matrix_layers();
  EXPECT_EQ(chain->name(), "lenet5");
  EXPECT_EQ(chain->fixed_samples(), 0U);
  ASSERT_EQ(layers.size(), ids.size());
  const OperatorGraph graph = chain->segment(0, 3);
  for (std::size_t k = 0; k < ids.size(); ++k) {
    EXPECT_EQ(layers[k].name, lenet.layers[ids[k]].name);
    EXPECT_EQ(layers[k].depth, lenet.depth(ids[k], shapes));
    EXPECT_EQ(layers[k].outputs, lenet.layers[ids[k]].outputs);
    EXPECT_EQ(layers[k].positions, lenet.positions(ids[k], shapes));
    EXPECT_EQ(graph.nodes.at(layers[k].node).name, layers[k].name);
    EXPECT_EQ(graph.tensors[graph.nodes[layers[k].node].inputs[1]].value->size(),
              lenet.layers[ids[k]].weight.size());
  }
}

/// The weight gradient of a layer in the order of the network.
std::vector<float> in_layer_order(const network::Network& network, network::LayerId id,
                                  const std::vector<float>& gradient) {
  const network::Layer& layer = network.layers[id];
  const network::Shape input = network.input_shape(id, network.shapes());
  const bool dense = layer.kind == network::LayerKind::dense;
  const std::size_t channels = input.channels;
  const std::size_t places = dense ? input.height * input.width : layer.kernel * layer.kernel;
  std::vector<float> result(gradient.size());
  for (std::size_t at = 0; at < places; ++at) {
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t o = 0; o < layer.outputs; ++o) {
        result[(at * channels + c) * layer.outputs + o] =
            dense ? gradient[(c * places + at) * layer.outputs + o]
                  : gradient[(o * channels + c) * places + at];
      }
    }
  }
  return result;
}

TEST(Chain, GradientsAreThoseOfTheNetworksOwnBackPropagation) {
  const network::Network lenet = random_network(network::lenet5());
  constexpr std::size_t count = 7;
  const std::vector<float> images = random_images(count * lenet.input.size());
  const std::vector<unsigned char> labels{3, 1, 4, 1, 5, 9, 2};
  const network::Gradients expected = network::gradients(lenet, images, labels, 1);
  const auto chain = segmented(lenet);
  std::vector<ChainTensor> wanted;
  for (const MatrixLayer& layer : chain->matrix_layers()) {
    wanted.push_back({0, layer.node, 1});
    wanted.push_back({0, layer.node, 2});
  }
  ChainOptions options;
  options.batch = 3;
  const std::vector<std::int64_t> targets(labels.begin(), labels.end());
  const ChainGradients result =
      chain_gradients(*chain, image_samples(lenet.input, images, count), targets, wanted, options);
  EXPECT_NEAR(result.loss, expected.loss, 1e-6);
  const std::vector<network::LayerId> ids = lenet.matrix_layers();
  for (std::size_t k = 0; k < ids.size(); ++k) {
    const std::vector<float> weight =
        in_layer_order(lenet, ids[k], floats(result.gradients[2 * k]));
    const std::vector<float>& bias = floats(result.gradients[2 * k + 1]);
    ASSERT_EQ(weight.size(), expected.weight[ids[k]].size());
    for (std::size_t n = 0; n < weight.size(); ++n) {
      ASSERT_NEAR(weight[n], expected.weight[ids[k]][n], 2e-6);
    }
    for (std::size_t n = 0; n < bias.size(); ++n) {
      ASSERT_NEAR(bias[n], expected.bias[ids[k]][n], 2e-6);
    }
  }
}

/// Embedding, two blocks and a head, a segment each, on sequences of four tokens.
class TinyChain : public SegmentedNetwork {
 public:
  static constexpr std::size_t tokens = 4;
  static constexpr std::size_t width = 12;

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::size_t segments() const override { return 4; }
  [[nodiscard]] OperatorGraph segment(std::size_t index, std::size_t samples) const override {
    GraphDraft draft;
    TensorId x = draft.input(
        "x", index == 0 ? TensorShape{samples, tokens} : TensorShape{samples, tokens, width});
    if (index == 0) {
      draft.graph.tensors[x].declared->type = ElementType::int64;
      x = draft.node("Gather", {draft.weight({9, width}), x});
    } else if (index < 3) {
      const TensorId turned =
          draft.node("Transpose", {x}, {{"perm", std::vector<std::int64_t>{0, 2, 1}}});
      const TensorId mixed =
          draft.node("MatMul", {draft.node("Softmax", {draft.node("MatMul", {x, turned})}), x});
      x = draft.node(
          "Add",
          {x, draft.node("Tanh", {draft.node("MatMul", {mixed, draft.weight({width, width})})})});
    } else {
      x = draft.node("MatMul", {x, draft.weight({width, 9})});
    }
    draft.graph.outputs = {x};
    return std::move(draft.graph);
  }
  [[nodiscard]] const std::vector<MatrixLayer>& matrix_layers() const override { return layers_; }

 private:
  std::string name_ = "tiny";
  std::vector<MatrixLayer> layers_{{"block1", 1, 4, width, width, tokens},
                                   {"block2", 2, 4, width, width, tokens},
                                   {"head", 3, 0, width, 9, tokens}};
};

struct TokenSamples {
  explicit TokenSamples(std::size_t count) {
    std::mt19937 random(5);
    std::vector<std::int64_t> values(count * TinyChain::tokens);
    for (std::int64_t& value : values) value = static_cast<std::int64_t>(random() % 9);
    for (std::size_t k = 0; k < values.size(); ++k) {
      targets.push_back(k % 7 == 6 ? -1 : static_cast<std::int64_t>(random() % 9));
    }
    samples = Tensor({count, TinyChain::tokens}, std::move(values));
  }
  Tensor samples;
  std::vector<std::int64_t> targets;
};

std::vector<ChainTensor> weights_and_inputs(const SegmentedNetwork& network) {
  std::vector<ChainTensor> wanted{{0, 0, 0}};
  for (const MatrixLayer& layer : network.matrix_layers()) {
    wanted.push_back({layer.segment, layer.node, 1});
    wanted.push_back({layer.segment, segment_input, 0});
  }
  return wanted;
}

TEST(Chain, GradientsThroughSegmentsAgreeWithFiniteDifferences) {
  const TinyChain network;
  const TokenSamples data(5);
  const std::vector<ChainTensor> wanted = weights_and_inputs(network);
  ChainOptions options;
  options.batch = 2;
  const ChainGradients result =
      chain_gradients(network, data.samples, data.targets, wanted, options);
  EXPECT_NEAR(result.loss, cross_entropy(run_chain(network, data.samples, options), data.targets),
              1e-12);
  // Single precision: a direction at a time, over which rounding counts little.
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    if (wanted[k].node == segment_input) continue;
    const std::vector<float>& gradient = floats(result.gradients[k]);
    double square = 0.0;
    for (const float value : gradient) square += static_cast<double>(value) * value;
    const double step = 1e-2 / std::sqrt(square);
    const auto moved = [&](double by) {
      ChainOptions other = options;
      other.edit = [&](std::size_t segment, OperatorGraph& graph) {
        if (segment != wanted[k].segment) return;
        const TensorId id = graph.nodes[wanted[k].node].inputs[wanted[k].input];
        auto& values = std::get<std::vector<float>>(graph.tensors[id].value->values);
        for (std::size_t n = 0; n < values.size(); ++n) {
          values[n] += static_cast<float>(by * static_cast<double>(gradient[n]));
        }
      };
      return cross_entropy(run_chain(network, data.samples, other), data.targets);
    };
    EXPECT_NEAR((moved(step) - moved(-step)) / (2.0 * step) / square, 1.0, 1e-3) << k;
  }
}

TEST(Chain, InputsOfSegmentsAreKeptAndStartAnew) {
  const TinyChain network;
  const TokenSamples data(5);
  ChainOptions options;
  options.batch = 2;
  std::vector<Tensor> kept;
  const Tensor scores = run_chain(network, data.samples, options, 0, &kept);
  ASSERT_EQ(kept.size(), network.segments());
  EXPECT_EQ(kept[0].type, data.samples.type);
  EXPECT_EQ(kept[2].type.shape, (TensorShape{5, TinyChain::tokens, TinyChain::width}));
  for (std::size_t first = 1; first < network.segments(); ++first) {
    EXPECT_EQ(floats(run_chain(network, kept[first], options, first)), floats(scores));
  }
}

TEST(Chain, ResultsDoNotDependOnThreads) {
  const TinyChain network;
  const TokenSamples data(11);
  const std::vector<ChainTensor> wanted = weights_and_inputs(network);
  ChainOptions one;
  one.batch = 2;
  ChainOptions many = one;
  many.threads = 3;
  const ChainGradients a = chain_gradients(network, data.samples, data.targets, wanted, one);
  const ChainGradients b = chain_gradients(network, data.samples, data.targets, wanted, many);
  EXPECT_EQ(a.loss, b.loss);
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    EXPECT_EQ(floats(a.gradients[k]), floats(b.gradients[k])) << k;
  }
  EXPECT_EQ(floats(run_chain(network, data.samples, one)),
            floats(run_chain(network, data.samples, many)));
}

TEST(Chain, GradientsOfBatchesAddUp) {
  const TinyChain network;
  const TokenSamples data(5);
  const std::vector<ChainTensor> wanted = weights_and_inputs(network);
  ChainOptions options;
  options.batch = 1;
  const ChainGradients whole =
      chain_gradients(network, data.samples, data.targets, wanted, options);
  std::vector<std::vector<double>> sums(network.segments());
  std::vector<std::size_t> samples;
  const auto observe = [&](std::size_t segment, std::size_t first,
                           const std::vector<Tensor>& gradients) {
    // Of weights; those of inputs come behind them.
    std::vector<double>& sum = sums[segment];
    const std::vector<float>& values = floats(gradients.at(0));
    sum.resize(values.size());
    for (std::size_t n = 0; n < values.size(); ++n) sum[n] += values[n];
    if (segment == 2) samples.push_back(first);
  };
  const ChainGradients none =
      chain_gradients(network, data.samples, data.targets, wanted, options, observe);
  EXPECT_TRUE(none.gradients.empty());
  EXPECT_EQ(none.loss, whole.loss);
  EXPECT_EQ(samples, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  for (const std::size_t k : {0U, 1U, 3U, 5U}) {
    const std::vector<double>& sum = sums[wanted[k].segment];
    for (std::size_t n = 0; n < sum.size(); ++n) {
      EXPECT_NEAR(sum[n], floats(whole.gradients[k])[n], 1e-6);
    }
  }
}

TEST(Chain, CrossEntropyOfKnownScores) {
  const Tensor scores({2, 2}, std::vector<float>{0.0F, 0.0F, std::log(3.0F), 0.0F});
  const std::vector<std::int64_t> targets{1, 1};
  // ln 2 and ln 4.
  EXPECT_NEAR(cross_entropy(scores, targets), 1.5 * std::log(2.0), 1e-7);
  const Tensor seed = cross_entropy_seed(scores, targets);
  const std::vector<double> expected{0.25, -0.25, 0.375, -0.375};
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(floats(seed)[k], expected[k], 1e-7);
  EXPECT_EQ(accuracy(scores, targets), 0.0);
  EXPECT_EQ(accuracy(scores, std::vector<std::int64_t>{0, 1}), 0.5);
  // A row without a target does not count.
  EXPECT_NEAR(cross_entropy(scores, std::vector<std::int64_t>{-1, 1}), 2.0 * std::log(2.0), 1e-7);
  EXPECT_EQ(floats(cross_entropy_seed(scores, std::vector<std::int64_t>{-1, 1}))[0], 0.0F);
}

std::string code_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "nothing refused";
}

TEST(Chain, RefusesByName) {
  const TinyChain network;
  const TokenSamples data(4);
  const auto scores = [&](const ChainOptions& options, std::size_t first) {
    return code_of([&] { static_cast<void>(run_chain(network, data.samples, options, first)); });
  };
  ChainOptions no_batch;
  no_batch.batch = 0;
  EXPECT_EQ(scores(no_batch, 0), "workload.samples");
  EXPECT_EQ(scores({}, 4), "workload.samples");
  EXPECT_EQ(code_of([&] {
              static_cast<void>(run_chain(network, Tensor({0, 4}, std::vector<std::int64_t>{})));
            }),
            "workload.samples");
  ChainOptions folded;
  folded.edit = [](std::size_t, OperatorGraph& graph) {
    GraphDraft draft;
    draft.graph = graph;
    draft.graph.outputs = {draft.node("Flatten", {graph.outputs[0]}, {{"axis", std::int64_t{0}}})};
    graph = draft.graph;
  };
  EXPECT_EQ(scores(folded, 0), "workload.samples");
  const auto gradients = [&](const std::vector<std::int64_t>& targets, ChainTensor wanted) {
    return code_of(
        [&] { static_cast<void>(chain_gradients(network, data.samples, targets, {wanted})); });
  };
  EXPECT_EQ(gradients(data.targets, {4, 0, 0}), "workload.tensor");
  EXPECT_EQ(gradients(data.targets, {1, 0, 3}), "workload.tensor");
  EXPECT_EQ(gradients(data.targets, {1, 99, 0}), "workload.tensor");
  EXPECT_EQ(gradients({1, 2, 3}, {1, 4, 1}), "workload.targets");
  EXPECT_EQ(gradients(std::vector<std::int64_t>(16, 9), {1, 4, 1}), "workload.targets");
  EXPECT_EQ(gradients(std::vector<std::int64_t>(16, -1), {1, 4, 1}), "workload.targets");
  const Tensor infinite({1, 2}, std::vector<float>{INFINITY, 0.0F});
  EXPECT_EQ(
      code_of([&] { static_cast<void>(cross_entropy(infinite, std::vector<std::int64_t>{0})); }),
      "workload.scores");
  EXPECT_EQ(code_of([&] {
              static_cast<void>(image_samples({2, 2, 1}, std::vector<float>(5), 1));
            }),
            "network.size");
}

/// A graph as an importer gives it: a weight behind a constant transposition, names used twice.
OperatorGraph imported() {
  GraphDraft draft;
  draft.graph.name = "imported";
  const TensorId x = draft.input("x", {2, 6});
  const TensorId turned = draft.node("Transpose", {draft.weight({5, 6})});
  const TensorId y = draft.node("MatMul", {x, turned}, {}, "dense");
  const TensorId z = draft.node("MatMul", {y, draft.weight({5, 4})}, {}, "dense");
  draft.graph.outputs = {draft.node("Gemm", {z, draft.weight({4, 3})})};
  return std::move(draft.graph);
}

TEST(GraphNetwork, ImportedGraphIsOneSegment) {
  const OperatorGraph graph = imported();
  const auto chain = segmented(graph);
  EXPECT_EQ(chain->fixed_samples(), 2U);
  const std::vector<MatrixLayer>& layers = chain->matrix_layers();
  ASSERT_EQ(layers.size(), 3U);
  EXPECT_EQ(layers[0].name, "dense");
  EXPECT_EQ(layers[1].name, "MatMul_2");
  EXPECT_EQ(layers[2].name, "Gemm_3");
  const Workload workload = to_workload(graph);
  for (const MatrixLayer& layer : layers) {
    EXPECT_TRUE(std::any_of(workload.operations.begin(), workload.operations.end(),
                            [&](const Operation& one) { return one.name == layer.name; }))
        << layer.name;
  }
  EXPECT_EQ(layers[0].depth, 6U);
  EXPECT_EQ(layers[0].outputs, 5U);
  EXPECT_EQ(layers[0].positions, 1U);
  const Tensor samples({4, 6}, random_images(24));
  const Tensor scores = run_chain(*chain, samples);
  const Tensor first({2, 6},
                     std::vector<float>(floats(samples).begin(), floats(samples).begin() + 12));
  const std::vector<float> expected = floats(run(graph, {first}).front());
  for (std::size_t k = 0; k < expected.size(); ++k) EXPECT_EQ(floats(scores)[k], expected[k]);
  EXPECT_EQ(code_of([&] {
              static_cast<void>(run_chain(*chain, Tensor({3, 6}, random_images(18))));
            }),
            "workload.samples");
  EXPECT_EQ(code_of([&] { static_cast<void>(chain->segment(0, 3)); }), "onnx.shape");
  OperatorGraph open = graph;
  open.tensors[open.inputs[0]].declared.reset();
  EXPECT_EQ(code_of([&] { segmented(open); }), "onnx.dynamic-shape");
  OperatorGraph two = graph;
  two.outputs.push_back(two.outputs[0]);
  EXPECT_EQ(code_of([&] { segmented(two); }), "onnx.graph");
}

}  // namespace
}  // namespace neucasl::workload
