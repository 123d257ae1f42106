#pragma once

#include <optional>
#include <string>
#include <vector>

#include "neucasl/cells/standard_cells.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"

/// \file
/// One cell between sources and a load, and what its waveforms say.

namespace neucasl::cells {

/// A change of an input: a ramp that starts at `time`.
struct InputEdge {
  double time = 0.0;  ///< s
  bool rising = false;
};

/// Ramps of a length between the rails, the level before the first being its opposite.
void set_edges(circuit::Source& source, const std::vector<InputEdge>& edges, double transition,
               double supply);

/// A cell with a source at each input, one at the supply, and a capacitor at the output.
class CellBench {
 public:
  CellBench(const TransistorPair& pair, const StandardCell& cell, plugin::Context& context);

  [[nodiscard]] const StandardCell& cell() const { return *cell_; }
  [[nodiscard]] double supply() const { return supply_; }
  [[nodiscard]] circuit::Circuit& circuit() { return circuit_; }
  [[nodiscard]] const circuit::Circuit& circuit() const { return circuit_; }

  void set_load(double farad);
  /// A constant level.
  void hold(std::size_t input, bool high);
  /// Ramps of a length, the level before the first being its opposite.
  void drive(std::size_t input, const std::vector<InputEdge>& edges, double transition);
  /// A stored value before the first clock edge.
  void store(bool high);

  static constexpr const char* output_node = "y";
  static constexpr const char* supply_source = "supply_source";
  static std::string input_source(std::size_t input) { return "source_" + std::to_string(input); }

 private:
  circuit::Source& source_of(std::size_t input);

  const StandardCell* cell_;
  double supply_;
  circuit::Circuit circuit_;
};

/// Time and value of one trace.
class WaveView {
 public:
  WaveView(const circuit::Result& result, const char* name, circuit::TraceKind kind);
  WaveView(const circuit::Result& result, const std::string& name, circuit::TraceKind kind)
      : WaveView(result, name.c_str(), kind) {}

  [[nodiscard]] double at(double time) const;
  /// The last crossing of a level in (from, to], in the given direction.
  [[nodiscard]] std::optional<double> last_crossing(double level, bool rising, double from,
                                                    double to) const;
  [[nodiscard]] double integral(double from, double to) const;

 private:
  const std::vector<double>& time_;
  const std::vector<double>& value_;
};

/// What one input edge did.
struct EdgeFigures {
  double delay = 0.0;       ///< s, from half the supply to half the supply
  double transition = 0.0;  ///< s, 20 % to 80 %, over 0.6
  double energy = 0.0;      ///< J from the supply above that at rest, without the load's part
};

/// Of an output change that `input_middle` (input at half the supply) causes, in (from, to].
/// Nothing when the output does not settle to within 2 % of the supply at `to`.
std::optional<EdgeFigures> output_figures(const circuit::Result& result, double supply, double load,
                                          bool rising, double input_middle, double from, double to);

/// Accurate to about a thousandth of a delay; currents as accurate as by default, for leakage.
plugin::SimulationOptions cell_options();

/// Charge out of the supply in (from, to] above that at rest, which is the mean of both ends.
double supply_charge(const circuit::Result& result, double from, double to);

}  // namespace neucasl::cells
