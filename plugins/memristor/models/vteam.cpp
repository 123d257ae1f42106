#include "vteam.hpp"

#include <algorithm>

#include "statistics.hpp"
#include "wear.hpp"

namespace neucasl::memristor_models {
namespace {

MemoryTraits vteam_traits(std::span<const double> parameters) {
  using P = Vteam;
  const Operations o = operations_of(parameters);
  MemoryTraits traits;
  traits.preparation = {P::initial_state, 0.0, 1.0};
  traits.sine_amplitude = std::max(std::abs(o.set_voltage), std::abs(o.reset_voltage));
  // About the speed of the slower direction.
  const double slow = 1.0 / std::max(o.set_time, o.reset_time);
  traits.frequencies = {0.1 * slow, slow, 100.0 * slow};
  for (const double share : {0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5}) {
    traits.set_voltages.push_back(share * o.set_voltage);
    traits.reset_voltages.push_back(share * o.reset_voltage);
  }
  traits.rule = rule_from(o, 0.05, 40, 0.05);
  const auto from_threshold = [](AmplitudeRule& rule, double threshold) {
    rule.start = threshold;
    rule.step = (rule.limit - threshold) / 40.0;
  };
  // Below its threshold a pulse does nothing.
  if (o.set_voltage < parameters[P::v_on]) from_threshold(traits.rule.set, parameters[P::v_on]);
  if (o.reset_voltage > parameters[P::v_off]) {
    from_threshold(traits.rule.reset, parameters[P::v_off]);
  }
  return traits;
}

}  // namespace

model::Specification Vteam::specification() {
  model::Specification s;
  s.name = "vteam";
  s.title = "Voltage threshold adaptive memristor";
  s.family = "memristor";
  s.terminals = {{"p"}, {"n"}};
  s.internals = {{"state",
                  model::InternalKind::memory,
                  {},
                  1.0,
                  -0.05,
                  1.05,
                  "(w - w_on)/(w_off - w_on); 0: low resistance"}};
  s.parameters = {
      {"on_resistance", "ohm", 50.0, 1.0, 1e7, "low resistance, Ron"},
      {"off_resistance", "ohm", 1000.0, 10.0, 1e10, "high resistance, Roff"},
      {"length", "nm", 3.0, 0.1, 1000.0, "range of the state, w_off - w_on"},
      {"k_on", "m/s", -10.0, -1e4, -1e-12, "velocity factor towards low resistance"},
      {"k_off", "m/s", 5e-4, 1e-12, 1e4, "velocity factor towards high resistance"},
      {"alpha_on", "1", 3.0, 1.0, 6.0, "exponent towards low resistance"},
      {"alpha_off", "1", 1.0, 1.0, 6.0, "exponent towards high resistance"},
      {"v_on", "V", -0.2, -4.0, -0.01, "threshold towards low resistance"},
      {"v_off", "V", 0.02, 0.01, 4.0, "threshold towards high resistance"},
      {"current_law", "1", 0.0, 0.0, 1.0, "0: resistance linear in the state, 1: exponential"},
      {"window", "1", 0.0, 0.0, 2.0, "0: none, 1: Joglekar, 2: Biolek"},
      {"window_exponent", "1", 1.0, 1.0, 20.0, "p of the window, whose power is 2 p"},
      {"edge_width", "1", 0.01, 1e-3, 0.1, "distance from an end in which the state comes to rest"},
      {"corner_width", "1", 0.02, 1e-3, 0.5,
       "relative excess over a threshold below which its corner is rounded"},
      {"initial_state", "1", 1.0, 0.0, 1.0, "state at the start"},
      {"on_variation", "1", 0.0, 0.0, 0.5, "sigma of Ron from device to device, relative, normal"},
      {"off_variation", "1", 0.0, 0.0, 2.0, "sigma of ln Roff from device to device, lognormal"},
      {"threshold_variation", "1", 0.0, 0.0, 0.3,
       "sigma of each threshold from device to device, relative, normal"},
  };
  append_wear(1e10, 3e8, 1.2, s.parameters);
  append_operations({0.01, 10e-9, -0.5, 1e-9, 1.0, 200e-9}, s.parameters);
  s.equations = {"dw/dt = k_off (v/v_off - 1)^alpha_off f_off, v > v_off > 0",
                 "dw/dt = k_on (v/v_on - 1)^alpha_on f_on, v < v_on < 0",
                 "dw/dt = 0 between the thresholds",
                 "v = (Ron + (Roff - Ron) x) i (current_law 0), v = Ron (Roff/Ron)^x i (1)",
                 "f = window e, e = tanh((1 - x)/edge_width) up, tanh(x/edge_width) down"};
  s.validity =
      "Voltages between the terminals that its parameters were fitted for. A corner of a "
      "threshold is rounded over corner_width of excess and exact beyond. No temperature "
      "dependence.";
  s.source =
      "S. Kvatinsky, M. Ramadan, E. G. Friedman, A. Kolodny, \"VTEAM: a general model for "
      "voltage-controlled memristors\", IEEE Trans. Circuits and Systems II 62(8):786-790, 2015";
  return s;
}

Vteam::Derived Vteam::derive(std::span<const double> p, const model::Environment& /*environment*/) {
  static const model::Specification names = specification();
  require_below(names, on_resistance, off_resistance, p);
  Derived d{};
  d.on = p[on_resistance];
  d.off = p[off_resistance];
  d.log_ratio = std::log(d.off / d.on);
  d.exponential = require_choice(names, current_law, 1, p);
  d.rate_on = -p[k_on] / p[length];
  d.rate_off = p[k_off] / p[length];
  d.alpha_on = p[alpha_on];
  d.alpha_off = p[alpha_off];
  d.v_on = p[v_on];
  d.v_off = p[v_off];
  d.window = require_choice(names, window, 2, p);
  d.exponent = p[window_exponent];
  d.edge = p[edge_width];
  d.corner = p[corner_width];
  d.initial = p[initial_state];
  return d;
}

std::vector<model::NoiseSource> VteamModel::noise(std::span<const double> derived,
                                                  std::span<const double> unknowns,
                                                  const model::Environment& environment) const {
  return conductance_noise(*this, derived, unknowns, environment.temperature);
}

std::vector<model::ParameterSpread> VteamModel::spreads(std::span<const double> p) const {
  using P = Vteam;
  return {{P::on_resistance, relative_normal(p[P::on_variation])},
          {P::off_resistance, {"lognormal", p[P::off_variation]}},
          {P::v_on, relative_normal(p[P::threshold_variation])},
          {P::v_off, relative_normal(p[P::threshold_variation])}};
}

void VteamModel::age(std::span<double> p, const model::Stress& stress) const {
  using P = Vteam;
  const double worn =
      p[P::on_resistance] * low_resistance_factor(stress.cycles, p[P::endurance_cycles]);
  // A cell whose states have met keeps a window of one per cent, so that it stays a valid device.
  p[P::on_resistance] = std::min(worn, 0.99 * p[P::off_resistance]);
  hold_in_range(specification(), P::on_resistance, p);
  const double kept = retained_share(stress, p[P::retention_time], p[P::retention_energy]);
  p[P::initial_state] = 1.0 - (1.0 - p[P::initial_state]) * kept;
}

std::vector<model::OperationCost> VteamModel::costs(std::span<const double> parameters,
                                                    const model::Environment& environment) const {
  return operation_costs(*this, parameters, environment, vteam_traits(parameters).preparation);
}

model::Characterization VteamModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  return memory_characterization(*this, parameters, environment, published,
                                 vteam_traits(parameters));
}

}  // namespace neucasl::memristor_models
