#include <algorithm>
#include <charconv>
#include <cmath>

#include "neucasl/architecture/placement.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/base/record_log.hpp"
#include "neucasl/plugin/system_estimator.hpp"
#include "neucasl/quantisation/device_search.hpp"
#include "precision_study.hpp"
#include "stage.hpp"
#include "study_costs.hpp"

namespace neucasl::flow {
namespace {

using quantisation::NamedMethod;

/// "a, b c" -> {"a", "b c"}.
std::vector<std::string> items_of(const std::string& text) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string item = text.substr(at, end - at);
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
    if (!item.empty()) result.push_back(std::move(item));
    at = end + 1;
  }
  return result;
}

/// "yes" or "no".
plugin::ParameterSpec choice_parameter(const std::string& name, const std::string& value,
                                       const std::string& meaning) {
  plugin::ParameterSpec spec = text_parameter(name, value, meaning);
  spec.choices = {"no", "yes"};
  return spec;
}

class PrecisionStudyStage final : public Stage {
 public:
  explicit PrecisionStudyStage(plugin::ParameterSet parameters)
      : parameters_(std::move(parameters)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    std::vector<InputFile> result = model_inputs(workspace);
    std::vector<std::string> plugins;
    for (const std::string& item : items_of(parameters_.text("methods"))) {
      const plugin::Manifest manifest = workspace.host->find_method(item.substr(0, item.find(' ')));
      if (std::find(plugins.begin(), plugins.end(), manifest.name) != plugins.end()) continue;
      plugins.push_back(manifest.name);
      for (InputFile& input : plugin_inputs(manifest)) result.push_back(std::move(input));
    }
    if (plugins.empty()) {
      throw base::Error("flow.study", "there is no method to study",
                        "give some, such as \"tdmpq, pmpq, cmpq\"", parameters_.where("methods"));
    }
    for (InputFile& input : plugin_inputs(estimator_manifest(workspace))) {
      result.push_back(std::move(input));
    }
    if (on_device() && yes("wires")) {
      for (InputFile& input : plugin_inputs(solver_manifest(workspace))) {
        result.push_back(std::move(input));
      }
    }
    for (InputFile& input : card_and_model_inputs(workspace)) result.push_back(std::move(input));
    static_cast<void>(load_chips(workspace));
    return result;
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                        const std::string& key) override {
    const std::vector<StudyChip> chips = load_chips(workspace);
    const std::vector<int> menu = menu_of(chips.front());
    PrecisionStudy study;
    study.tolerance = parameters_.si("tolerance");
    study.outer_share = parameters_.si("outer_share");
    study.seed = workspace.seed;
    study.menu = menu;
    for (const StudyChip& chip : chips) study.architectures.push_back(chip.architecture.id);
    if (on_device()) {
      study.device =
          std::to_string(parameters_.integer("chips")) + " chips of " + parameters_.text("device");
      if (parameters_.si("time") > 0.0) {
        study.device += ", " +
                        base::to_engineering({parameters_.si("time"), base::dimension::time}) +
                        " after programming";
      }
      if (yes("wires")) study.device += ", with wire resistance";
    }
    base::RecordLog log(folder / "draws.log", base::sha256(key + '\n' + parameters_.canonical()),
                        {"neucasl-precision-study", "quantisation.log", "study"});
    const auto draws = static_cast<std::uint64_t>(parameters_.integer("draws"));
    std::optional<quantisation::Model> model;
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
      plugin::Context context = workspace.context(folder);
      context.seed = workspace.seed + draw;
      const auto known = log.records().find(draw);
      // The first draw's model also gives the layers.
      if (known == log.records().end() || !model) model = load(workspace, context);
      if (draw == 0) describe(*model, study);
      if (known == log.records().end()) {
        log.append(draw, to_record(one_draw(workspace, *model, chips.front(), menu, context)));
      }
      study.draws.push_back(quantisation::draw_from_record(log.records().at(draw)));
      if (context.progress) {
        context.progress("draws of the study", static_cast<std::size_t>(draw) + 1,
                         static_cast<std::size_t>(draws));
      }
    }
    log.finish();
    plugin::Context context = workspace.context(folder);
    add_costs(*model, chips, activation_bits(), context, study);
    return to_findings(study);
  }

 private:
  [[nodiscard]] bool on_device() const { return !parameters_.text("device").empty(); }
  [[nodiscard]] bool yes(const char* name) const { return parameters_.text(name) == "yes"; }
  static plugin::Manifest solver_manifest(const Workspace& workspace) {
    return workspace.host->find("array", plugin::PluginKind::circuit_simulator);
  }

  [[nodiscard]] bool trained() const {
    return parameters_.text("model") == "lenet5" || parameters_.text("model") == "vgg8";
  }

  std::vector<InputFile> model_inputs(Workspace& workspace) const {
    std::vector<InputFile> result;
    if (!parameters_.text("text").empty()) {
      result.push_back(
          file_input("text", workspace.file_of(parameters_, "text"), parameters_.where("text")));
    }
    if (trained()) {
      // The checksums of a known data set are pinned, so its name stands for its content.
      workspace.dataset_name = parameters_.text("dataset");
      workspace.dataset_where = parameters_.where("dataset");
      static_cast<void>(workspace.dataset());
      return result;
    }
    const std::filesystem::path path = workspace.file_of(parameters_, "model");
    std::error_code code;
    if (!std::filesystem::exists(path, code)) {
      throw base::Error("flow.study", "there is no model '" + path.string() + "'",
                        "give lenet5, vgg8, a file of a network or the folder of a checkpoint",
                        parameters_.where("model"));
    }
    if (!std::filesystem::is_directory(path, code)) {
      result.push_back(file_input("model", path, parameters_.where("model")));
      return result;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
      result.push_back({"model", file.filename().string(), base::sha256_file(file)});
    }
    return result;
  }

  [[nodiscard]] quantisation::Model load(Workspace& workspace,
                                         const plugin::Context& context) const {
    const auto count = [&](const char* name) {
      return static_cast<std::size_t>(parameters_.integer(name));
    };
    quantisation::ModelSource source;
    source.model =
        trained() ? parameters_.text("model") : workspace.file_of(parameters_, "model").string();
    source.dataset = parameters_.text("dataset");
    source.dataset_folders = workspace.installation->dataset_folders;
    if (!parameters_.text("text").empty()) {
      source.text = workspace.file_of(parameters_, "text").string();
    }
    source.calibration = count("calibration");
    if (count("test_samples") > 0) source.test_samples = count("test_samples");
    source.sequence = count("sequence");
    source.epochs = count("epochs");
    if (parameters_.si("learning_rate") > 0.0)
      source.learning_rate = parameters_.si("learning_rate");
    if (count("training_images") > 0) source.training_images = count("training_images");
    return quantisation::load_model(source, context);
  }

  static plugin::Manifest estimator_manifest(const Workspace& workspace) {
    return workspace.host->find("performance", plugin::PluginKind::performance_estimator);
  }

  [[nodiscard]] std::vector<StudyChip> load_chips(Workspace& workspace) const {
    const plugin::Manifest manifest = estimator_manifest(workspace);
    std::vector<StudyChip> chips;
    for (const std::string& id : items_of(parameters_.text("architectures"))) {
      StudyChip chip;
      chip.architecture = architecture::load_architecture(
          id, workspace.installation->device_folders, {}, parameters_.where("architectures"));
      chip.estimator = workspace.host->make_performance_estimator(manifest);
      chip.parameters = plugin::ParameterSet(manifest.parameters, {}, manifest.name, {});
      chips.push_back(std::move(chip));
    }
    if (!chips.empty()) return chips;
    throw base::Error("flow.study", "there is no architecture",
                      "give some, such as \"hfox_differential, litecon\"",
                      parameters_.where("architectures"));
  }

  [[nodiscard]] std::vector<int> menu_of(const StudyChip& chip) const {
    std::vector<int> menu;
    for (const std::string& item : items_of(parameters_.text("menu"))) {
      int bits = 0;
      const auto [end, code] = std::from_chars(item.data(), item.data() + item.size(), bits);
      if (code != std::errc{} || end != item.data() + item.size()) {
        throw base::Error("flow.study", "'" + item + "' is no number of bits",
                          "give whole numbers, such as \"3, 5, 7, 9\"", parameters_.where("menu"));
      }
      menu.push_back(bits);
    }
    return menu.empty() ? quantisation::menu_of(chip.architecture) : menu;
  }

  [[nodiscard]] quantisation::DeviceChoice device_choice() const {
    quantisation::DeviceChoice choice;
    choice.card = parameters_.text("device");
    choice.draws = static_cast<std::size_t>(parameters_.integer("chips"));
    choice.time = parameters_.si("time");
    choice.drift_compensation = yes("drift_compensation");
    choice.wires = yes("wires");
    return choice;
  }

  [[nodiscard]] NamedMethod make_method(Workspace& workspace, const std::string& name) const {
    const plugin::Manifest manifest = workspace.host->find_method(name);
    return {name, workspace.host->make_precision_method(manifest, name),
            plugin::ParameterSet(manifest.parameters, {}, manifest.name, {})};
  }

  [[nodiscard]] int activation_bits() const {
    return static_cast<int>(parameters_.integer("activation_bits"));
  }

  static void describe(const quantisation::Model& model, PrecisionStudy& study) {
    study.model = model.network->name();
    study.data = model.data;
    study.language = model.language;
    for (const workload::MatrixLayer& layer : model.network->matrix_layers()) {
      study.layers.push_back(layer.name);
      study.weights.push_back(static_cast<double>(layer.depth * layer.outputs));
    }
  }

  [[nodiscard]] quantisation::DrawOutcome one_draw(Workspace& workspace,
                                                   const quantisation::Model& model,
                                                   const StudyChip& chip,
                                                   const std::vector<int>& menu,
                                                   plugin::Context& context) const {
    const quantisation::MapCost cost =
        map_cost(model, chip, chip.architecture, activation_bits(), context);
    precision::Budget budget;
    budget.kind = precision::BudgetKind::average_bits;
    budget.limit = menu.back();
    quantisation::Task task{model, cost, menu, budget, {}, context, version()};
    task.monotone = yes("monotone");
    quantisation::StudyOptions options;
    std::unique_ptr<plugin::CircuitSimulator> simulator;
    std::unique_ptr<plugin::AnalogStorage> scored, judged;
    if (on_device()) {
      if (yes("wires")) {
        simulator = workspace.host->make_circuit_simulator(solver_manifest(workspace));
      }
      scored = quantisation::device_storage(chip.architecture, device_choice(), context,
                                            simulator ? simulator->array_solver() : nullptr);
      judged = std::make_unique<plugin::AnalogStorage>(scored->cells(), scored->further());
      task.storage = scored.get();
      options.judged = judged.get();
      if (yes("cap_effective_bits")) {
        task.menu = quantisation::capped_menu(menu, quantisation::effective_bits(task, *scored));
        task.budget.limit = task.menu.back();
      }
    }
    task.linear = quantisation::linear_budget(cost, task.budget, task.menu,
                                              model.network->matrix_layers().size());
    const NamedMethod measured = make_method(workspace, "measured");
    std::vector<NamedMethod> made;
    std::vector<std::string> variants;
    for (const std::string& item : items_of(parameters_.text("methods"))) {
      const std::size_t space = item.find(' ');
      made.push_back(make_method(workspace, item.substr(0, space)));
      variants.push_back(space == std::string::npos ? "" : item.substr(space + 1));
    }
    std::vector<quantisation::StudiedMethod> methods;
    methods.reserve(made.size());
    for (std::size_t k = 0; k < made.size(); ++k) methods.push_back({made[k], variants[k]});
    options.tolerance = parameters_.si("tolerance");
    options.steps = static_cast<std::size_t>(parameters_.integer("steps"));
    options.common_bits = parameters_.si("common_bits");
    return quantisation::study_draw(task, methods, measured, options);
  }

  plugin::ParameterSet parameters_;
};

}  // namespace

