#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/mapping/training_parts.hpp"

// Training on weight banks: float descent, moments of noises, states.

namespace neucasl::mapping {
namespace {

using namespace test;

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

/// A bank whose weights are off by the number of its writes.
class ShiftedBank final : public WeightBank {
 public:
  explicit ShiftedBank(std::size_t channels) : channels_(channels) {}
  [[nodiscard]] std::size_t channels() const override { return channels_; }
  [[nodiscard]] BankReceiver receiver() const override { return plain_bank(channels_).receiver; }
  [[nodiscard]] RealisedWeights realise(std::span<const double> targets,
                                        std::uint64_t number) const override {
    RealisedWeights made{{targets.begin(), targets.end()}, std::vector<double>(channels_, 1.0)};
    for (double& weight : made.weight)
      weight += 1e-3 * static_cast<double>(number >> bank_number_bits);
    return made;
  }

 private:
  std::size_t channels_;
};

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

TEST(PhotonicTraining, EachOpticalProductBringsItsThermalNoise) {
  const network::Network network = dense(1, 6);
  LinearBank bank = plain_bank(2);
  bank.receiver.thermal_noise = 1e-22;
  PhotonicTrainingOptions options;
  options.reading.input_bits = 0;
  options.reading.adc_bits = 0;
  options.accumulation = 2;  // conversions of two products and of one
  options.shot_noise = false;
  const auto engine = photonic_training(network, linear_weight_bank(bank), options);
  engine->program(0, std::vector<float>(6, 1.0F));
  engine->begin_pass(0);
  constexpr std::size_t rows = 20000;
  const std::vector<float> input(6 * rows, 1.0F);
  std::vector<float> output(rows);
  engine->multiply(0, input.data(), rows, 0, output.data());
  expect_moments({output.begin(), output.end()}, 6.0, 3.0 * 5e9 * 1e-22 / 1e-8);
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

TEST(PhotonicTraining, GoesOnFromAStateToTheSameResult) {
  const network::Network untrained = test::network();
  const network::Dataset data = dataset_for(untrained);
  const auto train = [&](const std::string& from, std::vector<std::string>& states) {
    network::Network network = untrained;
    const auto engine = photonic_training(network, std::make_shared<const ShiftedBank>(4), {});
    network::TrainingOptions steps = descent();
    steps.resume = from;
    steps.checkpoint = [&](const std::string& state) { states.push_back(state); };
    network::train(network, data, steps, *engine);
    return std::pair{network, engine->events().conversions};
  };
  std::vector<std::string> states;
  const auto whole = train("", states);
  std::vector<std::string> later;
  EXPECT_EQ(train(states.front(), later), whole);
  EXPECT_EQ(later.back(), states.back());
}

TEST(PhotonicTraining, EachWriteHasErrorsOfItsOwn) {
  const network::Network network = dense(1, 4);
  PhotonicTrainingOptions options;
  options.reading.input_bits = 0;
  options.reading.adc_bits = 0;
  options.weight_bits = 16;
  options.shot_noise = options.thermal_noise = options.intensity_noise = false;
  const auto engine = photonic_training(network, std::make_shared<const ShiftedBank>(4), options);
  const std::vector<float> input(4, 1.0F);
  std::vector<float> reads(2);
  for (float& output : reads) {
    engine->program(0, std::vector<float>{0.5F, -1.0F, 0.25F, 0.0F});
    engine->begin_pass(0);
    engine->multiply(0, input.data(), 1, 0, &output);
  }
  // Four weights, each off by a thousandth for each write.
  EXPECT_NEAR(reads[1] - reads[0], 4e-3, 1e-4);
}

}  // namespace
}  // namespace neucasl::mapping
