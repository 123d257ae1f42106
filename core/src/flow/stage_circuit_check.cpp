#include <algorithm>
#include <cmath>

#include "neucasl/mapping/array_module.hpp"
#include "stage.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

/// The same part of a real array in two simulators.
class CircuitCheckStage final : public Stage {
 public:
  CircuitCheckStage(plugin::ParameterSet parameters, plugin::Manifest manifest)
      : parameters_(std::move(parameters)), manifest_(std::move(manifest)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    reference_ =
        workspace.host->find(parameters_.text("reference"), plugin::PluginKind::circuit_simulator,
                             parameters_.where("reference"));
    std::vector<InputFile> result = plugin_inputs(manifest_);
    for (InputFile& input : plugin_inputs(reference_)) result.push_back(std::move(input));
    return result;
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                        const std::string& /*key*/) override {
    const mapping::ChipView chip = mapping::read_chip(*workspace.chip);
    const mapping::LayerView& layer = largest_layer(chip);
    const mapping::TileView& tile = layer.tiles.front();
    const std::vector<double> voltages = input_voltages(workspace, layer, tile);
    plugin::Context context = workspace.context(folder);
    const auto native = workspace.host->make_circuit_simulator(manifest_);
    const auto reference = workspace.host->make_circuit_simulator(reference_);

    results::Findings findings;
    findings.section.title = "Circuit check";
    findings.section.items.emplace_back(
        results::Paragraph{"Parts of array " + tile.name +
                           " of the trained network, with wires, driven by the "
                           "inputs that a test image gives, in '" +
                           manifest_.name + "' and in '" + reference_.name + "'."});
    double worst = 0.0;
    for (const std::int64_t asked : {parameters_.integer("small"), parameters_.integer("large")}) {
      const std::size_t rows = std::min(static_cast<std::size_t>(asked), tile.rows);
      const std::size_t columns = std::min(static_cast<std::size_t>(asked), tile.columns);
      const mapping::TestBench bench = mapping::array_test_bench(
          *workspace.chip, tile, 0, rows, 0, columns, std::span(voltages).first(rows));
      worst = std::max(worst, compare(bench, *native, *reference, context, findings));
    }
    results::Figure figure = make_figure(
        "spice_check.max_relative_error",
        "'" + manifest_.name + "' against '" + reference_.name + "', worst relative difference",
        worst, {},
        "Largest relative difference of a column current between '" + manifest_.name + "' and '" +
            reference_.name + "' over the parts of the circuit check",
        manifest_.name + ", " + reference_.name);
    findings.figures.push_back(std::move(figure));
    findings.numbers_used = uses_table({});
    const double limit = parameters_.si("limit");
    if (!(worst <= limit)) {
      throw base::CheckFailed("flow.circuit-check",
                              "column currents differ by " + base::shortest(worst) + " between '" +
                                  manifest_.name + "' and '" + reference_.name + "'",
                              "the limit is " + base::shortest(limit) +
                                  "; one of the simulators is wrong for this circuit",
                              parameters_.where("limit"));
    }
    return findings;
  }

 private:
  static const mapping::LayerView& largest_layer(const mapping::ChipView& chip) {
    return *std::max_element(chip.layers.begin(), chip.layers.end(),
                             [](const mapping::LayerView& a, const mapping::LayerView& b) {
                               const auto size = [](const mapping::LayerView& l) {
                                 return l.tiles.front().rows * l.tiles.front().columns;
                               };
                               return size(a) < size(b);
                             });
  }

  /// Equivalent voltages of a test image's codes at the tile; the first image that gives any.
  static std::vector<double> input_voltages(Workspace& workspace, const mapping::LayerView& layer,
                                            const mapping::TileView& tile) {
    const network::LabelledImages& test = workspace.dataset().test;
    std::vector<double> voltages(tile.rows, 0.0);
    for (std::size_t image = 0; image < test.count(); ++image) {
      double sum = 0.0;
      static_cast<void>(network::run_observed(
          *workspace.network, test.slice(image, 1), 1,
          [&](network::LayerId id, const float* input, std::size_t rows, std::size_t depth) {
            if (workspace.network->layers[id].name != layer.name) return;
            const float* position = input + rows / 2 * depth + tile.row_first;
            const double top = (1 << layer.activation_bits) - 1;
            for (std::size_t i = 0; i < tile.rows; ++i) {
              const double code = std::clamp(
                  std::nearbyint(static_cast<double>(position[i]) / layer.input_scale), 0.0, top);
              // With several input cycles, the least significant digit.
              voltages[i] = layer.code_voltage() * std::fmod(code, 1 << layer.dac_bits);
              sum += voltages[i];
            }
          }));
      if (sum > 0.0) return voltages;
    }
    throw base::Error("flow.circuit-check", "no test image drives layer '" + layer.name + "'",
                      "train the network for longer");
  }

