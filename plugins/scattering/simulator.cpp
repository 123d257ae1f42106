#include "simulator.hpp"

#include <algorithm>

#include "envelope_transient.hpp"
#include "neucasl/ir/flat_netlist.hpp"

namespace neucasl::scattering {

plugin::OperatingPoint ScatteringSimulator::operating_point(const ir::Design& design,
                                                            ir::ModuleId top,
                                                            plugin::Context& context) {
  if (context.models == nullptr || context.devices == nullptr) {
    throw base::Error("scattering.context", "there is no library of device models or cards",
                      "give the context both");
  }
  const circuit::Circuit circuit =
      circuit::lower(ir::flatten(design, top), *context.models, *context.devices);
  const circuit::Result result = simulate(circuit, circuit::OperatingPointAnalysis{}, {}, context);
  plugin::OperatingPoint point;
  point.method = result.method;
  for (const circuit::Trace& trace : result.traces) {
    if (trace.kind == circuit::TraceKind::branch) {
      const bool source =
          std::any_of(circuit.sources.begin(), circuit.sources.end(),
                      [&](const circuit::Source& one) { return one.name == trace.name; });
      if (source) point.source_current.emplace_back(trace.name, trace.real.front());
      continue;
    }
    const auto node = circuit.find_node(trace.name);
    if (node && circuit.nodes[*node].kind == circuit::NodeKind::internal) continue;
    point.node_voltage.emplace_back(trace.name, trace.real.front());
  }
  return point;
}

circuit::Result ScatteringSimulator::simulate(const circuit::Circuit& circuit,
                                              const circuit::Analysis& analysis,
                                              const plugin::SimulationOptions& options,
                                              plugin::Context& context) {
  if (const auto* transient = std::get_if<circuit::TransientAnalysis>(&analysis)) {
    return simulate_envelope(circuit, *transient, options, context);
  }
  return plugin::CircuitSimulator::simulate(circuit, analysis, options, context);
}

}  // namespace neucasl::scattering
