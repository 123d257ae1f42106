#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/link/bank.hpp"
#include "neucasl/link/resolution.hpp"
#include "tests/performance/photonic_requests.hpp"

namespace neucasl::performance_plugin {
namespace {

namespace parts = architecture::test;
using parts::photonic_description;
using test::EstimateView;
using test::one_product;
using test::refusal_of;

// 1 + 2 x 0.5 + 2 + 3 x 0.1 + 1.5 + 3 x 0.2 dB.
constexpr double loss_db = 6.4;

TEST(PhotonicLink, LaserPowerFollowsFromTheLosses) {
  const EstimateView e(parts::parse(photonic_description()), one_product(5, 4, 3));
  EXPECT_NEAR(e.figure("insertion_loss_dB"), loss_db, 1e-12);
  EXPECT_NEAR(e.sum("link_budget", "total_dB"), loss_db, 1e-12);
  const double light = 4e-6 * std::pow(10.0, loss_db / 10.0) * 3.0 * 4.0;
  EXPECT_NEAR(e.figure("laser_optical_power_W") / light, 1.0, 1e-12);
  EXPECT_NEAR(e.figure("laser_power_W") / (4.0 * light), 1.0, 1e-12);
  EXPECT_NEAR(e.figure("link_margin_dB"), 0.0, 1e-9);
  // Four lines of the sensitivity each.
  EXPECT_NEAR(e.figure("detector_power_W") / 16e-6, 1.0, 1e-12);
  EXPECT_NEAR(e.cell("by_component", "core/laser", "leakage_energy"),
              6.0 * 4.0 * light * e.figure("interval_s"), 1e-20);
}

TEST(PhotonicLink, FullScaleIsThatOfAllChannelsWhoeverEmitsThem) {
  const EstimateView comb(parts::parse(photonic_description()), one_product(5, 4, 3));
  std::string text = parts::changed(photonic_description(), parts::number("wavelengths", "4", "1"),
                                    parts::number("wavelengths", "1", "1"));
  const EstimateView lines(parts::parse(text), one_product(5, 4, 3));
  EXPECT_NEAR(lines.figure("detector_power_W") / 16e-6, 1.0, 1e-12);
  EXPECT_NEAR(lines.figure("effective_bits"), comb.figure("effective_bits"), 1e-12);
  EXPECT_NEAR(comb.figure("laser_power_W") / lines.figure("laser_power_W"), 4.0, 1e-12);
  text = parts::changed(
      photonic_description(), parts::number("fan_out", "3", "1"),
      parts::number("fan_out", "3", "1") + "<choice name='sensitivity_of' value='comb'/>");
  const EstimateView together(parts::parse(text), one_product(5, 4, 3));
  EXPECT_NEAR(together.figure("detector_power_W") / 4e-6, 1.0, 1e-12);
  EXPECT_NEAR(together.figure("laser_power_W") / lines.figure("laser_power_W"), 1.0, 1e-12);
}

TEST(PhotonicLink, NoBitsAndNoLaserAreRefused) {
  const auto with = [](const std::string& name, const std::string& from, const std::string& to) {
    return parts::changed(photonic_description(), parts::number(name, from, "1"),
                          parts::number(name, to, "1"));
  };
  const base::Diagnostic noise =
      refusal_of(with("intensity_noise_db", "-140", "50"), one_product(5, 4, 3));
  EXPECT_EQ(noise.code, "performance.resolution");
  EXPECT_NE(noise.remedy.find("'intensity_noise_db' = 50"), std::string::npos) << noise.remedy;
  EXPECT_TRUE(noise.where.known());
  EXPECT_EQ(refusal_of(with("quality", "8000", "1e300"), one_product(5, 4, 3)).code,
            "performance.resolution");
  const std::string stated =
      parts::changed(with("loss_db", "1.5", "1e5"), parts::number("fan_out", "3", "1"),
                     parts::number("fan_out", "3", "1") + parts::number("leakage", "1", "W"));
  const base::Diagnostic dark = refusal_of(stated, one_product(5, 4, 3));
  EXPECT_EQ(dark.code, "performance.link");
  EXPECT_EQ(dark.remedy.find("inf"), std::string::npos) << dark.remedy;
  // 0.25 W of light for 12 times 4 uW.
  EXPECT_NE(dark.remedy.find("a path of 37.16 dB"), std::string::npos) << dark.remedy;
}

TEST(PhotonicLink, LevelsBelowThoseOfActivationsAreReported) {
  std::vector<base::Diagnostic> heard;
  base::DiagnosticSink sink([&](const base::Diagnostic& one) { heard.push_back(one); });
  const std::string text =
      parts::changed(photonic_description(), parts::number("fan_out", "3", "1"),
                     parts::number("fan_out", "3", "1") + parts::number("level_bits", "1", "1"));
  static_cast<void>(EstimateView(parts::parse(text), one_product(5, 4, 3), &sink));
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].code, "performance.resolution");
  EXPECT_NE(heard[0].message.find("levels of 1 bits, activations have 2"), std::string::npos);
  heard.clear();
  std::string wide =
      parts::changed(photonic_description(), parts::number("activation_bits", "2", "1"),
                     parts::number("activation_bits", "6", "1"));
  static_cast<void>(EstimateView(parts::parse(wide), one_product(5, 4, 3), &sink));
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_NE(heard[0].message.find("effective bits of a sum"), std::string::npos);
}

