#include <cmath>

#include "equations.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "tube.hpp"

namespace neucasl::cnt {
namespace {

constexpr double boltzmann = 1.380649e-23;
constexpr double charge = 1.602176634e-19;
constexpr double reference = 300.0;          // K
constexpr double most_lowering = 1.0 / 3.0;  // a swing factor of 3

void check_whole(std::span<const double> p, Index index, const char* name) {
  if (std::abs(p[index] - std::round(p[index])) <= 1e-9) return;
  throw base::Error("model.parameters",
                    "a carbon-nanotube transistor has a whole number for '" + std::string(name) +
                        "', not " + base::shortest(p[index]),
                    "round '" + std::string(name) + "'");
}

void check(std::span<const double> p, const Tube& tube) {
  check_whole(p, tubes, "tubes");
  check_whole(p, metallic_tubes, "metallic_tubes");
  check_whole(p, gate_all_around, "gate_all_around");
  if (tube.barrier_lowering > most_lowering) {
    throw base::Error("model.parameters",
                      "the gate of a carbon-nanotube transistor does not control its channel: "
                      "barrier lowering " +
                          base::shortest(tube.barrier_lowering) + " V/V",
                      "make 'gate_length' longer or 'oxide_thickness' smaller");
  }
}

}  // namespace

Derived derive(std::span<const double> p, const model::Environment& environment) {
  const Tube tube = tube_of(p);
  check(p, tube);
  const double ratio = environment.temperature / reference;
  const double velocity = tube.velocity * std::pow(ratio, p[velocity_temperature_exponent]);
  const double mobility = tube.mobility * std::pow(ratio, p[mobility_temperature_exponent]);
  const double series = tube.contact_resistance + p[extension_resistance];
  const double length = p[gate_length];
  Derived d{};
  d.phit = boltzmann * environment.temperature / charge;
  d.channel = p[tubes] * tube.inversion_capacitance * velocity;
  d.swing = tube.swing_factor * d.phit;
  d.shift = p[threshold_shift] * d.phit;
  d.threshold = tube.threshold;
  d.barrier = tube.barrier_lowering;
  d.slowed = 1.0 / (1.0 + series * tube.inversion_capacitance *
                              (1.0 + 2.0 * tube.barrier_lowering) * velocity);
  d.resistance_drop = 2.0 * series * tube.inversion_capacitance * velocity;
  d.drift_saturation = velocity * length / mobility;
  d.beta = p[saturation_exponent];
  d.channel_capacitance = p[tubes] * tube.inversion_capacitance * length;
  const double width = (p[tubes] + p[metallic_tubes]) * p[pitch];
  d.fringe =
      width * p[fringe_capacitance] + 0.5 * p[metallic_tubes] * tube.oxide_capacitance * length;
  d.metallic_conductance =
      p[metallic_tubes] / (quantum_resistance * (1.0 + length / p[metallic_mean_free_path]) +
                           2.0 * p[extension_resistance]);
  d.thermal_noise = 4.0 * boltzmann * environment.temperature * p[thermal_noise_factor];
  d.flicker = p[tubes] > 0.0 ? p[flicker_coefficient] / d.channel_capacitance : 0.0;
  return d;
}

}  // namespace neucasl::cnt
