#pragma once

#include <string_view>
#include <vector>

/// \file
/// SPICE's diode and MOSFET parameters, by the names that the device models use.

namespace neucasl::ir::spice {

/// value of the device model = factor * value of SPICE + offset
struct SpiceParameter {
  std::string_view spice;
  std::string_view name;
  double factor = 1.0;
  double offset = 0.0;
};

struct DeviceNames {
  std::string_view device;              ///< Name of the device model.
  std::vector<SpiceParameter> model;    ///< Of .model cards.
  std::vector<SpiceParameter> element;  ///< Of element cards.
};

const DeviceNames& diode_names();
const DeviceNames& mosfet_names(bool n_channel);

}  // namespace neucasl::ir::spice
