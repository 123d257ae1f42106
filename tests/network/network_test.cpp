#include "neucasl/network/network.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <mutex>
#include <set>

#include "reference.hpp"

namespace neucasl::network {
namespace {

using reference::append;
using reference::random_samples;
using reference::small_network;

/// The code of the Error that `action` throws, or "" when it throws none.
template <typename Action>
std::string code_of(const Action& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "";
}

void expect_matches_reference(const Network& network, const std::vector<float>& samples,
                              std::size_t count, const std::vector<float>& scores) {
  const std::size_t size = network.input.size();
  const std::size_t classes = network.shapes().back().size();
  ASSERT_EQ(scores.size(), count * classes);
  for (std::size_t i = 0; i < count; ++i) {
    const auto first = samples.begin() + static_cast<std::ptrdiff_t>(i * size);
    const auto expected = reference::scores(
        network, reference::Values(first, first + static_cast<std::ptrdiff_t>(size)));
    for (std::size_t n = 0; n < classes; ++n) {
      ASSERT_NEAR(scores[i * classes + n], expected[n], 1e-4) << "sample " << i << " score " << n;
    }
  }
}

Network one_layer(Shape input, LayerKind kind, std::size_t outputs, std::size_t kernel,
                  std::size_t stride, std::size_t padding) {
  Network network;
  network.name = "one";
  network.input = input;
  append(network, "layer", kind, outputs, kernel, stride, padding);
  return network;
}

TEST(LayerKinds, NamesAndBack) {
  for (const LayerKind kind :
       {LayerKind::convolution, LayerKind::dense, LayerKind::relu, LayerKind::max_pool}) {
    EXPECT_EQ(layer_kind_from(to_string(kind)), kind);
  }
  EXPECT_EQ(to_string(LayerKind::max_pool), "max_pool");
  EXPECT_FALSE(layer_kind_from("pool").has_value());
}

TEST(Lenet5, ShapesAndWeightCount) {
  const Network network = lenet5();
  const std::vector<Shape> shapes = network.shapes();
  const std::vector<Shape> expected{{28, 28, 6},  {28, 28, 6}, {14, 14, 6}, {10, 10, 16},
                                    {10, 10, 16}, {5, 5, 16},  {1, 1, 120}, {1, 1, 120},
                                    {1, 1, 84},   {1, 1, 84},  {1, 1, 10}};
  EXPECT_EQ(shapes, expected);
  std::size_t weights = 0;
  for (const Layer& layer : network.layers) weights += layer.weight.size();
  EXPECT_EQ(weights, 61470U);
  EXPECT_EQ(network.matrix_layers(), (std::vector<LayerId>{0, 3, 6, 8, 10}));
  EXPECT_EQ(network.depth(3, shapes), 150U);
  EXPECT_EQ(network.positions(3, shapes), 100U);
  EXPECT_EQ(network.depth(6, shapes), 400U);
  EXPECT_EQ(network.positions(6, shapes), 1U);
  EXPECT_EQ(network.layers[0].name, "conv1");
  EXPECT_EQ(network.layers[10].name, "fc3");
}

TEST(MultilayerPerceptron, LayersAndSizes) {
  const std::size_t hidden[] = {8, 3};
  const Network network = multilayer_perceptron({1, 1, 2}, hidden, 4);
  EXPECT_EQ(network.name, "perceptron_2_8_3_4");
  ASSERT_EQ(network.layers.size(), 5U);
  EXPECT_EQ(network.layers[1].kind, LayerKind::relu);
  EXPECT_EQ(network.layers[4].name, "fc3");
  EXPECT_EQ(network.layers[2].weight.size(), 24U);
  EXPECT_EQ(network.shapes().back().size(), 4U);
  EXPECT_EQ(multilayer_perceptron({2, 2, 1}, {}, 2).layers.size(), 1U);
  const std::size_t empty[] = {0};
  EXPECT_THROW(multilayer_perceptron({1, 1, 2}, empty, 4), base::Error);
}

TEST(Shapes, RefuseWhatDoesNotFit) {
  const auto refused = [](const auto& change) {
    Network network = lenet5();
    change(network);
    return code_of([&] { (void)network.shapes(); }) == "network.shape";
  };
  EXPECT_FALSE(refused([](Network&) {}));
  EXPECT_TRUE(refused([](Network& n) { n.layers.clear(); }));
  EXPECT_TRUE(refused([](Network& n) { n.input.channels = 0; }));
  EXPECT_TRUE(refused([](Network& n) { n.input.height = std::size_t{1} << 62; }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[3].inputs = {3}; }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[3].inputs = {}; }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[3].inputs = {1, 2}; }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[3].weight.pop_back(); }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[3].bias.push_back(0.0F); }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[3].kernel = 15; }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[3].kernel = 0; }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[3].stride = 0; }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[0].padding = 5; }));
  EXPECT_TRUE(refused([](Network& n) {
    n.layers[0].kernel = std::numeric_limits<std::size_t>::max();
    n.layers[0].padding = n.layers[0].kernel - 1;
  }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[2].padding = 1; }));
  EXPECT_TRUE(refused([](Network& n) { n.layers[1].bias = {0.0F}; }));
  EXPECT_TRUE(
      refused([](Network& n) { n.layers[6].weight[7] = std::numeric_limits<float>::quiet_NaN(); }));
}