StageKind precision_study_stage() {
  StageKind kind;
  kind.kind = "precision-study";
  kind.summary = "Compares precision methods on one model: compression, cost, order of the layers.";
  kind.parameters = {
      text_parameter(
          "model", "lenet5",
          "lenet5 or vgg8, trained for each draw; a stored network, an ONNX file or the folder of "
          "an OPT checkpoint"),
      text_parameter("dataset", "fashion-mnist", "of images"),
      text_parameter("text", "", "file for a language model", true),
      text_parameter("methods", "tdmpq, pmpq, cmpq, measured, uniform",
                     "each with a variant behind a space, if any"),
      text_parameter("architectures", "hfox_differential",
                     "the first gives the menu and the arrays"),
      text_parameter("menu", "", "weight bits; empty: the steps of the first architecture", true),
      choice_parameter("monotone", "yes", "whether a higher score never gets fewer bits"),
      text_parameter(
          "device", "",
          "card of the first architecture's cells, whose errors scores and metrics feel; "
          "empty: weights are rounded numbers",
          true),
      whole_parameter("chips", "20", 1, 1e5,
                      "of the device: so many are scored, and so many others are judged"),
      {"time",
       plugin::ParameterType::quantity,
       "s",
       "0 s",
       0.0,
       1e10,
       {},
       "since the device was programmed, for drift",
       false},
      choice_parameter("drift_compensation", "no",
                       "weights of a layer divided by what drift did to their sum"),
      choice_parameter("wires", "no", "with the first architecture's wire resistances"),
      choice_parameter("cap_effective_bits", "no",
                       "no more bits in the menu than a layer's cells resolve"),
      whole_parameter("activation_bits", "8", 2, 16, "bits of the inputs of all layers"),
      pure_parameter("tolerance", "0.005", 0.0, 1.0,
                     "accuracy that may be lost, or share by which perplexity may rise"),
      pure_parameter("outer_share", "0.3", 0.01, 0.5,
                     "first and last layers that are compared with others"),
      pure_parameter("common_bits", "4", 2.0, 16.0, "average bits at which regrets are compared"),
      whole_parameter("draws", "5", 2, 1000, "calibration sets, and trainings"),
      whole_parameter("steps", "32", 1, 10000, "average bits that are tried"),
      whole_parameter("calibration", "512", 1, 1e6, "samples of a calibration set"),
      whole_parameter("test_samples", "0", 0, 1e7,
                      "the first so many; 0: all, 64 windows of a text"),
      whole_parameter("sequence", "0", 0, 1e6, "tokens of a window; 0: as many as the model takes"),
      whole_parameter("epochs", "1", 1, 1000, "passes of a training"),
      pure_parameter("learning_rate", "0", 0.0, 10.0,
                     "of the first epoch; 0: 0.05, that of vgg8 0.02"),
      whole_parameter("training_images", "0", 0, 1e7, "the first so many; 0: all"),
  };
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>&) {
    return std::unique_ptr<Stage>(new PrecisionStudyStage(std::move(parameters)));
  };
  return kind;
}

}  // namespace neucasl::flow
