#include <gtest/gtest.h>

#include <cmath>

#include "tests/network/reference.hpp"

// Batches and blocks of patches under a bound on memory; the topologies that need it.

namespace neucasl::network {
namespace {

Network vgg_like() {
  Network network = vgg8({8, 8, 2}, 5);
  std::uint64_t seed = 90;
  for (const LayerId id : network.matrix_layers()) {
    const double sigma = std::sqrt(
        2.0 / static_cast<double>(network.layers[id].weight.size() / network.layers[id].outputs));
    reference::randomise(network.layers[id].weight, ++seed, sigma);
    reference::randomise(network.layers[id].bias, ++seed, 0.1);
  }
  return network;
}

std::vector<float> samples_of(const Network& network, std::size_t count) {
  base::RandomStream random(91, "test/samples");
  std::vector<float> result(count * network.input.size());
  for (float& x : result) x = static_cast<float>(random.uniform());
  return result;
}

RunOptions run_options(int threads, std::size_t memory = std::size_t{1} << 28) {
  RunOptions options;
  options.threads = threads;
  options.memory = memory;
  return options;
}

std::string code_of(const Network& network, const std::vector<float>& samples, std::size_t count,
                    const RunOptions& options, std::string* message = nullptr) {
  try {
    static_cast<void>(run(network, samples, count, options));
  } catch (const base::Error& error) {
    if (message != nullptr) *message = error.diagnostic().message;
    return error.diagnostic().code;
  }
  return "";
}

TEST(BoundedMemory, GivesTheScoresOfLargeBatches) {
  const Network network = vgg_like();
  const std::vector<float> samples = samples_of(network, 5);
  const auto free = run(network, samples, 5, {});
  // 256 outputs of 8 x 8 x 128 in two buffers are 64 KiB; patches of a sample 295 KB.
  for (const std::size_t memory :
       {std::size_t{4} << 20, std::size_t{400000}, std::size_t{160000}}) {
    const auto bound = run(network, samples, 5, run_options(1, memory));
    ASSERT_EQ(bound.size(), free.size());
    for (std::size_t i = 0; i < free.size(); ++i) {
      EXPECT_NEAR(bound[i], free[i], 1e-4F * (1.0F + std::abs(free[i]))) << memory;
    }
    EXPECT_EQ(run(network, samples, 5, run_options(2, memory)), bound);
  }
  std::string message;
  EXPECT_EQ(code_of(network, samples, 5, run_options(1, 60000), &message), "network.memory");
  EXPECT_NE(message.find("bytes"), std::string::npos) << message;
  EXPECT_EQ(run(network, {}, 0, {}).size(), 0U);
}

TEST(BoundedMemory, RefusesSamplesThatAreNotFinite) {
  const Network network = vgg_like();
  std::vector<float> samples = samples_of(network, 2);
  samples[network.input.size() + 7] = NAN;
  std::string message;
  EXPECT_EQ(code_of(network, samples, 2, {}, &message), "network.input");
  EXPECT_NE(message.find("value 7 of sample 1"), std::string::npos) << message;
}

TEST(Topologies, VggHaveTheirPublishedSizes) {
  const auto sizes = [](const Network& network) {
    std::pair<std::size_t, std::size_t> size;
    for (const Layer& layer : network.layers) {
      size.first += layer.weight.size();
      size.second += layer.bias.size();
    }
    return size;
  };
  const Network eight = vgg8({32, 32, 3}, 10);
  EXPECT_EQ(eight.matrix_layers().size(), 8U);
  EXPECT_EQ(eight.shapes().back(), (Shape{1, 1, 10}));
  // 3x3 convolutions 3-128-128-256-256-512-512, dense 4 x 4 x 512-1024-10.
  EXPECT_EQ(sizes(eight).first,
            9U * (3 * 128 + 128 * 128 + 128 * 256 + 256 * 256 + 256 * 512 + 512 * 512) +
                8192U * 1024 + 10240U);
  EXPECT_EQ(vgg8({28, 28, 1}, 10).shapes().back(), (Shape{1, 1, 10}));
  const Network sixteen = vgg16({32, 32, 3}, 10);
  EXPECT_EQ(sixteen.matrix_layers().size(), 16U);
  EXPECT_EQ(sixteen.layers[sixteen.matrix_layers()[13]].name, "fc1");
  const auto code = [](const auto& make) -> std::string {
    try {
      make();
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return "";
  };
  EXPECT_EQ(code([] { vgg8({7, 8, 1}, 10); }), "network.shape");
  EXPECT_EQ(code([] { vgg16({32, 32, 3}, 0); }), "network.shape");
}

}  // namespace
}  // namespace neucasl::network
