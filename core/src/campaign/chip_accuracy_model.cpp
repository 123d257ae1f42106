#include <algorithm>
#include <set>

#include "model_parts.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/flow/flow.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/text.hpp"
#include "neucasl/network/dataset.hpp"
#include "neucasl/plugin/chip_sampler.hpp"

/// \file
/// Model `chip-accuracy`: the accuracy of a network on a programmed chip, which a flow maps. A
/// sample is a chip: programming errors, stuck cells and drift of every cell.

namespace neucasl::campaign {
namespace {

using plugin::ParameterType;

std::vector<plugin::ParameterSpec> chip_parameters() {
  return {
      {"flow",
       ParameterType::file,
       "",
       "",
       {},
       {},
       {},
       "flow that trains and maps the network",
       false},
      {"images",
       ParameterType::integer,
       "",
       "1000",
       1.0,
       1e6,
       {},
       "test images for each chip; the first ones are taken",
       false},
      {"time",
       ParameterType::quantity,
       "s",
       "0 s",
       0.0,
       1e10,
       {},
       "since programming, for cells whose card has a drift",
       false},
      {"stuck_cells",
       ParameterType::boolean,
       "",
       "true",
       {},
       {},
       {},
       "draw stuck cells from the device card",
       false},
      {"solver",
       ParameterType::text,
       "",
       "array",
       {},
       {},
       {},
       "simulator with an array solver",
       false},
      {"solver_tolerance",
       ParameterType::quantity,
       "1",
       "1e-5",
       1e-12,
       1e-2,
       {},
       "relative tolerance of exact effective matrices",
       false},
      {"matrices",
       ParameterType::text,
       "",
       "perturbed",
       {},
       {},
       {"perturbed", "exact"},
       "effective matrices of the chips: perturbed from the exact ones of the targets, or each "
       "solved",
       false},
      {"matrix_error_limit",
       ParameterType::quantity,
       "1",
       "1e-3",
       0.0,
       1.0,
       {},
       "largest error of perturbed matrices, relative to the largest entry of their array; above "
       "it all are solved exactly",
       false}};
}

/// The stages of a flow that make a network and a chip.
flow::Flow making_part(const std::string& file, const base::Location& where) {
  flow::Flow result = flow::read_flow(file);
  const std::set<std::string> making{"network", "precision", "map"};
  std::erase_if(result.stages,
                [&](const flow::StageSpec& stage) { return making.count(stage.kind) == 0; });
  for (const char* kind : {"network", "map"}) {
    const auto count =
        std::count_if(result.stages.begin(), result.stages.end(),
                      [&](const flow::StageSpec& stage) { return stage.kind == kind; });
    if (count == 1) continue;
    throw base::Error(
        "campaign.model",
        "flow '" + file + "' has " + std::to_string(count) + " stages of kind '" + kind + "'",
        "give a flow with one", where);
  }
  return result;
}

const flow::StageSpec& stage_of_kind(const flow::Flow& flow, const std::string& kind) {
  return *std::find_if(flow.stages.begin(), flow.stages.end(),
                       [&](const flow::StageSpec& stage) { return stage.kind == kind; });
}

/// What a stage was given, or its default.
std::string parameter_of(const flow::StageSpec& stage, const std::string& name) {
  for (auto given = stage.parameters.rbegin(); given != stage.parameters.rend(); ++given) {
    if (given->name == name) return given->text;
  }
  for (const flow::StageDescription& kind : flow::stage_kinds()) {
    if (kind.kind != stage.kind) continue;
    for (const plugin::ParameterSpec& spec : kind.parameters) {
      if (spec.name == name) return spec.default_value;
    }
  }
  return {};
}

class ChipAccuracyModel final : public SampleModel {
 public:
  explicit ChipAccuracyModel(const ModelRequest& request) {
    const plugin::ParameterSet parameters = parameters_of(request, chip_parameters());
    refuse_variation(request.campaign.root, "chips vary as their device card says");
    make_chip(request, parameters);
    make_sampler(request, parameters);
    make_key(request, parameters);
  }

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] const std::vector<std::string>& inputs() const override { return inputs_; }
  [[nodiscard]] std::string key() const override { return key_; }
  [[nodiscard]] std::size_t unit() const override { return 1; }
  [[nodiscard]] std::string description() const override {
    return "accuracy of '" + network_.name + "' on chips of '" + device_.id + "' over " +
           std::to_string(images_) + " images";
  }
  [[nodiscard]] std::unique_ptr<Evaluator> evaluator() const override {
    return std::make_unique<Work>(*this);
  }

