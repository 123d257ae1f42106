#include <charconv>

#include "neucasl/flow/logic_run.hpp"
#include "neucasl/logic/readers.hpp"
#include "stage.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

/// A Boolean function mapped by a front end, proven equivalent, simulated row by row.
class LogicStage final : public Stage {
 public:
  LogicStage(plugin::ParameterSet parameters, plugin::Manifest manifest)
      : parameters_(std::move(parameters)), manifest_(std::move(manifest)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    std::vector<InputFile> result = plugin_inputs(manifest_);
    result.push_back(file_input("function", parameters_.text("file"), parameters_.where("file")));
    for (InputFile& input : parameter_inputs(*manifest_.logic, parameters_)) {
      result.push_back(std::move(input));
    }
    static_cast<void>(logic::read_logic(parameters_.text("file")));
    rows_ = parse_rows(parameters_.text("rows"), parameters_.where("rows"));
    simulator_ =
        workspace.host->find(parameters_.text("simulator"), plugin::PluginKind::circuit_simulator,
                             parameters_.where("simulator"));
    for (InputFile& input : plugin_inputs(simulator_)) result.push_back(std::move(input));
    for (InputFile& input : card_and_model_inputs(workspace)) result.push_back(std::move(input));
    return result;
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                        const std::string& /*key*/) override {
    const logic::Network network = logic::read_logic(parameters_.text("file"));
    plugin::Context context = workspace.context(folder);
    const auto front_end = workspace.host->make_front_end(manifest_);
    const auto simulator = workspace.host->make_circuit_simulator(simulator_);
    const LogicRun run =
        run_logic({network, parameters_, *front_end, *simulator, simulator.get(), rows_}, context);
    if (const std::string faults = faults_of(run, network); !faults.empty()) {
      throw base::CheckFailed(
          "flow.logic", faults,
          "see the technology's parameters: 'neucasl plugins show " + manifest_.name + "'",
          parameters_.where("file"));
    }
    workspace.circuits[name] = {run.design.design, run.design.files};
    return to_findings(run, network, manifest_.name, simulator_.name);
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
  plugin::Manifest simulator_;
  RowChoice rows_;
};

std::vector<plugin::ParameterSpec> logic_parameters(const plugin::Manifest& manifest,
                                                    const StageSpec& spec) {
  if (manifest.logic) return *manifest.logic;
  throw base::Error("flow.logic", "plugin '" + manifest.name + "' maps no logic",
                    "choose a front end that has <logic> in its manifest", spec.where);
}

}  // namespace

RowChoice parse_rows(const std::string& text, const base::Location& where) {
  RowChoice rows;
  if (text.empty()) return rows;
  if (text == "all") {
    rows.all = true;
    return rows;
  }
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), rows.count);
  if (code != std::errc{} || end != text.data() + text.size() || rows.count == 0) {
    throw base::Error("logic.rows", "the number of rows '" + text + "' is not valid",
                      "give a whole number from 1, or 'all'", where);
  }
  return rows;
}

StageKind logic_stage() {
  StageKind kind;
  kind.kind = "logic";
  kind.summary = "Maps a Boolean function to a technology and simulates its truth table.";
  kind.plugin_kind = plugin::PluginKind::front_end;
  kind.plugin_parameters = logic_parameters;
  kind.parameters = {
      {"plugin", ParameterType::text, "", "", {}, {}, {}, "front end", false},
      {"file",
       ParameterType::file,
       "",
       "",
       {},
       {},
       {},
       "function: .blif, .eqn or .truth, relative to the flow's folder",
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
      {"rows",
       ParameterType::text,
       "",
       "",
       {},
       {},
       {},
       "rows to simulate, or 'all'; empty: all up to 1024, else 256",
       true},
  };
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new LogicStage(std::move(parameters), *manifest));
  };
  return kind;
}

}  // namespace neucasl::flow
