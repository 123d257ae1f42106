#pragma once

#include <cstddef>

#include "neucasl/model/device_model.hpp"

/// \file
/// The numbers that describe a FinFET, and its specification.

namespace neucasl::finfet {

inline constexpr double boltzmann = 1.380649e-23;  ///< J/K, exact in the SI

/// Order of the parameters in the specification.
enum Index : std::size_t {
  fins,
  fin_height,
  fin_thickness,
  gate_length,
  overlap_length,
  gate_capacitance,
  threshold_voltage,
  barrier_lowering,
  swing_factor,
  punch_through,
  injection_velocity,
  mobility,
  saturation_exponent,
  threshold_shift,
  body_factor,
  surface_potential,
  source_resistance,
  drain_resistance,
  inner_fringe_capacitance,
  outer_fringe_capacitance,
  threshold_temperature_slope,
  mobility_temperature_exponent,
  velocity_temperature_exponent,
  thermal_noise_factor,
  flicker_coefficient,
  mismatch_coefficient,
  bias_instability,
  bias_instability_energy,
  bias_instability_voltage_exponent,
  bias_instability_time_exponent,
  hot_carrier_shift,
  hot_carrier_voltage_exponent,
  supply_voltage,
  parameter_count
};

/// Order of the unknowns: the terminals, then the ends of the channel behind the resistances.
enum Unknown : std::size_t { drain, gate, source, bulk, inner_drain, inner_source, unknown_count };

/// `polarity` 1: electrons, -1: holes. Voltages among the parameters are those of the electron
/// device; a hole device is its mirror image, so its threshold is positive too.
model::Specification specification(int polarity);

}  // namespace neucasl::finfet
