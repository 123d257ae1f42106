#include <algorithm>
#include <cmath>

#include "model_parts.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/base/random.hpp"

/// \file
/// Model `photonic-bank`: what the errors of its resonances leave of a weight bank. A sample is a
/// bank with random target weights.

namespace neucasl::campaign {
namespace {

using plugin::ParameterSpec;
using plugin::ParameterType;

std::vector<ParameterSpec> bank_parameters() {
  return {{"plugin",
           ParameterType::text,
           "",
           "photonic",
           {},
           {},
           {},
           "front end that makes weight banks",
           false},
          {"bank",
           ParameterType::text,
           "",
           "weight_bank",
           {},
           {},
           {"weight_bank"},
           "circuit whose weight banks these are",
           false},
          {"tuning",
           ParameterType::text,
           "",
           "calibrated",
           {},
           {},
           {"calibrated", "alone"},
           "resonators tuned beside each other, or each as if alone",
           false}};
}

class PhotonicBankModel final : public SampleModel {
 public:
  explicit PhotonicBankModel(const ModelRequest& request) {
    const base::XmlElement& element = request.campaign.model;
    refuse_variation(request.campaign.root,
                     "banks vary by their parameters, such as resonance_error");
    const std::string name = element.optional("plugin").value_or("photonic");
    const plugin::Manifest front_end =
        request.host.find(name, plugin::PluginKind::front_end, element.where);
    std::vector<ParameterSpec> schema = bank_parameters();
    const std::vector<ParameterSpec>& more =
        front_end.circuit("weight_bank", element.where).parameters;
    schema.insert(schema.end(), more.begin(), more.end());
    const plugin::ParameterSet parameters = parameters_of(request, schema);
    const device::Library cards(request.installation.device_folders);
    plugin::Context context;
    context.diagnostics = &request.sink;
    context.cancel = request.cancel;
    context.seed = request.campaign.seed;
    context.scratch_folder = std::filesystem::temp_directory_path();
    context.devices = &cards;
    context.models = &request.host.models();
    const plugin::BankModel made = request.host.make_front_end(front_end)->build_bank(
        {parameters, parameters.text("tuning") == "calibrated", "weight_bank",
         plugin::BankImperfection::all},
        context);
    if (!made.bank) {
      throw base::Error("campaign.model", "the bank has no imperfection", "give a resonance_error",
                        element.where);
    }
    bank_ = made.bank;
    description_ = "weight bank of " + std::to_string(bank_->channels()) + " channels by '" +
                   front_end.name + "'";
    key_ = parameters.canonical() + key_of_plugin(front_end);
    for (const device::Use& use : made.uses.uses()) {
      key_ += use.card + ' ' + use.name + ' ' + use.value + '\n';
    }
  }

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] const std::vector<std::string>& inputs() const override { return inputs_; }
  [[nodiscard]] std::string key() const override { return key_; }
  [[nodiscard]] std::size_t unit() const override { return 250; }
  [[nodiscard]] std::string description() const override { return description_; }
  [[nodiscard]] std::unique_ptr<Evaluator> evaluator() const override {
    return std::make_unique<Work>(*this);
  }

 private:
  class Work final : public Evaluator {
   public:
    explicit Work(const PhotonicBankModel& model)
        : model_(model), targets_(model.bank_->channels()) {}

    void evaluate(const Sample& sample, std::span<double> outputs) override {
      base::RandomStream random(sample.seed, "campaign/weights", sample.number);
      for (double& target : targets_) target = 2.0 * random.uniform() - 1.0;
      realised_ = model_.bank_->realise(targets_, sample.number);
      double worst = 0.0;
      double squares = 0.0;
      for (std::size_t i = 0; i < targets_.size(); ++i) {
        const double error = realised_.weight[i] - targets_[i];
        worst = std::max(worst, std::abs(error));
        squares += error * error;
      }
      outputs[0] = std::sqrt(squares / static_cast<double>(targets_.size()));
      outputs[1] = worst;
      outputs[2] = -std::log2(outputs[0]);
    }

    ReplayFiles replay(const Sample& sample, std::span<double> outputs) override {
      evaluate(sample, outputs);
      results::Table table{"weights", "Weights of the bank", {}};
      std::vector<std::int64_t> channel;
      for (std::size_t i = 0; i < targets_.size(); ++i) {
        channel.push_back(static_cast<std::int64_t>(i));
      }
      table.add("channel", std::move(channel)).add("target", targets_);
      table.add("realised", realised_.weight).add("collected", realised_.collected);
      return {{"weights.csv", results::to_csv(table)}};
    }

   private:
    const PhotonicBankModel& model_;
    std::vector<double> targets_;
    mapping::RealisedWeights realised_;
  };

  std::shared_ptr<const mapping::WeightBank> bank_;
  std::string description_;
  std::string key_;
  std::vector<std::string> inputs_;  ///< None: a bank draws by seed and number.
  std::vector<Output> outputs_{{"rms_error", "Error of a weight, root mean square", {}},
                               {"worst_error", "Largest error of a weight", {}},
                               {"effective_bits", "Effective bits of a weight", {}}};
};

}  // namespace

ModelKind photonic_bank_model() {
  return {"photonic-bank", "Weights of a photonic bank whose resonances are off.",
          [](const ModelRequest& request) -> std::unique_ptr<SampleModel> {
            return std::make_unique<PhotonicBankModel>(request);
          }};
}

}  // namespace neucasl::campaign
