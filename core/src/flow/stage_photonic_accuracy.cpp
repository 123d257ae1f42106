#include <algorithm>
#include <map>
#include <mutex>

#include "accuracy_steps.hpp"
#include "bank_choice.hpp"
#include "neucasl/mapping/photonic_inference.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

/// Weights whose banks are kept, which takes some 500 MB; of more, banks are computed again for
/// each batch of images.
constexpr std::size_t most_kept = std::size_t{1} << 24;

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
      if (known != known_.end() && std::ranges::equal(known->second.targets, targets)) {
        return known->second.made;
      }
    }
    mapping::RealisedWeights made = bank_->realise(targets, number);
    const std::lock_guard lock(mutex_);
    known_.insert_or_assign(number, Bank{{targets.begin(), targets.end()}, made});
    return made;
  }

 private:
  struct Bank {
    std::vector<double> targets;
    mapping::RealisedWeights made;
  };

  std::shared_ptr<const mapping::WeightBank> bank_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint64_t, Bank> known_;
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
    plugin::BankModel model = make_bank(*front_end, parameters_, context);
    bank_ = std::move(model.bank);
    keep_ =
        mapping::bank_count(*workspace.network, bank_->channels()) * bank_->channels() <= most_kept;
    if (keep_) bank_ = std::make_shared<const RememberingBank>(bank_);

    mapping::PhotonicOptions none = options(workspace);
    none.adc = none.shot_noise = none.thermal_noise = none.intensity_noise = false;
    none.converter_noise = 0.0;
    none.exact_weights = true;
    AccuracySteps steps(workspace, parameters_, 8);
    steps.add("float", nullptr);
    add_case(workspace, steps, "quantised weights and inputs", none);
    const auto alone = [&](const std::string& name, auto change) {
      mapping::PhotonicOptions one = none;
      change(one);
      add_case(workspace, steps, name, one);
    };
    alone("converters alone", [&](mapping::PhotonicOptions& o) {
      o.adc = true;
      o.converter_noise = parameters_.si("converter_noise");
    });
    alone("weights of the banks alone",
          [](mapping::PhotonicOptions& o) { o.exact_weights = false; });
    mapping::PhotonicOptions weights = none;
    weights.exact_weights = false;
    if (parameters_.boolean("weight_causes")) {
      for (const auto& [name, imperfection] : bank_imperfections()) {
        const auto one = make_bank(*front_end, parameters_, context, imperfection).bank;
        if (one) add_case(workspace, steps, "  " + name + " alone", weights, one);
      }
    }
    alone("shot noise alone", [](mapping::PhotonicOptions& o) { o.shot_noise = true; });
    alone("thermal noise alone", [](mapping::PhotonicOptions& o) { o.thermal_noise = true; });
    alone("relative intensity noise alone",
          [](mapping::PhotonicOptions& o) { o.intensity_noise = true; });
    add_case(workspace, steps, "all together", options(workspace));
    return report(workspace, steps, model.uses);
  }

 private:
  [[nodiscard]] mapping::PhotonicOptions options(const Workspace& workspace) const {
    mapping::PhotonicOptions result;
    result.adc_bits = static_cast<int>(parameters_.integer("adc_bits"));
    result.accumulation = static_cast<std::size_t>(parameters_.integer("accumulation"));
    result.converter_noise = parameters_.si("converter_noise");
    result.seed = workspace.seed;
    result.threads = workspace.options.threads;
    result.cancel = workspace.options.cancel;
    result.streamed = !keep_;
    return result;
  }

  void add_case(Workspace& workspace, AccuracySteps& steps, const std::string& name,
                const mapping::PhotonicOptions& options) const {
    add_case(workspace, steps, name, options, bank_);
  }

  void add_case(Workspace& workspace, AccuracySteps& steps, const std::string& name,
                const mapping::PhotonicOptions& options,
                const std::shared_ptr<const mapping::WeightBank>& bank) const {
    const network::LabelledImages& training = workspace.dataset().training;
    const auto count = std::min(static_cast<std::size_t>(parameters_.integer("calibration_images")),
                                training.count());
    const auto backend = mapping::photonic_backend(*workspace.network, *workspace.precision, bank,
                                                   training.slice(0, count), count, options);
    steps.add(name, backend.get());
  }

  results::Findings report(const Workspace& workspace, const AccuracySteps& steps,
                           const device::UseList& uses) const {
    results::Findings findings;
    steps.report(
        {"accuracy.photonic", "Accuracy on weight banks, all imperfections",
         "quantised inputs and weights, weights as the closed form of each bank gives "
         "them, shot, thermal and relative intensity noise of each read, converters with "
         "clipping",
         "One chip", "Accuracy on weight banks", "Accuracy by imperfection", "imperfection",
         "Accuracy with each imperfection alone, on quantised weights and inputs, and "
         "with all together."},
        manifest_.name, uses, findings);
    const std::size_t channels = bank_->channels();
    findings.figures.push_back(make_figure(
        "photonic.banks", "Banks of " + std::to_string(channels) + " channels",
        static_cast<double>(mapping::bank_count(*workspace.network, channels)), {},
        "One for each output and each " + std::to_string(channels) + " inputs of a matrix layer",
        manifest_.name));
    findings.numbers_used = uses_table(uses);
    return findings;
  }

  plugin::ParameterSet parameters_;
  plugin::Manifest manifest_;
  std::shared_ptr<const mapping::WeightBank> bank_;
  bool keep_ = true;
};

}  // namespace

StageKind photonic_accuracy_stage() {
  StageKind kind;
  kind.kind = "photonic-accuracy";
  kind.summary = "Accuracy of the network on photonic weight banks, by cause of loss.";
  kind.takes = {Artifact::network, Artifact::precision};
  kind.plugin_kind = plugin::PluginKind::front_end;
  kind.plugin_parameters = [](const plugin::Manifest& manifest, const StageSpec& spec) {
    return bank_circuit_parameters(manifest, spec, {});
  };
  kind.parameters = bank_choice_parameters();
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
  kind.parameters.push_back(images_parameter());
  add("calibration_images", ParameterType::integer, "", "256", 1, 60000,
      "training images that set the converters' ranges");
  add("adc_bits", ParameterType::integer, "", "8", 2, 16, "of the converters, with the sign");
  add("accumulation", ParameterType::integer, "", "1", 1, 65536,
      "optical products that are summed before a conversion");
  kind.parameters.push_back(converter_noise_parameter());
  kind.parameters.push_back({"weight_causes",
                             ParameterType::boolean,
                             "",
                             "false",
                             {},
                             {},
                             {},
                             "also each imperfection of the weights alone, each its own banks",
                             false});
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new PhotonicAccuracyStage(std::move(parameters), *manifest));
  };
  return kind;
}

}  // namespace neucasl::flow
