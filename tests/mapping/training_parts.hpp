#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "neucasl/mapping/analog_training.hpp"
#include "tests/mapping/parts.hpp"

/// \file
/// Networks, devices and data sets for the tests of training in analog.

namespace neucasl::mapping::test {

/// Conductances of `device_of`, S.
inline constexpr double low = 1e-6;
inline constexpr double high = 9e-6;
inline constexpr double window = high - low;

/// A dense layer of two inputs: its largest weight is the range itself, and steps are exact.
inline network::Network dense(std::size_t outputs, std::size_t inputs = 2) {
  network::Network result;
  result.name = "dense";
  result.input = {1, 1, inputs};
  network::Layer layer;
  layer.name = "fc";
  layer.kind = network::LayerKind::dense;
  layer.inputs = {network::network_input};
  layer.outputs = outputs;
  layer.weight.assign(inputs * outputs, 0.0F);
  layer.bias.assign(outputs, 0.0F);
  result.layers = {layer};
  return result;
}

inline TrainingDevice device_of(UpdateCurve up, UpdateCurve down, double sigma = 0.0) {
  TrainingDevice device;
  device.synapse.card = "test";
  device.synapse.conductance_min = low;
  device.synapse.conductance_max = high;
  device.synapse.update = UpdateLaw{up, down, sigma};
  return device;
}

inline TrainingDevice ideal_device() { return device_of({1e6, 1e6}, {1e6, 1e6}); }

inline AnalogTrainingOptions exact_reading() {
  AnalogTrainingOptions options;
  options.reading.input_bits = 0;
  options.reading.adc_bits = 0;
  return options;
}

template <class Action>
inline std::string code_of(const Action& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "";
}

/// Images whose class is the brightest third of noise.
inline network::LabelledImages thirds(const network::Network& network, std::size_t count,
                                      std::uint64_t seed) {
  network::LabelledImages images;
  images.shape = network.input;
  base::RandomStream random(seed, "test/images");
  const std::size_t size = network.input.size();
  for (std::size_t i = 0; i < count; ++i) {
    images.labels.push_back(static_cast<unsigned char>(i % 3));
    for (std::size_t k = 0; k < size; ++k) {
      const bool bright = k / (size / 3) == i % 3;
      images.pixels.push_back(static_cast<float>(random.uniform() + (bright ? 0.5 : 0.0)));
    }
  }
  return images;
}

inline network::Dataset dataset_for(const network::Network& network) {
  return {"thirds", thirds(network, 192, 1), thirds(network, 60, 2)};
}

inline network::TrainingOptions descent(double momentum = 0.9) {
  network::TrainingOptions options;
  options.epochs = 2;
  options.batch = 16;
  options.learning_rate = 0.02;
  options.momentum = momentum;
  return options;
}

/// Largest difference of two trained networks over the largest weight.
inline double difference(const network::Network& a, const network::Network& b) {
  double most = 0.0;
  double largest = 0.0;
  for (std::size_t id = 0; id < a.layers.size(); ++id) {
    for (std::size_t i = 0; i < a.layers[id].weight.size(); ++i) {
      const double x = a.layers[id].weight[i];
      most = std::max(most, std::abs(x - b.layers[id].weight[i]));
      largest = std::max(largest, std::abs(x));
    }
  }
  return most / largest;
}

/// Mean and variance.
inline std::pair<double, double> moments(const std::vector<double>& values) {
  double mean = 0.0;
  for (const double value : values) mean += value;
  mean /= static_cast<double>(values.size());
  double variance = 0.0;
  for (const double value : values) variance += (value - mean) * (value - mean);
  return {mean, variance / static_cast<double>(values.size() - 1)};
}

inline void expect_moments(const std::vector<double>& values, double mean, double variance) {
  const auto [m, v] = moments(values);
  const auto count = static_cast<double>(values.size());
  EXPECT_NEAR(m, mean, 5.0 * std::sqrt(variance / count));
  EXPECT_NEAR(v, variance, 5.0 * variance * std::sqrt(2.0 / count));
}

}  // namespace neucasl::mapping::test
