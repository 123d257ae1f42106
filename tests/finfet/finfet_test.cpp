#include "finfet/finfet.hpp"

#include <gtest/gtest.h>

#include "neucasl/cells/transistor_curves.hpp"
#include "neucasl/model/card_parameters.hpp"
#include "tests/semiconductor/model_checks.hpp"

namespace neucasl::finfet {
namespace {

using test::derived_of;
using test::evaluate;

std::vector<double> defaults(const model::DeviceModel& model) {
  return model::default_parameters(model.specification());
}

TEST(Finfet, SoundOverTheWholeRange) {
  for (const char* name : {"finfet_n", "finfet_p"}) {
    const auto model = make_model(name);
    test::expect_sound(*model, 300, [](auto& p) { p[fins] = std::round(p[fins]); });
  }
}

TEST(Finfet, SolvedFromItsFirstGuess) {
  test::expect_solvable(*make_model("finfet_n"), 1000,
                        [](auto& p) { p[fins] = std::round(p[fins]); });
}

TEST(Finfet, ParametersStandInTheOrderOfTheIndex) {
  const auto s = specification(1);
  ASSERT_EQ(s.parameters.size(), parameter_count);
  EXPECT_EQ(s.parameters[threshold_voltage].name, "threshold_voltage");
  EXPECT_EQ(s.parameters[drain_resistance].name, "drain_resistance");
  EXPECT_EQ(s.parameters[mismatch_coefficient].name, "mismatch_coefficient");
  EXPECT_EQ(s.parameters[supply_voltage].name, "supply_voltage");
  EXPECT_EQ(make_model("finfet"), nullptr);
}

TEST(Finfet, RefusesABrokenNumberOfFins) {
  const auto model = make_model("finfet_n");
  auto p = defaults(*model);
  p[fins] = 1.5;
  try {
    derived_of(*model, p);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "model.parameters");
  }
}

/// MVS 1.0.1 as its authors write it, without resistances, for Vds >= 0 and no body effect.
double published_current(std::span<const double> p, double vgs, double vds) {
  const double phit = 1.380649e-23 * 300.0 / 1.602176634e-19;
  const double n = p[swing_factor] + p[punch_through] * vds;
  const double aphit = p[threshold_shift] * phit;
  const double delta = p[barrier_lowering];
  const double vt = p[threshold_voltage];
  const double before = 1.0 / (1.0 + std::exp((vgs - (vt - delta * vds)) / (1.5 * aphit)));
  const double ab = 2.0 * (1.0 - 0.99 * before) * phit;
  const double vgc = vgs + (1.0 + 2.0 * delta) * ab / 2.0 * std::exp(-vds / ab);
  const double ff = 1.0 / (1.0 + std::exp((vgc - (vt - delta * vds - 0.5 * aphit)) / aphit));
  const double eta = (vgc - (vt - delta * vds - ff * aphit)) / (n * phit);
  const double q = p[gate_capacitance] * n * phit * std::log(1.0 + std::exp(eta));
  const double vdsats = p[injection_velocity] * (p[gate_length] - p[overlap_length]) / p[mobility];
  const double vdsat = vdsats * (1.0 - ff) + phit * ff;
  const double r = vds / vdsat;
  const double fs =
      r / std::pow(1.0 + std::pow(r, p[saturation_exponent]), 1.0 / p[saturation_exponent]);
  const double width = p[fins] * (2.0 * p[fin_height] + p[fin_thickness]);
  return width * q * p[injection_velocity] * fs;
}

TEST(Finfet, CurrentIsThatOfThePublishedEquations) {
  const auto model = make_model("finfet_n");
  auto p = defaults(*model);
  p[source_resistance] = p[drain_resistance] = 1e-10;  // ohm m
  p[barrier_lowering] = 0.08;
  p[fins] = 3;
  cells::TransistorBench bench(*model, p, {}, 1);
  // Above 2 kT/q of drain voltage, where the argument of Ffpre no longer matters.
  for (const double vds : {0.3, 0.5, 0.7, 1.0}) {
    for (double vgs = 0.0; vgs <= 1.0; vgs += 0.1) {
      const double expected = published_current(p, vgs, vds);
      EXPECT_NEAR(bench.current(vgs, vds), expected, 2e-3 * expected) << vgs << ' ' << vds;
    }
  }
  for (const double vds : {0.005, 0.02}) {
    for (double vgs = 0.0; vgs <= 1.0; vgs += 0.1) {
      const double expected = published_current(p, vgs, vds);
      EXPECT_NEAR(bench.current(vgs, vds), expected, 0.03 * expected) << vgs << ' ' << vds;
    }
  }
}

TEST(Finfet, HolesMirrorElectrons) {
  const auto n = make_model("finfet_n");
  const auto p = make_model("finfet_p");
  const auto parameters = defaults(*n);
  const auto dn = derived_of(*n, parameters);
  const auto dp = derived_of(*p, parameters);
  const std::vector<double> x = {0.6, 0.5, 0.05, -0.1, 0.55, 0.08};
  std::vector<double> mirrored = x;
  for (double& v : mirrored) v = -v;
  const auto a = evaluate(*n, dn, x);
  const auto b = evaluate(*p, dp, mirrored);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_DOUBLE_EQ(a.flow[i], -b.flow[i]);
    EXPECT_DOUBLE_EQ(a.storage[i], -b.storage[i]);
  }
}

