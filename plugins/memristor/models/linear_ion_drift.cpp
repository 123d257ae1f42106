#include "linear_ion_drift.hpp"

#include "statistics.hpp"

namespace neucasl::memristor_models {
namespace {

/// The source's unit: drift over the whole length under the whole voltage, D^2 / (mu v), s.
double unit_of_time(std::span<const double> parameters, double voltage) {
  using P = LinearIonDrift;
  return parameters[P::length] * parameters[P::length] / (parameters[P::mobility] * voltage);
}

MemoryTraits ion_drift_traits(std::span<const double> parameters) {
  using P = LinearIonDrift;
  const Operations o = operations_of(parameters);
  MemoryTraits traits;
  traits.preparation = {P::initial_state, 1.0, 0.0};
  traits.sine_amplitude = std::abs(o.set_voltage);
  // The drift crosses the film in about half this time, most of the voltage being on the undoped
  // part.
  const double slow = unit_of_time(parameters, traits.sine_amplitude) *
                      parameters[P::off_resistance] / parameters[P::on_resistance];
  traits.frequencies = {1.0 / slow, 3.0 / slow, 10.0 / slow};
  traits.state_before_sine = 0.1;
  for (const double share : {0.5, 0.7, 1.0, 1.4, 2.0}) {
    traits.set_voltages.push_back(share * o.set_voltage);
    traits.reset_voltages.push_back(share * o.reset_voltage);
  }
  traits.rule = rule_from(o, 0.1, 40, 0.02);
  return traits;
}

}  // namespace

model::Specification LinearIonDrift::specification() {
  model::Specification s;
  s.name = "linear_ion_drift";
  s.title = "Memristor with linear drift of dopants";
  s.family = "memristor";
  s.terminals = {{"p"}, {"n"}};
  s.internals = {{"state",
                  model::InternalKind::memory,
                  {},
                  1.0,
                  -0.05,
                  1.05,
                  "share of the length that is doped, w/D; 1: low resistance"}};
  s.parameters = {
      {"on_resistance", "ohm", 100.0, 1.0, 1e6, "resistance when fully doped, Ron"},
      {"off_resistance", "ohm", 16e3, 10.0, 1e9, "resistance when undoped, Roff"},
      {"length", "nm", 10.0, 1.0, 1000.0, "length of the film, D"},
      {"mobility", "m^2/V/s", 1e-14, 1e-18, 1e-8, "mobility of the dopants, mu"},
      {"window", "1", 0.0, 0.0, 2.0, "0: none, 1: Joglekar, 2: Biolek"},
      {"window_exponent", "1", 1.0, 1.0, 20.0, "p of the window, whose power is 2 p"},
      {"edge_width", "1", 0.01, 1e-3, 0.1, "distance from an end in which the drift comes to rest"},
      {"initial_state", "1", 0.1, 0.0, 1.0, "w/D at the start"},
      {"on_variation", "1", 0.0, 0.0, 0.5, "sigma of Ron from device to device, relative, normal"},
      {"off_variation", "1", 0.0, 0.0, 2.0, "sigma of ln Roff from device to device, lognormal"},
  };
  append_operations({0.1, 10e-9, 1.0, 1.0, -1.0, 1.0}, s.parameters);
  s.equations = {"i = v / (Ron x + Roff (1 - x))", "dx/dt = mu Ron / D^2 i f(x) e(x)",
                 "f = 1 (none), 1 - (2x - 1)^(2p) (Joglekar), 1 - x^(2p) up and 1 - (1 - x)^(2p) "
                 "down (Biolek)",
                 "e = tanh((1 - x)/edge_width) up, tanh(x/edge_width) down"};
  s.validity =
      "Without window: the memristance is a function of the charge between the ends, as in the "
      "source. No threshold: every current moves the state. No temperature dependence.";
  s.source =
      "D. B. Strukov, G. S. Snider, D. R. Stewart, R. S. Williams, \"The missing memristor "
      "found\", Nature 453:80-83, 2008; windows: Y. N. Joglekar, S. J. Wolf, Eur. J. Phys. "
      "30:661, 2009; Z. Biolek, D. Biolek, V. Biolkova, Radioengineering 18:210, 2009";
  return s;
}

LinearIonDrift::Derived LinearIonDrift::derive(std::span<const double> p,
                                               const model::Environment& /*environment*/) {
  static const model::Specification names = specification();
  require_below(names, on_resistance, off_resistance, p);
  Derived d{};
  d.on = p[on_resistance];
  d.off = p[off_resistance];
  d.drift = p[mobility] * p[on_resistance] / (p[length] * p[length]);
  d.window = require_choice(names, window, 2, p);
  d.exponent = p[window_exponent];
  d.edge = p[edge_width];
  d.initial = p[initial_state];
  return d;
}

std::vector<model::NoiseSource> LinearIonDriftModel::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& environment) const {
  return conductance_noise(*this, derived, unknowns, environment.temperature);
}

std::vector<model::ParameterSpread> LinearIonDriftModel::spreads(std::span<const double> p) const {
  using P = LinearIonDrift;
  return {{P::on_resistance, relative_normal(p[P::on_variation])},
          {P::off_resistance, {"lognormal", p[P::off_variation]}}};
}

std::vector<model::OperationCost> LinearIonDriftModel::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  return operation_costs(*this, parameters, environment, ion_drift_traits(parameters).preparation);
}

model::Characterization LinearIonDriftModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  const MemoryTraits traits = ion_drift_traits(parameters);
  model::Characterization result =
      memory_characterization(*this, parameters, environment, published, traits);
  const auto area = [&](double frequency) {
    return hysteresis_loop(*this, parameters, environment, traits.sine_amplitude, frequency).area;
  };
  const double slow = traits.frequencies.front();
  compare(result, published, "unit_of_time", "Drift time D^2 / (mu v)",
          unit_of_time(parameters, traits.sine_amplitude), base::dimension::time);
  compare(result, published, "loop_area_ratio_at_ten_times_frequency",
          "Loop area at ten times the frequency over that at the frequency",
          area(10.0 * slow) / area(slow), {},
          "the source shows the collapse of the loop without a number");
  return result;
}

}  // namespace neucasl::memristor_models
