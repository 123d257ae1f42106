#include "phase_change_memory.hpp"

#include <algorithm>

#include "phase_change_curves.hpp"
#include "statistics.hpp"

namespace neucasl::memristor_models {
namespace {

std::vector<model::Parameter> material_parameters() {
  return {
      {"set_conductance", "uS", 25.0, 0.1, 1e4, "conductance of the crystalline cell, G_max"},
      {"reset_conductance", "uS", 0.1, 1e-5, 1e3, "conductance with the largest amorphous dome"},
      {"dynamic_conductance", "uS", 200.0, 1.0, 1e5, "conductance when switched on and hot"},
      {"threshold_voltage", "V", 1.1, 0.1, 4.0, "threshold with the largest amorphous dome"},
      {"hold_voltage", "V", 0.45, 0.05, 3.9, "voltage below which it switches off"},
      {"switching_width", "mV", 20.0, 5.0, 100.0, "width of the threshold"},
      {"on_time", "ns", 1.0, 1e-2, 1e3, "time constant of switching on"},
      {"off_time", "ns", 5.0, 1e-2, 1e4, "time constant of recovery"},
      {"thermal_resistance", "K/uW", 1.6, 0.01, 100.0, "R_th from the heater to the ambient"},
      {"thermal_time", "ns", 1.0, 1e-2, 1e3, "time constant of the temperature"},
      {"temperature_drop", "1", 0.4, 0.05, 0.9,
       "eta: share by which the rise of temperature falls over the largest dome"},
      {"melting_temperature", "K", 877.0, 500.0, 1500.0, "T_m of the phase-change material"},
      {"fusion_heat", "eV", 0.126, 0.01, 1.0, "H: heat of fusion of one atom"},
      {"growth_velocity", "m/s", 3.0, 1e-3, 100.0, "v_g: largest velocity of the crystal's front"},
      {"crossover_temperature", "K", 650.0, 400.0, 1400.0, "T_x: above it the mobility saturates"},
      {"growth_energy", "eV", 3.0, 0.5, 5.0, "E: activation energy of growth in the glass"},
      {"amorphous_length", "nm", 30.0, 1.0, 200.0, "L: largest thickness of the amorphous dome"},
      {"glass_temperature", "K", 430.0, 350.0, 800.0, "above it the drift starts anew"},
      {"edge_width", "1", 0.01, 1e-3, 0.1, "distance from an end in which the front comes to rest"},
  };
}

std::vector<model::Parameter> statistical_parameters() {
  return {
      {"drift_reference_time", "s", 20.0, 1e-3, 1e4, "t_c: age to which the conductance refers"},
      {"drift_onset", "us", 1.0, 1e-3, 1e6, "age at which the drift begins"},
      {"drift_mean_slope", "1", -0.0155, -1.0, 1.0, "mean of nu: slope over ln g"},
      {"drift_mean_offset", "1", 0.0244, -1.0, 1.0, "mean of nu: value at g = 1"},
      {"drift_mean_low", "1", 0.049, 0.0, 0.5, "mean of nu: lower bound"},
      {"drift_mean_high", "1", 0.1, 0.0, 0.5, "mean of nu: upper bound"},
      {"drift_sigma_slope", "1", -0.0125, -1.0, 1.0, "sigma of nu: slope over ln g"},
      {"drift_sigma_offset", "1", -0.0059, -1.0, 1.0, "sigma of nu: value at g = 1"},
      {"drift_sigma_low", "1", 0.008, 0.0, 0.5, "sigma of nu: lower bound"},
      {"drift_sigma_high", "1", 0.045, 0.0, 0.5, "sigma of nu: upper bound"},
      {"drift_deviation", "1", 0.0, -6.0, 6.0, "deviation of nu of this device in sigmas"},
      {"programming_sigma_0", "uS", 0.2635, -10.0, 10.0, "programming sigma: constant"},
      {"programming_sigma_1", "uS", 1.965, -10.0, 10.0, "programming sigma: factor of g"},
      {"programming_sigma_2", "uS", -1.1731, -10.0, 10.0, "programming sigma: factor of g^2"},
      {"read_noise_factor", "1", 0.0088, 0.0, 1.0, "read noise Q at g = 1"},
      {"read_noise_exponent", "1", 0.65, 0.0, 2.0, "read noise: Q falls with g to this power"},
      {"read_noise_most", "1", 0.2, 0.0, 1.0, "read noise: upper bound of Q"},
      {"initial_state", "1", 0.5, 0.0, 1.0, "amorphous share at the start; 0: set, 1: reset"},
      {"initial_age", "s", 20.0, 1e-9, 1e10, "time since programming at the start"},
  };
}

MemoryTraits phase_change_traits(std::span<const double> parameters) {
  const Operations o = operations_of(parameters);
  MemoryTraits traits;
  traits.preparation = {PhaseChangeMemory::initial_state, 0.0, 1.0};
  traits.sine_amplitude = std::max(std::abs(o.set_voltage), std::abs(o.reset_voltage));
  traits.state_before_sine = 1.0;
  traits.frequencies = {0.1 / o.set_time, 1.0 / o.set_time, 100.0 / o.set_time};
  for (const double share : {0.9, 0.925, 0.95, 0.975, 1.0, 1.02}) {
    traits.set_voltages.push_back(share * o.set_voltage);
  }
  for (const double share : {0.9, 0.95, 1.0, 1.05, 1.1, 1.2}) {
    traits.reset_voltages.push_back(share * o.reset_voltage);
  }
  traits.rule = rule_from(o, 0.75, 40, 0.3);
  // The conductance refers to this age.
  traits.rule.wait = parameters[PhaseChangeMemory::drift_reference_time];
  return traits;
}

double log_window(std::span<const double> p) {
  using P = PhaseChangeMemory;
  return std::log(p[P::set_conductance] / p[P::reset_conductance]);
}

}  // namespace

model::Specification PhaseChangeMemory::specification() {
  model::Specification s;
  s.name = "phase_change_memory";
  s.title = "Phase-change memory with threshold switching and drift";
  s.family = "memristor";
  s.terminals = {{"p"}, {"n"}};
  s.internals = {
      {"amorphous",
       model::InternalKind::memory,
       {},
       1.0,
       -0.05,
       1.05,
       "thickness of the amorphous dome over its largest"},
      {"on", model::InternalKind::state, {}, 1.0, -0.1, 1.1, "amorphous material switched on"},
      {"heating",
       model::InternalKind::state,
       {},
       1.0,
       -0.2,
       10.0,
       "temperature at the heater above ambient over 1000 K"},
      {"log_age",
       model::InternalKind::memory,
       {},
       1.0,
       -32.0,
       32.0,
       "logarithm of the time since programming over the drift reference time"}};
  s.parameters = material_parameters();
  for (model::Parameter& parameter : statistical_parameters()) {
    s.parameters.push_back(std::move(parameter));
  }
  append_operations({0.2, 250e-9, 1.28, 1e-6, 1.75, 100e-9}, s.parameters);
  s.equations = {
      "i = G v",
      "ln G = ln G_set - ln(G_set/G_reset) u (1 - s) + ln(G_dynamic/G_set) s - nu l (1 - s)",
      "ds/dt = (f - s)(1/t_off + (1/t_on - 1/t_off) f)",
      "f = logistic((|v| - V_hold - (V_th - V_hold) u (1 - s))/width)",
      "thermal_time dT/dt = T_ambient + R_th v i - T, T_f = T_ambient + (T - T_ambient)(1 - eta u)",
      "du/dt = -(v_g/L) logistic(-(E/k)(1/T_f - 1/T_x)) (1 - exp(-(H/k)(1/T_f - 1/T_m)))",
      "dl/dt = exp(-l)/t_c: G = G_0 (age/t_c)^-nu; l back to ln(onset/t_c) above T_glass",
      "nu = mean + deviation sigma, both bounded lines in ln g = -ln(G_set/G_reset) u"};
  s.validity =
      "Both polarities alike. One temperature and one front: no nucleation, no shape of the "
      "dome, no dependence of conduction on temperature. Conductance logarithmic in the dome's "
      "thickness. Statistics: as published for 1 million cells of G_max = 25 uS.";
  s.source =
      "A. Sebastian, M. Le Gallo, D. Krebs, \"Crystal growth within a phase change memory "
      "cell\", Nat. Commun. 5:4314, 2014; S. R. Nandakumar et al., \"Phase-change memory "
      "models for deep learning training and inference\", ICECS 2019; V. Joshi et al., "
      "\"Accurate deep neural network inference using computational phase-change memory\", "
      "Nat. Commun. 11:2473, 2020";
  return s;
}

PhaseChangeMemory::Derived PhaseChangeMemory::derive(std::span<const double> p,
                                                     const model::Environment& environment) {
  static const model::Specification names = specification();
  require_below(names, reset_conductance, set_conductance, p);
  require_below(names, set_conductance, dynamic_conductance, p);
  require_below(names, hold_voltage, threshold_voltage, p);
  require_below(names, drift_mean_low, drift_mean_high, p);
  require_below(names, drift_sigma_low, drift_sigma_high, p);
  Derived d{};
  d.set = p[set_conductance];
  d.log_window = log_window(p);
  d.log_dynamic = std::log(p[dynamic_conductance] / p[set_conductance]);
  d.threshold = p[threshold_voltage];
  d.hold = p[hold_voltage];
  d.inverse_width = 1.0 / p[switching_width];
  d.on_rate = 1.0 / p[on_time];
  d.off_rate = 1.0 / p[off_time];
  d.ambient = environment.temperature;
  d.thermal_resistance = p[thermal_resistance];
  d.inverse_thermal_time = 1.0 / p[thermal_time];
  d.drop = p[temperature_drop];
  d.melting = p[melting_temperature];
  d.fusion = p[fusion_heat] / boltzmann;
  d.rate = p[growth_velocity] / p[amorphous_length];
  d.crossover = p[crossover_temperature];
  d.growth = p[growth_energy] / boltzmann;
  d.glass = p[glass_temperature];
  d.edge = p[edge_width];
  d.inverse_reference = 1.0 / p[drift_reference_time];
  d.onset = std::log(p[drift_onset] / p[drift_reference_time]);
  d.drift_mean = {p[drift_mean_slope], p[drift_mean_offset], p[drift_mean_low], p[drift_mean_high]};
  d.drift_sigma = {p[drift_sigma_slope], p[drift_sigma_offset], p[drift_sigma_low],
                   p[drift_sigma_high]};
  d.deviation = p[drift_deviation];
  d.noise_factor = p[read_noise_factor];
  d.noise_exponent = p[read_noise_exponent];
  d.noise_most = p[read_noise_most];
  d.initial = p[initial_state];
  d.initial_log_age = std::log(std::max(p[initial_age], p[drift_onset]) / p[drift_reference_time]);
  return d;
}

double phase_change_state(std::span<const double> p, double conductance) {
  const double g = conductance / p[PhaseChangeMemory::set_conductance];
  return std::clamp(-std::log(std::max(g, 1e-300)) / log_window(p), 0.0, 1.0);
}

std::vector<model::NoiseSource> PhaseChangeMemoryModel::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& environment) const {
  const Derived d = derived_from(derived);
  std::array<double, n> flow{};
  std::array<double, n> storage{};
  evaluate(derived, unknowns, {flow, storage, {}, {}});
  const double g = std::exp(-d.log_window * std::clamp(unknowns[2], 0.0, 1.0));
  const double q = std::min(d.noise_factor / std::pow(g, d.noise_exponent), d.noise_most);
  const double temperature =
      environment.temperature + PhaseChangeMemory::heating_unit * std::max(unknowns[4], 0.0);
  return conductance_noise(*this, derived, unknowns, temperature, flow[0] * q * flow[0] * q);
}

