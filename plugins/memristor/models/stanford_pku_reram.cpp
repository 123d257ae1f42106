#include "stanford_pku_reram.hpp"

#include <algorithm>

#include "statistics.hpp"
#include "wear.hpp"

namespace neucasl::memristor_models {
namespace {

/// Width of the gate of F_min, relative to F_min: the source has a step.
constexpr double gate_width = 0.02;

MemoryTraits reram_traits(std::span<const double> parameters) {
  const Operations o = operations_of(parameters);
  MemoryTraits traits;
  traits.preparation = {StanfordPkuReram::initial_state, 0.0, 1.0};
  traits.sine_amplitude = std::max(std::abs(o.set_voltage), std::abs(o.reset_voltage));
  traits.state_before_sine = 1.0;
  const double pulse = std::max(o.set_time, o.reset_time);
  traits.frequencies = {0.01 / pulse, 1.0 / pulse, 100.0 / pulse};
  for (const double share : {0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1}) {
    traits.set_voltages.push_back(share * o.set_voltage);
    traits.reset_voltages.push_back(share * o.reset_voltage);
  }
  traits.rule = rule_from(o, 0.5, 60, 0.02);
  return traits;
}

std::vector<model::Parameter> filament_parameters() {
  return {
      {"current_scale", "uA", 1000.0, 0.01, 1e5, "I0: current factor of the tunnelling gap"},
      {"gap_scale", "nm", 0.25, 0.05, 2.0, "g0: gap over which the current falls by e"},
      {"voltage_scale", "V", 0.25, 0.1, 2.0, "V0: voltage beyond which the current is exponential"},
      {"gap_min", "nm", 0.2, 0.0, 2.0, "smallest gap, low resistance"},
      {"gap_max", "nm", 1.7, 0.1, 3.0, "largest gap, high resistance"},
      {"oxide_thickness", "nm", 12.0, 2.0, 100.0, "L: thickness of the switching oxide"},
      {"velocity", "m/s", 10.0, 1e-3, 1e5, "v0: velocity factor of the gap"},
      {"generation_energy", "eV", 0.6, 0.1, 2.0, "Eg: barrier for vacancies that close the gap"},
      {"recombination_energy", "eV", 0.6, 0.1, 2.0, "Er: barrier for ions that open the gap"},
      {"hop_length", "nm", 0.25, 0.05, 1.0, "a0: distance of one hop"},
      {"enhancement", "1", 16.0, 1.0, 40.0, "gamma0: enhancement of the local field, no gap"},
      {"enhancement_slope", "1", 0.8, 0.0, 5.0, "beta: loss of enhancement at a gap of 1 nm"},
      {"minimum_field", "V/nm", 1.4, 0.0, 3.0, "F_min: local field below which no ion moves"},
      {"thermal_resistance", "K/W", 2.1e3, 0.0, 1e7, "Rth from the filament to the ambient"},
      {"thermal_time", "ns", 0.1, 1e-3, 100.0, "time constant of the local temperature"},
      {"edge_width", "1", 0.01, 1e-3, 0.1, "distance from an end in which the gap comes to rest"},
      {"initial_state", "1", 1.0, 0.0, 1.0,
       "(g - gap_min)/(gap_max - gap_min) at the start; 0: low resistance"},
      {"current_variation", "1", 0.0, 0.0, 0.5,
       "sigma of I0 from device to device, relative, normal"},
      {"gap_variation", "nm", 0.0, 0.0, 0.3,
       "sigma of the largest gap from device to device, normal"},
      {"flicker_noise", "1", 0.0, 0.0, 1e-2, "power spectral density of the current times f / i^2"},
  };
}

}  // namespace

model::Specification StanfordPkuReram::specification() {
  model::Specification s;
  s.name = "stanford_pku_reram";
  s.title = "Filamentary metal-oxide memory with a tunnelling gap";
  s.family = "memristor";
  s.terminals = {{"p", ir::Discipline::electrical, ir::Direction::inout, 3.0},
                 {"n", ir::Discipline::electrical, ir::Direction::inout, 3.0}};
  s.internals = {{"state",
                  model::InternalKind::memory,
                  {},
                  1.0,
                  -0.05,
                  1.05,
                  "(g - gap_min)/(gap_max - gap_min); 0: low resistance"},
                 {"heating",
                  model::InternalKind::state,
                  {},
                  1.0,
                  -0.5,
                  20.0,
                  "temperature of the filament above ambient over 100 K"}};
  s.parameters = filament_parameters();
  append_wear(1e8, 3e8, 1.2, s.parameters);
  append_operations({0.1, 10e-9, 1.8, 100e-9, -1.3, 100e-9}, s.parameters);
  s.equations = {"i = I0 exp(-g/g0) sinh(v/V0)",
                 "dg/dt = -v0/2 (exp(-Eg/kT + z) - exp(-Er/kT - z)) gate",
                 "z = gamma a0 q v / (L k T), gamma = gamma0 - beta (g / 1 nm)^3",
                 "gate = logistic((gamma |v| / L - F_min) / (0.02 F_min))",
                 "thermal_time dT/dt = T_ambient + Rth v i - T"};
  s.validity =
      "Bipolar switching after forming. Exponents -E/kT + z above 0 continue linearly, since "
      "an ion hops at most at its attempt rate. The random walk of the gap in the sources is "
      "left out. No compliance: put a transistor or resistor in series.";
  s.source =
      "X. Guan, S. Yu, H.-S. P. Wong, \"A SPICE compact model of metal oxide resistive "
      "switching memory with variations\", IEEE Electron Device Letters 33(10):1405-1407, "
      "2012; Z. Jiang et al., \"Verilog-A compact model for oxide-based resistive random "
      "access memory (RRAM)\", SISPAD 2014; Z. Jiang et al., IEEE Trans. Electron Devices "
      "63(5):1884-1892, 2016";
  return s;
}

StanfordPkuReram::Derived StanfordPkuReram::derive(std::span<const double> p,
                                                   const model::Environment& environment) {
  static const model::Specification names = specification();
  require_below(names, gap_min, gap_max, p);
  require_below(names, gap_max, oxide_thickness, p);
  Derived d{};
  d.current = p[current_scale];
  d.inverse_gap_scale = 1.0 / p[gap_scale];
  d.inverse_voltage_scale = 1.0 / p[voltage_scale];
  d.gap_min = p[gap_min];
  d.gap_range = p[gap_max] - p[gap_min];
  d.rate = 0.5 * p[velocity] / d.gap_range;
  d.generation = p[generation_energy] / boltzmann;
  d.recombination = p[recombination_energy] / boltzmann;
  d.field = p[hop_length] * elementary_charge / (p[oxide_thickness] * boltzmann);
  d.enhancement = p[enhancement];
  d.slope = p[enhancement_slope];
  const bool gated = p[minimum_field] > 0.0;
  d.gate_scale = gated ? 1.0 / (p[oxide_thickness] * gate_width * p[minimum_field]) : 0.0;
  // Without F_min the gate is open: logistic(40) differs from 1 by 4e-18.
  d.gate_offset = gated ? -1.0 / gate_width : 40.0;
  d.ambient = environment.temperature;
  d.thermal_resistance = p[thermal_resistance];
  d.inverse_thermal_time = 1.0 / p[thermal_time];
  d.edge = p[edge_width];
  d.initial = p[initial_state];
  d.flicker = p[flicker_noise];
  return d;
}

std::vector<model::NoiseSource> StanfordPkuReramModel::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& environment) const {
  std::array<double, n> flow{};
  std::array<double, n> storage{};
  evaluate(derived, unknowns, {flow, storage, {}, {}});
  const double temperature =
      environment.temperature + StanfordPkuReram::heating_unit * std::max(unknowns[3], 0.0);
  return conductance_noise(*this, derived, unknowns, temperature,
                           derived_from(derived).flicker * flow[0] * flow[0]);
}

