#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/mapping/training_parts.hpp"

// Devices in training: closed forms of their updates, moments of their noises, cost.

namespace neucasl::mapping {
namespace {

using namespace test;

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

}  // namespace
}  // namespace neucasl::mapping