 private:
  class Work final : public Evaluator {
   public:
    explicit Work(const ChipAccuracyModel& model) : model_(model) {}
    void evaluate(const Sample& sample, std::span<double> outputs) override {
      outputs[0] = model_.sampler_->accuracy(sample.number);
      outputs[1] = model_.sampler_->float_accuracy() - outputs[0];
    }
    ReplayFiles replay(const Sample& sample, std::span<double> outputs) override;

   private:
    const ChipAccuracyModel& model_;
  };

  void make_chip(const ModelRequest& request, const plugin::ParameterSet& parameters) {
    const flow::Flow flow = making_part(parameters.text("flow"), parameters.where("flow"));
    flow::RunOptions options;
    options.threads = request.threads;
    options.cancel = request.cancel;
    options.progress = request.progress;
    static_cast<void>(flow::Runner(request.installation, request.host, request.sink)
                          .run(flow, request.folder, options));
    const flow::StageSpec& stage = stage_of_kind(flow, "network");
    const auto network = request.folder / "stages" / stage.name / "network.pb";
    const auto chip = request.folder / "stages" / stage_of_kind(flow, "map").name / "chip.pb";
    const std::string network_bytes = base::read_file(network);
    const std::string chip_bytes = base::read_file(chip);
    network_ = io::decode_network(network_bytes, network.string());
    design_ = io::decode(chip_bytes, chip.string());
    dataset_ = parameter_of(stage, "dataset");
    test_ = network::load_dataset(dataset_, request.installation.dataset_folders, stage.where).test;
    key_ = base::sha256(network_bytes) + '\n' + base::sha256(chip_bytes) + '\n' + dataset_ + '\n';
  }

  void make_sampler(const ModelRequest& request, const plugin::ParameterSet& parameters) {
    solver_ = request.host.find(parameters.text("solver"), plugin::PluginKind::circuit_simulator,
                                parameters.where("solver"));
    simulator_ = request.host.make_circuit_simulator(solver_);
    if (simulator_->array_solver() == nullptr) {
      throw base::Error("campaign.model", "plugin '" + solver_.name + "' has no array solver",
                        "choose one that has, for example 'array'", parameters.where("solver"));
    }
    const device::Library cards(request.installation.device_folders);
    device_ = cards.load(std::string(design_.module(design_.top).attribute("device")));
    key_ += base::sha256_file(cards.file_of(device_.id)) + '\n';
    device::UseList uses;
    programming_ = plugin::read_programming_model(device_, uses);
    if (!parameters.boolean("stuck_cells")) programming_.stuck_on = programming_.stuck_off = 0.0;
    images_ = std::min(static_cast<std::size_t>(parameters.integer("images")), test_.labels.size());
    time_ = parameters.si("time");
    plugin::ChipSamplerOptions options;
    options.seed = request.campaign.seed;
    options.time = time_;
    options.tolerance = parameters.si("solver_tolerance");
    options.exact = parameters.text("matrices") == "exact";
    options.threads = request.threads;
    options.cancel = request.cancel;
    sampler_ = std::make_unique<plugin::ChipSampler>(
        plugin::SampledChips{
            design_, network_, programming_,
            std::span<const float>(test_.pixels).first(images_ * network_.input.size()),
            std::span<const unsigned char>(test_.labels).first(images_),
            *simulator_->array_solver()},
        options);
    exact_ = options.exact;
    if (!exact_) check_matrices(request, parameters);
  }

