#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "tests/mapping/training_parts.hpp"

// Products in training against float descent, noises of reads, states, refusals.

namespace neucasl::mapping {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double difference_from_float(AnalogTrainingOptions options) {
  options.weight_range = 16.0;  // no weight gets there
  network::Network analog = test::network();
  network::Network floating = analog;
  const network::Dataset data = dataset_for(analog);
  const auto engine = memristor_training(analog, ideal_device(), options);
  network::train(analog, data, descent(), *engine);
  const auto expected = network::train(floating, data, descent());
  EXPECT_LT(expected.back().loss, 0.9 * expected.front().loss);
  return difference(analog, floating);
}

TEST(AnalogTraining, IdealDevicesFollowFloatDescent) {
  // A weight lags by less than a pulse, 2e-6 of its range; the rest is rounding of floats.
  EXPECT_LT(difference_from_float(exact_reading()), 2e-4);
}

TEST(AnalogTraining, ConvertersOf16BitsFollowFloatDescent) {
  AnalogTrainingOptions options;
  options.reading.input_bits = 16;
  options.reading.adc_bits = 16;
  EXPECT_LT(difference_from_float(options), 0.01);
}

TEST(AnalogTraining, CoarseConvertersDoNot) {
  AnalogTrainingOptions options;
  options.reading.input_bits = 16;
  options.reading.adc_bits = 5;
  EXPECT_GT(difference_from_float(options), 0.01);
}

TEST(AnalogTraining, NoiseOfReadsHasTheVarianceOfItsDevices) {
  const network::Network network = dense(1, 3);
  AnalogTrainingOptions options = exact_reading();
  options.read_sigma = 0.05;
  options.array_rows = 2;
  const auto engine = memristor_training(network, ideal_device(), options);
  const double range = 4.0 * std::sqrt(2.0 / 3.0);
  const std::vector<float> weight = {0.5F, -1.0F, 0.25F};
  engine->program(0, weight);
  engine->begin_pass(0);
  const std::vector<double> g = engine->conductances(0);
  const std::vector<float> row = {1.0F, 0.5F, -2.0F};
  double mean = 0.0;
  double variance = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    mean += row[i] * weight[i];
    const double s = 0.05 * 0.05 * (g[2 * i] * g[2 * i] + g[2 * i + 1] * g[2 * i + 1]);
    variance += row[i] * row[i] * s * range * range / (window * window);
  }
  constexpr std::size_t rows = 20000;
  std::vector<float> input;
  for (std::size_t r = 0; r < rows; ++r) input.insert(input.end(), row.begin(), row.end());
  std::vector<float> output(rows);
  engine->multiply(0, input.data(), rows, 0, output.data());
  expect_moments({output.begin(), output.end()}, mean, variance);
  // Two blocks of inputs a row.
  EXPECT_EQ(engine->events().forward_reads, 2 * rows);
  EXPECT_EQ(engine->events().conversions, 2 * rows);
  // Another pass, another noise; the same pass, the same.
  std::vector<float> again(rows);
  engine->multiply(0, input.data() + 3 * 7, 1, 7, again.data());
  EXPECT_EQ(again[0], output[7]);
  engine->begin_pass(1);
  engine->multiply(0, input.data() + 3 * 7, 1, 7, again.data());
  EXPECT_NE(again[0], output[7]);
}

TEST(AnalogTraining, AConverterThatClipsIsReadAgainWithHalfTheInputs) {
  const network::Network network = dense(1, 8);
  const double range = 4.0 * 0.5;
  const auto read = [&](int halvings) {
    AnalogTrainingOptions options;
    options.reading.full_scale = 1.0;
    options.reading.halvings = halvings;
    options.reading.input_bits = 12;
    options.reading.adc_bits = 12;
    const auto engine = memristor_training(network, ideal_device(), options);
    engine->program(0, std::vector<float>(8, 1.0F));  // half the range
    engine->begin_pass(0);
    const std::vector<float> input(8, 3.0F);
    float output = 0.0F;
    engine->multiply(0, input.data(), 1, 0, &output);
    EXPECT_EQ(engine->events().forward_reads, static_cast<std::uint64_t>(halvings) + 1);
    return static_cast<double>(output);
  };
  EXPECT_NEAR(read(0), 1.0 * range * 3.0, 1e-5);
  EXPECT_NEAR(read(1), 2.0 * range * 3.0, 1e-5);
  EXPECT_NEAR(read(2), 8 * 1.0 * 3.0, 4.0 * range * 3.0 / 2047);
}

