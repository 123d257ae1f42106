#include "accuracy_steps.hpp"
#include "neucasl/mapping/analog_inference.hpp"
#include "neucasl/plugin/analog_chip.hpp"

namespace neucasl::flow {
namespace {

using mapping::TileMatrices;
using plugin::ParameterType;

/// Adds one imperfection after the other and measures the accuracy each time.
class AccuracyStage final : public Stage {
 public:
  AccuracyStage(plugin::ParameterSet parameters, plugin::Manifest manifest)
      : parameters_(std::move(parameters)), manifest_(std::move(manifest)) {}

  std::vector<InputFile> inputs(Workspace& /*workspace*/) override {
    return plugin_inputs(manifest_);
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& /*folder*/,
                        const std::string& /*key*/) override {
    const auto simulator = workspace.host->make_circuit_simulator(manifest_);
    const plugin::ArraySolver* solver = simulator->array_solver();
    if (!solver) {
      throw base::Error("flow.solver", "plugin '" + manifest_.name + "' has no array solver",
                        "choose one that has, for example 'array'", parameters_.where("plugin"));
    }
    const ir::Design& design = *workspace.chip;
    const mapping::ChipView chip = mapping::read_chip(design);
    const double tolerance = parameters_.si("solver_tolerance");
    const int threads = workspace.options.threads;
    const auto effective = [&](const TileMatrices& conductance) {
      return plugin::effective_matrices(chip, conductance, *solver, tolerance, threads,
                                        workspace.options.cancel);
    };
    device::UseList uses;
    plugin::ProgrammingModel model = plugin::read_programming_model(
        workspace.devices->load(std::string(design.module(design.top).attribute("device"))), uses);
    model.stuck_on = model.stuck_off = 0.0;  // faults belong to the reliability stage

    const TileMatrices targets = mapping::ideal_matrices(design, chip);
    const TileMatrices wired = effective(targets);
    const TileMatrices programmed =
        effective(plugin::program_chip(design, chip, model, workspace.seed, 0));
    const double time = parameters_.si("time");
    mapping::AnalogOptions noise;
    noise.read_noise = plugin::read_noise_at(model, time);
    noise.converter_noise = parameters_.si("converter_noise");
    noise.seed = workspace.seed;

    AccuracySteps steps(workspace, parameters_, 7);
    steps.add("float", nullptr);
    steps.add(
        "quantised weights and inputs",
        mapping::analog_backend(*workspace.network, chip, targets, without_converters()).get());
    steps.add("+ converters", mapping::analog_backend(*workspace.network, chip, targets).get());
    steps.add("+ wire resistance", mapping::analog_backend(*workspace.network, chip, wired).get());
    steps.add("+ programming variation",
              mapping::analog_backend(*workspace.network, chip, programmed).get());
    const TileMatrices* last = &programmed;
    TileMatrices drifted;
    if (time > 0.0) {
      drifted = effective(plugin::program_chip(design, chip, model, {workspace.seed, 0, time}));
      last = &drifted;
      steps.add("+ drift", mapping::analog_backend(*workspace.network, chip, *last).get());
    }
    if (noise.read_noise || noise.converter_noise > 0.0) {
      steps.add("+ noise of each read",
                mapping::analog_backend(*workspace.network, chip, *last, noise).get());
    }
    results::Findings findings;
    steps.report(words(solver->method()), manifest_.name, uses, findings);
    findings.section.items.emplace_back(voltage_drop_map(chip, targets, wired));
    findings.numbers_used = uses_table(uses);
    return findings;
  }

 private:
  static mapping::AnalogOptions without_converters() {
    mapping::AnalogOptions options;
    options.adc = false;
    return options;
  }

  static AccuracySteps::Words words(const std::string& method) {
    return {"accuracy.analog",
            "Accuracy of one analog chip, no stuck cells",
            "quantised inputs, conductance levels, programming variation, wire resistance through "
            "the effective matrices, converters with clipping, and the drift and noise that the "
            "card and the parameters have, arrays by: " +
                method,
            "One programmed chip",
            "Accuracy",
            "Accuracy as imperfections are added",
            "step",
            "Accuracy as one imperfection after the other is added."};
  }

  /// How far the effective conductances of the largest tile fall short of the cells'.
  static results::HeatMap voltage_drop_map(const mapping::ChipView& chip,
                                           const TileMatrices& targets, const TileMatrices& wired) {
    const mapping::TileView* largest = nullptr;
    std::size_t index = 0;
    std::size_t best = 0;
    for (const mapping::LayerView& layer : chip.layers) {
      for (const mapping::TileView& tile : layer.tiles) {
        if (!largest || tile.rows * tile.columns > largest->rows * largest->columns) {
          largest = &tile;
          best = index;
        }
        ++index;
      }
    }
    results::HeatMap map;
    map.caption = "Loss to wire resistance in array " + largest->name +
                  ": 1 - effective / cell conductance. Rows are driven from the left, columns "
                  "sensed at the bottom.";
    map.scale = {"Loss", "%", false};
    map.row_title = "Row";
    map.column_title = "Column";
    map.rows = largest->rows;
    map.columns = largest->columns;
    for (std::size_t i = 0; i < targets[best].size(); ++i) {
      // An open cell loses nothing.
      const double share = targets[best][i] > 0.0 ? wired[best][i] / targets[best][i] : 1.0;
      map.values.push_back(100.0 * (1.0 - share));
    }
    return map;
  }

  plugin::ParameterSet parameters_;
  plugin::Manifest manifest_;
};

}  // namespace

StageKind accuracy_stage() {
  StageKind kind;
  kind.kind = "accuracy";
  kind.summary = "Accuracy of the analog chip over the test images, by cause of loss.";
  kind.takes = {Artifact::network, Artifact::chip};
  kind.plugin_kind = plugin::PluginKind::circuit_simulator;
  kind.parameters = {
      {"plugin",
       ParameterType::text,
       "",
       "array",
       {},
       {},
       {},
       "simulator with an array solver",
       false},
      images_parameter(),
      {"time",
       ParameterType::quantity,
       "s",
       "0 s",
       0.0,
       1e10,
       {},
       "since programming, for cells whose card has a drift",
       false},
      converter_noise_parameter(),
      {"solver_tolerance",
       ParameterType::quantity,
       "1",
       "1e-8",
       1e-13,
       1e-2,
       {},
       "relative tolerance of the effective matrices",
       false},
  };
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new AccuracyStage(std::move(parameters), *manifest));
  };
  return kind;
}

}  // namespace neucasl::flow