TEST(Finfet, ExchangingSourceAndDrainExchangesTheirParts) {
  const auto model = make_model("finfet_n");
  auto p = defaults(*model);
  p[body_factor] = 0.3;
  p[barrier_lowering] = 0.1;
  const auto d = derived_of(*model, p);
  for (int k = 0; k < 100; ++k) {
    base::RandomStream random(3, "symmetry", static_cast<std::uint64_t>(k));
    const auto x = test::random_unknowns(model->specification(), random);
    const std::vector<double> turned = {x[2], x[1], x[0], x[3], x[5], x[4]};
    const auto a = evaluate(*model, d, x);
    const auto b = evaluate(*model, d, turned);
    const double current = 1e-12 * std::abs(a.flow[4]);
    EXPECT_NEAR(a.flow[drain], b.flow[source], current);
    EXPECT_NEAR(a.flow[inner_drain], b.flow[inner_source], current);
    EXPECT_NEAR(a.storage[drain], b.storage[source], 1e-12 * std::abs(a.storage[gate]));
    EXPECT_NEAR(a.storage[inner_drain], b.storage[inner_source], 1e-12 * std::abs(a.storage[gate]));
    EXPECT_NEAR(a.storage[gate], b.storage[gate], 1e-12 * std::abs(a.storage[gate]));
  }
}

// Gummel's test: drain at +v, source at -v; current odd in v and smooth through zero.
TEST(Finfet, CurrentAndConductanceAreSmoothAtNoDrainVoltage) {
  const auto model = make_model("finfet_n");
  const auto d = derived_of(*model, defaults(*model));
  const auto conductance = [&](double v, double gate_voltage) {
    const auto at = evaluate(*model, d, std::vector{v, gate_voltage, -v, 0.0, v, -v}, true);
    // Of the channel alone: the access conductance is subtracted.
    const auto off = evaluate(*model, d, std::vector{v, -3.0, -v, 0.0, v, -v}, true);
    return at.flow_jacobian[4 * 6 + 4] - off.flow_jacobian[4 * 6 + 4] -
           (at.flow_jacobian[4 * 6 + 5] - off.flow_jacobian[4 * 6 + 5]);
  };
  for (const double gate_voltage : {0.2, 0.4, 0.7}) {
    const double middle = conductance(0.0, gate_voltage);
    double before = conductance(-0.02, gate_voltage);
    for (double v = -0.019; v <= 0.0201; v += 0.001) {
      const double here = conductance(v, gate_voltage);
      EXPECT_NEAR(here, conductance(-v, gate_voltage), 1e-9 * middle);
      EXPECT_LT(std::abs(here - before), 0.04 * middle) << v;
      before = here;
    }
  }
}

