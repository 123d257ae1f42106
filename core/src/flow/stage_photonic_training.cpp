#include <algorithm>
#include <cmath>

#include "bank_choice.hpp"
#include "training_comparison.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

/// A bank under number 0 as the one of `number` after some writes.
class NumberedBank final : public mapping::WeightBank {
 public:
  NumberedBank(const mapping::WeightBank& bank, std::uint64_t number, std::uint64_t writes)
      : bank_(bank), number_(number + (writes << mapping::bank_number_bits)) {}
  [[nodiscard]] std::size_t channels() const override { return bank_.channels(); }
  [[nodiscard]] mapping::BankReceiver receiver() const override { return bank_.receiver(); }
  [[nodiscard]] mapping::RealisedWeights realise(std::span<const double> targets,
                                                 std::uint64_t /*bank*/) const override {
    return bank_.realise(targets, number_);
  }

 private:
  const mapping::WeightBank& bank_;
  std::uint64_t number_;
};

/// Linear responses that the banks of a chip have in turn, and each of them from write to write.
class VariedBanks final : public mapping::WeightBank {
 public:
  /// `writes` responses of each bank, bank by bank.
  VariedBanks(const std::vector<mapping::LinearBank>& responses, std::size_t writes)
      : writes_(writes) {
    for (const mapping::LinearBank& response : responses) {
      banks_.push_back(mapping::linear_weight_bank(response));
    }
  }
  [[nodiscard]] std::size_t channels() const override { return banks_.front()->channels(); }
  [[nodiscard]] mapping::BankReceiver receiver() const override {
    return banks_.front()->receiver();
  }
  [[nodiscard]] mapping::RealisedWeights realise(std::span<const double> targets,
                                                 std::uint64_t bank) const override {
    const std::uint64_t number = mapping::bank_number(bank) % (banks_.size() / writes_);
    const std::uint64_t write = (bank >> mapping::bank_number_bits) % writes_;
    return banks_[number * writes_ + write]->realise(targets, bank);
  }

 private:
  std::size_t writes_;
  std::vector<std::unique_ptr<mapping::WeightBank>> banks_;
};

/// A network trained on photonic weight banks that are written before each step.
class PhotonicTrainingStage final : public TrainingStage {
 public:
  PhotonicTrainingStage(plugin::ParameterSet parameters, plugin::Manifest manifest)
      : TrainingStage(std::move(parameters)), manifest_(std::move(manifest)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    std::vector<InputFile> result = TrainingStage::inputs(workspace);
    for (InputFile& input : plugin_inputs(manifest_)) result.push_back(std::move(input));
    for (InputFile& input : card_and_model_inputs(workspace)) result.push_back(std::move(input));
    return result;
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                        const std::string& key) override {
    plugin::Context context = workspace.context(folder);
    const auto front_end = workspace.host->make_front_end(manifest_);
    plugin::BankModel model = make_bank(*front_end, parameters(), context);
    std::vector<mapping::LinearBank> responses;
    const auto writes = static_cast<std::uint64_t>(parameters().integer("distinct_writes"));
    const auto banks = static_cast<std::uint64_t>(parameters().integer("distinct_banks"));
    for (std::uint64_t number = 0; number < banks * writes; ++number) {
      workspace.options.cancel.throw_if_requested();
      responses.push_back(
          mapping::linear_response(NumberedBank(*model.bank, number / writes, number % writes)));
    }
    const auto bank = std::make_shared<const VariedBanks>(responses, writes);
    const mapping::PhotonicTrainingOptions options = options_of(workspace);
    TrainingComparison comparison = compare_training(
        workspace, parameters(), {folder, key}, [&](const network::Network& network) {
          return mapping::photonic_training(network, bank, options);
        });
    results::Findings findings = to_findings(
        comparison,
        "Products both ways on weight banks of " + std::to_string(bank->channels()) +
            " channels as their linear responses give them, written before each step from "
            "digital weights",
        manifest_.name, model.uses);
    add_errors(responses, findings);
    workspace.network = std::move(comparison.network);
    return findings;
  }

