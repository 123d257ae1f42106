#include "neucasl/flow/spiking_run.hpp"
#include "stage.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

/// A spiking network, simulated.
class SpikingStage final : public Stage {
 public:
  SpikingStage(plugin::ParameterSet parameters, plugin::Manifest manifest)
      : parameters_(std::move(parameters)), manifest_(std::move(manifest)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    std::vector<InputFile> result = plugin_inputs(manifest_);
    result.push_back(
        file_input("netlist", parameters_.text("netlist"), parameters_.where("netlist")));
    network_ = load_spiking_network(parameters_.text("netlist"), *workspace.devices, uses_);
    for (const mapping::SynapseProjection& projection : network_.projections) {
      if (!projection.memristive) continue;
      const std::string& id = projection.memristive->device.card;
      result.push_back(file_input("device " + id, workspace.devices->file_of(id)));
    }
    probes_ = parse_probes(parameters_.text("probes"), network_, parameters_.where("probes"));
    return result;
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& /*folder*/,
                        const std::string& /*key*/) override {
    const auto simulator = workspace.host->make_circuit_simulator(manifest_);
    const plugin::SpikingSolver* solver = simulator->spiking_solver();
    if (!solver) {
      throw base::Error("flow.solver",
                        "plugin '" + manifest_.name + "' has no engine for spiking networks",
                        "choose one that has, for example 'spiking'", parameters_.where("plugin"));
    }
    SpikingRun run{network_, uses_, {}, {}, solver->method()};
    run.options.duration = parameters_.si("time");
    run.options.seed = workspace.seed;
    run.options.threads = workspace.options.threads;
    run.options.cancel = workspace.options.cancel;
    run.options.progress = workspace.options.progress;
    run.options.max_spikes = static_cast<std::size_t>(parameters_.integer("max_spikes"));
    run.options.probes = probes_;
    run.options.sample_interval = parameters_.si("sample_interval");
    run.result = solver->run(run.network, run.options);
    return to_findings(run, manifest_.name);
  }

 private:
  plugin::ParameterSet parameters_;
  plugin::Manifest manifest_;
  mapping::SpikingNetwork network_;
  device::UseList uses_;
  std::vector<plugin::NeuronRef> probes_;
};

}  // namespace

StageKind spiking_stage() {
  StageKind kind;
  kind.kind = "spiking";
  kind.summary = "Simulates a spiking network.";
  kind.plugin_kind = plugin::PluginKind::circuit_simulator;
  kind.parameters = {
      {"plugin", ParameterType::text, "", "spiking", {}, {}, {}, "simulator of spikes", false},
      {"netlist", ParameterType::file, "", "", {}, {}, {}, "design of the network", false},
      {"time", ParameterType::quantity, "s", "1 s", 0.0, {}, {}, "to be simulated", false},
      {"probes",
       ParameterType::text,
       "",
       "",
       {},
       {},
       {},
       "neurons whose potential is sampled, as population[index], apart by commas; empty: none",
       true},
      {"sample_interval",
       ParameterType::quantity,
       "s",
       "1 ms",
       0.0,
       {},
       {},
       "between samples of the potential",
       false},
      {"max_spikes",
       ParameterType::integer,
       "",
       "100000000",
       0.0,
       1e12,
       {},
       "the stage fails beyond; 0: any number",
       false},
  };
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new SpikingStage(std::move(parameters), *manifest));
  };
  return kind;
}

}  // namespace neucasl::flow
