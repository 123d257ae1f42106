#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "neucasl/base/statistics.hpp"
#include "neucasl/mapping/photonic_inference.hpp"
#include "stage.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

/// Computes each bank once: all imperfections are measured on the same chip.
class RememberingBank final : public mapping::WeightBank {
 public:
  explicit RememberingBank(std::shared_ptr<const mapping::WeightBank> bank)
      : bank_(std::move(bank)) {}

  [[nodiscard]] std::size_t channels() const override { return bank_->channels(); }
  [[nodiscard]] mapping::BankReceiver receiver() const override { return bank_->receiver(); }
  [[nodiscard]] mapping::RealisedWeights realise(std::span<const double> targets,
                                                 std::uint64_t number) const override {
    {
      const std::lock_guard lock(mutex_);
      const auto known = known_.find(number);
      if (known != known_.end()) return known->second;
    }
    mapping::RealisedWeights made = bank_->realise(targets, number);
    const std::lock_guard lock(mutex_);
    return known_.emplace(number, std::move(made)).first->second;
  }

 private:
  std::shared_ptr<const mapping::WeightBank> bank_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint64_t, mapping::RealisedWeights> known_;
};

/// Accuracy of a network on weight banks: each imperfection alone, and all together.
class PhotonicAccuracyStage final : public Stage {
 public:
  PhotonicAccuracyStage(plugin::ParameterSet parameters, plugin::Manifest manifest)
      : parameters_(std::move(parameters)), manifest_(std::move(manifest)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    std::vector<InputFile> result = plugin_inputs(manifest_);
    for (InputFile& input : card_and_model_inputs(workspace)) result.push_back(std::move(input));
    return result;
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                        const std::string& /*key*/) override {
    plugin::Context context = workspace.context(folder);
    const auto front_end = workspace.host->make_front_end(manifest_);
    plugin::BankModel model =
        front_end->build_bank({parameters_, parameters_.text("tuning") == "calibrated"}, context);
    bank_ = std::make_shared<const RememberingBank>(std::move(model.bank));

    mapping::PhotonicOptions none = options(workspace);
    none.adc = none.shot_noise = none.thermal_noise = none.intensity_noise = false;
    none.converter_noise = 0.0;
    none.exact_weights = true;
    add_step("float", accuracy(workspace, nullptr));
    add_case(workspace, "quantised weights and inputs", none);
    const auto alone = [&](const std::string& name, auto change) {
      mapping::PhotonicOptions one = none;
      change(one);
      add_case(workspace, name, one);
    };
    alone("converters alone", [&](mapping::PhotonicOptions& o) {
      o.adc = true;
      o.converter_noise = parameters_.si("converter_noise");
    });
    alone("weights of the banks alone",
          [](mapping::PhotonicOptions& o) { o.exact_weights = false; });
    alone("shot noise alone", [](mapping::PhotonicOptions& o) { o.shot_noise = true; });
    alone("thermal noise alone", [](mapping::PhotonicOptions& o) { o.thermal_noise = true; });
    alone("relative intensity noise alone",
          [](mapping::PhotonicOptions& o) { o.intensity_noise = true; });
    add_case(workspace, "all together", options(workspace));
    return report(workspace, model.uses);
  }

 private:
  [[nodiscard]] mapping::PhotonicOptions options(const Workspace& workspace) const {
    mapping::PhotonicOptions result;
    result.adc_bits = static_cast<int>(parameters_.integer("adc_bits"));
    result.accumulation = static_cast<std::size_t>(parameters_.integer("accumulation"));
    result.converter_noise = parameters_.si("converter_noise");
    result.seed = workspace.seed;
    result.threads = workspace.options.threads;
    return result;
  }

  std::size_t image_count(Workspace& workspace) const {
    const auto asked = static_cast<std::size_t>(parameters_.integer("images"));
    const std::size_t all = workspace.dataset().test.count();
    return asked == 0 ? all : std::min(asked, all);
  }

  double accuracy(Workspace& workspace, const network::MatrixBackend* backend) const {
    const network::LabelledImages& test = workspace.dataset().test;
    const std::size_t count = image_count(workspace);
    network::RunOptions run;
    run.threads = workspace.options.threads;
    run.cancel = workspace.options.cancel;
    const std::vector<float> scores =
        network::run(*workspace.network, test.slice(0, count), count, run, backend);
    return network::accuracy(scores, std::span(test.labels).first(count));
  }

  void add_step(const std::string& name, double accuracy) {
    steps_.push_back(name);
    accuracy_.push_back(accuracy);
  }