std::vector<model::ParameterSpread> StanfordPkuReramModel::spreads(
    std::span<const double> p) const {
  using P = StanfordPkuReram;
  return {{P::current_scale, relative_normal(p[P::current_variation])},
          {P::gap_max, {"normal", p[P::gap_variation]}}};
}

void StanfordPkuReramModel::sample_variation(std::span<double> p,
                                             base::RandomStream& random) const {
  using P = StanfordPkuReram;
  DeviceModel::sample_variation(p, random);
  p[P::gap_max] = std::max(p[P::gap_max], 1.01 * p[P::gap_min]);
}

void StanfordPkuReramModel::age(std::span<double> p, const model::Stress& stress) const {
  using P = StanfordPkuReram;
  // Resistance goes with exp(g/g0).
  const double wider =
      p[P::gap_min] +
      p[P::gap_scale] * std::log(low_resistance_factor(stress.cycles, p[P::endurance_cycles]));
  // A cell whose states have met keeps a window of one per cent, so that it stays a valid device.
  p[P::gap_min] = std::min(wider, 0.99 * p[P::gap_max]);
  hold_in_range(specification(), P::gap_min, p);
  const double kept = retained_share(stress, p[P::retention_time], p[P::retention_energy]);
  p[P::initial_state] = 1.0 - (1.0 - p[P::initial_state]) * kept;
}

std::vector<model::OperationCost> StanfordPkuReramModel::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  return operation_costs(*this, parameters, environment, reram_traits(parameters).preparation);
}

model::Characterization StanfordPkuReramModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  return memory_characterization(*this, parameters, environment, published,
                                 reram_traits(parameters));
}

}  // namespace neucasl::memristor_models
