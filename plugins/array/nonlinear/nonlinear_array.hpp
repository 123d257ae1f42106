#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "neucasl/circuit/circuit.hpp"
#include "neucasl/model/device_model.hpp"

/// \file
/// A crossbar array of nonlinear cells as the nonlinear solver takes it.
///
/// Nouns. A *cell* joins row wire i and column wire j at crossing (i, j). It is made of *parts*:
/// devices of any model, or linear conductances and capacitances. The *unknowns of a cell* are, in
/// order, the voltage of the row wire, that of the column wire, and its *inner* unknowns: nodes
/// inside the cell and internal unknowns of its devices. Behind them come its *controls*: given
/// voltages, as of a gate. A *wire* is a chain of segments between the crossings; an *end* of a
/// wire is open or joined to a source through a resistance.

namespace neucasl::array_plugin {

/// What a wire's end is joined to.
struct WireEnd {
  static constexpr std::uint32_t open = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t source = open;  ///< Index in `NonlinearArray::sources`.
  double resistance = 0.0;      ///< ohm, between the source and the crossing next to it; 0: none
};

/// All row wires, or all column wires.
struct ArrayWires {
  bool ideal = false;           ///< Every wire is one node.
  std::vector<double> segment;  ///< wires x (crossings - 1), ohm, > 0; empty when ideal
  std::vector<WireEnd> first;   ///< One for each wire: at its first crossing.
  std::vector<WireEnd> last;    ///< At its last crossing.
};

/// A device of a cell, or a conductance with a capacitance in parallel.
struct CellPart {
  const model::DeviceModel* model = nullptr;  ///< Null: the conductance and capacitance.
  std::vector<std::uint32_t> place;           ///< Unknown of the cell for each of the part's.
  /// cells x (derived numbers of the model, or S and F)
  std::vector<double> derived;
  [[nodiscard]] std::size_t derived_size() const { return model ? model->derived_size() : 2; }
};

/// An unknown inside the cells.
struct InnerUnknown {
  std::string name;
  bool node = false;  ///< A voltage; else an internal unknown of a device.
  model::InternalKind kind = model::InternalKind::algebraic;
  double scale = 1.0;
};

/// A voltage source to ground.
struct ArraySource {
  std::string name;
  double rest = 0.0;  ///< V
  circuit::Waveform waveform;
};

struct NonlinearArray {
  static constexpr std::uint32_t ground = std::numeric_limits<std::uint32_t>::max();

  std::size_t rows = 0;
  std::size_t columns = 0;
  ArrayWires row_wires;     ///< `rows` wires with `columns` crossings each.
  ArrayWires column_wires;  ///< `columns` wires with `rows` crossings each.
  std::vector<CellPart> parts;
  std::vector<InnerUnknown> inner;
  std::vector<double> initial;  ///< cells x inner: values of memories, first guesses of others
  std::size_t controls = 0;
  std::vector<std::uint32_t> control;  ///< cells x controls: index of a source, or `ground`
  std::vector<ArraySource> sources;

  [[nodiscard]] std::size_t cells() const { return rows * columns; }
};

/// \throws base::Error
///   "array.size" for no cells or data of another size,
///   "array.cell" for a part without place on both wires' or inner unknowns, with an optical or
///     thermal terminal, or a cell with more than `most_cell_unknowns` unknowns,
///   "array.value" for a number that is NaN, infinite or negative, with its row and column,
///   "array.source" for an index beyond the sources, or a wire whose two ends are both held without
///     resistance.
void check(const NonlinearArray& array);

/// Of a cell, controls included.
constexpr std::size_t most_cell_unknowns = 24;

}  // namespace neucasl::array_plugin
