#include <cmath>

#include "equations.hpp"
#include "neucasl/base/diagnostics.hpp"

namespace neucasl::finfet {
namespace {

constexpr double charge = 1.602176634e-19;
constexpr double reference = 300.0;  // K

void check(std::span<const double> p) {
  if (std::abs(p[fins] - std::round(p[fins])) > 1e-9) {
    throw base::Error("model.parameters",
                      "a FinFET has a whole number of fins, not " + base::shortest(p[fins]),
                      "round 'fins'");
  }
}

}  // namespace

Derived derive(std::span<const double> p, const model::Environment& environment) {
  check(p);
  const double temperature = environment.temperature;
  const double ratio = temperature / reference;
  const double velocity = p[injection_velocity] * std::pow(ratio, p[velocity_temperature_exponent]);
  const double drift = p[mobility] * std::pow(ratio, p[mobility_temperature_exponent]);
  const double length = p[gate_length] - p[overlap_length];
  Derived d{};
  d.width = p[fins] * (2.0 * p[fin_height] + p[fin_thickness]);
  d.phit = boltzmann * temperature / charge;
  d.channel = d.width * p[gate_capacitance] * velocity;
  d.swing = p[swing_factor];
  d.punch_through = p[punch_through];
  d.shift = p[threshold_shift] * d.phit;
  d.threshold = p[threshold_voltage] + p[threshold_temperature_slope] * (temperature - reference);
  d.barrier = p[barrier_lowering];
  d.body = p[body_factor];
  d.surface = p[surface_potential];
  d.drift_saturation = velocity * length / drift;
  d.beta = p[saturation_exponent];
  d.area_capacitance = d.width * length * p[gate_capacitance];
  d.inner_fringe = d.width * p[inner_fringe_capacitance];
  d.outer_fringe = d.width * p[outer_fringe_capacitance];
  d.drain_conductance = d.width / p[drain_resistance];
  d.source_conductance = d.width / p[source_resistance];
  d.thermal_noise = 4.0 * boltzmann * temperature * p[thermal_noise_factor];
  d.flicker = p[flicker_coefficient] / d.area_capacitance;
  return d;
}

}  // namespace neucasl::finfet
