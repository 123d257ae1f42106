#include <gtest/gtest.h>

#include <cmath>

#include "circuit_builder.hpp"
#include "photonic_solver.hpp"

namespace neucasl::scattering {
namespace {

constexpr double charge = 1.602176634e-19;  // C, exact (SI)
constexpr double boltzmann = 1.380649e-23;  // J/K, exact (SI)

const std::vector<double>& numbers(const results::Table& table, const std::string& column) {
  return std::get<std::vector<double>>(table.column(column).values);
}
double bits_of(const plugin::PhotonicBudget& budget, const std::string& cause) {
  const auto& causes = std::get<std::vector<std::string>>(budget.bits.column("cause").values);
  for (std::size_t k = 0; k < causes.size(); ++k) {
    if (causes[k] == cause) return numbers(budget.bits, "bits")[k];
  }
  ADD_FAILURE() << "no cause " << cause;
  return 0.0;
}
double bits(double ratio) { return (10.0 * std::log10(ratio) - 1.76) / 6.02; }

TEST(ScatteringBudget, OneChannelInClosedForm) {
  constexpr double power = 2e-3, loss_db = 3.0, responsivity = 0.8, bandwidth = 5e9;
  CircuitBuilder net;
  net.add("laser", "laser", {"in"}, {{"power", power}, {"relative_intensity_noise_db", -140.0}});
  net.add("shifter", "phase_shifter", {"in", "out", "0", "0"}, {{"insertion_loss_db", loss_db}});
  net.add("receiver", "photodetector", {"out", "load", "0"},
          {{"responsivity", responsivity}, {"dark_current", 0.0}, {"shunt_resistance", 1e6}});
  net.resistor("load", "load", "0", 50.0);
  const auto budget = ScatteringSolver().budget(net.circuit(), {bandwidth}, {});
  const double arriving = power * std::pow(10.0, -loss_db / 10.0);
  const double current = responsivity * arriving;
  EXPECT_NEAR(numbers(budget.detectors, "path_loss_db")[0], loss_db, 1e-9);
  EXPECT_NEAR(numbers(budget.detectors, "power")[0] / arriving, 1.0, 1e-12);
  EXPECT_NEAR(numbers(budget.detectors, "photocurrent")[0] / current, 1.0, 1e-9);
  EXPECT_NEAR(bits_of(budget, "shot"), bits(current / (2.0 * charge * bandwidth)), 1e-6);
  EXPECT_NEAR(bits_of(budget, "thermal"),
              bits(current * current * 1e6 / (4.0 * boltzmann * 300.0 * bandwidth)), 1e-6);
  EXPECT_NEAR(bits_of(budget, "thermal noise of the load"),
              bits(current * current * 50.0 / (4.0 * boltzmann * 300.0 * bandwidth)), 1e-6);
  // 1 / (RIN B) = 43.01 dB: 6.85 bits, whatever the power.
  EXPECT_NEAR(bits_of(budget, "relative_intensity of the light"), bits(1e14 / bandwidth), 1e-6);
  EXPECT_NEAR(bits_of(budget, "relative_intensity of the light"), 6.85, 0.01);
}

/// Two lines on a bus, a disk on the first: the second leaks by the disk's Lorentzian.
TEST(ScatteringBudget, CrosstalkOfALorentzian) {
  constexpr double quality = 16000.0, apart = 1e-9;
  CircuitBuilder net({1550e-9, 1550e-9 + apart});
  net.add("comb", "comb_laser", {"in"},
          {{"first_wavelength", 1550e-9}, {"spacing", apart}, {"count", 2.0}});
  net.add("disk", "microdisk", {"in", "through", "drop", "add"},
          {{"resonance_wavelength", 1550e-9},
           {"intrinsic_quality", 1e9},
           {"coupling_quality_1", quality},
           {"coupling_quality_2", quality}});
  net.add("end", "termination", {"through"});
  net.add("dark", "termination", {"add"});
  net.add("receiver", "photodetector", {"drop", "0", "0"});
  const auto budget = ScatteringSolver().budget(net.circuit(), {1e9}, {});
  // Detuning over the half width, in frequency.
  const double x = 2.0 * (quality / 2.0) * (apart / (1550e-9 + apart));
  const double expected = 1.0 / (1.0 + x * x);
  EXPECT_NEAR(numbers(budget.detectors, "crosstalk_db")[0], 10.0 * std::log10(expected), 1e-3);
  EXPECT_NEAR(bits_of(budget, "crosstalk"), -std::log2(expected), 1e-3);
  EXPECT_EQ(numbers(budget.channels, "power").size(), 2u);
}

TEST(ScatteringBudget, RefusesWhatHasNoBudget) {
  const auto refused = [](const circuit::Circuit& circuit, double bandwidth) {
    try {
      (void)ScatteringSolver().budget(circuit, {bandwidth}, {});
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return std::string("nothing");
  };
  CircuitBuilder blind;
  blind.add("laser", "laser", {"in"});
  blind.add("end", "termination", {"in"});
  EXPECT_EQ(refused(blind.circuit(), 1e9), "scattering.budget");
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add("receiver", "photodetector", {"in", "0", "0"});
  EXPECT_EQ(refused(net.circuit(), 0.0), "scattering.budget");
  EXPECT_EQ(refused(net.circuit(), 1e9), "nothing");
  net.circuit().set("laser.power", 0.0);
  EXPECT_EQ(refused(net.circuit(), 1e9), "scattering.budget");
}

}  // namespace
}  // namespace neucasl::scattering
