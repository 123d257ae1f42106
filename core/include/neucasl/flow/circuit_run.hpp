#pragma once

#include <string>
#include <vector>

#include "neucasl/plugin/front_end.hpp"
#include "neucasl/results/findings.hpp"

/// \file
/// A front end's circuit, simulated and held against what theory says.

namespace neucasl::flow {

/// What one simulator said about a circuit.
struct EngineRun {
  std::string simulator;
  std::vector<circuit::Result> results;   ///< By analysis.
  std::vector<results::Figure> measured;  ///< By measurement, SI.
};

struct CircuitRun {
  std::vector<EngineRun> engines;  ///< The simulator, then the reference when there is one.

  /// An expectation beside what the first engine measured.
  struct Checked {
    plugin::Expectation expectation;
    double measured = 0.0;
    bool met = false;
  };
  std::vector<Checked> checked;
  /// Largest difference between the engines' measurements, relative to the larger of the two or to
  /// a thousandth of the largest measurement of the same dimension; 0 without a reference.
  double worst_difference = 0.0;
  std::string worst_measurement;

  [[nodiscard]] NEUCASL_EXPORT bool expectations_met() const;
};

/// Runs every analysis and takes every measurement.
/// \throws base::Error what lowering, the simulators and the measurements throw;
/// "front-end.expectation" for an expectation of an unknown measurement.
NEUCASL_EXPORT CircuitRun
run_circuit(const plugin::CircuitDesign& design,
            const std::vector<std::pair<std::string, plugin::CircuitSimulator*>>& simulators,
            const plugin::SimulationOptions& options, plugin::Context& context);

/// Columns: measurement, label, value of each engine, expected value, tolerance, basis, met.
NEUCASL_EXPORT results::Table measurement_table(const plugin::CircuitDesign& design,
                                                const CircuitRun& run);

NEUCASL_EXPORT results::Findings to_findings(const plugin::CircuitDesign& design,
                                             const CircuitRun& run, const std::string& front_end,
                                             const std::string& circuit);

/// Missed expectations and engines that differ by more than `limit`, for an error message; empty
/// when there are none.
NEUCASL_EXPORT std::string faults_of(const CircuitRun& run, double limit);

}  // namespace neucasl::flow
