#include "semiconductor/mosfet.hpp"

#include <gtest/gtest.h>

#include "model_checks.hpp"
#include "neucasl/model/card_parameters.hpp"
#include "semiconductor/semiconductor.hpp"
#include "semiconductor/silicon.hpp"

namespace neucasl::semiconductor {
namespace {

using test::derived_of;
using test::evaluate;

const model::Environment nominal{300.15, 1.55e-6, 1, false};

std::vector<double> transistor(int polarity = 1) {
  auto p = model::default_parameters(mosfet::specification(polarity));
  p[mosfet::width] = 10e-6;
  p[mosfet::length] = 1e-6;
  p[mosfet::threshold_voltage] = 0.7 * polarity;
  p[mosfet::transconductance] = 1e-4;
  p[mosfet::body_effect] = 0.45;
  p[mosfet::surface_potential] = 0.9;
  p[mosfet::length_modulation] = 0.05;
  p[mosfet::gate_oxide_capacitance] = 3.8e-3;
  return p;
}

void settle(std::vector<double>& p) {
  p[mosfet::lateral_diffusion] = std::min(p[mosfet::lateral_diffusion], 0.3 * p[mosfet::length]);
  p[mosfet::surface_potential] = std::max(p[mosfet::surface_potential], 0.6);
  p[mosfet::nominal_temperature] = std::clamp(p[mosfet::nominal_temperature], 280.0, 320.0);
}

TEST(Mosfet, SoundOverTheWholeRange) {
  for (const char* name : {"mosfet_level1_n", "mosfet_level1_p"}) {
    test::expect_sound(*make_model(name), 400, settle);
  }
}

TEST(Mosfet, RefusesATransistorWithoutAChannel) {
  auto p = transistor();
  p[mosfet::lateral_diffusion] = 0.5e-6;
  try {
    mosfet::derive(1, p, nominal);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "model.parameters");
  }
}

/// Level 1 of SPICE, Vds >= 0.
double level_one(std::span<const double> p, double vgs, double vds, double vbs) {
  const double phi = p[mosfet::surface_potential];
  const double gamma = p[mosfet::body_effect];
  const double root =
      vbs <= 0 ? std::sqrt(phi - vbs) : std::max(0.0, std::sqrt(phi) - vbs / (2 * std::sqrt(phi)));
  const double von = p[mosfet::threshold_voltage] + gamma * (root - std::sqrt(phi));
  const double vgst = vgs - von;
  if (vgst <= 0) return 0.0;
  const double beta = p[mosfet::transconductance] * p[mosfet::width] / p[mosfet::length] *
                      (1 + p[mosfet::length_modulation] * vds);
  return vgst <= vds ? 0.5 * beta * vgst * vgst : beta * vds * (vgst - 0.5 * vds);
}

TEST(Mosfet, CurrentIsThatOfLevelOne) {
  const MosfetModel<1> model;
  const auto p = transistor();
  const auto d = derived_of(model, p, nominal);
  for (double vbs = -3.0; vbs <= 0.4; vbs += 0.4) {
    for (double vgs = 0.0; vgs <= 3.0; vgs += 0.25) {
      for (double vds = 0.0; vds <= 3.0; vds += 0.25) {
        const double expected = level_one(p, vgs, vds, vbs);
        const auto at = evaluate(model, d, std::vector{vds + 1.0, vgs + 1.0, 1.0, vbs + 1.0});
        // Of the channel alone: the bulk junctions are those of ideal diodes.
        const double slope = thermal_voltage(300.15);
        const double junction = -1e-14 * std::expm1((vbs - vds) / slope);
        EXPECT_NEAR(at.flow[mosfet::drain] - junction, expected, 1e-4 * expected + 1e-9)
            << vgs << ' ' << vds << ' ' << vbs;
      }
    }
  }
}

TEST(Mosfet, HolesMirrorElectronsAndSourceAndDrainExchange) {
  const MosfetModel<1> n;
  const MosfetModel<-1> hole;
  const auto d = derived_of(n, transistor(1), nominal);
  const auto dp = derived_of(hole, transistor(-1), nominal);
  for (int k = 0; k < 200; ++k) {
    base::RandomStream random(5, "symmetry", static_cast<std::uint64_t>(k));
    std::vector<double> x;
    for (int i = 0; i < 4; ++i) x.push_back(test::between(-1.0, 3.0, random));
    x[3] = -1.0;
    std::vector<double> mirrored;
    for (const double v : x) mirrored.push_back(-v);
    const auto a = evaluate(n, d, x);
    const auto b = evaluate(hole, dp, mirrored);
    const auto turned = evaluate(n, d, std::vector{x[2], x[1], x[0], x[3]});
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_NEAR(a.flow[i], -b.flow[i], 1e-12 * std::abs(a.flow[i]) + 1e-25);
    }
    EXPECT_NEAR(a.flow[0], turned.flow[2], 1e-12 * std::abs(a.flow[0]) + 1e-25);
    EXPECT_NEAR(a.flow[3], turned.flow[3], 1e-12 * std::abs(a.flow[3]) + 1e-25);
  }
}