TEST(PhotonicLink, LevelsAndExtinctionCostLight) {
  const std::string text = parts::changed(
      parts::changed(photonic_description(), parts::number("fan_out", "3", "1"),
                     parts::number("fan_out", "3", "1") + parts::number("level_bits", "4", "1")),
      parts::number("through_loss_db", "0.1", "1"),
      parts::number("through_loss_db", "0.1", "1") +
          parts::number("extinction_ratio_db", "10", "1"));
  const EstimateView plain(parts::parse(photonic_description()), one_product(5, 4, 3));
  const EstimateView e(parts::parse(text), one_product(5, 4, 3));
  EXPECT_NEAR(e.figure("laser_power_W") / plain.figure("laser_power_W"), 16.0 / 0.9, 1e-12);
}

TEST(PhotonicLink, BitsComeFromTheirCauses) {
  const EstimateView e(parts::parse(photonic_description()), one_product(5, 4, 3));
  const link::SeriesBank bank{8000.0, 18e-9, 1.5};
  EXPECT_NEAR(e.figure("bits_crosstalk"),
              link::resolution_bits(bank.crosstalk(link::channel_grid(1550e-9, 2e-9, 4))), 1e-9);
  EXPECT_NEAR(e.figure("bits_resonance_error"), link::resonance_bits(1e-12, 1550e-9, 8000.0), 1e-9);
  const link::ReceiverBits noise = link::receiver_bits({16e-6, 1e9, 1000.0, 300.0, -140.0});
  EXPECT_NEAR(e.figure("bits_shot_noise"), noise.shot, 1e-9);
  EXPECT_NEAR(e.figure("bits_thermal_noise"), noise.thermal, 1e-9);
  EXPECT_NEAR(e.figure("bits_intensity_noise"), noise.intensity, 1e-9);
  EXPECT_EQ(e.figure("bits_dac_of_weights"), 5.0);
  EXPECT_EQ(e.figure("bits_adc"), 6.0);
  EXPECT_NEAR(e.figure("effective_bits"), link::combined_bits(e.numbers("effective_bits", "bits")),
              1e-12);
  EXPECT_LT(e.figure("effective_bits"), 5.0);
}

TEST(PhotonicLink, ModulatedWeightsHaveNoBank) {
  const EstimateView e(parts::parse(photonic_description(false)), one_product(5, 4, 3));
  EXPECT_FALSE(e.has_figure("bits_crosstalk"));
  EXPECT_NEAR(e.figure("insertion_loss_dB"), 4.3, 1e-12);
}

TEST(PhotonicLink, AWeakLaserIsRefused) {
  const double needed = 4.0 * 4e-6 * std::pow(10.0, loss_db / 10.0) * 12.0;
  const auto stated = [](double milliwatt) {
    return parts::changed(photonic_description(), parts::number("fan_out", "3", "1"),
                          parts::number("fan_out", "3", "1") +
                              parts::number("leakage", std::to_string(milliwatt), "mW"));
  };
  const base::Diagnostic found = refusal_of(stated(0.7e3 * needed), one_product(5, 4, 3));
  EXPECT_EQ(found.code, "performance.link");
  EXPECT_NE(found.message.find("does not close: 6.4 dB and 3 ways"), std::string::npos)
      << found.message;
  EXPECT_NE(found.remedy.find("divided into 2 ways; or a path of 4.85 dB"), std::string::npos)
      << found.remedy;
  EXPECT_TRUE(found.where.known());
  const EstimateView strong(parts::parse(stated(2e3 * needed)), one_product(5, 4, 3));
  EXPECT_NEAR(strong.figure("link_margin_dB"), 10.0 * std::log10(2.0), 1e-4);
  const std::string limited = parts::changed(
      photonic_description(), parts::number("fan_out", "3", "1"),
      parts::number("fan_out", "3", "1") + parts::number("largest_optical_power", "50", "uW"));
  const base::Diagnostic over = refusal_of(limited, one_product(5, 4, 3));
  EXPECT_EQ(over.code, "performance.link");
  EXPECT_NE(over.message.find("'laser' may give 50 uW"), std::string::npos) << over.message;
  EXPECT_NE(over.remedy.find("allow 209.5 uW of light"), std::string::npos) << over.remedy;
}

TEST(PhotonicLink, WeightsBeyondTheBankAreReported) {
  std::vector<base::Diagnostic> heard;
  base::DiagnosticSink sink([&](const base::Diagnostic& one) { heard.push_back(one); });
  static_cast<void>(
      EstimateView(parts::parse(photonic_description()), one_product(5, 4, 3), &sink));
  EXPECT_TRUE(heard.empty());
  const std::string wide =
      parts::changed(parts::changed(photonic_description(), parts::number("weight_bits", "4", "1"),
                                    parts::number("weight_bits", "12", "1")),
                     parts::number("bits", "5", "1"), parts::number("bits", "12", "1"));
  const EstimateView e(parts::parse(wide), one_product(5, 4, 3), &sink);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].code, "performance.resolution");
  const double resolved = std::floor(e.figure("weight_bits_resolved"));
  EXPECT_NE(heard[0].remedy.find("weight_bits = " + base::shortest(resolved)), std::string::npos)
      << heard[0].remedy;
  EXPECT_TRUE(heard[0].where.known());
}
}  // namespace
}  // namespace neucasl::performance_plugin