TEST(AnalogTraining, GradientsGoThroughTheSameCells) {
  const network::Network network = dense(5, 7);
  AnalogTrainingOptions options = exact_reading();
  options.array_rows = 3;
  options.array_columns = 4;
  const auto engine = memristor_training(network, device_of({64, 0.5}, {32, 1.0}, 0.02), options);
  base::RandomStream random(3, "test/weights");
  std::vector<float> weight(35);
  for (float& value : weight) value = static_cast<float>(0.3 * random.normal());
  engine->program(0, weight);
  for (float& value : weight) value = static_cast<float>(0.3 * random.normal());
  engine->add(0, weight);
  engine->begin_pass(0);
  const std::vector<float> made = engine->weights(0);
  std::vector<float> gradient(10);
  for (float& value : gradient) value = static_cast<float>(random.normal());
  std::vector<float> result(14);
  engine->multiply_transposed(0, gradient.data(), 2, 0, result.data());
  for (std::size_t r = 0; r < 2; ++r) {
    for (std::size_t k = 0; k < 7; ++k) {
      double sum = 0.0;
      for (std::size_t n = 0; n < 5; ++n) sum += gradient[r * 5 + n] * made[k * 5 + n];
      EXPECT_NEAR(result[r * 7 + k], sum, 1e-5);
    }
  }
  EXPECT_EQ(engine->events().backward_reads, 2U * 3 * 3);
}

TEST(AnalogTraining, ResultsDoNotDependOnThreads) {
  for (const UpdateScheme scheme : {UpdateScheme::accumulated, UpdateScheme::outer_product}) {
    const auto trained = [&](int threads) {
      network::Network network = test::network();
      AnalogTrainingOptions options;
      options.update = scheme;
      options.reading.converter_noise = 0.5;
      options.read_sigma = 0.02;
      options.threads = threads;
      TrainingDevice device = device_of({60, 0.5}, {50, 0.8}, 0.02);
      device.potentiation_spread = device::Spread{"normal", 3.0};
      const auto engine = memristor_training(network, device, options);
      network::TrainingOptions steps = descent(0.0);
      steps.threads = threads;
      network::train(network, dataset_for(network), steps, *engine);
      return std::pair(network, engine->events());
    };
    const auto [one, events_one] = trained(1);
    const auto [three, events_three] = trained(3);
    EXPECT_EQ(one, three);
    EXPECT_EQ(events_one.pulses, events_three.pulses);
    EXPECT_EQ(events_one.forward_reads, events_three.forward_reads);
    EXPECT_GT(events_one.pulses, 0U);
  }
}

TEST(AnalogTraining, BadNumbersAreRefused) {
  const network::Network network = dense(1);
  const auto made = [&](const TrainingDevice& device, auto change) {
    AnalogTrainingOptions options;
    change(options);
    return code_of([&] { memristor_training(network, device, options); });
  };
  const auto option = [&](auto change) { return made(ideal_device(), change); };
  const auto same = [](AnalogTrainingOptions&) {};
  EXPECT_EQ(option(same), "");
  TrainingDevice lawless = ideal_device();
  lawless.synapse.update.reset();
  EXPECT_EQ(made(lawless, same), "mapping.update-law");
  EXPECT_EQ(made(device_of({0, 1}, {64, 1}), same), "mapping.update-law");
  EXPECT_EQ(made(device_of({64, 1}, {64, nan}), same), "mapping.update-law");
  EXPECT_EQ(made(device_of({64, 1}, {64, 1}, -0.1), same), "mapping.noise");
  const std::string code = "mapping.analog-training";
  EXPECT_EQ(option([](auto& o) { o.threshold = 0; }), code);
  EXPECT_EQ(option([](auto& o) { o.pulse_train = 32; }), code);
  EXPECT_EQ(option([](auto& o) { o.array_columns = 1; }), code);
  EXPECT_EQ(option([](auto& o) { o.weight_range = nan; }), code);
  EXPECT_EQ(option([](auto& o) { o.read_age = 0.0; }), code);
  EXPECT_EQ(option([](auto& o) { o.reading.input_bits = 1; }), code);
  EXPECT_EQ(option([](auto& o) { o.reading.adc_bits = 17; }), code);
  EXPECT_EQ(option([](auto& o) { o.reading.full_scale = 0.0; }), code);
  EXPECT_EQ(option([](auto& o) { o.reading.halvings = -1; }), code);
  EXPECT_EQ(option([](auto& o) { o.reading.converter_noise = nan; }), "mapping.noise");
  EXPECT_EQ(option([](auto& o) { o.read_sigma = -1.0; }), "mapping.noise");
}