 private:
  [[nodiscard]] mapping::PhotonicTrainingOptions options_of(const Workspace& workspace) const {
    mapping::PhotonicTrainingOptions options;
    options.reading = reading_of(parameters());
    options.weight_bits = static_cast<int>(parameters().integer("weight_bits"));
    options.accumulation = static_cast<std::size_t>(parameters().integer("accumulation"));
    options.shot_noise = parameters().boolean("shot_noise");
    options.thermal_noise = parameters().boolean("thermal_noise");
    options.intensity_noise = parameters().boolean("intensity_noise");
    options.seed = workspace.seed;
    options.threads = workspace.options.threads;
    options.cancel = workspace.options.cancel;
    return options;
  }

  /// What the linear response does to targets, in weights of 1.
  void add_errors(const std::vector<mapping::LinearBank>& responses,
                  results::Findings& findings) const {
    double offset = 0.0;
    double others = 0.0;
    for (const mapping::LinearBank& response : responses) {
      const std::size_t channels = response.offset.size();
      for (std::size_t k = 0; k < channels; ++k) {
        offset = std::max(offset, std::abs(response.offset[k]));
        double sum = 0.0;
        for (std::size_t j = 0; j < channels; ++j) {
          if (j != k) sum += std::abs(response.crosstalk[k * channels + j]);
        }
        others = std::max(others, sum);
      }
    }
    findings.figures.push_back(make_figure(
        "training.bank_offset", "Offset of a weight in a bank, largest", offset, {},
        "Weight that a channel has when all targets are 0, in weights of 1", manifest_.name));
    findings.figures.push_back(make_figure(
        "training.bank_crosstalk", "Crosstalk on a weight in a bank, largest", others, {},
        "Sum of what the targets of the other channels add, each at 1", manifest_.name));
  }

  plugin::Manifest manifest_;
};

std::vector<plugin::ParameterSpec> photonic_parameters() {
  const auto flag = [](const char* name, const char* meaning) {
    return plugin::ParameterSpec{name, ParameterType::boolean, "", "true", {}, {}, {}, meaning,
                                 false};
  };
  return {
      {"weight_bits",
       ParameterType::integer,
       "",
       "8",
       2,
       16,
       {},
       "of the weights that are written, with the sign",
       false},
      {"accumulation",
       ParameterType::integer,
       "",
       "1",
       1,
       65536,
       {},
       "optical products that are summed before a conversion",
       false},
      {"distinct_banks",
       ParameterType::integer,
       "",
       "64",
       1,
       4096,
       {},
       "banks whose linear responses, with errors of their own, all banks have in turn",
       false},
      {"distinct_writes",
       ParameterType::integer,
       "",
       "1",
       1,
       4096,
       {},
       "responses of a bank, with errors of programming its memory of their own, that its writes "
       "have in turn; 1: these errors stay",
       false},
      flag("shot_noise", "shot noise of the photodiodes"),
      flag("thermal_noise", "thermal noise of the receivers"),
      flag("intensity_noise", "relative intensity noise of the lines"),
  };
}

std::vector<plugin::ParameterSpec> stage_parameters() {
  std::vector<plugin::ParameterSpec> result = training_parameters();
  for (auto& more : {bank_choice_parameters(), photonic_parameters()}) {
    result.insert(result.end(), more.begin(), more.end());
  }
  return result;
}

}  // namespace

StageKind photonic_training_stage() {
  StageKind kind;
  kind.kind = "photonic-training";
  kind.summary = "Trains a network on photonic weight banks, and in float beside it.";
  kind.makes = Artifact::network;
  kind.plugin_kind = plugin::PluginKind::front_end;
  kind.plugin_parameters = [](const plugin::Manifest& manifest, const StageSpec& spec) {
    return bank_circuit_parameters(manifest, spec, stage_parameters());
  };
  kind.parameters = stage_parameters();
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new PhotonicTrainingStage(std::move(parameters), *manifest));
  };
  return kind;
}

}  // namespace neucasl::flow
