#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/circuit/analysis.hpp"
#include "neucasl/ir/design.hpp"
#include "neucasl/plugin/array_solver.hpp"
#include "neucasl/plugin/context.hpp"
#include "neucasl/plugin/photonic_solver.hpp"
#include "neucasl/plugin/spiking_solver.hpp"
#include "neucasl/plugin/thermal_tuner.hpp"

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

struct SimulationOptions {
  circuit::Tolerances tolerances;
  /// How a device model reaches the engine: "compiled" evaluates its code; "behavioural" its
  /// symbolic form, as a check of the first.
  std::string device_form = "compiled";
  /// Transients: guides and rings are late by the group delay of their parameters, in simulators
  /// that have such delays; false: light passes at once, as in those that have none.
  bool group_delays = true;
};

/// What became of one circuit of a campaign.
struct SimulationOutcome {
  std::optional<circuit::Result> result;
  std::optional<base::Diagnostic> failure;  ///< Why there is no result.
};

/// Simulates circuits. Subclass it in a plugin; the host calls one method at a time on one object.
class NEUCASL_EXPORT CircuitSimulator {
 public:
  virtual ~CircuitSimulator();

  /// Simulates module `top` of `design` at rest.
  /// \throws base::Error when the circuit cannot be simulated, or the result cannot be trusted.
  [[nodiscard]] virtual OperatingPoint operating_point(const ir::Design& design, ir::ModuleId top,
                                                       Context& context) = 0;

  /// \throws base::Error "simulator.analysis" when the simulator has no such analysis (the
  /// default); or when the circuit cannot be simulated, or the result cannot be trusted.
  [[nodiscard]] virtual circuit::Result simulate(const circuit::Circuit& circuit,
                                                 const circuit::Analysis& analysis,
                                                 const SimulationOptions& options,
                                                 Context& context);

  /// A campaign: circuit k comes from `make`, its outcome goes to `take`, in order of k, one call
  /// at a time. A circuit that fails does not stop the others. `make` is called from one thread at
  /// a time. The default simulates one after the other.
  virtual void simulate_batch(std::size_t count,
                              const std::function<circuit::Circuit(std::size_t k)>& make,
                              const circuit::Analysis& analysis, const SimulationOptions& options,
                              const std::function<void(std::size_t k, SimulationOutcome)>& take,
                              Context& context);

  /// The solver of crossbar arrays that this simulator has, or null. Owned by the simulator.
  [[nodiscard]] virtual const ArraySolver* array_solver() const { return nullptr; }

  /// The engine for spiking networks that this simulator has, or null. Owned by the simulator.
  [[nodiscard]] virtual const SpikingSolver* spiking_solver() const { return nullptr; }

  /// The solver of photonic networks that this simulator has, or null. Owned by the simulator.
  [[nodiscard]] virtual const PhotonicSolver* photonic_solver() const { return nullptr; }

  /// The solver for heater powers that this simulator has, or null. Owned by the simulator.
  [[nodiscard]] virtual const ThermalTuner* thermal_tuner() const { return nullptr; }
};

}  // namespace neucasl::plugin
