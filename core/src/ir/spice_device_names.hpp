#pragma once

#include <string_view>
#include <vector>

/// \file
/// SPICE's diode and MOSFET parameters, by the names that the device models use.

namespace neucasl::ir::spice {

/// Of silicon dioxide, F/m, as in SPICE.
inline constexpr double oxide_permittivity = 3.9 * 8.854214871e-12;
inline constexpr double zero_celsius = 273.15;  ///< K

/// value of the device model = factor * value of SPICE + offset, or factor / value of SPICE
struct SpiceParameter {
  std::string_view spice;
  std::string_view name;  ///< Empty: without effect on what the device model has.
  double factor = 1.0;
  double offset = 0.0;
  bool inverse = false;
};

struct DeviceNames {
  std::string_view device;              ///< Name of the device model.
  std::vector<SpiceParameter> model;    ///< Of .model cards.
  std::vector<SpiceParameter> element;  ///< Of element cards.
};

const DeviceNames& diode_names();
const DeviceNames& mosfet_names(bool n_channel);

}  // namespace neucasl::ir::spice
