#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "neucasl/ir/design.hpp"

/// \file
/// The chip level of a design, as estimators and functional models read it.
///
/// A front end for arrays writes, and `read_chip` reads, this convention:
/// - a module has the attribute "role": "chip", "layer", "tile" or "array";
/// - the chip instantiates layers, a layer tiles, and a tile one array;
/// - an array module holds one instance array of a cell, whose parameter "conductance" is a value
///   table, and its own parameters array_rows and array_columns (cells that are built, used or
///   not) and row_segment_resistance and column_segment_resistance;
/// - a layer carries the attribute "layer" (the network's layer), "encoding" ("differential" when
///   absent, "offset") and "subtraction" (of the columns of a pair: "analog" when absent,
///   "digital"), and the parameters listed in `LayerView`; a tile row_first, rows, output_first and
///   outputs, and the table "row_activity".
/// The conductances stand in the design only, so every estimate refers to the circuit itself.

namespace neucasl::mapping {

struct TileView {
  std::string name;    ///< Instance path below the chip, "conv1.tile_0_0".
  ir::ModuleId array;  ///< The array's module.
  std::size_t row_first = 0;
  std::size_t rows = 0;
  std::size_t output_first = 0;
  std::size_t outputs = 0;
  std::size_t columns = 0;        ///< outputs columns_of_output()
  std::size_t array_rows = 0;     ///< Built.
  std::size_t array_columns = 0;  ///< Built.
  double row_segment_resistance = 0.0;
  double column_segment_resistance = 0.0;
  ir::TableId conductance;           ///< Of the array's module, rows x columns, S.
  std::vector<double> row_activity;  ///< rows; mean input digit over 2^dac_bits - 1.
};

struct LayerView {
  std::string name;
  ir::ModuleId module;
  int weight_bits = 0;
  int activation_bits = 0;
  int bits_per_cell = 0;
  int slices = 0;
  int dac_bits = 0;
  int adc_bits = 0;
  int input_cycles = 0;
  std::size_t depth = 0;
  std::size_t outputs = 0;
  std::size_t positions = 0;  ///< Matrix-vector products of one inference.
  double weight_scale = 0.0;
  double input_scale = 0.0;
  double read_voltage = 0.0;     ///< V
  double pulse_time = 0.0;       ///< s, of one input code step
  double conductance_min = 0.0;  ///< S
  double conductance_max = 0.0;  ///< S
  /// A, one a slice: current of the largest code, of a pair's difference or of a column.
  std::vector<double> full_scale;
  bool offset = false;             ///< One column for a slice, and a constant in each weight.
  bool analog_subtraction = true;  ///< One conversion for a pair of columns.
  std::vector<TileView> tiles;

  [[nodiscard]] std::size_t columns_of_output() const {
    return static_cast<std::size_t>(slices) * (offset ? 1 : 2);
  }

  /// Conductance step of one level, S.
  [[nodiscard]] double level_step() const {
    return (conductance_max - conductance_min) / ((1 << bits_per_cell) - 1);
  }
  /// Duration of the longest pulse that the inputs need, s.
  [[nodiscard]] double longest_pulse() const {
    return pulse_time * ((1 << std::min(dac_bits, activation_bits)) - 1);
  }
  /// Equivalent voltage of one input code step, V.
  [[nodiscard]] double code_voltage() const { return read_voltage / ((1 << dac_bits) - 1); }
};

struct NEUCASL_EXPORT ChipView {
  std::vector<LayerView> layers;

  [[nodiscard]] std::size_t arrays() const;
  /// Used cells / built cells.
  [[nodiscard]] double utilisation() const;
};

/// \throws base::Error "mapping.chip" naming the module and what it lacks, or a table that does not
/// fit its tile.
NEUCASL_EXPORT ChipView read_chip(const ir::Design& design);

/// The values of a tile's conductance table.
NEUCASL_EXPORT const std::vector<double>& conductances(const ir::Design& design,
                                                       const TileView& tile);

}  // namespace neucasl::mapping