void PhaseChangeMemoryModel::sample_variation(std::span<double> p,
                                              base::RandomStream& random) const {
  using P = PhaseChangeMemory;
  const double g = std::exp(-log_window(p) * p[P::initial_state]);
  const double sigma = std::max(
      p[P::programming_sigma_0] + g * (p[P::programming_sigma_1] + g * p[P::programming_sigma_2]),
      0.0);
  const double programmed = g * p[P::set_conductance] + sigma * random.normal();
  p[P::initial_state] = phase_change_state(p, programmed);
  p[P::drift_deviation] = std::clamp(random.normal(), -6.0, 6.0);
}

void PhaseChangeMemoryModel::age(std::span<double> p, const model::Stress& stress) const {
  using P = PhaseChangeMemory;
  model::Environment environment;
  environment.temperature = stress.temperature;
  const Derived d = P::derive(p, environment);
  const double shrunk = P::growth_rate(d, stress.temperature) * stress.time;
  p[P::initial_state] = std::clamp(p[P::initial_state] - shrunk, 0.0, 1.0);
  p[P::initial_age] += stress.time;
  hold_in_range(specification(), P::initial_age, p);
}

std::vector<model::OperationCost> PhaseChangeMemoryModel::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  return operation_costs(*this, parameters, environment,
                         phase_change_traits(parameters).preparation);
}

model::Characterization PhaseChangeMemoryModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result = memory_characterization(
      *this, parameters, environment, published, phase_change_traits(parameters));
  add_drift(*this, parameters, environment, published, result);
  add_programming_curve(*this, parameters, environment, result);
  return result;
}

}  // namespace neucasl::memristor_models
