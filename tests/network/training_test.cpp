#include "neucasl/network/training.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "reference.hpp"

namespace neucasl::network {
namespace {

using reference::random_samples;
using reference::small_network;

template <typename Action>
std::string training_refusal(const Action& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "";
}

std::vector<unsigned char> cyclic_labels(std::size_t count, std::size_t classes) {
  std::vector<unsigned char> labels(count);
  for (std::size_t i = 0; i < count; ++i) labels[i] = static_cast<unsigned char>(i % classes);
  return labels;
}

/// Images whose class is the brightest of `classes` patches of noise.
LabelledImages patches(const Network& network, std::size_t count, std::uint64_t seed) {
  LabelledImages images;
  images.shape = network.input;
  images.pixels = random_samples(network, count, seed);
  images.labels = cyclic_labels(count, 3);
  const std::size_t size = network.input.size();
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < size / 3; ++k) {
      images.pixels[i * size + images.labels[i] * (size / 3) + k] += 1.0F;
    }
  }
  return images;
}

Dataset small_dataset(const Network& network) {
  return {"patches", patches(network, 300, 1), patches(network, 100, 2)};
}

TrainingOptions short_training() {
  TrainingOptions options;
  options.epochs = 2;
  options.learning_rate = 0.02;
  return options;
}

/// Central difference of the reference loss in one value of the network.
double difference(const Network& network, float& value, const std::vector<float>& samples,
                  const std::vector<unsigned char>& labels) {
  // Small enough to cross no kink of rectifier or pool here; the loss is computed in double.
  const float before = value;
  value = before + 0x1p-16F;
  const float above = value;
  const double loss_above = reference::loss(network, samples, labels);
  value = before - 0x1p-16F;
  const double below = static_cast<double>(above) - static_cast<double>(value);
  const double loss_below = reference::loss(network, samples, labels);
  value = before;
  return (loss_above - loss_below) / below;
}

void expect_gradients(Network network, std::size_t count) {
  const auto samples = random_samples(network, count, 11);
  const auto labels = cyclic_labels(count, 4);
  const Gradients result = gradients(network, samples, labels, 1);
  EXPECT_NEAR(result.loss, reference::loss(network, samples, labels), 1e-5);
  ASSERT_EQ(result.weight.size(), network.layers.size());
  ASSERT_EQ(result.bias.size(), network.layers.size());
  double largest = 0.0;
  for (LayerId id = 0; id < network.layers.size(); ++id) {
    Layer& layer = network.layers[id];
    ASSERT_EQ(result.weight[id].size(), layer.weight.size());
    ASSERT_EQ(result.bias[id].size(), layer.bias.size());
    for (std::size_t i = 0; i < layer.weight.size(); ++i) {
      const double expected = difference(network, layer.weight[i], samples, labels);
      largest = std::max(largest, std::abs(expected));
      ASSERT_NEAR(result.weight[id][i], expected, 1e-4) << layer.name << " weight " << i;
    }
    for (std::size_t i = 0; i < layer.bias.size(); ++i) {
      const double expected = difference(network, layer.bias[i], samples, labels);
      ASSERT_NEAR(result.bias[id][i], expected, 1e-4) << layer.name << " bias " << i;
    }
  }
  EXPECT_GT(largest, 0.1);
}

TEST(Gradient, AgreesWithFiniteDifferences) {
  expect_gradients(small_network(4), 5);
  expect_gradients(small_network(4), 37);  // Several chunks, the last one not full.
}

TEST(Gradient, OfALayerReadTwiceIsTheSum) {
  // Two rectifiers read conv1; only one leads to the scores.
  Network network = small_network(4);
  Layer side = network.layers[1];
  side.name = "unused";
  network.layers.insert(network.layers.begin() + 2, side);
  for (LayerId id = 2; id < network.layers.size(); ++id) network.layers[id].inputs = {id - 1};
  network.layers[2].inputs = {0};
  network.layers[3].inputs = {1};
  expect_gradients(network, 5);
}

