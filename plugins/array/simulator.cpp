#include "simulator.hpp"

#include <map>

#include "array_extraction.hpp"
#include "nonlinear/circuit_simulation.hpp"

namespace neucasl::array_plugin {

plugin::OperatingPoint ArraySimulator::operating_point(const ir::Design& design, ir::ModuleId top,
                                                       plugin::Context& context) {
  const ExtractedArray array = extract_array(design, top);
  plugin::ArraySolveOptions options;
  options.threads = context.threads;
  options.node_voltages = true;
  const plugin::ArraySolution solution =
      solver_.solve({array.rows, array.columns, array.conductance, array.row_segment_resistance,
                     array.column_segment_resistance},
                    array.input_voltage, 1, options);

  plugin::OperatingPoint result;
  result.method = solver_.method();
  std::map<std::string, double> nodes;  // an ideal wire is one node at many crossings
  for (std::size_t k = 0; k < array.conductance.size(); ++k) {
    nodes[array.row_node[k]] = solution.row_voltage[k];
    nodes[array.column_node[k]] = solution.column_voltage[k];
  }
  result.node_voltage.assign(nodes.begin(), nodes.end());
  for (std::size_t j = 0; j < array.columns; ++j) {
    result.source_current.emplace_back(array.sense_source[j], solution.column_current[j]);
  }
  for (std::size_t i = 0; i < array.rows; ++i) {
    double current = 0.0;
    for (std::size_t j = 0; j < array.columns; ++j) {
      const std::size_t k = i * array.columns + j;
      current += array.conductance[k] * (solution.row_voltage[k] - solution.column_voltage[k]);
    }
    // As in SPICE, the current of a source that delivers power is negative.
    result.source_current.emplace_back(array.drive_source[i], -current);
  }
  return result;
}

circuit::Result ArraySimulator::simulate(const circuit::Circuit& circuit,
                                         const circuit::Analysis& analysis,
                                         const plugin::SimulationOptions& options,
                                         plugin::Context& context) {
  return simulate_array(circuit, analysis, options, context);
}

}  // namespace neucasl::array_plugin