TEST(Finfet, CapacitancesAreSmoothAtNoDrainVoltage) {
  const auto model = make_model("finfet_n");
  const auto d = derived_of(*model, defaults(*model));
  const auto capacitance = [&](double v) {
    return evaluate(*model, d, std::vector{v, 0.5, -v, 0.0, v, -v}, true)
        .storage_jacobian[1 * 6 + 4];
  };
  const double middle = capacitance(0.0);
  for (double v = -0.01; v <= 0.01; v += 0.0005) {
    EXPECT_NEAR(capacitance(v), middle, 0.15 * std::abs(middle));
    EXPECT_NEAR(capacitance(v + 1e-5), capacitance(v), 1e-3 * std::abs(middle));
  }
}

TEST(Finfet, CurrentRisesWithTheGateAndTheDrain) {
  for (const double temperature : {250.0, 300.0, 380.0}) {
    const auto model = make_model("finfet_p");
    model::Environment environment;
    environment.temperature = temperature;
    cells::TransistorBench bench(*model, defaults(*model), environment, -1);
    for (double drain = 0.05; drain <= 0.75; drain += 0.1) {
      double before = bench.current(-0.3, drain);
      EXPECT_GT(before, 0.0);
      for (double gate = -0.28; gate <= 1.0; gate += 0.02) {
        const double here = bench.current(gate, drain);
        EXPECT_GT(here, before) << gate << ' ' << drain;
        EXPECT_GT(bench.current(gate, drain + 0.01), here);
        before = here;
      }
    }
  }
}

TEST(Finfet, ChargePartitionIsThatOfWardAndDutton) {
  // With x = 1 - Fs, the ratio of the charges at the ends.
  for (const double x : {0.0, 0.3, 0.7, 1.0}) {
    const double below = 15.0 * (1.0 + x) * (1.0 + x);
    EXPECT_NEAR(detail::partition(1.0, x), (6 + 12 * x + 8 * x * x + 4 * x * x * x) / below, 1e-14);
    EXPECT_NEAR(detail::partition(x, 1.0), (4 + 8 * x + 12 * x * x + 6 * x * x * x) / below, 1e-14);
  }
  // Saturated: 60 to 40, two thirds of W L C (Vgs - Vt) in all.
  EXPECT_NEAR(detail::partition(1.0, 1e-9), 0.4, 1e-8);
  EXPECT_NEAR(detail::partition(1e-9, 1.0), 4.0 / 15.0, 1e-8);
}

TEST(Finfet, SubthresholdSwingAndItsTemperature) {
  const auto model = make_model("finfet_n");
  auto p = defaults(*model);
  p[swing_factor] = 1.2;
  p[threshold_shift] = 1.0;  // a narrow passage to strong inversion
  p[barrier_lowering] = 0.0;
  double before = 0.0;
  for (const double temperature : {250.0, 300.0, 350.0, 400.0}) {
    model::Environment environment;
    environment.temperature = temperature;
    cells::TransistorBench bench(*model, p, environment, 1);
    const double swing = 0.02 / std::log10(bench.current(-0.3, 0.7) / bench.current(-0.32, 0.7));
    EXPECT_NEAR(swing, 1.2 * std::log(10.0) * 1.380649e-23 * temperature / 1.602176634e-19,
                2e-3 * swing);
    const double leakage = bench.current(0.0, 0.7);
    EXPECT_GT(leakage, before);
    before = leakage;
  }
}

TEST(Finfet, OnCurrentFallsWithHeatAboveThreshold) {
  const auto model = make_model("finfet_n");
  auto p = defaults(*model);
  const auto on = [&](double temperature) {
    model::Environment environment;
    environment.temperature = temperature;
    return cells::TransistorBench(*model, p, environment, 1).current(1.2, 0.7);
  };
  EXPECT_GT(on(260.0), on(300.0));
  EXPECT_GT(on(300.0), on(390.0));
}

