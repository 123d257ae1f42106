#include "neucasl/flow/circuit_run.hpp"
#include "stage.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

/// A front end's circuit, simulated and held against theory and against a second simulator.
class CircuitStage final : public Stage {
 public:
  CircuitStage(plugin::ParameterSet parameters, plugin::Manifest manifest)
      : parameters_(std::move(parameters)), manifest_(std::move(manifest)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    std::vector<InputFile> result = plugin_inputs(manifest_);
    const plugin::CircuitSpec& spec =
        manifest_.circuit(parameters_.text("circuit"), parameters_.where("circuit"));
    for (InputFile& input : parameter_inputs(spec.parameters, parameters_)) {
      result.push_back(std::move(input));
    }
    for (const char* role : {"simulator", "reference"}) {
      if (parameters_.text(role).empty()) continue;
      simulators_.push_back(workspace.host->find(
          parameters_.text(role), plugin::PluginKind::circuit_simulator, parameters_.where(role)));
      for (InputFile& input : plugin_inputs(simulators_.back())) result.push_back(std::move(input));
    }
    for (InputFile& input : card_and_model_inputs(workspace)) result.push_back(std::move(input));
    return result;
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                        const std::string& /*key*/) override {
    plugin::Context context = workspace.context(folder);
    const auto front_end = workspace.host->make_front_end(manifest_);
    std::vector<std::unique_ptr<plugin::CircuitSimulator>> made;
    std::vector<std::pair<std::string, plugin::CircuitSimulator*>> simulators;
    for (const plugin::Manifest& manifest : simulators_) {
      made.push_back(workspace.host->make_circuit_simulator(manifest));
      simulators.emplace_back(manifest.name, made.back().get());
    }
    const std::string& circuit = parameters_.text("circuit");
    plugin::CircuitRequest request{circuit, parameters_};
    if (workspace.network) request.network = &*workspace.network;
    request.simulator = simulators.front().second;
    const plugin::CircuitDesign design = front_end->build_circuit(request, context);
    plugin::SimulationOptions options;
    if (parameters_.text("tolerance") == "tight") options.tolerances = circuit::Tolerances::tight();
    const CircuitRun run = run_circuit(design, simulators, options, context);
    if (const std::string faults = faults_of(run, parameters_.si("limit")); !faults.empty()) {
      throw base::CheckFailed("flow.circuit", faults,
                              "the circuit does not do what theory says for these parameters",
                              parameters_.where("circuit"));
    }
    workspace.circuits[name] = {design.design, design.files};
    return to_findings(design, run, manifest_.name, circuit);
  }

  void store(const Workspace& workspace, const std::filesystem::path& folder) override {
    store_circuit(workspace.circuits.at(name), folder);
  }
  void load(Workspace& workspace, const std::filesystem::path& folder) override {
    workspace.circuits[name] = load_circuit(folder);
  }

 private:
  plugin::ParameterSet parameters_;
  plugin::Manifest manifest_;
  std::vector<plugin::Manifest> simulators_;
};

std::vector<plugin::ParameterSpec> circuit_parameters(const plugin::Manifest& manifest,
                                                      const StageSpec& spec) {
  for (auto given = spec.parameters.rbegin(); given != spec.parameters.rend(); ++given) {
    if (given->name == "circuit") return manifest.circuit(given->text, given->where).parameters;
  }
  return {};
}

}  // namespace

StageKind circuit_stage() {
  StageKind kind;
  kind.kind = "circuit";
  kind.summary = "Builds a front end's circuit, simulates it and holds it against theory.";
  kind.may_take = {Artifact::network};
  kind.plugin_kind = plugin::PluginKind::front_end;
  kind.plugin_parameters = circuit_parameters;
  kind.parameters = {
      {"plugin", ParameterType::text, "", "", {}, {}, {}, "front end", false},
      {"circuit",
       ParameterType::text,
       "",
       "",
       {},
       {},
       {},
       "one of the front end's circuits ('neucasl circuits list')",
       false},
      {"simulator",
       ParameterType::text,
       "",
       "ngspice",
       {},
       {},
       {},
       "plugin that simulates the circuit",
       false},
      {"reference",
       ParameterType::text,
       "",
       "",
       {},
       {},
       {},
       "second simulator to compare with; empty: none",
       true},
      {"limit",
       ParameterType::quantity,
       "",
       "0.01",
       0.0,
       {},
       {},
       "largest relative difference between the simulators' measurements",
       false},
      {"tolerance",
       ParameterType::text,
       "",
       "default",
       {},
       {},
       {"default", "tight"},
       "accuracy of the solutions",
       false},
  };
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new CircuitStage(std::move(parameters), *manifest));
  };
  return kind;
}

}  // namespace neucasl::flow
