#pragma once

#include <cstddef>

#include "neucasl/model/device_model.hpp"

/// \file
/// The numbers that describe a carbon-nanotube transistor, and its specification.

namespace neucasl::cnt {

/// Order of the parameters in the specification.
enum Index : std::size_t {
  tubes,
  metallic_tubes,
  diameter,
  pitch,
  gate_length,
  contact_length,
  gate_all_around,
  oxide_thickness,
  oxide_permittivity,
  tube_permittivity,
  extension_level,
  flat_band_voltage,
  ballistic_velocity,
  long_channel_mobility,
  threshold_shift,
  saturation_exponent,
  extension_resistance,
  metallic_mean_free_path,
  fringe_capacitance,
  mobility_temperature_exponent,
  velocity_temperature_exponent,
  thermal_noise_factor,
  flicker_coefficient,
  diameter_sigma,
  missing_probability,
  metallic_fraction,
  metallic_removal,
  semiconducting_loss,
  pitch_variation,
  supply_voltage,
  parameter_count
};

enum Unknown : std::size_t { drain, gate, source, unknown_count };

/// `polarity` 1: electrons, -1: holes. Voltages among the parameters are those of the electron
/// device; a hole device is its mirror image.
model::Specification specification(int polarity);

}  // namespace neucasl::cnt