  /// On the first chip; exact solves where perturbed matrices are too far from them.
  void check_matrices(const ModelRequest& request, const plugin::ParameterSet& parameters) {
    const plugin::ChipComparison one = sampler_->compare(0);
    if (one.matrix_error <= parameters.si("matrix_error_limit")) return;
    sampler_->use_exact_solves();
    exact_ = true;
    request.sink.warning("campaign.matrices",
                         "perturbed effective matrices are off by " +
                             base::shortest(one.matrix_error) + " of the largest entry of array '" +
                             one.tile + "'",
                         "every array of every chip is solved exactly, which takes longer; or "
                         "raise matrix_error_limit",
                         parameters.where("matrix_error_limit"));
  }

  void make_key(const ModelRequest& request, const plugin::ParameterSet& parameters) {
    // The flow's text does not count, what it made does.
    for (const char* name : {"images", "time", "stuck_cells", "solver_tolerance"}) {
      key_ += std::string(name) + ' ';
    }
    key_ += std::to_string(images_) + ' ' + base::shortest(time_) + ' ' +
            (parameters.boolean("stuck_cells") ? "stuck " : "") +
            base::shortest(parameters.si("solver_tolerance")) + (exact_ ? " exact\n" : "\n");
    key_ += key_of_plugin(request.host.find(solver_.name, plugin::PluginKind::circuit_simulator));
  }

  network::Network network_;
  ir::Design design_;
  std::string dataset_;
  network::LabelledImages test_;
  device::Card device_;
  plugin::Manifest solver_;
  std::unique_ptr<plugin::CircuitSimulator> simulator_;
  plugin::ProgrammingModel programming_;
  std::size_t images_ = 0;
  double time_ = 0.0;
  bool exact_ = false;
  std::unique_ptr<plugin::ChipSampler> sampler_;
  std::string key_;
  std::vector<std::string> inputs_;  ///< None: cells draw by seed and sample.
  std::vector<Output> outputs_{{"accuracy", "Accuracy", {}},
                               {"accuracy_loss", "Accuracy lost against the float network", {}}};
};

ReplayFiles ChipAccuracyModel::Work::replay(const Sample& sample, std::span<double> outputs) {
  evaluate(sample, outputs);
  ReplayFiles files{{"chip.ncir", ir::print(model_.design_)}};
  const mapping::ChipView view = mapping::read_chip(model_.design_);
  const mapping::TileMatrices cells =
      plugin::program_chip(model_.design_, view, model_.programming_,
                           plugin::ChipSample{sample.seed, sample.number, model_.time_});
  std::size_t index = 0;
  for (const mapping::LayerView& layer : view.layers) {
    for (const mapping::TileView& tile : layer.tiles) {
      const std::vector<double>& values = cells[index++];
      results::Table table{"conductance_" + tile.name, "", {}};
      std::vector<std::int64_t> row, column;
      for (std::size_t i = 0; i < values.size(); ++i) {
        row.push_back(static_cast<std::int64_t>(i / tile.columns));
        column.push_back(static_cast<std::int64_t>(i % tile.columns));
      }
      table.add("row", std::move(row)).add("column", std::move(column));
      table.add("conductance", values, base::dimension::conductance);
      files.emplace_back(table.name + ".csv", results::to_csv(table));
    }
  }
  return files;
}

}  // namespace

ModelKind chip_accuracy_model() {
  return {"chip-accuracy", "Accuracy of a network on programmed chips of a flow.",
          [](const ModelRequest& request) -> std::unique_ptr<SampleModel> {
            return std::make_unique<ChipAccuracyModel>(request);
          }};
}

}  // namespace neucasl::campaign
