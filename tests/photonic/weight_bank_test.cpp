#include <cmath>

#include "bank_bench.hpp"
#include "circuits/channel_plan.hpp"
#include "circuits/channel_tuning.hpp"

namespace neucasl::photonic {
namespace {

using WeightBank = CircuitBench;

TEST_F(WeightBank, SixteenDisksBeforeAndAfterCalibration) {
  const auto design = build("weight_bank", {}, native_.get());
  EXPECT_GT(figure(design, "largest_error_alone"), 1e-2);
  EXPECT_LE(figure(design, "largest_error_calibrated"), 1e-9);
  EXPECT_LE(figure(design, "simulated_error_calibrated"), 1e-6);
  EXPECT_NEAR(figure(design, "simulated_error_alone"), figure(design, "largest_error_alone"), 1e-6);
}

TEST_F(WeightBank, FourDisksInBothSimulators) {
  const std::string weights = file("weights.csv", "0.9, -0.4, 0, -1\n");
  const auto design =
      build("weight_bank", {{"weights", weights}, {"spacing", "1.2 nm"}}, ngspice_.get());
  const auto& reached = column(design, "weights", "calibrated_simulated");
  const std::vector<double> targets{0.9, -0.4, 0.0, -1.0};
  EXPECT_LT(largest_difference(reached, targets), 1e-6);
  expect_good(design, 1e-6);
}

TEST_F(WeightBank, RingsInBothSimulators) {
  const auto design = build(
      "weight_bank", {{"channels", "3"}, {"resonator", "ring_crosslight"}, {"pitch", "20 um"}},
      ngspice_.get());
  EXPECT_LE(figure(design, "simulated_error_calibrated"), 1e-6);
  expect_good(design, 1e-6);
}

TEST_F(WeightBank, CalibratesInTheLoop) {
  const GivenTexts texts{{"channels", "4"}, {"spacing", "1 nm"}, {"calibration", "simulated"}};
  EXPECT_EQ(refusal("weight_bank", texts).code, "photonic.calibration");
  const auto design = build("weight_bank", texts, native_.get());
  EXPECT_LE(figure(design, "simulated_error_calibrated"), 1e-5);
  EXPECT_GE(figure(design, "corrections"), 2.0);
}

TEST_F(WeightBank, OneDiskIsItsLorentzian) {
  // Alone, at resonance: drop (Q / Q1)^2 4 / 4, through (1 - 2 Q / Q1)^2.
  const std::string weights = file("one.csv", "0\n");
  const auto design = build("weight_bank", {{"weights", weights}, {"full_scale", "1"}});
  const double loaded = 1.0 / (1.0 / 61050.3 + 2.0 / 18412.8);
  const double part = 2.0 * loaded / 18412.8;
  EXPECT_NEAR(figure(design, "highest_weight"), part * part - std::pow(1.0 - part, 2), 1e-9);
  // Weight 0 where drop and through are equal: (part^2 + part (2 - part)) L = 1.
  const double detuning = std::sqrt(2.0 * part - 1.0);
  const double width = 1550e-9 / loaded;
  EXPECT_NEAR(column(design, "weights", "shift_alone")[0], 0.5 * width * detuning, 1e-3 * width);
}

TEST_F(WeightBank, RefusesWeightsOutOfRange) {
  const std::string weights = file("range.csv", "0.5, 0.2\n");
  const auto ok = refusal("weight_bank", {{"weights", weights}});
  EXPECT_EQ(ok.code, "");
  const std::string beyond = file("beyond.csv", "# two channels\n0.5, 1.2\n");
  const auto refused = refusal("weight_bank", {{"weights", beyond}});
  EXPECT_EQ(refused.code, "photonic.weight");
  EXPECT_EQ(refused.where.line, 2u);
  EXPECT_EQ(refused.where.column, 6u);
  EXPECT_NE(refused.remedy.find("to 1.054"), std::string::npos) << refused.remedy;
}

TEST_F(WeightBank, RefusesChannelsThatDoNotFit) {
  const auto many = refusal("weight_bank", {{"channels", "20"}, {"spacing", "1 nm"}});
  EXPECT_EQ(many.code, "photonic.channels");
  EXPECT_NE(many.remedy.find("at most 18"), std::string::npos) << many.remedy;
  const auto close = refusal("weight_bank", {{"channels", "4"}, {"spacing", "0.1 nm"}});
  EXPECT_EQ(close.code, "photonic.channels");
  EXPECT_NE(close.remedy.find("92"), std::string::npos) << close.remedy;
  EXPECT_EQ(refusal("weight_bank", {{"channels", "93"}}).code, "photonic.channels");
}

TEST_F(WeightBank, RefusesOtherCards) {
  EXPECT_EQ(refusal("weight_bank", {{"resonator", "heater_crosslight"}}).code,
            "photonic.resonator");
  EXPECT_EQ(refusal("weight_bank", {{"guide", "microdisk_dwdm"}, {"pitch", "10 um"}}).code,
            "photonic.card");
}

TEST(ChannelTuning, RefusesWhatNeighboursTake) {
  TunedChannels channels;
  channels.count = 2;
  channels.first = 0.0;
  channels.last = 1.0;
  channels.alone = [](int, double tuning) { return tuning; };
  channels.together = [](const std::vector<double>& t) {
    return std::vector<double>{0.8 * t[0], t[1]};
  };
  CalibrationLimits limits;
  limits.what = "weight";
  try {
    calibrate(channels, {0.9, 0.5}, limits);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "photonic.calibration");
    EXPECT_NE(error.diagnostic().message.find("weight 0"), std::string::npos);
  }
  const Calibration found = calibrate(channels, {0.7, 0.5}, limits);
  EXPECT_NEAR(found.tunings[0], 0.875, 1e-9);
}

}  // namespace
}  // namespace neucasl::photonic