TEST(Run, ConvolutionByHand) {
  Network network = one_layer({2, 3, 1}, LayerKind::convolution, 1, 2, 1, 0);
  network.layers[0].weight = {1, 10, 100, 1000};
  network.layers[0].bias = {0.5F};
  const std::vector<float> sample{1, 2, 3, 4, 5, 6};
  // 1*1 + 2*10 + 4*100 + 5*1000, and one column further.
  EXPECT_EQ(run(network, sample, 1, {}), (std::vector<float>{5421.5F, 6532.5F}));
}

TEST(Run, PaddedStridedConvolutionByHand) {
  Network network = one_layer({2, 2, 2}, LayerKind::convolution, 1, 3, 2, 1);
  for (std::size_t k = 0; k < 18; ++k) network.layers[0].weight[k] = static_cast<float>(k);
  const std::vector<float> sample{1, 0, 0, 1, 0, 0, 2, 0};
  // The kernel's centre is on pixel (0, 0): (1,1,0)->8, (1,2,1)->11, 2 x (2,2,0)->16.
  EXPECT_EQ(run(network, sample, 1, {}), (std::vector<float>{8 + 11 + 2 * 16}));
}

TEST(Run, MaxPoolByHand) {
  const Network network = one_layer({3, 4, 2}, LayerKind::max_pool, 0, 2, 2, 0);
  const std::vector<float> sample{1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 0, -9,
                                  9, -6, 7, -7, 8, 8,  8, 8,  8, 8,  8, 8};
  EXPECT_EQ(run(network, sample, 1, {}), (std::vector<float>{5, -1, 9, -3}));
}

TEST(Run, AgreesWithPlainLoopsForEveryLayerKind) {
  const Network network = small_network(5);
  for (const std::size_t count : {1U, 2U, 64U, 65U, 130U}) {
    const auto samples = random_samples(network, count, 7);
    expect_matches_reference(network, samples, count, run(network, samples, count, {}));
  }
}

TEST(Run, AgreesWithPlainLoopsForOddWindows) {
  struct Case {
    LayerKind kind;
    std::size_t outputs, kernel, stride, padding;
  };
  for (const Case& c :
       {Case{LayerKind::convolution, 1, 1, 1, 0}, Case{LayerKind::convolution, 7, 5, 3, 4},
        Case{LayerKind::convolution, 17, 4, 2, 0}, Case{LayerKind::convolution, 2, 9, 1, 8},
        Case{LayerKind::max_pool, 0, 3, 1, 0}, Case{LayerKind::max_pool, 0, 2, 3, 0},
        Case{LayerKind::dense, 1, 1, 1, 0}}) {
    Network network = one_layer({5, 6, 3}, c.kind, c.outputs, c.kernel, c.stride, c.padding);
    reference::randomise(network.layers[0].weight, 3, 0.3);
    reference::randomise(network.layers[0].bias, 4, 0.3);
    const auto samples = random_samples(network, 9, 5);
    expect_matches_reference(network, samples, 9, run(network, samples, 9, {}));
  }
}

TEST(Run, LayerReadByTwoOthers) {
  Network network = small_network(5);
  Layer side = network.layers[4];
  side.name = "unused";
  network.layers.insert(network.layers.begin() + 5, side);
  network.layers[5].inputs = {3};
  for (LayerId id = 6; id < network.layers.size(); ++id) network.layers[id].inputs = {id - 1};
  network.layers[6].inputs = {4};
  const auto samples = random_samples(network, 10, 9);
  expect_matches_reference(network, samples, 10, run(network, samples, 10, {}));
}

TEST(Run, ThreadsDoNotShow) {
  Network network = lenet5();
  std::uint64_t seed = 0;
  for (Layer& layer : network.layers) reference::randomise(layer.weight, ++seed, 0.1);
  const auto samples = random_samples(network, 333, 8);
  RunOptions options;
  const auto one = run(network, samples, 333, options);
  for (const int threads : {2, 3, 5}) {
    options.threads = threads;
    EXPECT_EQ(run(network, samples, 333, options), one) << threads;
  }
  EXPECT_GT(*std::max_element(one.begin(), one.end()), 0.0F);
}