  void add_case(Workspace& workspace, const std::string& name,
                const mapping::PhotonicOptions& options) {
    const network::LabelledImages& training = workspace.dataset().training;
    const auto count = std::min(static_cast<std::size_t>(parameters_.integer("calibration_images")),
                                training.count());
    const auto backend = mapping::photonic_backend(*workspace.network, *workspace.precision, bank_,
                                                   training.slice(0, count), count, options);
    add_step(name, accuracy(workspace, backend.get()));
    if (workspace.options.progress) workspace.options.progress("accuracy", steps_.size(), 8);
  }

  results::Findings report(Workspace& workspace, const device::UseList& uses) const {
    results::Findings findings;
    const std::size_t count = image_count(workspace);
    const std::size_t channels = bank_->channels();
    results::Figure figure = make_figure(
        "accuracy.photonic", "Accuracy on weight banks, all imperfections", accuracy_.back(), {},
        "One chip over " + std::to_string(count) +
            " test images: quantised inputs and weights, weights as the closed form of each bank "
            "gives them, shot, thermal and relative intensity noise of each read, converters with "
            "clipping; interval of Clopper and Pearson over the images.",
        manifest_.name);
    figure.as_percent = true;
    figure.has_interval = true;
    const base::Interval interval = base::clopper_pearson(
        static_cast<std::uint64_t>(std::llround(accuracy_.back() * static_cast<double>(count))),
        count, figure.confidence);
    figure.low = interval.low;
    figure.high = interval.high;
    figure.sources = uses.lines();
    findings.figures.push_back(std::move(figure));
    findings.figures.push_back(make_figure(
        "photonic.banks", "Banks of " + std::to_string(channels) + " channels",
        static_cast<double>(mapping::bank_count(*workspace.network, channels)), {},
        "One for each output and each " + std::to_string(channels) + " inputs of a matrix layer",
        manifest_.name));
    results::Table table{"accuracy_by_cause", "Accuracy by imperfection", {}};
    table.add("imperfection", steps_).add("accuracy", accuracy_);
    results::BarChart chart;
    chart.caption =
        "Accuracy with each imperfection alone, on quantised weights and inputs, and "
        "with all together.";
    chart.axis = {"Accuracy", "%", false};
    chart.series = {"accuracy"};
    chart.bars = steps_;
    for (const double accuracy : accuracy_) chart.values.push_back({100.0 * accuracy});
    findings.section.title = "Accuracy on weight banks";
    findings.section.items.emplace_back(std::move(chart));
    findings.section.items.emplace_back(results::ShownTable{table});
    findings.tables.push_back(std::move(table));
    findings.numbers_used = uses_table(uses);
    return findings;
  }

  plugin::ParameterSet parameters_;
  plugin::Manifest manifest_;
  std::shared_ptr<const mapping::WeightBank> bank_;
  std::vector<std::string> steps_;
  std::vector<double> accuracy_;
};

std::vector<plugin::ParameterSpec> bank_parameters(const plugin::Manifest& manifest,
                                                   const StageSpec& spec) {
  return manifest.circuit("weight_bank", spec.where).parameters;
}

}  // namespace

StageKind photonic_accuracy_stage() {
  StageKind kind;
  kind.kind = "photonic-accuracy";
  kind.summary = "Accuracy of the network on photonic weight banks, by cause of loss.";
  kind.takes = {Artifact::network, Artifact::precision};
  kind.plugin_kind = plugin::PluginKind::front_end;
  kind.plugin_parameters = bank_parameters;
  const auto add = [&](const std::string& name, ParameterType type, const std::string& unit,
                       const std::string& value, double least, double most,
                       const std::string& meaning) {
    plugin::ParameterSpec spec;
    spec.name = name;
    spec.type = type;
    spec.unit = unit;
    spec.default_value = value;
    if (type != ParameterType::text) {
      spec.min = least;
      spec.max = most;
    }
    spec.meaning = meaning;
    kind.parameters.push_back(std::move(spec));
  };
  add("plugin", ParameterType::text, "", "photonic", 0, 0, "front end that makes weight banks");
  add("images", ParameterType::integer, "", "0", 0, 1e6, "test images; 0: all");
  add("calibration_images", ParameterType::integer, "", "256", 1, 60000,
      "training images that set the converters' ranges");
  add("adc_bits", ParameterType::integer, "", "8", 2, 16, "of the converters, with the sign");
  add("accumulation", ParameterType::integer, "", "1", 1, 65536,
      "optical products that are summed before a conversion");
  add("converter_noise", ParameterType::quantity, "1", "0", 0.0, 1e6,
      "root mean square of the converter's noise in its steps");
  add("tuning", ParameterType::text, "", "calibrated", 0, 0,
      "resonators tuned beside each other, or each as if alone");
  kind.parameters.back().choices = {"calibrated", "alone"};
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new PhotonicAccuracyStage(std::move(parameters), *manifest));
  };
  return kind;
}

}  // namespace neucasl::flow
