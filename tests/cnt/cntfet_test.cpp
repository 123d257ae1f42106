#include "cnt/cntfet.hpp"

#include <gtest/gtest.h>

#include "cnt/tube.hpp"
#include "neucasl/cells/transistor_curves.hpp"
#include "tests/semiconductor/model_checks.hpp"

namespace neucasl::cnt {
namespace {

using test::derived_of;
using test::evaluate;

constexpr double boltzmann_over_charge = 1.380649e-23 / 1.602176634e-19;

std::vector<double> defaults(const model::DeviceModel& model) {
  return model::default_parameters(model.specification());
}

void settle(std::vector<double>& p) {
  for (const Index whole : {tubes, metallic_tubes, gate_all_around})
    p[whole] = std::round(p[whole]);
  p[oxide_thickness] = std::min(p[oxide_thickness], 0.1 * p[gate_length]);
}

TEST(Cntfet, SoundOverTheWholeRange) {
  for (const char* name : {"cntfet_n", "cntfet_p"}) {
    test::expect_sound(*make_model(name), 300, settle);
  }
}

TEST(Cntfet, ParametersStandInTheOrderOfTheIndex) {
  const auto s = specification(1);
  ASSERT_EQ(s.parameters.size(), parameter_count);
  EXPECT_EQ(s.parameters[diameter].name, "diameter");
  EXPECT_EQ(s.parameters[extension_resistance].name, "extension_resistance");
  EXPECT_EQ(s.parameters[missing_probability].name, "missing_probability");
  EXPECT_EQ(s.parameters[supply_voltage].name, "supply_voltage");
  EXPECT_EQ(make_model("cntfet"), nullptr);
}

TEST(Cntfet, RefusesWhatContradictsItself) {
  const auto model = make_model("cntfet_n");
  const auto refused = [&](Index index, double value, double length = 15e-9) {
    auto p = defaults(*model);
    p[gate_length] = length;
    p[index] = value;
    try {
      derived_of(*model, p);
    } catch (const base::Error& error) {
      return error.diagnostic().code == "model.parameters";
    }
    return false;
  };
  EXPECT_TRUE(refused(tubes, 2.5));
  EXPECT_TRUE(refused(metallic_tubes, 0.5));
  EXPECT_TRUE(refused(gate_all_around, 0.5));
  EXPECT_TRUE(refused(oxide_thickness, 20e-9, 5e-9));
  EXPECT_FALSE(refused(tubes, 0.0));
}

TEST(Tube, NumbersOfOneTube) {
  auto p = defaults(*make_model("cntfet_n"));
  const Tube tube = tube_of(p);
  EXPECT_NEAR(tube.band_gap, 0.71, 1e-12);
  const double cox = 2 * M_PI * 8.8541878128e-12 * 23 / std::log(7.2 / 1.2);
  const double cq = 0.64e-9 * std::sqrt(0.71) + 0.1e-9;
  EXPECT_NEAR(tube.oxide_capacitance, cox, 1e-6 * cox);
  EXPECT_NEAR(tube.inversion_capacitance, 1 / (1 / cox + 1 / cq), 1e-15);
  EXPECT_NEAR(tube.velocity, 4.1e5 * 220.0 / 235.0, 1.0);
  EXPECT_NEAR(tube.mobility, 0.135 * 15.0 / 81.2 * std::pow(1.2, 1.5), 1e-6);
  p[gate_all_around] = 0.0;
  EXPECT_NEAR(tube_of(p).oxide_capacitance,
              2 * M_PI * 8.8541878128e-12 * 23 / std::acosh(3.6 / 0.6), 1e-12);
  // The less, the thinner the oxide against the channel.
  p[oxide_thickness] = 1e-9;
  EXPECT_LT(tube_of(p).barrier_lowering, tube.barrier_lowering);
}

TEST(Tube, ContactsHaveTheLimitsOfATransmissionLine) {
  const double gap = 0.71;
  const double coupling = 490.0 * std::exp(-(gap / 2 - 0.4) / 0.032);
  // Short: all of the contact conducts alike.
  EXPECT_NEAR(contact_resistance(gap, 0.1e-9) * coupling * 0.1e-9, 1.0, 2e-3);
  // Long: no shorter than half the quantum resistance, and no longer depending on the length.
  EXPECT_NEAR(contact_resistance(gap, 1e-6), contact_resistance(gap, 2e-6), 1e-3);
  EXPECT_GT(contact_resistance(gap, 1e-6), quantum_resistance / 2);
  EXPECT_NEAR(contact_resistance(0.3, 1e-6), quantum_resistance / 2, 0.01 * quantum_resistance);
}

/// The equations of VS-CNFET for one tube, Vds >= 0.
double published_current(std::span<const double> p, double vgs, double vds, double rs) {
  const Tube t = tube_of(p);
  const double vt = boltzmann_over_charge * 300.0;
  const double a = p[threshold_shift] * vt;
  const double eta = t.barrier_lowering;
  const double vth = t.threshold - eta * vds;
  const double ff = 1.0 / (1.0 + std::exp((vgs - (vth - a / 2)) / a));
  const double n = t.swing_factor;
  const double q = t.inversion_capacitance * n * vt *
                   std::log(1.0 + std::exp((vgs - (vth - a * ff)) / (n * vt)));
  const double vx =
      (ff + (1 - ff) / (1 + rs * t.inversion_capacitance * (1 + 2 * eta) * t.velocity)) *
      t.velocity;
  const double vdsat = (2 * rs * q * vx + vx * p[gate_length] / t.mobility) * (1 - ff) + vt * ff;
  const double r = vds / vdsat;
  const double beta = p[saturation_exponent];
  return q * vx * r / std::pow(1 + std::pow(r, beta), 1 / beta);
}

double published_current(std::span<const double> p, double vgs, double vds) {
  return published_current(p, vgs, vds, tube_of(p).contact_resistance + p[extension_resistance]);
}

TEST(Cntfet, CurrentIsThatOfThePublishedEquations) {
  const auto model = make_model("cntfet_n");
  auto p = defaults(*model);
  p[gate_length] = 10e-9;
  p[contact_length] = 1e-6;
  for (const double count : {1.0, 5.0}) {
    p[tubes] = count;
    cells::TransistorBench bench(*model, p, {}, 1);
    for (const double vds : {0.02, 0.1, 0.4, 0.7}) {
      for (double vgs = -0.2; vgs <= 1.2; vgs += 0.1) {
        const double expected = count * published_current(p, vgs, vds);
        // Where strong inversion begins, the resistances count in full here.
        const bool passage = vgs > 0.15 && vgs < 0.8;
        EXPECT_NEAR(bench.current(vgs, vds), expected, (passage ? 0.12 : 0.01) * expected)
            << vgs << ' ' << vds;
      }
    }
  }
}

// In the linear region the explicit form is that of a channel between two resistors.
TEST(Cntfet, SeriesResistanceActsAsResistors) {
  const auto model = make_model("cntfet_n");
  auto p = defaults(*model);
  const double rs = tube_of(p).contact_resistance + 10e3;
  p[extension_resistance] = 10e3;
  const double vds = 0.02;
  for (double vgs = 0.4; vgs < 0.95; vgs += 0.1) {
    double low = 0.0;
    double high = vds / (2.0 * rs);
    for (int i = 0; i < 60; ++i) {
      const double current = 0.5 * (low + high);
      const double inner = vds - 2.0 * rs * current;
      (published_current(p, vgs - rs * current, inner, 0.0) > current ? low : high) = current;
    }
    EXPECT_NEAR(cells::TransistorBench(*model, p, {}, 1).current(vgs, vds), low, 0.015 * low)
        << vgs;
  }
}

TEST(Cntfet, MetallicTubesConductWhateverTheGate) {
  const auto model = make_model("cntfet_n");
  auto p = defaults(*model);
  p[tubes] = 0;
  p[metallic_tubes] = 3;
  cells::TransistorBench bench(*model, p, {}, 1);
  const double expected = 3 * 0.1 / (6453.20 * (1 + 15.0 / 380.0));
  for (const double gate : {-0.5, 0.0, 0.7}) {
    EXPECT_NEAR(bench.current(gate, 0.1), expected, 1e-9 * expected);
  }
  EXPECT_THROW(model->characterize(p, {}, {}), base::Error);
  EXPECT_TRUE(model->costs(p, {}).empty());
}

TEST(Cntfet, HolesMirrorElectronsAndSourceAndDrainExchange) {
  const auto n = make_model("cntfet_n");
  const auto hole = make_model("cntfet_p");
  auto p = defaults(*n);
  p[metallic_tubes] = 1;
  const auto d = derived_of(*n, p);
  const auto dp = derived_of(*hole, p);
  for (int k = 0; k < 100; ++k) {
    base::RandomStream random(5, "symmetry", static_cast<std::uint64_t>(k));
    const auto x = test::random_unknowns(n->specification(), random);
    const auto a = evaluate(*n, d, x);
    const auto mirrored = evaluate(*hole, dp, std::vector{-x[0], -x[1], -x[2]});
    const auto turned = evaluate(*n, d, std::vector{x[2], x[1], x[0]});
    EXPECT_NEAR(a.flow[drain], -mirrored.flow[drain], 1e-12 * std::abs(a.flow[drain]));
    EXPECT_NEAR(a.storage[gate], -mirrored.storage[gate], 1e-12 * std::abs(a.storage[gate]));
    EXPECT_NEAR(a.flow[drain], turned.flow[source], 1e-9 * std::abs(a.flow[drain]));
    EXPECT_NEAR(a.storage[drain], turned.storage[source], 1e-9 * std::abs(a.storage[gate]));
  }
}

TEST(Cntfet, ConductanceIsContinuousAtNoDrainVoltage) {
  const auto model = make_model("cntfet_n");
  const auto d = derived_of(*model, defaults(*model));
  for (const double gate_voltage : {0.1, 0.3, 0.7}) {
    const auto conductance = [&](double v) {
      const auto at = evaluate(*model, d, std::vector{v, gate_voltage, -v}, true);
      return at.flow_jacobian[0] - at.flow_jacobian[2];
    };
    const double middle = conductance(0.0);
    EXPECT_GT(middle, 0.0);
    for (double v = 1e-6; v < 3e-4; v *= 1.5) {
      EXPECT_NEAR(conductance(v), conductance(-v), 1e-9 * middle);
      EXPECT_NEAR(conductance(v), middle, 0.03 * middle);
    }
  }
}

TEST(Cntfet, CurrentRisesWithTheGateAndLeakageWithHeat) {
  const auto model = make_model("cntfet_p");
  double leakage = 0.0;
  for (const double temperature : {250.0, 300.0, 380.0}) {
    model::Environment environment;
    environment.temperature = temperature;
    cells::TransistorBench bench(*model, defaults(*model), environment, -1);
    for (double drain = 0.05; drain <= 0.7; drain += 0.13) {
      double before = bench.current(-0.3, drain);
      for (double gate = -0.28; gate <= 1.0; gate += 0.02) {
        const double here = bench.current(gate, drain);
        EXPECT_GT(here, before) << gate << ' ' << drain;
        before = here;
      }
    }
    EXPECT_GT(bench.current(0.0, 0.5), leakage);
    leakage = bench.current(0.0, 0.5);
  }
}

TEST(Cntfet, NoiseInEquilibriumIsThatOfTheConductance) {
  const auto model = make_model("cntfet_n");
  auto p = defaults(*model);
  p[metallic_tubes] = 1;
  const auto d = derived_of(*model, p);
  const std::vector<double> x = {0.0, 0.6, 0.0};
  const auto sources = model->noise(d, x, {});
  const double conductance = evaluate(*model, d, x, true).flow_jacobian[0];
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_NEAR(sources[0].white, 4 * 1.380649e-23 * 300.0 * conductance, 1e-3 * sources[0].white);
}

}  // namespace
}  // namespace neucasl::cnt
