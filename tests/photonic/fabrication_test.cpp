#include "fabrication.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models.hpp"
#include "network.hpp"

namespace neucasl::photonic {
namespace {

double value_in(const model::DeviceModel& model, const std::vector<double>& p,
                std::string_view name) {
  return p[model::parameter_index(model.specification(), name)];
}

TEST(Fabrication, ByDefaultNothingVariesAndNothingAges) {
  for (const std::string_view name : model_names()) {
    const std::unique_ptr<model::DeviceModel> model(make_model(name));
    const auto nominal = model::default_parameters(model->specification());
    EXPECT_TRUE(model->spreads(nominal).empty()) << name;
    auto used = nominal;
    model->age(used, {1e9, 400.0, 1.0, 1.0, 0.0});
    EXPECT_EQ(used, nominal) << name;
  }
}

// 10,000 disks, 5 sigma.
TEST(Fabrication, ResonancesFollowWidthAndThickness) {
  const std::unique_ptr<model::DeviceModel> disk(make_model("microdisk"));
  const auto nominal = parameters_of(*disk, {{"width_sigma", 2e-9},
                                             {"width_sensitivity", 1.1},
                                             {"thickness_sigma", 0.5e-9},
                                             {"thickness_sensitivity", 2.4},
                                             {"loss_variation", 0.3},
                                             {"coupling_variation", 0.1}});
  ASSERT_EQ(disk->spreads(nominal).size(), 5U);
  constexpr int samples = 10000;
  double shift = 0.0, squares = 0.0, loss = 0.0, loss_squares = 0.0, both = 0.0;
  for (int k = 0; k < samples; ++k) {
    base::RandomStream random(4, "disks", static_cast<std::uint64_t>(k));
    auto made = nominal;
    disk->sample_variation(made, random);
    const double moved = value_in(*disk, made, "resonance_shift");
    shift += moved;
    squares += moved * moved;
    const double quality = std::log(value_in(*disk, made, "intrinsic_quality") /
                                    value_in(*disk, nominal, "intrinsic_quality"));
    loss += quality;
    loss_squares += quality * quality;
    both += std::log(value_in(*disk, made, "coupling_quality_1") /
                     value_in(*disk, nominal, "coupling_quality_1")) *
            std::log(value_in(*disk, made, "coupling_quality_2") /
                     value_in(*disk, nominal, "coupling_quality_2"));
  }
  const double sigma = std::hypot(1.1 * 2e-9, 2.4 * 0.5e-9);
  EXPECT_NEAR(shift / samples, 0.0, 5.0 * sigma / std::sqrt(samples));
  EXPECT_NEAR(std::sqrt(squares / samples) / sigma, 1.0, 5.0 / std::sqrt(2.0 * samples));
  EXPECT_NEAR(loss / samples, 0.0, 5.0 * 0.3 / std::sqrt(samples));
  EXPECT_NEAR(std::sqrt(loss_squares / samples) / 0.3, 1.0, 5.0 / std::sqrt(2.0 * samples));
  EXPECT_NEAR(both / samples, 0.0, 5.0 * 0.01 / std::sqrt(samples));
}

TEST(Fabrication, ResonatorsAgeByTheirLaw) {
  const double energy = 0.6 * 1.602176634e-19;
  const std::unique_ptr<model::DeviceModel> ring(make_model("ring_add_drop"));
  const auto fresh = parameters_of(*ring, {{"ageing_shift", 0.2e-9},
                                           {"ageing_loss", 0.5},
                                           {"ageing_time", 1e7},
                                           {"ageing_temperature", 350.0},
                                           {"ageing_energy", energy},
                                           {"ageing_exponent", 0.5}});
  auto aged = fresh;
  ring->age(aged, {4e7, 350.0, 0.0, 1.0, 0.0});
  EXPECT_NEAR(value_in(*ring, aged, "resonance_shift"), 0.4e-9, 1e-21);
  EXPECT_NEAR(value_in(*ring, aged, "round_trip_loss_db"),
              2.0 * value_in(*ring, fresh, "round_trip_loss_db"), 1e-12);
  // Colder by Arrhenius's factor, and half the time.
  auto cold = fresh;
  ring->age(cold, {4e7, 310.0, 0.0, 0.5, 0.0});
  const double factor = std::exp(energy / 1.380649e-23 * (1.0 / 310.0 - 1.0 / 350.0));
  EXPECT_NEAR(value_in(*ring, cold, "resonance_shift") / (0.2e-9 * std::sqrt(2.0 / factor)), 1.0,
              1e-12);
  const std::unique_ptr<model::DeviceModel> disk(make_model("microdisk"));
  const auto young = parameters_of(*disk, {{"ageing_loss", 1.0}, {"ageing_time", 1e7}});
  auto old = young;
  disk->age(old, {1e7, 358.15, 0.0, 1.0, 0.0});
  EXPECT_NEAR(value_in(*disk, old, "intrinsic_quality"),
              0.5 * value_in(*disk, young, "intrinsic_quality"), 1e-6);
}

// A shift by the ambient temperature is a shift of the resonance, in the rings exactly.
TEST(Fabrication, ResonancesFollowTheAmbientTemperature) {
  for (const char* name : {"ring_all_pass", "ring_add_drop", "ring_add_drop_thermal", "microdisk",
                           "microdisk_modulator", "microdisk_switch"}) {
    const std::unique_ptr<model::DeviceModel> model(make_model(name));
    const auto warm =
        parameters_of(*model, {{"ambient_sensitivity", 0.08e-9}, {"ambient_reference", 310.0}});
    const auto moved = parameters_of(*model, {{"resonance_shift", 1.6e-9}});
    model::Environment environment;
    environment.temperature = 330.0;
    std::vector<double> a(model->derived_size());
    std::vector<double> b(model->derived_size());
    model->derive(warm, environment, a);
    model->derive(moved, environment, b);
    for (std::size_t k = 0; k < a.size(); ++k) {
      EXPECT_NEAR(a[k], b[k], 1e-9 * std::max(1.0, std::abs(b[k]))) << name << ' ' << k;
    }
  }
}

TEST(Fabrication, LasersLosePower) {
  for (const char* name : {"laser", "laser_diode", "comb_laser"}) {
    const std::unique_ptr<model::DeviceModel> laser(make_model(name));
    const auto fresh = parameters_of(
        *laser, {{"ageing_power", 0.2}, {"ageing_time", 1e8}, {"ageing_exponent", 1.0}});
    auto aged = fresh;
    laser->age(aged, {3e8, 358.15, 0.0, 1.0, 0.0});
    const char* power = std::string_view(name) == "laser"         ? "power"
                        : std::string_view(name) == "laser_diode" ? "slope_efficiency"
                                                                  : "power_per_line";
    EXPECT_NEAR(value_in(*laser, aged, power) / value_in(*laser, fresh, power), std::exp(-0.6),
                1e-12)
        << name;
  }
  const std::unique_ptr<model::DeviceModel> diode(make_model("laser_diode"));
  const auto fresh = parameters_of(*diode, {{"ageing_threshold", 0.5}});
  auto aged = fresh;
  diode->age(aged, {1e8, 358.15, 0.0, 1.0, 0.0});
  EXPECT_NEAR(
      value_in(*diode, aged, "threshold_current") / value_in(*diode, fresh, "threshold_current"),
      std::exp(0.5), 1e-12);
}

}  // namespace
}  // namespace neucasl::photonic
