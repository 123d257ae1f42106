#include "simulator.hpp"

#include <algorithm>
#include <cmath>

#include "envelope_transient.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "rest_analyses.hpp"

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
  circuit::Result result;
  if (const auto* rest = std::get_if<circuit::OperatingPointAnalysis>(&analysis)) {
    result = run(circuit, *rest, context);
  } else if (const auto* sweep = std::get_if<circuit::SweepAnalysis>(&analysis)) {
    result = run(circuit, *sweep, context);
  } else if (const auto* transient = std::get_if<circuit::TransientAnalysis>(&analysis)) {
    result = simulate_envelope(circuit, *transient, options, context);
  } else {
    return CircuitSimulator::simulate(circuit, analysis, options, context);
  }
  for (const circuit::Trace& trace : result.traces) {
    for (const double value : trace.real) {
      if (std::isfinite(value)) continue;
      throw base::Error("scattering.residual", "the result '" + trace.name + "' is not finite",
                        "check the values of sources and elements");
    }
  }
  return result;
}

}  // namespace neucasl::scattering
