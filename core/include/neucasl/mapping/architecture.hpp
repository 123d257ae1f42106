#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/device/card.hpp"

/// \file
/// The architecture of an array-based chip: the choices a designer makes about arrays and
/// converters, read from a card of family "architecture".

namespace neucasl::mapping {

struct Architecture {
  std::string id;
  std::string device;  ///< Card id of the memory device.
  /// Card id of the converters, registers and buffers; empty: `description` says what they cost.
  std::string periphery;
  architecture::Encoding encoding = architecture::Encoding::differential;
  /// The columns of a pair are subtracted before their one conversion; otherwise each column is
  /// converted, and what it holds too much is subtracted from the sums.
  bool analog_subtraction = true;
  std::size_t array_rows = 0;
  std::size_t array_columns = 0;
  int bits_per_cell = 1;  ///< Weight bits that one cell stores, 1 to 8.
  int dac_bits = 1;       ///< Activation bits driven at once, 1 to 12.
  int adc_bits = 8;       ///< Including the sign of the differential current, 2 to 16.
  /// Differential column pairs, or columns where each is converted, that share one converter.
  std::size_t lines_per_adc = 1;
  double pulse_time = 0.0;                 ///< Duration of one input code step, s.
  double row_segment_resistance = 0.0;     ///< ohm
  double column_segment_resistance = 0.0;  ///< ohm
  /// Of the whole chip; null where a card made the choices.
  std::shared_ptr<const architecture::Architecture> description;
  base::Location where;

  /// Columns that hold one slice of a weight: a pair, or one with offset encoding.
  [[nodiscard]] std::size_t columns_of_slice() const {
    return encoding == architecture::Encoding::differential ? 2 : 1;
  }
  /// Conversions that read one slice.
  [[nodiscard]] std::size_t lines_of_slice() const {
    return analog_subtraction ? 1 : columns_of_slice();
  }
};

/// \throws base::Error "mapping.architecture" for a value out of range; "device.number" for a
/// missing one.
NEUCASL_EXPORT Architecture read_architecture(const device::Card& card, device::UseList& uses);

/// The same choices from the description of a whole chip: converters are shared by the arrays of a
/// group, and one read of an array is as long as the largest input code. `device` is the card of
/// the cells, that of the description when it is empty.
/// \throws base::Error "mapping.architecture" when the description has no groups of arrays, or no
/// device and wire resistances are named; or for a value out of range.
NEUCASL_EXPORT Architecture read_architecture(const architecture::Architecture& chip,
                                              device::UseList& uses,
                                              const std::string& device = {});

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
