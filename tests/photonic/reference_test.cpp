#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "curves.hpp"
#include "network.hpp"
#include "optics.hpp"
#include "ring.hpp"

namespace neucasl::photonic {
namespace {

using std::complex;

// 0.99 of the amplitude over a guide of 20 um.
double loss_of_reference_guide() { return -20.0 * std::log10(0.99) / 20e-6; }

struct Cavity {
  complex<double> reflected;
  complex<double> transmitted;
};

/// Laser, mirror, guide, mirror, termination; or from the other end.
Cavity solve_cavity(double r1, double r2, double index, double wavelength) {
  model::Environment environment;
  environment.wavelength = wavelength;
  Network net(environment);
  net.add("laser", {"in"}, {{"power", 1e-3}});
  net.add("mirror", {"in", "left"}, {{"reflection", r1}});
  net.add("waveguide", {"left", "right"},
          {{"length", 20e-6},
           {"effective_index", index},
           {"group_index", index},
           {"propagation_loss_db", loss_of_reference_guide()}});
  net.add("mirror", {"right", "out"}, {{"reflection", r2}});
  net.add("termination", {"out"});
  net.solve();
  const double amplitude = std::sqrt(1e-3);
  // At the laser's net V is the emitted wave and the returning one.
  return {net.wave("in") / amplitude - 1.0, net.wave("out") / amplitude};
}

TEST(Reference, SymmetricFabryPerot) {
  double worst = 0.0;
  for (const auto& row : read_numbers("fabry_perot.csv")) {
    // An index that gives the phase at 1550 nm, one turn on.
    const double index =
        (row[0] + 40.0 * std::numbers::pi) * 1.55e-6 / (2.0 * std::numbers::pi * 20e-6);
    const Cavity cavity = solve_cavity(0.9, 0.9, index, 1.55e-6);
    worst = std::max(worst, std::abs(cavity.reflected - complex(row[1], row[2])));
    worst = std::max(worst, std::abs(cavity.transmitted - complex(row[3], row[4])));
  }
  EXPECT_LT(worst, 1e-12);
}

TEST(Reference, AsymmetricFabryPerotOverFrequency) {
  double worst = 0.0;
  for (const auto& row : read_numbers("fp.s2p")) {
    const double wavelength = light_speed / row[0];
    const Cavity forward = solve_cavity(0.9, 0.5, 2.4, wavelength);
    const Cavity backward = solve_cavity(0.5, 0.9, 2.4, wavelength);
    worst = std::max(worst, std::abs(forward.reflected - complex(row[1], row[2])));
    worst = std::max(worst, std::abs(forward.transmitted - complex(row[3], row[4])));
    worst = std::max(worst, std::abs(backward.transmitted - complex(row[5], row[6])));
    worst = std::max(worst, std::abs(backward.reflected - complex(row[7], row[8])));
  }
  EXPECT_LT(worst, 1e-12);
}

const Settings reference_ring = {{"radius", 5e-6},
                                 {"effective_index", 2.6},
                                 {"group_index", 4.0},
                                 {"reference_wavelength", 1550e-9},
                                 {"round_trip_loss_db", 0.02},
                                 {"power_coupling_1", 0.0225},
                                 {"power_coupling_2", 0.0225}};

TEST(Reference, AddDropRing) {
  double far = 0.0;
  double near = 0.0;
  int resonant = 0;
  for (const auto& row : read_numbers("ring_adddrop.csv")) {
    model::Environment environment;
    environment.wavelength = row[0] * 1e-9;
    Network net(environment);
    net.add("laser", {"in"}, {{"power", 1e-3}});
    net.add("ring_add_drop", {"in", "through", "drop", "add"}, reference_ring);
    for (const char* end : {"through", "drop", "add"}) net.add("termination", {end});
    net.solve();
    const double amplitude = std::sqrt(1e-3);
    const double error = std::max(
        {std::abs(net.wave("through") / amplitude - complex(row[1], row[2])),
         std::abs(net.wave("drop") / amplitude - complex(row[3], row[4])),
         std::abs(std::norm(net.wave("through")) / 1e-3 - row[5]),
         std::abs(std::norm(net.wave("drop")) / 1e-3 - row[6]), std::abs(net.wave("add"))});
    const bool on = row[6] > 0.02;
    resonant += on ? 1 : 0;
    (on ? near : far) = std::max(on ? near : far, error);
  }
  EXPECT_GT(resonant, 50);
  EXPECT_LT(far, 1e-12);
  // The phase, about 331 rad, is known to 6e-14 by its rounding, and a resonance of finesse 125
  // multiplies that by up to 40.
  EXPECT_LT(near, 5e-12);
}

TEST(Reference, AddDropRingQualityAndFreeSpectralRange) {
  // The values of ring_adddrop.json.
  const double range = 19.118487538913925e-9, width = 0.15250661310553398e-9;
  const double quality = 10163.493690122186;
  const std::unique_ptr<model::DeviceModel> model(make_model("ring_add_drop"));
  const auto parameters = parameters_of(*model, reference_ring);
  ParameterReader reader(parameters);
  const RingGeometry ring = read_ring(reader);
  const double a = std::pow(10.0, -0.02 / 20.0);
  const RingCouplers couplers = make_couplers(0.0225, 0.0225, a);
  EXPECT_NEAR(ring_free_spectral_range(ring, 1550e-9) / range, 1.0, 1e-12);
  EXPECT_NEAR(ring_width(ring, couplers, 1550e-9) / width, 1.0, 1e-12);
  EXPECT_NEAR(1550e-9 / ring_width(ring, couplers, 1550e-9) / quality, 1.0, 1e-12);

  const auto found = resonances(
      [&](double wavelength) {
        return power_transfer_at(wavelength, *model, parameters, {}, "input", "drop");
      },
      1520e-9, 1580e-9, 6001);
  ASSERT_EQ(found.size(), 3u);
  for (std::size_t i = 0; i < found.size(); ++i) {
    // Q ~ 1/l, since the width grows with l^2.
    EXPECT_NEAR(found[i].quality() * found[i].wavelength / 1550e-9 / quality, 1.0, 2e-4);
    if (i == 0) continue;
    const double product = found[i].wavelength * found[i - 1].wavelength;
    EXPECT_NEAR((found[i].wavelength - found[i - 1].wavelength) /
                    (product / (4.0 * 2.0 * std::numbers::pi * 5e-6)),
                1.0, 1e-6);
  }
}

TEST(Reference, MeshOfInterferometersIsItsUnitaryMatrix) {
  const auto phases = read_numbers("mzi8_phases.csv");
  const auto unitary = read_numbers("mzi8_U.csv");
  ASSERT_EQ(phases.size(), 28u);
  ASSERT_EQ(unitary.size(), 8u);
  double worst = 0.0;
  for (int input = 0; input < 8; ++input) {
    Network net;
    std::vector<int> part(8, 0);
    const auto name = [&](int line) {
      return "line" + std::to_string(line) + "_" + std::to_string(part[line]);
    };
    for (int line = 0; line < 8; ++line) {
      net.add("laser", {name(line)}, {{"power", line == input ? 1e-3 : 0.0}});
    }
    for (const auto& row : phases) {
      const int top = static_cast<int>(row[1]);
      const std::string in_1 = name(top), in_2 = name(top + 1);
      ++part[top];
      ++part[top + 1];
      net.add("mach_zehnder_interferometer", {in_1, in_2, name(top), name(top + 1)},
              {{"inner_phase", row[2]}, {"outer_phase", row[3]}});
    }
    for (int line = 0; line < 8; ++line) net.add("termination", {name(line)});
    net.solve();
    for (int line = 0; line < 8; ++line) {
      const complex expected(unitary[line][input], unitary[line][8 + input]);
      worst = std::max(worst, std::abs(net.wave(name(line)) / std::sqrt(1e-3) - expected));
    }
  }
  EXPECT_LT(worst, 1e-12);
}

}  // namespace
}  // namespace neucasl::photonic