TEST(Mosfet, ConductanceIsContinuousAndCurrentRises) {
  const MosfetModel<1> model;
  const auto d = derived_of(model, transistor(), nominal);
  const auto at_zero = evaluate(model, d, std::vector{0.0, 2.0, 0.0, 0.0}, true);
  // beta (Vgs - Vth)
  EXPECT_NEAR(at_zero.flow_jacobian[0], 1e-3 * 1.3, 1e-3 * 1e-3);
  for (const double v : {1e-9, -1e-9, 1e-6, -1e-6}) {
    const auto near = evaluate(model, d, std::vector{v, 2.0, 0.0, 0.0}, true);
    EXPECT_NEAR(near.flow_jacobian[0], at_zero.flow_jacobian[0], 1e-5 * at_zero.flow_jacobian[0]);
  }
  for (double vds = 0.1; vds < 3.0; vds += 0.3) {
    double before = -1.0;
    for (double vgs = -0.5; vgs < 3.0; vgs += 0.05) {
      const auto at = evaluate(model, d, std::vector{vds, vgs, 0.0, 0.0}, true);
      EXPECT_GT(at.flow[0], before);
      EXPECT_GE(at.flow_jacobian[1], 0.0);
      EXPECT_GT(at.flow_jacobian[0], 0.0);
      before = at.flow[0];
    }
  }
}

TEST(Mosfet, TemperatureIsThatOfSpice) {
  const auto p = transistor();
  model::Environment hot = nominal;
  hot.temperature = 380.0;
  const auto d = mosfet::derive(1, p, hot);
  EXPECT_NEAR(d.beta, 1e-3 * std::pow(300.15 / 380.0, 1.5), 1e-9);
  const double threshold = d.built_in + d.body * std::sqrt(d.surface);
  // By SPICE: vto - gamma sqrt(phi) + (Eg(Tn) - Eg(T)) / 2 + (phi(T) - phi) / 2 + gamma
  // sqrt(phi(T))
  const double phi = junction_potential(0.9, 300.15, 380.0);
  const double expected = 0.7 - 0.45 * std::sqrt(0.9) + 0.5 * (band_gap(300.15) - band_gap(380.0)) +
                          0.5 * (phi - 0.9) + 0.45 * std::sqrt(phi);
  EXPECT_NEAR(threshold, expected, 1e-12);
  EXPECT_LT(threshold, 0.7);
  EXPECT_GT(d.junction_saturation, 100e-14);
}

TEST(Mosfet, NoiseHasItsLimits) {
  const MosfetModel<1> model;
  auto p = transistor();
  p[mosfet::body_effect] = 0.0;
  p[mosfet::length_modulation] = 0.0;
  p[mosfet::flicker_coefficient] = 1e-26;
  const auto d = derived_of(model, p, nominal);
  const double kt4 = 4 * 1.380649e-23 * 300.15;
  const auto flat = model.noise(d, std::vector{0.0, 1.7, 0.0, 0.0}, nominal);
  EXPECT_NEAR(flat[0].white, kt4 * 1e-3, 1e-3 * flat[0].white);
  const auto saturated = model.noise(d, std::vector{3.0, 1.7, 0.0, 0.0}, nominal);
  EXPECT_NEAR(saturated[0].white, kt4 * 2.0 / 3.0 * 1e-3, 1e-3 * saturated[0].white);
  // KF Id / (Cox L^2)
  EXPECT_NEAR(saturated[0].flicker, 1e-26 * 0.5e-3 / (3.8e-3 * 1e-12), 1e-3 * saturated[0].flicker);
}

TEST(Mosfet, MismatchFollowsPelgrom) {
  const MosfetModel<-1> model;
  auto p = transistor(-1);
  p[mosfet::mismatch_coefficient] = 9e-9;
  const double sigma = 9e-9 / std::sqrt(10e-12);
  double sum = 0.0;
  double squares = 0.0;
  constexpr int samples = 10000;
  for (int k = 0; k < samples; ++k) {
    base::RandomStream random(11, "mismatch", static_cast<std::uint64_t>(k));
    auto one = p;
    model.sample_variation(one, random);
    const double shift = one[mosfet::threshold_voltage] - p[mosfet::threshold_voltage];
    sum += shift;
    squares += shift * shift;
  }
  EXPECT_NEAR(sum / samples, 0.0, 5.0 * sigma / std::sqrt(samples));
  EXPECT_NEAR(std::sqrt(squares / samples), sigma, 5.0 * sigma / std::sqrt(2.0 * samples));
}

TEST(Mosfet, CardsCharacterise) {
  for (const char* id : {"mosfet_500nm_n", "mosfet_500nm_p"}) {
    const device::Card card = device::load_card(
        std::string(NEUCASL_SOURCE_FOLDER "/devices/semiconductor/") + id + ".xml");
    const auto model = make_model(card.choice("model").value);
    device::UseList uses;
    const auto p = model::parameters_from(model->specification(), card, uses);
    const auto result = model->characterize(p, nominal, {});
    for (const auto& table : result.tables) table.validate();
    const double length = p[mosfet::length] - 2 * p[mosfet::lateral_diffusion];
    const double over = 3.0 - std::abs(p[mosfet::threshold_voltage]);
    const double on = 0.5 * p[mosfet::transconductance] * p[mosfet::width] / length * over * over *
                      (1 + 3.0 * p[mosfet::length_modulation]);
    EXPECT_NEAR(result.comparisons[0].model, on, 1e-4 * on);
    const auto costs = model->costs(p, nominal);
    const double gate = p[mosfet::gate_oxide_capacitance] * p[mosfet::width] * length;
    EXPECT_NEAR(costs[0].energy,
                9.0 * (1.5 * gate + 3 * p[mosfet::gate_drain_overlap] * p[mosfet::width]),
                1e-6 * costs[0].energy);
  }
}

}  // namespace
}  // namespace neucasl::semiconductor