  double compare(const mapping::TestBench& bench, plugin::CircuitSimulator& native,
                 plugin::CircuitSimulator& reference, plugin::Context& context,
                 results::Findings& findings) const {
    const std::vector<double> ours = currents(bench, native, context);
    const std::vector<double> theirs = currents(bench, reference, context);
    const std::string size =
        std::to_string(bench.array.rows) + " x " + std::to_string(bench.array.columns);
    std::vector<std::int64_t> column;
    std::vector<double> difference;
    double worst = 0.0;
    for (std::size_t j = 0; j < ours.size(); ++j) {
      column.push_back(static_cast<std::int64_t>(j));
      difference.push_back(
          ours[j] == theirs[j] ? 0.0 : std::abs(ours[j] - theirs[j]) / std::abs(theirs[j]));
      worst = std::max(worst, difference.back());
    }
    results::Table table{"circuit_check_" + std::to_string(bench.array.rows),
                         "Column currents of the " + size + " part",
                         {}};
    table.add("column", column)
        .add(manifest_.name, ours, base::dimension::current)
        .add(reference_.name, theirs, base::dimension::current)
        .add("relative_difference", difference);
    findings.tables.push_back(table);
    results::LineChart chart;
    chart.caption = "Column currents of the " + size +
                    " part; the largest relative difference is " +
                    base::to_engineering({worst, {}}, 3) + ".";
    chart.x_axis = {"Column", "", false};
    chart.y_axis = {"Current", "uA", false};
    results::LineSeries solid{manifest_.name, {}, {}, false};
    results::LineSeries dots{reference_.name, {}, {}, true};
    for (std::size_t j = 0; j < ours.size(); ++j) {
      solid.x.push_back(static_cast<double>(j));
      dots.x.push_back(static_cast<double>(j));
      solid.y.push_back(1e6 * ours[j]);
      dots.y.push_back(1e6 * theirs[j]);
    }
    chart.series = {std::move(solid), std::move(dots)};
    findings.section.items.emplace_back(std::move(chart));
    return worst;
  }

  static std::vector<double> currents(const mapping::TestBench& bench,
                                      plugin::CircuitSimulator& simulator,
                                      plugin::Context& context) {
    const plugin::OperatingPoint point =
        simulator.operating_point(bench.design, bench.design.top, context);
    std::vector<double> result;
    for (const std::string& name : bench.sense_sources) {
      const auto found = std::find_if(point.source_current.begin(), point.source_current.end(),
                                      [&](const auto& entry) { return entry.first == name; });
      if (found == point.source_current.end() || !std::isfinite(found->second)) {
        throw base::Error("flow.circuit-check", "a simulator gave no current of '" + name + "'",
                          "this is a fault of the simulator plugin");
      }
      result.push_back(found->second);
    }
    return result;
  }

  plugin::ParameterSet parameters_;
  plugin::Manifest manifest_;
  plugin::Manifest reference_;
};

}  // namespace

StageKind circuit_check_stage() {
  StageKind kind;
  kind.kind = "circuit-check";
  kind.summary = "Compares two circuit simulators on parts of a real array.";
  kind.takes = {Artifact::network, Artifact::chip};
  kind.plugin_kind = plugin::PluginKind::circuit_simulator;
  kind.parameters = {
      {"plugin", ParameterType::text, "", "array", {}, {}, {}, "simulator under test", false},
      {"reference",
       ParameterType::text,
       "",
       "ngspice",
       {},
       {},
       {},
       "simulator to compare with",
       false},
      {"small",
       ParameterType::integer,
       "",
       "16",
       1,
       64,
       {},
       "rows and columns of the first part",
       false},
      {"large",
       ParameterType::integer,
       "",
       "32",
       1,
       64,
       {},
       "rows and columns of the second part",
       false},
      {"limit",
       ParameterType::quantity,
       "1",
       "1e-6",
       0,
       1,
       {},
       "largest relative difference of a column current that passes",
       false},
  };
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new CircuitCheckStage(std::move(parameters), *manifest));
  };
  return kind;
}

}  // namespace neucasl::flow
