#include <algorithm>
#include <cmath>

#include "model_parts.hpp"
#include "neucasl/architecture/changes.hpp"
#include "neucasl/plugin/system_estimator.hpp"
#include "neucasl/workload/topologies.hpp"

/// \file
/// Model `estimate`: the system estimate of an architecture some of whose numbers are uncertain.

namespace neucasl::campaign {
namespace {

using plugin::ParameterSpec;
using plugin::ParameterType;

std::vector<ParameterSpec> estimate_parameters() {
  return {
      {"architecture", ParameterType::text, "", "", {}, {}, {}, "id of an architecture", false},
      {"network", ParameterType::text, "", "", {}, {}, {}, "a built-in network", false},
      {"phase",
       ParameterType::text,
       "",
       "inference",
       {},
       {},
       {"inference", "training"},
       "what is estimated",
       false},
      {"batch",
       ParameterType::integer,
       "",
       "1",
       1.0,
       1e6,
       {},
       "training: samples between two updates of the weights",
       false},
      {"estimator", ParameterType::text, "", "performance", {}, {}, {}, "estimator plugin", false}};
}

/// <vary number="PATH" distribution="normal|lognormal|uniform" relative_sigma="0.1"/> or sigma=
/// with a unit; of "lognormal" the sigma is that of the logarithm.
struct VariedNumber {
  std::string path;
  base::Quantity nominal;
  device::Spread spread;  ///< SI
  base::Location where;
};

VariedNumber varied_number(const base::XmlElement& element,
                           const architecture::Architecture& architecture) {
  element.allow_attributes({"number", "distribution", "sigma", "relative_sigma"});
  VariedNumber varied;
  varied.where = element.where;
  varied.path = element.required("number");
  const device::Number& number = architecture::number_at(architecture, varied.path, element.where);
  if (architecture::is_whole(architecture, varied.path)) {
    throw base::Error("campaign.vary", "'" + varied.path + "' counts something",
                      "vary numbers that are measured", element.where);
  }
  varied.nominal = number.value;
  const std::string& distribution = element.required("distribution");
  const std::vector<std::string> known{"normal", "lognormal", "uniform"};
  if (std::find(known.begin(), known.end(), distribution) == known.end()) {
    throw base::Error("campaign.vary", "unknown distribution '" + distribution + "'",
                      base::suggest(distribution, known), element.where);
  }
  varied.spread.distribution = distribution;
  varied.spread.relative = element.optional("relative_sigma").has_value();
  const bool pure = varied.spread.relative || distribution == "lognormal";
  varied.spread.sigma =
      base::parse_si(element.required(varied.spread.relative ? "relative_sigma" : "sigma"),
                     pure ? base::dimension::none : number.value.dimension, element.where);
  if (!(varied.spread.sigma > 0.0)) {
    throw base::Error("campaign.vary", "the spread of '" + varied.path + "' is not positive",
                      "give more than 0", element.where);
  }
  // Refuses here what no sample could have.
  static_cast<void>(varied.spread.about(number.value.value, element.where));
  return varied;
}

class EstimateModel final : public SampleModel {
 public:
  explicit EstimateModel(const ModelRequest& request)
      : host_(request.host),
        cards_(request.installation.device_folders),
        sink_(request.sink),
        cancel_(request.cancel),
        parameters_(parameters_of(request, estimate_parameters())) {
    const base::XmlElement& element = request.campaign.model;
    nominal_ = architecture::load_architecture(parameters_.text("architecture"),
                                               request.installation.device_folders);
    workload_ = workload::named(parameters_.text("network"));
    manifest_ = host_.find(parameters_.text("estimator"), plugin::PluginKind::performance_estimator,
                           element.where);
    for (const base::XmlElement& child : request.campaign.root.children) {
      if (child.name == "vary") varied_.push_back(varied_number(child, nominal_));
    }
    if (varied_.empty()) {
      throw base::Error("campaign.model", "nothing varies", "add <vary number=\"...\"/>",
                        request.campaign.where);
    }
    key_ = parameters_.canonical() + architecture::canonical(nominal_) + key_of_plugin(manifest_);
    for (const VariedNumber& one : varied_) {
      inputs_.push_back(one.path);
      key_ += one.path + ' ' + one.spread.about(one.nominal.value).text() + '\n';
    }
    Work work(*this);
    for (const results::Figure& figure : work.estimate(nominal_)) {
      outputs_.push_back({figure.key, figure.label, figure.dimension});
    }
  }

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] const std::vector<std::string>& inputs() const override { return inputs_; }
  [[nodiscard]] std::string key() const override { return key_; }
  [[nodiscard]] std::size_t unit() const override { return 16; }
  [[nodiscard]] std::string description() const override {
    return "estimate of '" + parameters_.text("architecture") + "' for '" +
           parameters_.text("network") + "'";
  }
  [[nodiscard]] std::unique_ptr<Evaluator> evaluator() const override {
    return std::make_unique<Work>(*this);
  }

