#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "circuit_builder.hpp"
#include "neucasl/io/touchstone.hpp"
#include "photonic_solver.hpp"
#include "tests/photonic/reference_data.hpp"

namespace neucasl::scattering {
namespace {

using Complex = std::complex<double>;
using photonic::read_numbers;

constexpr double light_speed = 299792458.0;  // m/s, exact (SI)

void add_cavity(CircuitBuilder& net, double r1, double r2, double index) {
  net.add("laser", "laser", {"in"});
  net.add("left_mirror", "mirror", {"in", "left"}, {{"reflection", r1}});
  net.add("guide", "waveguide", {"left", "right"},
          {{"length", 20e-6},
           {"effective_index", index},
           {"group_index", index},
           {"propagation_loss_db", -20.0 * std::log10(0.99) / 20e-6}});
  net.add("right_mirror", "mirror", {"right", "out"}, {{"reflection", r2}});
  net.add("end", "termination", {"out"});
}

TEST(ScatteringReference, SymmetricFabryPerot) {
  const ScatteringSolver solver;
  double worst = 0.0;
  for (const auto& row : read_numbers("fabry_perot.csv")) {
    CircuitBuilder net;
    // An index that gives the phase at 1550 nm, twenty turns on.
    add_cavity(net, 0.9, 0.9,
               (row[0] + 40.0 * std::numbers::pi) * 1.55e-6 / (2.0 * std::numbers::pi * 20e-6));
    const auto s = solver.transfer(net.circuit(), {"in"}, {"in", "out"}, {}, {});
    worst = std::max(worst, std::abs(s.value[0] - Complex(row[1], row[2])));
    worst = std::max(worst, std::abs(s.value[1] - Complex(row[3], row[4])));
  }
  EXPECT_LT(worst, 1e-12);
}

TEST(ScatteringReference, AsymmetricFabryPerotIsItsTouchstoneFile) {
  const io::Touchstone file =
      io::read_touchstone(std::string(NEUCASL_TEST_DATA) + "/photonic/reference/fp.s2p");
  std::vector<double> wavelengths;
  for (const double frequency : file.frequency) wavelengths.push_back(light_speed / frequency);
  CircuitBuilder net;
  add_cavity(net, 0.9, 0.5, 2.4);
  plugin::Context two_threads;
  two_threads.threads = 2;
  const ScatteringSolver solver;
  const auto s =
      solver.transfer(net.circuit(), {"in", "out"}, {"in", "out"}, wavelengths, two_threads);
  EXPECT_NE(s.method.find("sparse elimination"), std::string::npos) << s.method;
  double worst = 0.0;
  for (std::size_t k = 0; k < s.value.size(); ++k) {
    worst = std::max(worst, std::abs(s.value[k] - file.matrix[k]));
  }
  EXPECT_LT(worst, 1e-12);
  // The number of threads changes no bit.
  const auto one = solver.transfer(net.circuit(), {"in", "out"}, {"in", "out"}, wavelengths, {});
  EXPECT_EQ(one.value, s.value);
}

const Settings reference_ring = {{"radius", 5e-6},
                                 {"effective_index", 2.6},
                                 {"group_index", 4.0},
                                 {"reference_wavelength", 1550e-9},
                                 {"round_trip_loss_db", 0.02},
                                 {"power_coupling_1", 0.0225},
                                 {"power_coupling_2", 0.0225}};

TEST(ScatteringReference, AddDropRing) {
  const auto rows = read_numbers("ring_adddrop.csv");
  CircuitBuilder net;
  net.add("laser", "laser", {"in"});
  net.add("ring", "ring_add_drop", {"in", "through", "drop", "add"}, reference_ring);
  for (const char* end : {"through", "drop", "add"}) net.add(end, "termination", {end});
  std::vector<double> wavelengths;
  for (const auto& row : rows) wavelengths.push_back(row[0] * 1e-9);
  const auto s = ScatteringSolver().transfer(net.circuit(), {"in"}, {"through", "drop", "add"},
                                             wavelengths, {});
  EXPECT_NE(s.method.find("no wave returns"), std::string::npos) << s.method;
  double far = 0.0;
  double near = 0.0;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const auto& row = rows[k];
    const double error = std::max({std::abs(s.value[3 * k] - Complex(row[1], row[2])),
                                   std::abs(s.value[3 * k + 1] - Complex(row[3], row[4])),
                                   std::abs(s.value[3 * k + 2])});
    (row[6] > 0.02 ? near : far) = std::max(row[6] > 0.02 ? near : far, error);
  }
  EXPECT_LT(far, 1e-12);
  // The phase, 331 rad, is known to 6e-14 by its rounding; the finesse multiplies that by up to 40.
  EXPECT_LT(near, 5e-12);
  EXPECT_GT(near, 0.0);
}

/// The same ring of two couplers and two guides: a cycle of waves in place of one matrix.
TEST(ScatteringReference, RingOfCouplersIsTheRing) {
  const double half = std::numbers::pi * 5e-6;
  const Settings guide = {{"length", half},
                          {"effective_index", 2.6},
                          {"group_index", 4.0},
                          {"reference_wavelength", 1550e-9},
                          {"propagation_loss_db", 0.01 / half}};
  CircuitBuilder parts;
  parts.add("laser", "laser", {"in"});
  parts.add("lower", "directional_coupler", {"in", "a1", "through", "a2"},
            {{"power_coupling", 0.0225}});
  parts.add("up", "waveguide", {"a2", "b1"}, guide);
  parts.add("upper", "directional_coupler", {"add", "b1", "drop", "b2"},
            {{"power_coupling", 0.0225}});
  parts.add("down", "waveguide", {"b2", "a1"}, guide);
  for (const char* end : {"through", "drop", "add"}) parts.add(end, "termination", {end});
  CircuitBuilder whole;
  whole.add("laser", "laser", {"in"});
  whole.add("ring", "ring_add_drop", {"in", "through", "drop", "add"}, reference_ring);
  for (const char* end : {"through", "drop", "add"}) whole.add(end, "termination", {end});
  std::vector<double> wavelengths;
  for (int k = 0; k <= 400; ++k) wavelengths.push_back(1540e-9 + 0.05e-9 * k);
  const std::vector<std::string> nets = {"in", "through", "drop", "add"};
  const ScatteringSolver solver;
  const auto a = solver.transfer(parts.circuit(), nets, nets, wavelengths, {});
  const auto b = solver.transfer(whole.circuit(), nets, nets, wavelengths, {});
  EXPECT_NE(a.method.find("sparse elimination"), std::string::npos) << a.method;
  double worst = 0.0;
  double largest_drop = 0.0;
  for (std::size_t k = 0; k < a.value.size(); ++k) {
    worst = std::max(worst, std::abs(a.value[k] - b.value[k]));
  }
  for (std::size_t k = 0; k < wavelengths.size(); ++k) {
    largest_drop = std::max(largest_drop, std::norm(a.value[16 * k + 8]));
  }
  EXPECT_LT(worst, 5e-12);
  EXPECT_GT(largest_drop, 0.5);
}

TEST(ScatteringReference, MeshOfInterferometersIsItsUnitaryMatrix) {
  const auto unitary = read_numbers("mzi8_U.csv");
  CircuitBuilder net;
  add_mesh(net, 8, read_numbers("mzi8_phases.csv"));
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  for (int line = 0; line < 8; ++line) {
    inputs.push_back("in" + std::to_string(line));
    outputs.push_back("out" + std::to_string(line));
  }
  const auto s = ScatteringSolver().transfer(net.circuit(), inputs, outputs, {}, {});
  EXPECT_NE(s.method.find("no wave returns"), std::string::npos) << s.method;
  double worst = 0.0;
  for (std::size_t o = 0; o < 8; ++o) {
    for (std::size_t i = 0; i < 8; ++i) {
      worst =
          std::max(worst, std::abs(s.value[o * 8 + i] - Complex(unitary[o][i], unitary[o][8 + i])));
    }
  }
  EXPECT_LT(worst, 1e-12);
}

}  // namespace
}  // namespace neucasl::scattering
