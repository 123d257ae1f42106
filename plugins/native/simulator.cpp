#include "simulator.hpp"

#include <cmath>

#include "analyses.hpp"
#include "campaign.hpp"
#include "neucasl/ir/flat_netlist.hpp"

namespace neucasl::native_plugin {
namespace {

void require_finite(const circuit::Result& result) {
  for (const circuit::Trace& trace : result.traces) {
    for (const auto* values : {&trace.real, &trace.imaginary}) {
      for (const double value : *values) {
        if (std::isfinite(value)) continue;
        throw base::Error("native.residual", "the result '" + trace.name + "' is not finite",
                          "check the values of sources and elements");
      }
    }
  }
}

}  // namespace

circuit::Result NativeSimulator::simulate(const circuit::Circuit& circuit,
                                          const circuit::Analysis& analysis,
                                          const plugin::SimulationOptions& options,
                                          plugin::Context& context) {
  const Job job{circuit, options, context};
  circuit::Result result =
      std::visit([&](const auto& one) { return native_plugin::run(job, one); }, analysis);
  require_finite(result);
  return result;
}

plugin::OperatingPoint NativeSimulator::operating_point(const ir::Design& design, ir::ModuleId top,
                                                        plugin::Context& context) {
  if (context.models == nullptr || context.devices == nullptr) {
    throw base::Error("native.context", "there is no library of device models or cards",
                      "give the context both");
  }
  const circuit::Circuit circuit =
      circuit::lower(ir::flatten(design, top), *context.models, *context.devices);
  const circuit::Result result = simulate(circuit, circuit::OperatingPointAnalysis{}, {}, context);
  plugin::OperatingPoint point;
  point.method = result.method;
  std::size_t node = 1;
  for (const circuit::Trace& trace : result.traces) {
    if (trace.kind == circuit::TraceKind::branch) continue;
    if (circuit.nodes[node++].kind == circuit::NodeKind::internal) continue;
    point.node_voltage.emplace_back(trace.name, trace.real.front());
  }
  for (const circuit::Source& source : circuit.sources) {
    if (!source.is_voltage) continue;
    const circuit::Trace* trace = result.find(source.name, circuit::TraceKind::branch);
    point.source_current.emplace_back(source.name, trace->real.front());
  }
  return point;
}

void NativeSimulator::simulate_batch(
    std::size_t count, const std::function<circuit::Circuit(std::size_t)>& make,
    const circuit::Analysis& analysis, const plugin::SimulationOptions& options,
    const std::function<void(std::size_t, plugin::SimulationOutcome)>& take,
    plugin::Context& context) {
  Campaign campaign(count, make, take, context);
  campaign.run([&](const circuit::Circuit& circuit, plugin::Context& quiet) {
    return simulate(circuit, analysis, options, quiet);
  });
}

}  // namespace neucasl::native_plugin
