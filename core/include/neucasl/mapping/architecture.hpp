#pragma once

#include <cstddef>
#include <string>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/device/card.hpp"

/// \file
/// The architecture of an array-based chip: the choices a designer makes about arrays and
/// converters, read from a card of family "architecture".

namespace neucasl::mapping {

struct Architecture {
  std::string id;
  std::string device;     ///< Card id of the memory device.
  std::string periphery;  ///< Card id of the converters, registers and buffers.
  std::size_t array_rows = 0;
  std::size_t array_columns = 0;
  int bits_per_cell = 1;          ///< Weight bits that one cell stores, 1 to 8.
  int dac_bits = 1;               ///< Activation bits driven at once, 1 to 12.
  int adc_bits = 8;               ///< Including the sign of the differential current, 2 to 16.
  std::size_t pairs_per_adc = 1;  ///< Differential column pairs that share one converter.
  double pulse_time = 0.0;        ///< Duration of one input code step, s.
  double row_segment_resistance = 0.0;     ///< ohm
  double column_segment_resistance = 0.0;  ///< ohm
  base::Location where;
};

/// \throws base::Error "mapping.architecture" for a value out of range; "device.number" for a
/// missing one.
NEUCASL_EXPORT Architecture read_architecture(const device::Card& card, device::UseList& uses);

/// The same choices from the description of a whole chip: converters are shared by the arrays of a
/// group, and one read of an array is as long as the largest input code.
/// \throws base::Error "mapping.architecture" when the description has no groups of arrays, keeps
/// no pairs of cells, or does not name device, periphery and wire resistances; or for a value out
/// of range.
NEUCASL_EXPORT Architecture read_architecture(const architecture::Architecture& chip,
                                              device::UseList& uses);

/// What mapping needs to know of the memory device, from its card.
struct CellLevels {
  double conductance_min = 0.0;  ///< S
  double conductance_max = 0.0;  ///< S
  double read_voltage = 0.0;     ///< V

  /// Conductance of level l of 2^bits_per_cell, linear between min and max.
  [[nodiscard]] double conductance(int level, int bits_per_cell) const {
    return conductance_min +
           (conductance_max - conductance_min) * level / ((1 << bits_per_cell) - 1);
  }
};
NEUCASL_EXPORT CellLevels read_cell_levels(const device::Card& card, device::UseList& uses);

}  // namespace neucasl::mapping