TEST(Gradient, MaxPoolTieGoesToTheFirst) {
  Network network;
  network.name = "tie";
  network.input = {1, 1, 1};
  reference::append(network, "spread", LayerKind::convolution, 1, 2, 1, 1);
  reference::append(network, "pool", LayerKind::max_pool, 0, 2, 2, 0);
  reference::append(network, "fc", LayerKind::dense, 2, 1, 1, 0);
  network.layers[0].weight = {1, 1, 1, 1};
  network.layers[2].weight = {1, -1};
  const std::vector<float> sample{1.0F};
  const std::vector<unsigned char> label{1};
  const Gradients result = gradients(network, sample, label, 1);
  // The first output position has the image under the kernel's last element.
  const float slope = result.weight[0][3];
  EXPECT_GT(slope, 0.5F);
  EXPECT_EQ(result.weight[0], (std::vector<float>{0, 0, 0, slope}));
}

TEST(Gradient, ThreadsDoNotShow) {
  const Network network = small_network(4);
  const auto samples = random_samples(network, 150, 11);
  const auto labels = cyclic_labels(150, 4);
  const Gradients one = gradients(network, samples, labels, 1);
  const Gradients two = gradients(network, samples, labels, 2);
  EXPECT_EQ(one.loss, two.loss);
  EXPECT_EQ(one.weight, two.weight);
  EXPECT_EQ(one.bias, two.bias);
}

TEST(Gradient, RefusesBadSamples) {
  const Network network = small_network(4);
  const auto samples = random_samples(network, 5, 11);
  const auto code = [&](std::vector<unsigned char> labels) {
    return training_refusal([&] { (void)gradients(network, samples, labels, 1); });
  };
  EXPECT_EQ(code({0, 1, 2, 3, 3}), "");
  EXPECT_EQ(code({0, 1, 2, 3, 4}), "network.training");
  EXPECT_EQ(code({0, 1, 2, 3}), "network.training");
  EXPECT_EQ(code({}), "network.training");
}

TEST(Train, LearnsASimpleSet) {
  Network network = small_network(3);
  TrainingOptions options = short_training();
  options.epochs = 8;
  options.learning_rate_factor = 1.0;
  const auto summaries = train(network, small_dataset(network), options);
  ASSERT_EQ(summaries.size(), 8U);
  EXPECT_LT(summaries.back().loss, summaries.front().loss);
  EXPECT_GT(summaries.back().training_accuracy, 0.9);
  EXPECT_GT(summaries.back().test_accuracy, 0.9);
}

TEST(Train, PerceptronLearnsTheExclusiveOr) {
  const Dataset rows = load_dataset("xor", {});
  ASSERT_EQ(rows.training.count(), 4U);
  EXPECT_EQ(rows.classes(), 2U);
  EXPECT_EQ(rows.test.labels, (std::vector<unsigned char>{0, 1, 1, 0}));
  const std::size_t hidden[] = {8};
  Network network = multilayer_perceptron(rows.training.shape, hidden, rows.classes());
  TrainingOptions options;
  options.epochs = 200;
  options.batch = 4;
  options.learning_rate = 0.1;
  options.learning_rate_factor = 1.0;
  const std::vector<EpochSummary> history = train(network, rows, options);
  EXPECT_EQ(history.back().test_accuracy, 1.0);
  EXPECT_LT(history.back().loss, 0.05);
}

TEST(Train, ThreadsDoNotShowAndSeedDoes) {
  const Dataset dataset = small_dataset(small_network(3));
  const auto trained = [&](int threads, std::uint64_t seed) {
    Network network = small_network(3);
    TrainingOptions options = short_training();
    options.threads = threads;
    options.seed = seed;
    const auto summaries = train(network, dataset, options);
    return std::pair(network, summaries.back().loss);
  };
  const auto one = trained(1, 1);
  EXPECT_EQ(trained(1, 1), one);
  EXPECT_EQ(trained(2, 1), one);
  EXPECT_EQ(trained(4, 1), one);
  EXPECT_NE(trained(1, 2).first, one.first);
}

