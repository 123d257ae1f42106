#include "simulator.hpp"

#include "array_extraction.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "nonlinear/circuit_simulation.hpp"

namespace neucasl::array_plugin {
namespace {

plugin::OperatingPoint linear_point(const circuit::Circuit& circuit, const CircuitArray& found,
                                    const LinearArray& array, const LineSolver& solver,
                                    int threads) {
  plugin::ArraySolveOptions options;
  options.threads = threads;
  options.node_voltages = options.end_currents = true;
  const plugin::ArraySolution solution = solver.solve(array.problem(), array.sources(), options);
  std::vector<double> source_voltage;
  for (const ArraySource& source : found.array.sources) source_voltage.push_back(source.rest);

  plugin::OperatingPoint result;
  result.method = solver.method();
  const auto at = [&](std::size_t i, std::size_t j) { return i * array.columns + j; };
  for (std::size_t node = 1; node < found.node.size(); ++node) {
    const double volt = voltage_at(
        found, found.node[node], source_voltage,
        [&](std::size_t i, std::size_t j) { return solution.row_voltage[at(i, j)]; },
        [&](std::size_t i, std::size_t j) { return solution.column_voltage[at(i, j)]; });
    result.node_voltage.emplace_back(circuit.nodes[node].name, volt);
  }
  const std::vector<double> current = source_currents(found.array, solution);
  for (std::size_t k = 0; k < circuit.sources.size(); ++k) {
    // As in SPICE, the current of a source that delivers power is negative.
    result.source_current.emplace_back(circuit.sources[k].name, -current[k]);
  }
  return result;
}

plugin::OperatingPoint point_of(const circuit::Circuit& circuit, const circuit::Result& result) {
  plugin::OperatingPoint point;
  point.method = result.method;
  std::size_t node = 1;
  for (const circuit::Trace& trace : result.traces) {
    if (trace.kind == circuit::TraceKind::branch) {
      point.source_current.emplace_back(trace.name, trace.real.front());
    } else if (circuit.nodes[node++].kind != circuit::NodeKind::internal) {
      point.node_voltage.emplace_back(trace.name, trace.real.front());
    }
  }
  return point;
}

}  // namespace

plugin::OperatingPoint ArraySimulator::operating_point(const ir::Design& design, ir::ModuleId top,
                                                       plugin::Context& context) {
  if (context.models == nullptr || context.devices == nullptr) {
    throw base::Error("array.context", "there is no library of device models or cards",
                      "give the context both");
  }
  const circuit::Circuit circuit =
      circuit::lower(ir::flatten(design, top), *context.models, *context.devices);
  const CircuitArray found = find_array(circuit);
  if (const std::optional<LinearArray> array = linear_array(found.array)) {
    return linear_point(circuit, found, *array, solver_, context.threads);
  }
  return point_of(circuit, simulate_array(circuit, circuit::OperatingPointAnalysis{}, {}, context));
}

circuit::Result ArraySimulator::simulate(const circuit::Circuit& circuit,
                                         const circuit::Analysis& analysis,
                                         const plugin::SimulationOptions& options,
                                         plugin::Context& context) {
  return simulate_array(circuit, analysis, options, context);
}

}  // namespace neucasl::array_plugin