TEST(Finfet, MismatchFollowsPelgrom) {
  const auto model = make_model("finfet_n");
  auto p = defaults(*model);
  p[fins] = 4;
  const double area = 4 * (2 * 32e-9 + 6.5e-9) * 21e-9;
  const double sigma = 1.2e-3 * 1e-6 / std::sqrt(area);
  const auto spreads = model->spreads(p);
  ASSERT_EQ(spreads.size(), 1U);
  EXPECT_EQ(spreads[0].parameter, threshold_voltage);
  EXPECT_NEAR(spreads[0].spread.sigma, sigma, 1e-12 * sigma);
  double sum = 0.0;
  double squares = 0.0;
  constexpr int samples = 10000;
  for (int k = 0; k < samples; ++k) {
    base::RandomStream random(11, "mismatch", k);
    auto one = p;
    model->sample_variation(one, random);
    const double shift = one[threshold_voltage] - p[threshold_voltage];
    sum += shift;
    squares += shift * shift;
    one[threshold_voltage] = p[threshold_voltage];
    ASSERT_EQ(one, p);
  }
  // Five standard errors.
  EXPECT_NEAR(sum / samples, 0.0, 5.0 * sigma / std::sqrt(samples));
  EXPECT_NEAR(std::sqrt(squares / samples), sigma, 5.0 * sigma / std::sqrt(2.0 * samples));
}

TEST(Finfet, AgesByThePowerLaw) {
  const auto model = make_model("finfet_p");
  const auto p = defaults(*model);
  const auto shift = [&](const model::Stress& stress) {
    auto aged = p;
    model->age(aged, stress);
    return aged[threshold_voltage] - p[threshold_voltage];
  };
  const model::Stress year{3.15e7, 350.0, -0.7, 1.0, 0.0};
  const double expected = 0.1 * std::exp(-0.1 / (8.617333262e-5 * 350.0)) * std::pow(0.7, 3) *
                          std::pow(3.15e7, 0.16667);
  EXPECT_NEAR(shift(year), expected, 1e-6 * expected);
  model::Stress half = year;
  half.duty = 0.5;
  EXPECT_NEAR(shift(half), expected * std::pow(0.5, 0.16667), 1e-6 * expected);
  EXPECT_EQ(shift({}), 0.0);
}

TEST(Finfet, NoiseInEquilibriumIsThatOfTheConductance) {
  const auto model = make_model("finfet_n");
  const auto d = derived_of(*model, defaults(*model));
  const std::vector<double> x = {0.0, 0.7, 0.0, 0.0, 0.0, 0.0};
  const auto sources = model->noise(d, x, {});
  ASSERT_EQ(sources.size(), 3U);
  const auto at = evaluate(*model, d, x, true);
  const double channel = -at.flow_jacobian[4 * 6 + 5];
  EXPECT_NEAR(sources[0].white, 4 * 1.380649e-23 * 300.0 * channel, 1e-3 * sources[0].white);
  EXPECT_NEAR(sources[1].white, 4 * 1.380649e-23 * 300.0 * -at.flow_jacobian[4],
              1e-9 * sources[1].white);
}

TEST(Finfet, TransientCarriesTheChargeOfTheGate) {
  const auto model = make_model("finfet_n");
  const auto p = defaults(*model);
  model::DrivenDevice device(*model, p);
  const double end = 1e-9;
  const auto points = device.transient(0.0, end, end / 400, [&](double t, std::span<double> v) {
    v[drain] = v[source] = v[bulk] = 0.0;
    v[gate] = 0.7 * t / end;
  });
  double moved = 0.0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    moved += points[i].flow[gate] * (points[i].time - points[i - 1].time);
  }
  cells::TransistorBench bench(*model, p, {}, 1);
  const double expected = bench.gate_charge(0.7, 0.0) - bench.gate_charge(0.0, 0.0);
  EXPECT_NEAR(moved, expected, 1e-4 * expected);  // the resistances lag behind
}

}  // namespace
}  // namespace neucasl::finfet