/// Plain loops in the place of Eigen's product.
class LoopBackend : public MatrixBackend {
 public:
  LoopBackend(const Network& network, float factor) : network_(network), factor_(factor) {}

  void multiply(LayerId layer, const float* input, std::size_t rows, std::size_t /*first_row*/,
                float* output) const override {
    const Layer& matrix = network_.layers[layer];
    const std::size_t depth = matrix.weight.size() / matrix.outputs;
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t n = 0; n < matrix.outputs; ++n) {
        double sum = 0.0;
        for (std::size_t k = 0; k < depth; ++k) {
          sum += static_cast<double>(input[r * depth + k]) *
                 static_cast<double>(matrix.weight[k * matrix.outputs + n]);
        }
        output[r * matrix.outputs + n] = factor_ * static_cast<float>(sum);
      }
    }
    const std::lock_guard lock(mutex_);
    seen_.insert(layer);
  }

  [[nodiscard]] const std::set<LayerId>& seen() const { return seen_; }

 private:
  const Network& network_;
  float factor_;
  mutable std::mutex mutex_;
  mutable std::set<LayerId> seen_;
};

TEST(Run, BackendTakesThePlaceOfTheProductOnly) {
  const Network network = small_network(5);
  const auto samples = random_samples(network, 70, 7);
  RunOptions options;
  options.threads = 2;
  const LoopBackend backend(network, 1.0F);
  const auto scores = run(network, samples, 70, options, &backend);
  expect_matches_reference(network, samples, 70, scores);
  EXPECT_EQ(backend.seen(), (std::set<LayerId>{0, 3, 5, 7}));

  // With products of zero, the biases remain.
  const LoopBackend zero(network, 0.0F);
  const auto biases = run(network, samples, 70, options, &zero);
  EXPECT_EQ(std::vector<float>(biases.begin(), biases.begin() + 5), network.layers.back().bias);
}

TEST(Run, ObserverSeesEveryInputMatrix) {
  const Network network = small_network(5);
  const auto shapes = network.shapes();
  const auto samples = random_samples(network, 70, 7);
  std::vector<std::size_t> rows_seen(network.layers.size());
  std::vector<float> first_layer;
  const auto scores =
      run_observed(network, samples, 70,
                   [&](LayerId layer, const float* input, std::size_t rows, std::size_t depth) {
                     EXPECT_EQ(depth, network.depth(layer, shapes));
                     rows_seen[layer] += rows;
                     if (layer == 0 && first_layer.empty())
                       first_layer.assign(input, input + rows * depth);
                   });
  EXPECT_EQ(scores, run(network, samples, 70, {}));
  for (const LayerId id : network.matrix_layers()) {
    EXPECT_EQ(rows_seen[id], 70 * network.positions(id, shapes));
  }
  // Top left position: the kernel's first row and column lie in the padding.
  EXPECT_EQ(first_layer[0], 0.0F);
  EXPECT_EQ(first_layer[(1 * 3 + 1) * 2 + 1], samples[1]);
  EXPECT_EQ(first_layer[(2 * 3 + 1) * 2 + 0], samples[7 * 2]);
}

TEST(Run, RefusesSizesThatDoNotFitAndStops) {
  const Network network = small_network(5);
  const auto samples = random_samples(network, 3, 7);
  EXPECT_EQ(code_of([&] { (void)run(network, samples, 2, {}); }), "network.size");
  EXPECT_EQ(code_of([&] { (void)run(network, std::span(samples).first(5), 0, {}); }),
            "network.size");
  EXPECT_TRUE(run(network, {}, 0, {}).empty());
  RunOptions options;
  options.cancel.request();
  EXPECT_THROW((void)run(network, samples, 3, options), base::Cancelled);
}

TEST(Accuracy, FirstOnATie) {
  const std::vector<float> scores{1, 1, 0, 0, 2, 2, 3, 1, 3};
  EXPECT_EQ(accuracy(scores, std::vector<unsigned char>{0, 1, 0}), 1.0);
  EXPECT_EQ(accuracy(scores, std::vector<unsigned char>{1, 1, 0}), 2.0 / 3.0);
  EXPECT_EQ(accuracy(scores, std::vector<unsigned char>{1, 2, 2}), 0.0);
}

TEST(Accuracy, RefusesSizesThatDoNotFit) {
  EXPECT_EQ(code_of([] { (void)accuracy({}, {}); }), "network.size");
  const std::vector<float> scores(5);
  const std::vector<unsigned char> labels(2);
  EXPECT_EQ(code_of([&] { (void)accuracy(scores, labels); }), "network.size");
}

}  // namespace
}  // namespace neucasl::network
