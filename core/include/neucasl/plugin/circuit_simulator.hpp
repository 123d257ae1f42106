#pragma once

#include <string>
#include <utility>
#include <vector>

#include "neucasl/ir/design.hpp"
#include "neucasl/plugin/array_solver.hpp"
#include "neucasl/plugin/context.hpp"

/// \file
/// Interface of circuit simulators.

namespace neucasl::plugin {

/// Node voltages and currents of voltage sources of a circuit at rest. Names are those of
/// ir::FlatNetlist. A source current is positive from the source's p pin through the source to its
/// n pin, as in SPICE.
struct OperatingPoint {
  std::vector<std::pair<std::string, double>> node_voltage;    ///< V, without the ground
  std::vector<std::pair<std::string, double>> source_current;  ///< A
  std::string method;                                          ///< For reports.
};

/// Simulates circuits. Subclass it in a plugin; the host calls one method at a time on one object.
class CircuitSimulator {
 public:
  virtual ~CircuitSimulator() = default;

  /// Simulates module `top` of `design`.
  /// \throws base::Error when the circuit cannot be simulated, or the result cannot be trusted.
  [[nodiscard]] virtual OperatingPoint operating_point(const ir::Design& design, ir::ModuleId top,
                                                       Context& context) = 0;

  /// The solver of crossbar arrays that this simulator has, or null. Owned by the simulator.
  [[nodiscard]] virtual const ArraySolver* array_solver() const { return nullptr; }
};

}  // namespace neucasl::plugin
