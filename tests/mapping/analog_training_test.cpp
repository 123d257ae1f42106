#include "neucasl/mapping/analog_training.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/mapping/parts.hpp"

// Training in analog against float descent, closed forms of devices, and moments of noises.

namespace neucasl::mapping {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A dense layer of two inputs: its largest weight is the range itself, and steps are exact.
network::Network dense(std::size_t outputs, std::size_t inputs = 2) {
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

TrainingDevice device_of(UpdateCurve up, UpdateCurve down, double sigma = 0.0) {
  TrainingDevice device;
  device.synapse.card = "test";
  device.synapse.conductance_min = 1e-6;
  device.synapse.conductance_max = 9e-6;
  device.synapse.update = UpdateLaw{up, down, sigma};
  return device;
}

TrainingDevice ideal_device() { return device_of({1e6, 1e6}, {1e6, 1e6}); }

AnalogTrainingOptions exact_reading() {
  AnalogTrainingOptions options;
  options.reading.input_bits = 0;
  options.reading.adc_bits = 0;
  return options;
}

template <class Action>
std::string code_of(const Action& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "";
}

/// Images whose class is the brightest third of noise.
network::LabelledImages thirds(const network::Network& network, std::size_t count,
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

network::Dataset dataset_for(const network::Network& network) {
  return {"thirds", thirds(network, 192, 1), thirds(network, 60, 2)};
}

network::TrainingOptions descent(double momentum = 0.9) {
  network::TrainingOptions options;
  options.epochs = 2;
  options.batch = 16;
  options.learning_rate = 0.02;
  options.momentum = momentum;
  return options;
}

/// Largest difference of two trained networks over the largest weight.
double difference(const network::Network& a, const network::Network& b) {
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

struct Single {
  network::Network network = dense(1);
  std::unique_ptr<AnalogTraining> engine;

  explicit Single(const TrainingDevice& device, PairScheme pair, std::size_t threshold = 1) {
    AnalogTrainingOptions options = exact_reading();
    options.pair = pair;
    options.threshold = threshold;
    engine = memristor_training(network, device, options);
    engine->program(0, std::vector<float>{0.0F, 0.0F});
  }
  /// Pulses, or a fraction of one, on the first weight.
  void pulse(double n) {
    const auto change = static_cast<float>(n * engine->weight_step(0));
    engine->add(0, std::vector<float>{change, 0.0F});
  }
  [[nodiscard]] double positive() const { return engine->conductances(0)[0]; }
  [[nodiscard]] double negative() const { return engine->conductances(0)[1]; }
};

constexpr double low = 1e-6;
constexpr double high = 9e-6;
constexpr double window = high - low;

double up_limit(double a) { return high + window / std::expm1(1.0 / a); }
double down_limit(double a) { return low - window / std::expm1(1.0 / a); }

TEST(AnalogTraining, APairFollowsTheCurvesOfItsDevices) {
  const TrainingDevice device = device_of({64, 0.5}, {32, 0.25});
  Single single(device, PairScheme::push_pull);
  const double middle = 0.5 * (low + high);
  EXPECT_DOUBLE_EQ(single.positive(), middle);
  single.pulse(5);
  const double up = up_limit(0.5) - (up_limit(0.5) - middle) * std::exp(-5 / (0.5 * 64));
  const double down = down_limit(0.25) + (middle - down_limit(0.25)) * std::exp(-5 / (0.25 * 32));
  EXPECT_NEAR(single.positive(), up, 1e-12 * up);
  EXPECT_NEAR(single.negative(), down, 1e-12 * down);
  EXPECT_NEAR(single.engine->weights(0)[0], 4.0 * (up - down) / window, 1e-6);
  EXPECT_EQ(single.engine->weights(0)[1], 0.0F);
  const TrainingEvents events = single.engine->events();
  EXPECT_EQ(events.pulses, 10U);
  EXPECT_EQ(events.largest_count, 5U);
  EXPECT_EQ(events.devices, 4U);
}

TEST(AnalogTraining, ChangesWaitUntilTheyAreWorthAPulse) {
  Single single(device_of({64, 1e6}, {64, 1e6}), PairScheme::push_pull, 3);
  for (int i = 0; i < 11; ++i) single.pulse(0.25);
  EXPECT_EQ(single.engine->events().pulses, 0U);
  single.pulse(0.25);
  EXPECT_EQ(single.engine->events().largest_count, 3U);
  single.pulse(-2.75);
  EXPECT_EQ(single.engine->events().largest_count, 3U);
  single.pulse(-0.5);
  EXPECT_EQ(single.engine->events().largest_count, 6U);
  EXPECT_NEAR(single.engine->weights(0)[0], 0.0, 1e-6);
}

TEST(AnalogTraining, AlternatePulsesPullADeviceToItsSymmetryPoint) {
  const double a = 0.3;
  const double b = 1.0;
  const TrainingDevice device = device_of({64, a}, {32, b});
  const double e = std::exp(-1 / (a * 64));
  const double f = std::exp(-1 / (b * 32));
  // At the symmetry point both steps are the same.
  const double point = symmetry_point(device.synapse);
  EXPECT_NEAR((up_limit(a) - point) * (1 - e), (point - down_limit(b)) * (1 - f), 1e-18);

  Single single(device, PairScheme::fixed_reference);
  EXPECT_NEAR(single.positive(), point, 1e-12 * point);
  EXPECT_NEAR(single.negative(), point, 1e-12 * point);
  single.pulse(20);
  const double start = single.positive();
  EXPECT_GT(start, point + 0.1 * window);
  // Up and down: G <- e f G + const, whose fixed point lies between the points before each pulse.
  const double fixed = (up_limit(a) * (1 - e) * f + down_limit(b) * (1 - f)) / (1 - e * f);
  for (int pair = 1; pair <= 200; ++pair) {
    single.pulse(1);
    single.pulse(-1);
    if (pair % 50 != 0) continue;
    const double expected = fixed + (start - fixed) * std::pow(e * f, pair);
    EXPECT_NEAR(single.positive(), expected, 1e-9 * window) << pair;
  }
  EXPECT_GT(fixed, point - window / 32);
  EXPECT_LT(fixed, point);
  EXPECT_NEAR(single.negative(), point, 1e-12 * point);
}

/// Mean and variance.
std::pair<double, double> moments(const std::vector<double>& values) {
  double mean = 0.0;
  for (const double value : values) mean += value;
  mean /= static_cast<double>(values.size());
  double variance = 0.0;
  for (const double value : values) variance += (value - mean) * (value - mean);
  return {mean, variance / static_cast<double>(values.size() - 1)};
}

void expect_moments(const std::vector<double>& values, double mean, double variance) {
  const auto [m, v] = moments(values);
  const auto count = static_cast<double>(values.size());
  EXPECT_NEAR(m, mean, 5.0 * std::sqrt(variance / count));
  EXPECT_NEAR(v, variance, 5.0 * variance * std::sqrt(2.0 / count));
}

TEST(AnalogTraining, NoiseOfUpdatesHasTheMomentsOfTheLaw) {
  const double sigma = 0.01;
  const network::Network network = dense(5000);
  const auto engine =
      memristor_training(network, device_of({64, 1e6}, {64, 1e6}, sigma), exact_reading());
  engine->program(0, std::vector<float>(10000, 0.0F));
  engine->add(0, std::vector<float>(10000, static_cast<float>(4.0 * engine->weight_step(0))));
  std::vector<double> up;
  std::vector<double> down;
  std::vector<double> product;
  const std::vector<double> made = engine->conductances(0);
  for (std::size_t i = 0; i < made.size(); i += 2) {
    up.push_back((made[i] - 5e-6) / window);
    down.push_back((made[i + 1] - 5e-6) / window);
    product.push_back((up.back() - 4.0 / 64) * (down.back() + 4.0 / 64));
  }
  expect_moments(up, 4.0 / 64, sigma * sigma * 4);
  expect_moments(down, -4.0 / 64, sigma * sigma * 4);
  // The two devices of a pair are independent.
  EXPECT_NEAR(moments(product).first, 0.0, 5.0 * 4 * sigma * sigma / 100.0);
}

TEST(AnalogTraining, DevicesDifferByTheSpreadOfTheCard) {
  TrainingDevice device = device_of({64, 1e6}, {64, 1e6});
  device.potentiation_spread = device::Spread{"lognormal", 0.1};
  const network::Network network = dense(5000);
  const auto logarithms = [&](bool spread) {
    AnalogTrainingOptions options = exact_reading();
    options.device_spread = spread;
    const auto engine = memristor_training(network, device, options);
    engine->program(0, std::vector<float>(10000, 0.0F));
    engine->add(0, std::vector<float>(10000, static_cast<float>(2.0 * engine->weight_step(0))));
    const std::vector<double> made = engine->conductances(0);
    std::vector<double> result;
    for (std::size_t i = 0; i < made.size(); i += 2) {
      result.push_back(std::log((made[i] - 5e-6) / window * 32));
      EXPECT_NEAR(made[i + 1], 5e-6 - window / 32, 1e-8 * window);
    }
    return result;
  };
  expect_moments(logarithms(true), 0.0, 0.01);
  EXPECT_NEAR(moments(logarithms(false)).second, 0.0, 1e-12);
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

TEST(AnalogTraining, PulsesCostWhatTheCardSays) {
  TrainingDevice device = device_of({64, 1e6}, {64, 1e6});
  device.cost = PulseCost{3.0, 2e-6, 2.0, 1e-6, 1e6};
  Single single(device, PairScheme::push_pull);
  single.pulse(4);
  const double shift = 4 * window / 64;
  const double energy = 4 * (9.0 * 2e-6 * (5e-6 + 0.5 * shift) + 4.0 * 1e-6 * (5e-6 - 0.5 * shift));
  EXPECT_NEAR(single.engine->events().write_energy, energy, 1e-6 * energy);
  EXPECT_NEAR(single.engine->events().write_time, 4 * 3e-6, 1e-15);
}

TEST(AnalogTraining, RowsOfAnArrayAreWrittenOneAfterTheOther) {
  TrainingDevice device = device_of({64, 1e6}, {64, 1e6});
  device.cost = PulseCost{3.0, 2e-6, 2.0, 1e-6, {}};
  const network::Network network = dense(4, 2);
  AnalogTrainingOptions options = exact_reading();
  options.array_columns = 4;  // two outputs
  const auto engine = memristor_training(network, device, options);
  engine->program(0, std::vector<float>(8, 0.0F));
  const auto step = static_cast<float>(engine->weight_step(0));
  // First array: rows of 3 and 1 pulses; second: 5 and none.
  engine->add(0, std::vector<float>{3 * step, 2 * step, -5 * step, 0, step, 0, 0, 0});
  EXPECT_NEAR(engine->events().write_time, 5 * 3e-6, 1e-15);
}

TEST(AnalogTraining, CoincidencesOfTrainsMakeTheOuterProduct) {
  const network::Network network = dense(2, 2);
  AnalogTrainingOptions options = exact_reading();
  options.update = UpdateScheme::outer_product;
  const auto engine = memristor_training(network, device_of({4e6, 1e6}, {4e6, 1e6}), options);
  ASSERT_TRUE(engine->adds_rows());
  engine->program(0, std::vector<float>(4, 0.0F));
  engine->begin_pass(0);
  const double step = engine->weight_step(0);
  constexpr std::size_t rows = 4000;
  std::vector<float> x;
  std::vector<float> d;
  for (std::size_t r = 0; r < rows; ++r) {
    x.insert(x.end(), {1.0F, -0.5F});
    d.insert(d.end(), {0.2F, -0.05F});
  }
  // The largest product is worth 7.5 pulses, in trains of 8.
  const double rate = 7.5 * step / 0.2;
  engine->add_rows(0, x.data(), d.data(), rows, 0, rate);
  const std::vector<float> made = engine->weights(0);
  for (std::size_t k = 0; k < 2; ++k) {
    for (std::size_t n = 0; n < 2; ++n) {
      const double p =
          std::sqrt(7.5 / 8) * std::abs(x[k]) * std::sqrt(7.5 / 8) * std::abs(d[n]) / 0.2;
      const double deviation = std::sqrt(8 * p * (1 - p) / rows) * step;
      EXPECT_NEAR(made[k * 2 + n] / rows, -rate * x[k] * d[n], 5 * deviation) << k << n;
    }
  }
}

TEST(AnalogTraining, OuterProductsWithLittleNoiseLearn) {
  network::Network network = test::network();
  const network::Dataset data = dataset_for(network);
  AnalogTrainingOptions options;
  options.update = UpdateScheme::outer_product;
  options.reading.adc_bits = 12;
  const auto engine =
      memristor_training(network, device_of({1200, 1e6}, {1200, 1e6}, 1e-4), options);
  network::TrainingOptions steps = descent(0.0);
  steps.epochs = 4;
  steps.learning_rate = 0.1;
  const auto seen = network::train(network, data, steps, *engine);
  EXPECT_LT(seen.back().loss, 0.8 * seen.front().loss);
  EXPECT_GT(engine->events().pulses, 0U);
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

TEST(AnalogTraining, CardsAreRead) {
  const std::string curves = test::number("conductance_min", "1", "uS") +
                             test::number("conductance_max", "9", "uS") +
                             test::number("depression_levels", "32", "1") +
                             test::number("potentiation_curvature", "0.5", "1") +
                             test::number("depression_curvature", "0.25", "1");
  device::UseList uses;
  const auto read = [&](const std::string& more) {
    return read_training_device(test::card("cell", "memristor", curves + more), uses);
  };
  const std::string spread =
      "<number name=\"potentiation_levels\" value=\"64\" unit=\"1\" kind=\"assumed\" source=\"s\" "
      "place=\"p\"><spread distribution=\"normal\" sigma=\"2\"/></number>\n";
  const TrainingDevice device = read(spread);
  EXPECT_EQ(device.synapse.update->potentiation.pulses, 64.0);
  ASSERT_TRUE(device.potentiation_spread);
  EXPECT_EQ(device.potentiation_spread->sigma, 2.0);
  EXPECT_FALSE(device.cost);
  const std::string cost = test::number("potentiation_voltage", "3", "V") +
                           test::number("potentiation_time", "2", "us") +
                           test::number("depression_voltage", "2", "V") +
                           test::number("depression_time", "1", "us");
  EXPECT_NEAR(read(spread + cost).cost->depression_time, 1e-6, 1e-18);
  EXPECT_FALSE(read(spread + cost).cost->endurance);
  EXPECT_EQ(code_of([&] { read(""); }), "mapping.update-law");
  EXPECT_EQ(code_of([&] { read(test::number("potentiation_levels", "0", "1")); }), "device.range");
  EXPECT_EQ(code_of([&] { read(spread + cost + test::number("endurance", "0", "1")); }),
            "device.range");
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

LinearBank plain_bank(std::size_t channels) {
  LinearBank bank;
  bank.receiver.line_current = 1e-4;
  bank.receiver.bandwidth = 5e9;
  bank.offset.assign(channels, 0.0);
  bank.collected.assign(channels, 1.0);
  bank.crosstalk.assign(channels * channels, 0.0);
  for (std::size_t i = 0; i < channels; ++i) bank.crosstalk[i * channels + i] = 1.0;
  return bank;
}

TEST(PhotonicTraining, PlainBanksFollowFloatDescent) {
  network::Network photonic = test::network();
  network::Network floating = photonic;
  const network::Dataset data = dataset_for(photonic);
  PhotonicTrainingOptions options;
  options.reading.input_bits = 16;
  options.reading.adc_bits = 16;
  options.weight_bits = 16;
  options.shot_noise = false;
  const auto trained = [&](int threads) {
    network::Network network = floating;
    options.threads = threads;
    const auto engine = photonic_training(network, linear_weight_bank(plain_bank(4)), options);
    network::TrainingOptions steps = descent();
    steps.threads = threads;
    network::train(network, data, steps, *engine);
    EXPECT_GT(engine->events().backward_reads, 0U);
    return network;
  };
  photonic = trained(1);
  EXPECT_EQ(photonic, trained(3));
  network::train(floating, data, descent());
  EXPECT_LT(difference(photonic, floating), 0.01);
}

TEST(PhotonicTraining, NoiseHasTheVarianceOfItsCauses) {
  const network::Network network = dense(1, 3);
  LinearBank bank = plain_bank(4);
  bank.receiver.intensity_noise = 1e-13;
  bank.receiver.thermal_noise = 1e-22;
  bank.receiver.dark_current = 1e-6;
  PhotonicTrainingOptions options;
  options.reading.input_bits = 0;
  options.reading.adc_bits = 0;
  options.weight_bits = 16;
  const auto engine = photonic_training(network, linear_weight_bank(bank), options);
  const std::vector<float> weight = {0.5F, -1.0F, 0.25F};
  engine->program(0, weight);
  engine->begin_pass(0);
  constexpr std::size_t rows = 20000;
  constexpr double q = 1.602176634e-19;
  const auto expect = [&](const std::vector<float>& row, double signs) {
    double mean = 0.0;
    double variance = 5e9 * signs * (1e-22 + 4 * q * 1e-6) / 1e-8;
    for (std::size_t i = 0; i < 3; ++i) {
      mean += row[i] * weight[i];
      const double x = std::abs(row[i]) / 2.0;
      variance += 5e9 * (2 * q * x / 1e-4 + 1e-13 * x * x * weight[i] * weight[i]);
    }
    std::vector<float> input;
    for (std::size_t r = 0; r < rows; ++r) input.insert(input.end(), row.begin(), row.end());
    std::vector<float> output(rows);
    engine->multiply(0, input.data(), rows, 0, output.data());
    expect_moments({output.begin(), output.end()}, mean, 4.0 * variance);
  };
  expect({1.0F, 0.5F, 2.0F}, 1.0);
  expect({1.0F, 0.5F, -2.0F}, 2.0);
}

TEST(PhotonicTraining, BadNumbersAreRefused) {
  const network::Network network = dense(1);
  const auto made = [&](auto change) {
    PhotonicTrainingOptions options;
    change(options);
    return code_of([&] { photonic_training(network, linear_weight_bank(plain_bank(2)), options); });
  };
  EXPECT_EQ(made([](auto&) {}), "");
  EXPECT_EQ(made([](auto& o) { o.weight_bits = 1; }), "mapping.analog-training");
  EXPECT_EQ(made([](auto& o) { o.accumulation = 0; }), "mapping.analog-training");
  EXPECT_EQ(made([](auto& o) { o.reading.adc_bits = 1; }), "mapping.analog-training");
}

}  // namespace
}  // namespace neucasl::mapping