/// One batch of all images, two epochs: the update rule by hand.
TEST(Train, FollowsTheMomentumEquation) {
  Network network = small_network(3);
  const Dataset dataset = small_dataset(network);
  TrainingOptions options;
  options.batch = 300;
  options.weight_decay = 0.25;
  options.learning_rate = 0.01;
  options.learning_rate_factor = 0.5;
  std::array<Network, 2> after;
  for (std::size_t epochs = 1; epochs <= 2; ++epochs) {
    options.epochs = epochs;
    after[epochs - 1] = network;
    (void)train(after[epochs - 1], dataset, options);
  }
  // The start, before the first step, is where a rate near zero leads.
  Network start = network;
  options.epochs = 1;
  options.learning_rate = 1e-30;
  (void)train(start, dataset, options);
  const auto gradient = gradients(after[0], dataset.training.pixels, dataset.training.labels, 1);
  for (const LayerId id : network.matrix_layers()) {
    for (std::size_t i = 0; i < network.layers[id].weight.size(); ++i) {
      const float w0 = start.layers[id].weight[i];
      const float w1 = after[0].layers[id].weight[i];
      const float velocity = 0.9F * (w1 - w0) - 0.005F * (gradient.weight[id][i] + 0.25F * w1);
      ASSERT_NEAR(after[1].layers[id].weight[i], w1 + velocity, 1e-5F);
    }
  }
}

TEST(Train, InitialWeightsHaveTheVarianceOfHe) {
  Network network = lenet5();
  Dataset dataset{"blank",
                  {network.input, std::vector<float>(784), {0}},
                  {network.input, std::vector<float>(784), {0}}};
  TrainingOptions options;
  options.epochs = 1;
  options.learning_rate = 1e-30;
  (void)train(network, dataset, options);
  double sum = 0.0;
  for (const float weight : network.layers[6].weight) {
    sum += static_cast<double>(weight) * static_cast<double>(weight);
  }
  EXPECT_NEAR(sum / 48000.0, 2.0 / 400.0, 0.0002);
}

TEST(Train, ReportsProgressAndStops) {
  Network network = small_network(3);
  const Dataset dataset = small_dataset(network);
  TrainingOptions options = short_training();
  std::size_t calls = 0;
  options.progress = [&](std::string_view what, std::size_t done, std::size_t total) {
    EXPECT_EQ(what, "training");
    EXPECT_EQ(done, ++calls);
    EXPECT_EQ(total, 10U);
  };
  (void)train(network, dataset, options);
  EXPECT_EQ(calls, 10U);

  options.progress = [&](std::string_view, std::size_t, std::size_t) { options.cancel.request(); };
  EXPECT_THROW((void)train(network, dataset, options), base::Cancelled);
}

TEST(Train, RefusesBadOptions) {
  const auto message = [](const auto& change) -> std::string {
    TrainingOptions options;
    change(options);
    try {
      options.validate();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "network.training");
      return error.diagnostic().message;
    }
    return "";
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(message([](TrainingOptions&) {}), "");
  EXPECT_EQ(message([](TrainingOptions& o) { o.epochs = 0; }), "epochs is 0");
  EXPECT_EQ(message([](TrainingOptions& o) { o.batch = 0; }), "batch is 0");
  EXPECT_EQ(message([](TrainingOptions& o) { o.learning_rate = -1; }), "learning_rate is -1");
  EXPECT_NE(message([&](TrainingOptions& o) { o.learning_rate = nan; }), "");
  EXPECT_EQ(message([](TrainingOptions& o) { o.learning_rate_factor = 2; }),
            "learning_rate_factor is 2");
  EXPECT_EQ(message([](TrainingOptions& o) { o.momentum = 1; }), "momentum is 1");
  EXPECT_EQ(message([](TrainingOptions& o) { o.weight_decay = -1; }), "weight_decay is -1");
  EXPECT_EQ(message([](TrainingOptions& o) { o.threads = 0; }), "threads is 0");
}

TEST(Train, RefusesImagesThatDoNotFitAndDivergence) {
  Network network = small_network(3);
  const Dataset dataset = small_dataset(network);
  Network other = lenet5();
  EXPECT_EQ(training_refusal([&] { (void)train(other, dataset, short_training()); }),
            "network.training");
  TrainingOptions options = short_training();
  options.learning_rate = 1e30;
  EXPECT_EQ(training_refusal([&] { (void)train(network, dataset, options); }), "network.training");
}

TEST(Train, OneEpochOfFashionMnist) {
  Network network = lenet5();
  const Dataset dataset = load_dataset("fashion-mnist", {});
  TrainingOptions options;
  options.epochs = 1;
  options.threads = 2;
  const auto summaries = train(network, dataset, options);
  EXPECT_GT(summaries[0].test_accuracy, 0.80);
  EXPECT_LT(summaries[0].test_accuracy, 0.95);  // More would be a leak, not a success.
}

}  // namespace
}  // namespace neucasl::network
