#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "neucasl/circuit/circuit.hpp"
#include "nonlinear_array.hpp"

/// \file
/// Recognises an array of cells with its wires and sources in a circuit.
///
/// Devices, conductances and capacitors with names "...[i][j]..." of one instance array are the
/// cells; resistors are wires. A node that only parts of one cell touch is inside the cell. Of the
/// others, two carry current, the row wire and the column wire; further ones are controls, as
/// gates, and held by a source or the ground. A wire joins its crossings in order, by one resistor
/// each or as one node; its ends lead, through resistors in series, to sources to ground, to the
/// ground, or nowhere.

namespace neucasl::array_plugin {

/// Where a node of the circuit is in the array.
struct NodePlace {
  enum class Kind : std::uint8_t {
    ground,
    source,
    row_wire,
    column_wire,
    inner,
    row_end,
    column_end
  };
  Kind kind = Kind::ground;
  std::uint32_t first = 0;   ///< Source; row of a crossing; cell; wire of an end.
  std::uint32_t second = 0;  ///< Column of a crossing; inner unknown; source of an end.
  /// Of an end, between crossing and source: share of the source's voltage.
  double share = 0.0;
  bool at_last = false;  ///< Of an end: behind the last crossing.
};

struct CircuitArray {
  NonlinearArray array;  ///< Sources in the circuit's order, and one more when a wire is grounded.
  std::vector<NodePlace> node;
};

/// Voltage of a node that is not inside a cell, from those at the crossings, `row(i, j)` and
/// `column(i, j)`.
template <class Row, class Column>
double voltage_at(const CircuitArray& found, const NodePlace& place,
                  std::span<const double> source_voltage, const Row& row, const Column& column) {
  switch (place.kind) {
    case NodePlace::Kind::source:
      return source_voltage[place.first];
    case NodePlace::Kind::row_wire:
      return row(place.first, place.second);
    case NodePlace::Kind::column_wire:
      return column(place.first, place.second);
    case NodePlace::Kind::row_end:
    case NodePlace::Kind::column_end: {
      const bool of_row = place.kind == NodePlace::Kind::row_end;
      const std::size_t last = (of_row ? found.array.columns : found.array.rows) - 1;
      const std::size_t crossing = place.at_last ? last : 0;
      const double near = of_row ? row(place.first, crossing) : column(crossing, place.first);
      if (place.second == WireEnd::open) return near;
      return near + place.share * (source_voltage[place.second] - near);
    }
    case NodePlace::Kind::inner:
    case NodePlace::Kind::ground:
      break;
  }
  return 0.0;
}

/// \throws base::Error "array.structure" naming what is not of such an array.
CircuitArray find_array(const circuit::Circuit& circuit);

}  // namespace neucasl::array_plugin
