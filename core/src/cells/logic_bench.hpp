#pragma once

#include "cell_bench.hpp"

/// \file
/// A netlist of cells between sources and loads.

namespace neucasl::cells {

/// A source at each input port, one at the supply, a capacitor at each output port. Inputs and
/// outputs are numbered in the order of the ports.
class LogicBench {
 public:
  LogicBench(const ir::Design& design, const TransistorPair& pair, double output_load,
             plugin::Context& context);

  [[nodiscard]] const circuit::Circuit& circuit() const { return circuit_; }
  [[nodiscard]] double supply() const { return supply_; }
  [[nodiscard]] std::size_t outputs() const { return outputs_.size(); }

  /// Levels of an input, the first from the start, the others from the time on at which the ramp
  /// to them begins.
  struct Level {
    double time = 0.0;  ///< s
    bool high = false;
  };
  void drive(std::size_t input, const std::vector<Level>& levels, double transition);
  /// What a flip-flop holds at the start, by its instance.
  void store(const std::string& instance, const StandardCell& cell, bool high);

  [[nodiscard]] WaveView output(const circuit::Result& result, std::size_t output) const;
  /// Traces of the ports only, by their names.
  [[nodiscard]] circuit::Result ports_of(const circuit::Result& result) const;

 private:
  double supply_;
  std::vector<std::string> inputs_, outputs_;  ///< Names of ports.
  circuit::Circuit circuit_;
};

}  // namespace neucasl::cells