 private:
  class Work final : public Evaluator {
   public:
    explicit Work(const EstimateModel& model)
        : model_(model),
          estimator_(model.host_.make_performance_estimator(model.manifest_)),
          parameters_(model.manifest_.parameters, {}, "estimator", {}) {}

    std::vector<results::Figure> estimate(const architecture::Architecture& architecture) {
      plugin::Context context;
      context.diagnostics = &model_.sink_.sink();
      context.cancel = model_.cancel_;
      context.devices = &model_.cards_;
      context.models = &model_.host_.models();
      plugin::SystemRequest request{architecture, model_.workload_};
      if (model_.parameters_.text("phase") == "training") {
        request.phase = plugin::SystemPhase::training;
      }
      request.batch = static_cast<std::size_t>(model_.parameters_.integer("batch"));
      return plugin::system_estimator(*estimator_)
          .estimate_system(request, parameters_, context)
          .figures;
    }

    void evaluate(const Sample& sample, std::span<double> outputs) override {
      architecture::Architecture changed = model_.nominal_;
      for (std::size_t i = 0; i < model_.varied_.size(); ++i) {
        const VariedNumber& one = model_.varied_[i];
        architecture::set_number(
            changed, one.path,
            {one.spread.sampled(one.nominal.value, sample.normals[i]), one.nominal.dimension}, {},
            one.where);
      }
      architecture::finish_changes(changed);
      const std::vector<results::Figure> figures = estimate(changed);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        const Output& output = model_.outputs_[i];
        const auto found =
            std::find_if(figures.begin(), figures.end(),
                         [&](const results::Figure& one) { return one.key == output.name; });
        outputs[i] = found == figures.end() ? std::nan("") : found->value;
      }
      canonical_ = architecture::canonical(changed);
    }

    ReplayFiles replay(const Sample& sample, std::span<double> outputs) override {
      evaluate(sample, outputs);
      return {{"architecture.txt", canonical_}};
    }

   private:
    const EstimateModel& model_;
    std::unique_ptr<plugin::PerformanceEstimator> estimator_;
    plugin::ParameterSet parameters_;
    std::string canonical_;
  };

  plugin::Host& host_;
  device::Library cards_;
  mutable OnceSink sink_;
  base::CancelFlag cancel_;
  plugin::ParameterSet parameters_;
  architecture::Architecture nominal_;
  workload::Workload workload_;
  plugin::Manifest manifest_;
  std::vector<VariedNumber> varied_;
  std::string key_;
  std::vector<std::string> inputs_;
  std::vector<Output> outputs_;
};

}  // namespace

ModelKind estimate_model() {
  return {"estimate", "System estimate of an architecture with uncertain numbers.",
          [](const ModelRequest& request) -> std::unique_ptr<SampleModel> {
            return std::make_unique<EstimateModel>(request);
          }};
}

}  // namespace neucasl::campaign
