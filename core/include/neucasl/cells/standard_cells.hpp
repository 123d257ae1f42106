#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neucasl/cells/transistor_pair.hpp"
#include "neucasl/logic/network.hpp"

/// \file
/// Standard cells of complementary transistors.
///
/// A cell is a list of *elements*. A *gate* is a fully complementary stage: n transistors form the
/// function that pulls its output low, p transistors the dual network. A *transmission gate* joins
/// two nets; a *clocked inverter* drives its output only while its clock is high. Transistors in
/// series are as many times wider as there are in the path, so that each path to a rail conducts
/// like one unit transistor of the cell's drive strength.

namespace neucasl::cells {

/// A series-parallel network of switches, written as a sum of products: "a b + c", "(a + b) c".
struct Switches {
  enum class Kind { literal, series, parallel };
  Kind kind = Kind::literal;
  std::string net;              ///< Of a literal: the net that closes the switch.
  std::vector<Switches> parts;  ///< Else.
};

/// \throws std::logic_error for a malformed text: cells are written in the program.
NEUCASL_EXPORT Switches parse_switches(std::string_view text);
/// Series and parallel exchanged.
NEUCASL_EXPORT Switches dual(const Switches& switches);

struct CellElement {
  enum class Kind { gate, transmission_gate, clocked_inverter };
  Kind kind = Kind::gate;
  std::string output;
  std::string input;      ///< Of transmission gates and clocked inverters.
  Switches pull_down;     ///< Of gates.
  std::string high, low;  ///< Nets that open the element: gates of the n and p transistors.
  double strength = 1.0;  ///< Unit transistors of a path to a rail.
};

enum class CellKind { combinational, flip_flop, latch };

/// Inputs of a flip-flop are "d" and "clk", of a latch "d" and "en" (transparent while high).
struct NEUCASL_EXPORT StandardCell {
  std::string name;  ///< "NAND2_X1"
  CellKind kind = CellKind::combinational;
  std::vector<std::string> inputs;
  std::string output;
  std::vector<CellElement> elements;
  logic::TruthTable function;  ///< Of combinational cells, over the inputs.
  double strength = 1.0;       ///< Of the output, in unit transistors.
  std::string state;  ///< Net that holds the inverse of what is stored; of sequential ones.

  [[nodiscard]] std::size_t transistors() const;  ///< Each counted once, stacked or not.
  /// Columns of gates side by side: as many for an n and a p transistor as the wider one has units,
  /// and one more between cells.
  [[nodiscard]] std::size_t columns() const;
  [[nodiscard]] double area(const TransistorPair& pair) const;  ///< m^2
};

/// All cells: INV and BUF (X1, X2, X4); NAND2, NAND3, NOR2, NOR3, AND2, OR2, XOR2, XNOR2, MUX2,
/// AOI21, OAI21 (X1, X2); NAND4, NOR4, AOI22, OAI22, DFF, LATCH (X1); TIEHI and TIELO (X1), which
/// are constants. Nets "vdd" and "vss" of elements are the rails.
NEUCASL_EXPORT const std::vector<StandardCell>& standard_cells();
/// Null when there is none.
NEUCASL_EXPORT const StandardCell* find_standard_cell(std::string_view name);

/// The cell's module: ports are its inputs, its output, "vdd" and "vss". Found when the design has
/// one of its name.
NEUCASL_EXPORT ir::ModuleId add_cell(ir::Design& design, const Transistors& transistors,
                                     const StandardCell& cell);

}  // namespace neucasl::cells
