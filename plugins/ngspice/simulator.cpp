#include "simulator.hpp"

#include <algorithm>

#include "batch.hpp"

namespace neucasl::ngspice_plugin {
namespace {

/// For a host that gives no device models.
class NoModels : public model::ModelLibrary {
 public:
  model::FoundModel find(std::string_view name, const base::Location& where) override {
    throw base::Error("model.unknown", "there is no device model '" + std::string(name) + "'",
                      "use circuit elements", where);
  }
  [[nodiscard]] std::vector<std::string> names() const override { return {}; }
};

circuit::Circuit lowered(const ir::Design& design, ir::ModuleId top,
                         const plugin::Context& context) {
  NoModels no_models;
  const device::Library no_cards({});
  return circuit::lower(ir::flatten(design, top),
                        context.models != nullptr ? *context.models : no_models,
                        context.devices != nullptr ? *context.devices : no_cards);
}

}  // namespace

NgspiceSimulator::NgspiceSimulator(const WorkerOptions& options) : options_(options) {
  workers_.push_back(std::make_unique<WorkerProcess>(options));
}

circuit::Result NgspiceSimulator::simulate(const circuit::Circuit& circuit,
                                           const circuit::Analysis& analysis,
                                           const plugin::SimulationOptions& options,
                                           plugin::Context& context) {
  return Simulation(*workers_.front(), refusal_, options_, context).run(circuit, analysis, options);
}

void NgspiceSimulator::simulate_batch(
    std::size_t count, const std::function<circuit::Circuit(std::size_t)>& make,
    const circuit::Analysis& analysis, const plugin::SimulationOptions& options,
    const std::function<void(std::size_t, plugin::SimulationOutcome)>& take,
    plugin::Context& context) {
  const std::size_t threads = std::clamp<std::size_t>(
      static_cast<std::size_t>(std::max(1, context.threads)), 1, std::max<std::size_t>(1, count));
  while (workers_.size() < threads) workers_.push_back(std::make_unique<WorkerProcess>(options_));
  Batch(count, threads, make, take, context.cancel)
      .run([&](std::size_t thread, const circuit::Circuit& circuit) {
        return Simulation(*workers_[thread], refusal_, options_, context)
            .run(circuit, analysis, options);
      });
}

plugin::OperatingPoint NgspiceSimulator::operating_point(const ir::Design& design, ir::ModuleId top,
                                                         plugin::Context& context) {
  const circuit::Circuit circuit = lowered(design, top, context);
  const circuit::Result found = simulate(circuit, circuit::OperatingPointAnalysis{}, {}, context);
  plugin::OperatingPoint result;
  result.method = found.method;
  for (const circuit::Trace& trace : found.traces) {
    if (trace.kind == circuit::TraceKind::node) {
      result.node_voltage.emplace_back(trace.name, trace.real[0]);
    } else if (std::ranges::any_of(circuit.sources,
                                   [&](const auto& one) { return one.name == trace.name; })) {
      result.source_current.emplace_back(trace.name, trace.real[0]);
    }
  }
  return result;
}

}  // namespace neucasl::ngspice_plugin
