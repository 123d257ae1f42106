#pragma once

#include <span>
#include <string>
#include <vector>

#include "neucasl/ir/design.hpp"
#include "neucasl/mapping/chip.hpp"

/// \file
/// The circuit of a crossbar array in the IR, and a test bench around it.
///
/// A cell (i, j) holds the device between row wire i and column wire j and, where the wires have
/// resistance, one segment of each: the row segment that leads to the crossing and the column
/// segment that leads away from it. The wires' nodes are the array's ports, so that they can be
/// driven, sensed and probed: `row_wire` and `column_wire`.

namespace neucasl::mapping {

/// Which bits of an array's ports are what.
struct ArrayWiring {
  std::size_t rows = 0;
  std::size_t columns = 0;
  bool row_segments = true;     ///< False: a row wire is one node.
  bool column_segments = true;  ///< False: a column wire is one node.

  [[nodiscard]] std::size_t row_width() const { return rows * (row_segments ? columns + 1 : 1); }
  [[nodiscard]] std::size_t column_width() const {
    return columns * (column_segments ? rows + 1 : 1);
  }
  [[nodiscard]] std::size_t row_stride() const { return row_segments ? columns + 1 : 1; }
  /// The driven end of row wire i.
  [[nodiscard]] std::size_t driven_bit(std::size_t row) const { return row * row_stride(); }
  /// The sensed end of column wire j.
  [[nodiscard]] std::size_t sensed_bit(std::size_t column) const {
    return (column_segments ? rows * columns : 0) + column;
  }
  /// The node of row wire i at crossing (i, j).
  [[nodiscard]] std::size_t row_node(std::size_t row, std::size_t column) const {
    return row_segments ? row * (columns + 1) + column + 1 : row;
  }
  /// The node of column wire j at crossing (i, j).
  [[nodiscard]] std::size_t column_node(std::size_t row, std::size_t column) const {
    return column_segments ? row * columns + column : column;
  }
};

struct ArrayDescription {
  std::string name;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t array_rows = 0;              ///< Built cells, at least `rows`.
  std::size_t array_columns = 0;           ///< Built cells, at least `columns`.
  double row_segment_resistance = 0.0;     ///< ohm; 0: ideal wires
  double column_segment_resistance = 0.0;  ///< ohm; 0: ideal wires
  std::vector<double> conductance;         ///< rows x columns, S

  [[nodiscard]] ArrayWiring wiring() const {
    return {rows, columns, row_segment_resistance > 0.0, column_segment_resistance > 0.0};
  }
};

/// The primitive of a linear memory cell: ports row and column, parameter conductance, element
/// "conductance", attribute device = card id.
NEUCASL_EXPORT ir::ModuleId add_memory_device(ir::Design& design, const std::string& name,
                                              const std::string& card);

/// Adds the array's module (role "array"), its cell and wire segment where they are not there yet.
NEUCASL_EXPORT ir::ModuleId add_array(ir::Design& design, ir::ModuleId device,
                                      const ArrayDescription& array);

/// A part of an array of a chip as a circuit of its own: block rows x columns cells from
/// (row_first, column_first), every row driven by a voltage source and every column ended in a
/// 0 V source, whose currents are the column currents (positive out of the column wire).
struct TestBench {
  ir::Design design;                       ///< top: the bench
  ArrayDescription array;                  ///< the part
  std::vector<std::string> sense_sources;  ///< names in the flat netlist, by column
};
/// \throws base::Error "mapping.test-bench" when the block exceeds the tile or the voltages do not
/// fit.
NEUCASL_EXPORT TestBench array_test_bench(const ir::Design& chip, const TileView& tile,
                                          std::size_t row_first, std::size_t rows,
                                          std::size_t column_first, std::size_t columns,
                                          std::span<const double> voltages);

/// The bench around any array description; used for arrays that come from files.
NEUCASL_EXPORT TestBench array_test_bench(ArrayDescription array, std::span<const double> voltages);

}  // namespace neucasl::mapping