TEST(AnalogTraining, WeightsThatAreNotFiniteAreRefused) {
  const network::Network network = dense(1);
  const auto engine = memristor_training(network, ideal_device(), {});
  const std::vector<float> bad = {0.0F, static_cast<float>(nan)};
  const std::string code = "mapping.analog-training";
  EXPECT_EQ(code_of([&] { engine->program(0, bad); }), code);
  EXPECT_EQ(code_of([&] { engine->add(0, bad); }), code);
  EXPECT_EQ(code_of([&] { engine->add(0, std::vector<float>(3)); }), code);
  EXPECT_EQ(code_of([&] { engine->add(0, std::vector<float>{1e20F, 0.0F}); }), code);
}

TEST(AnalogTraining, MomentumHasNoPlaceInTheArray) {
  network::Network network = test::network();
  AnalogTrainingOptions options;
  options.update = UpdateScheme::outer_product;
  const auto engine = memristor_training(network, ideal_device(), options);
  EXPECT_EQ(code_of([&] { network::train(network, dataset_for(network), descent(0.9), *engine); }),
            "network.training");
}

TEST(AnalogTraining, GoesOnFromAStateToTheSameResult) {
  TrainingDevice device = device_of({64, 0.5}, {32, 0.5}, 0.02);
  device.cost = PulseCost{2.0, 1e-6, 2.0, 1e-6, {}};
  AnalogTrainingOptions options;
  options.read_sigma = 0.01;
  options.reading.converter_noise = 0.5;
  const network::Network untrained = test::network();
  const network::Dataset data = dataset_for(untrained);
  const auto train = [&](const std::string& from, std::vector<std::string>& states) {
    network::Network network = untrained;
    const auto engine = memristor_training(network, device, options);
    network::TrainingOptions steps = descent();
    steps.epochs = 3;
    steps.resume = from;
    steps.checkpoint = [&](const std::string& state) { states.push_back(state); };
    const auto summaries = network::train(network, data, steps, *engine);
    const TrainingEvents events = engine->events();
    EXPECT_EQ(summaries.size(), 3U);
    return std::tuple{network,
                      engine->conductances(network.matrix_layers().front()),
                      summaries.front().loss,
                      summaries.back().test_accuracy,
                      events.pulses,
                      events.write_energy,
                      events.write_time,
                      events.conversions};
  };
  std::vector<std::string> states;
  const auto whole = train("", states);
  ASSERT_EQ(states.size(), 3U);
  for (const std::size_t epochs : {1U, 2U, 3U}) {
    std::vector<std::string> later;
    EXPECT_EQ(train(states[epochs - 1], later), whole) << epochs;
    EXPECT_EQ(later.size(), 3 - epochs);
    if (later.empty()) continue;
    EXPECT_EQ(later.back(), states.back()) << epochs;
  }
  const auto refusal = [&](const std::string& state) {
    return code_of([&] {
      std::vector<std::string> none;
      train(state, none);
    });
  };
  EXPECT_EQ(refusal(states[0].substr(0, states[0].size() - 1)), "base.bytes");
  EXPECT_EQ(refusal(states[0] + 'x'), "base.bytes");
  std::string longer = states[0];
  longer[0] = 4;  // epochs
  EXPECT_EQ(refusal(longer), "network.training");
}

}  // namespace
}  // namespace neucasl::mapping
