#include "stage.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

class PerformanceStage final : public Stage {
 public:
  PerformanceStage(plugin::ParameterSet parameters, plugin::Manifest manifest)
      : parameters_(std::move(parameters)), manifest_(std::move(manifest)) {}

  std::vector<InputFile> inputs(Workspace& /*workspace*/) override {
    return plugin_inputs(manifest_);
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                        const std::string& /*key*/) override {
    plugin::Context context = workspace.context(folder);
    const auto estimator = workspace.host->make_performance_estimator(manifest_);
    return to_findings(estimator->estimate(*workspace.chip, parameters_, context));
  }

 private:
  plugin::ParameterSet parameters_;
  plugin::Manifest manifest_;
};

class ReliabilityStage final : public Stage {
 public:
  ReliabilityStage(plugin::ParameterSet parameters, plugin::Manifest manifest)
      : parameters_(std::move(parameters)), manifest_(std::move(manifest)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    solver_ =
        workspace.host->find(parameters_.text("solver"), plugin::PluginKind::circuit_simulator,
                             parameters_.where("solver"));
    std::vector<InputFile> result = plugin_inputs(manifest_);
    for (InputFile& input : plugin_inputs(solver_)) result.push_back(std::move(input));
    return result;
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                        const std::string& source_key) override {
    const auto simulator = workspace.host->make_circuit_simulator(solver_);
    if (!simulator->array_solver()) {
      throw base::Error("flow.solver", "plugin '" + solver_.name + "' has no array solver",
                        "choose one that has, for example 'array'", parameters_.where("solver"));
    }
    const ir::Design& chip = *workspace.chip;
    const device::Card device =
        workspace.devices->load(std::string(chip.module(chip.top).attribute("device")));
    const network::LabelledImages& test = workspace.dataset().test;
    plugin::Context context = workspace.context(folder);
    const auto estimator = workspace.host->make_reliability_estimator(manifest_);
    return to_findings(estimator->run({chip, *workspace.network, device, test.pixels, test.labels,
                                       *simulator->array_solver(), folder, source_key},
                                      parameters_, context));
  }

 private:
  plugin::ParameterSet parameters_;
  plugin::Manifest manifest_;
  plugin::Manifest solver_;
};

}  // namespace

StageKind performance_stage() {
  StageKind kind;
  kind.kind = "performance";
  kind.summary = "Energy, latency and area of the chip.";
  kind.takes = {Artifact::chip};
  kind.plugin_kind = plugin::PluginKind::performance_estimator;
  kind.parameters = {
      {"plugin", ParameterType::text, "", "performance", {}, {}, {}, "estimator", false}};
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new PerformanceStage(std::move(parameters), *manifest));
  };
  return kind;
}

StageKind reliability_stage() {
  StageKind kind;
  kind.kind = "reliability";
  kind.summary = "Monte Carlo over manufactured and programmed chips.";
  kind.takes = {Artifact::network, Artifact::chip};
  kind.plugin_kind = plugin::PluginKind::reliability_estimator;
  kind.parameters = {
      {"plugin", ParameterType::text, "", "reliability", {}, {}, {}, "estimator", false},
      {"solver",
       ParameterType::text,
       "",
       "array",
       {},
       {},
       {},
       "simulator with an array solver",
       false}};
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new ReliabilityStage(std::move(parameters), *manifest));
  };
  return kind;
}

}  // namespace neucasl::flow
