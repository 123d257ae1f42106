#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neucasl/logic/network.hpp"

/// \file
/// Libraries of logic cells with tables of delay and energy (the nonlinear delay model).
///
/// All values are in SI units; the Liberty text has its units in its header.

namespace neucasl::logic {

/// A quantity over the input transition time (rows) and the output load (columns), bilinear between
/// points and along the outermost cells beyond them.
struct NEUCASL_EXPORT LoadTable {
  std::vector<double> transition;  ///< s, ascending
  std::vector<double> load;        ///< F, ascending
  std::vector<double> value;       ///< transition x load, row-major

  [[nodiscard]] double at(double input_transition, double output_load) const;
};

/// What happens at the output when one input changes. Transition times are from 20 % to 80 % of the
/// supply, divided by 0.6; delays from half the supply to half the supply.
struct TimingArc {
  enum class Sense { positive, negative, either };
  std::size_t input = 0;  ///< Index in `Cell::inputs`.
  Sense sense = Sense::negative;
  LoadTable rise_delay, fall_delay;            ///< s, by the direction of the output
  LoadTable rise_transition, fall_transition;  ///< s
  /// Energy that the cell takes from its supply during the event, J, without 1/2 C V^2 or C V^2 of
  /// the external load.
  LoadTable rise_energy, fall_energy;
};

struct CellInput {
  std::string name;
  double capacitance = 0.0;  ///< F
  bool clock = false;
};

struct Cell {
  std::string name;
  std::vector<CellInput> inputs;
  std::string output;
  TruthTable function;     ///< Over the inputs; unused in a flip-flop.
  bool flip_flop = false;  ///< Output takes the value of input "d" at the rising edge of the clock.
  double area = 0.0;       ///< m^2
  double leakage_power = 0.0;  ///< W, mean over the input states
  double largest_load = 0.0;   ///< F; 0: no limit is given.
  std::size_t transistors = 0;
  std::vector<TimingArc> arcs;
};

struct NEUCASL_EXPORT CellLibrary {
  std::string name;
  double voltage = 0.0;      ///< V
  double temperature = 0.0;  ///< K
  /// How the tables came about: engine and the cards' identity, for the reader and for a check that
  /// the library still fits the cards.
  std::string origin;
  std::vector<Cell> cells;

  [[nodiscard]] const Cell* find(std::string_view cell) const;
};

/// Liberty text (Synopsys Liberty user guide, the subset with table_lookup).
NEUCASL_EXPORT std::string print_liberty(const CellLibrary& library);
/// \throws base::Error "liberty.syntax", "liberty.unsupported", "liberty.value" with the line.
NEUCASL_EXPORT CellLibrary parse_liberty(std::string_view text, const std::string& file);

}  // namespace neucasl::logic
