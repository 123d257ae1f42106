#include <cmath>

#include "model_parts.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/circuit/spice_export.hpp"
#include "neucasl/circuit/variation_plan.hpp"
#include "neucasl/circuit/waveform_charts.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/text.hpp"

/// \file
/// Model `circuit`: a front end's circuit or a netlist, simulated with varied parameters.

namespace neucasl::campaign {
namespace {

using plugin::ParameterSpec;
using plugin::ParameterType;

ParameterSpec text_parameter(const std::string& name, const std::string& value, bool optional,
                             const std::string& meaning, std::vector<std::string> choices = {}) {
  return {name, ParameterType::text, "", value, {}, {}, std::move(choices), meaning, optional};
}

std::vector<ParameterSpec> own_parameters() {
  return {text_parameter("plugin", "", true, "front end that builds the circuit"),
          text_parameter("circuit", "", true, "one of its circuits ('neucasl circuits list')"),
          {"file",
           ParameterType::file,
           "",
           "",
           {},
           {},
           {},
           "netlist instead (.ncir, .pb, .json)",
           true},
          text_parameter("simulator", "native", false, "plugin that simulates the circuit"),
          text_parameter("tolerance", "default", false, "accuracy of the solutions",
                         {"default", "tight"})};
}

/// An analysis with what is measured of it.
struct Step {
  std::string text;
  circuit::Analysis analysis;
};

/// All that does not change from sample to sample.
struct Study {
  std::string description;
  std::string netlist;  ///< As text.
  std::vector<Step> steps;
  std::vector<plugin::CircuitDesign::Measurement> measurements;
  circuit::Circuit nominal;
  circuit::VariationPlan variation;
  std::vector<std::string> inputs;
  std::vector<Output> outputs;
  plugin::Manifest simulator;
  plugin::SimulationOptions options;
  std::string key;
};

class CircuitModel;

class CircuitEvaluator final : public Evaluator {
 public:
  explicit CircuitEvaluator(const CircuitModel& model);
  void evaluate(const Sample& sample, std::span<double> outputs) override;
  ReplayFiles replay(const Sample& sample, std::span<double> outputs) override;
  /// Outputs as figures, for their dimensions; throws where `evaluate` writes NaN.
  std::vector<results::Figure> measure_nominal();

 private:
  void simulate(std::span<const double> normals);
  void measure(std::span<double> outputs) const;

  const CircuitModel& model_;
  std::unique_ptr<plugin::CircuitSimulator> simulator_;
  plugin::Context context_;
  circuit::Circuit circuit_;
  std::vector<circuit::Result> results_;
};

class CircuitModel final : public SampleModel {
 public:
  explicit CircuitModel(const ModelRequest& request)
      : host_(request.host),
        cards_(request.installation.device_folders),
        sink_(request.sink),
        cancel_(request.cancel),
        seed_(request.campaign.seed) {
    build(request);
    const base::XmlElement& element = request.campaign.model;
    try {
      CircuitEvaluator evaluator(*this);
      const std::vector<results::Figure> figures = evaluator.measure_nominal();
      for (std::size_t i = 0; i < figures.size(); ++i) {
        const auto& one = study_.measurements[i];
        study_.outputs.push_back({one.measurement.name,
                                  one.label.empty() ? one.measurement.name : one.label,
                                  figures[i].dimension});
      }
    } catch (const base::Error& error) {
      base::Diagnostic diagnostic = error.diagnostic();
      diagnostic.message = "without variation: " + diagnostic.message;
      if (!diagnostic.where.known()) diagnostic.where = element.where;
      throw base::Error(std::move(diagnostic));
    }
  }

  [[nodiscard]] const std::vector<Output>& outputs() const override { return study_.outputs; }
  [[nodiscard]] const std::vector<std::string>& inputs() const override { return study_.inputs; }
  [[nodiscard]] std::string key() const override { return study_.key; }
  [[nodiscard]] std::size_t unit() const override { return 4; }
  [[nodiscard]] std::string description() const override { return study_.description; }
  [[nodiscard]] std::unique_ptr<Evaluator> evaluator() const override {
    return std::make_unique<CircuitEvaluator>(*this);
  }

  [[nodiscard]] const Study& study() const { return study_; }
  [[nodiscard]] std::unique_ptr<plugin::CircuitSimulator> make_simulator() const {
    return host_.make_circuit_simulator(study_.simulator);
  }
  [[nodiscard]] plugin::Context context() const {
    plugin::Context context;
    context.diagnostics = &sink_.sink();
    context.cancel = cancel_;
    context.seed = seed_;
    context.scratch_folder = std::filesystem::temp_directory_path();
    context.devices = &cards_;
    context.models = &host_.models();
    return context;
  }

 private:
  void build(const ModelRequest& request);
  ir::Design front_end_design(const ModelRequest& request, const plugin::Manifest& front_end,
                              const plugin::ParameterSet& parameters);
  ir::Design file_design(const plugin::ParameterSet& parameters);
  void add_own_steps(const base::XmlElement& element);
  void make_key(const base::XmlElement& campaign);

  plugin::Host& host_;
  device::Library cards_;
  mutable OnceSink sink_;
  base::CancelFlag cancel_;
  std::uint64_t seed_;
  Study study_;
  std::string plugins_;  ///< Content of the plugins used.
};

ir::Design CircuitModel::front_end_design(const ModelRequest& request,
                                          const plugin::Manifest& front_end,
                                          const plugin::ParameterSet& parameters) {
  const std::string& name = parameters.text("circuit");
  plugin::CircuitRequest wanted{name, parameters};
  const auto simulator = make_simulator();
  wanted.simulator = simulator.get();
  plugin::Context calls = context();
  calls.threads = request.threads;
  plugin::CircuitDesign built = host_.make_front_end(front_end)->build_circuit(wanted, calls);
  for (const std::string& text : built.analyses) {
    study_.steps.push_back({text, circuit::parse_analysis(text)});
  }
  study_.measurements = std::move(built.measurements);
  study_.description = "circuit '" + name + "' of '" + front_end.name + "'";
  plugins_ += key_of_plugin(front_end);
  return std::move(built.design);
}

ir::Design CircuitModel::file_design(const plugin::ParameterSet& parameters) {
  const std::filesystem::path file = parameters.text("file");
  study_.description = "circuit '" + file.filename().string() + "'";
  return io::read_design(file);
}

/// <analysis>tran 1ps 1ns</analysis> and, of the analysis before, <measure label="...">NAME max
/// v(out)</measure>.
void CircuitModel::add_own_steps(const base::XmlElement& element) {
  element.allow_children({"analysis", "measure"});
  for (const base::XmlElement& child : element.children) {
    child.allow_children({});
    if (child.name == "analysis") {
      child.allow_attributes({});
      study_.steps.push_back({child.text, circuit::parse_analysis(child.text, child.where)});
      continue;
    }
    child.allow_attributes({"label"});
    if (study_.steps.empty()) {
      throw base::Error("campaign.model", "a measurement without an analysis",
                        "put <analysis> before it", child.where);
    }
    plugin::CircuitDesign::Measurement one;
    one.analysis = study_.steps.size() - 1;
    one.measurement = {child.text.substr(0, child.text.find(' ')), child.text, child.where};
    one.label = child.optional("label").value_or(one.measurement.name);
    study_.measurements.push_back(std::move(one));
  }
}

void CircuitModel::build(const ModelRequest& request) {
  const base::XmlElement& element = request.campaign.model;
  std::vector<ParameterSpec> schema = own_parameters();
  std::optional<plugin::Manifest> front_end;
  if (element.optional("plugin")) {
    front_end =
        host_.find(element.required("plugin"), plugin::PluginKind::front_end, element.where);
    const plugin::CircuitSpec& spec =
        front_end->circuit(element.required("circuit"), element.where);
    schema.insert(schema.end(), spec.parameters.begin(), spec.parameters.end());
  }
  const plugin::ParameterSet parameters = parameters_of(request, schema);
  if (front_end.has_value() != parameters.text("file").empty()) {
    throw base::Error("campaign.model", "the model needs a front end's circuit or a file",
                      "give plugin= and circuit=, or file=", element.where);
  }
  study_.simulator = host_.find(parameters.text("simulator"), plugin::PluginKind::circuit_simulator,
                                parameters.where("simulator"));
  if (parameters.text("tolerance") == "tight") {
    study_.options.tolerances = circuit::Tolerances::tight();
  }
  const ir::Design design =
      front_end ? front_end_design(request, *front_end, parameters) : file_design(parameters);
  add_own_steps(element);
  if (study_.measurements.empty()) {
    throw base::Error("campaign.model", "nothing is measured", "add <measure> to the model",
                      element.where);
  }
  study_.description += " by '" + study_.simulator.name + "'";
  study_.netlist = ir::print(design);
  study_.nominal = circuit::lower(ir::flatten(design), host_.models(), cards_);
  study_.variation =
      circuit::VariationPlan(circuit::read_variation_rules(request.campaign.root), study_.nominal);
  for (std::size_t i = 0; i < study_.variation.size(); ++i) {
    study_.inputs.push_back(study_.variation.name(i));
  }
  if (study_.inputs.empty()) {
    throw base::Error("campaign.model", "nothing varies", "add <vary> to the campaign",
                      request.campaign.where);
  }
  make_key(request.campaign.root);
}

/// The rules, and the values that they give at two points, which hold what tables and cards say.
std::string key_of_variation(const base::XmlElement& campaign,
                             const circuit::VariationPlan& variation) {
  std::string text;
  for (const base::XmlElement& child : campaign.children) {
    if (child.name == "model" || child.name == "good" || child.name == "method") continue;
    text += child.name;
    for (const base::XmlAttribute& attribute : child.attributes) {
      text += ' ' + attribute.name + '=' + attribute.value;
    }
    text += '\n';
  }
  for (const double point : {1.0, -2.0}) {
    const std::vector<double> u(variation.size(), point);
    for (const auto& one : variation.settings(u)) {
      text += one.target + ' ' + base::shortest(one.value) + '\n';
    }
  }
  return text;
}

void CircuitModel::make_key(const base::XmlElement& campaign) {
  std::string text = study_.netlist + key_of_variation(campaign, study_.variation);
  for (const Step& step : study_.steps) text += step.text + '\n';
  for (const auto& one : study_.measurements) {
    text += std::to_string(one.analysis) + ' ' + one.measurement.text + '\n';
  }
  for (const device::Card& card : study_.nominal.cards) {
    text += card.id + ' ' + base::sha256_file(cards_.file_of(card.id)) + '\n';
  }
  for (const circuit::ModelUse& use : study_.nominal.models) {
    text += use.model->specification().name;
    if (!use.origin.library.empty()) text += ' ' + base::sha256_file(use.origin.library);
    text += '\n';
  }
  const circuit::Tolerances& tolerances = study_.options.tolerances;
  for (const double number :
       {tolerances.relative, tolerances.voltage, tolerances.current, tolerances.truncation}) {
    text += base::shortest(number) + '\n';
  }
  study_.key = text + plugins_ + key_of_plugin(study_.simulator);
}

CircuitEvaluator::CircuitEvaluator(const CircuitModel& model)
    : model_(model), simulator_(model.make_simulator()), context_(model.context()) {}

void CircuitEvaluator::simulate(std::span<const double> normals) {
  const Study& study = model_.study();
  circuit_ = study.nominal;
  if (!normals.empty()) study.variation.apply(normals, circuit_);
  results_.clear();
  for (const Step& step : study.steps) {
    context_.cancel.throw_if_requested();
    circuit::Result result = simulator_->simulate(circuit_, step.analysis, study.options, context_);
    const auto* transient = std::get_if<circuit::TransientAnalysis>(&step.analysis);
    if (transient != nullptr && transient->start > 0.0) {
      result = circuit::after(std::move(result), transient->start);
    }
    results_.push_back(std::move(result));
  }
}

void CircuitEvaluator::measure(std::span<double> outputs) const {
  const Study& study = model_.study();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& one = study.measurements[i];
    try {
      outputs[i] = circuit::measure(one.measurement, results_.at(one.analysis)).value;
    } catch (const base::Error& error) {
      // The nominal circuit has the traces, so what lacks is an event.
      if (error.diagnostic().code != "circuit.measure") throw;
      outputs[i] = std::nan("");
    }
  }
}

std::vector<results::Figure> CircuitEvaluator::measure_nominal() {
  simulate({});
  std::vector<results::Figure> figures;
  for (const auto& one : model_.study().measurements) {
    figures.push_back(circuit::measure(one.measurement, results_.at(one.analysis)));
  }
  return figures;
}

void CircuitEvaluator::evaluate(const Sample& sample, std::span<double> outputs) {
  simulate(sample.normals);
  measure(outputs);
}

ReplayFiles CircuitEvaluator::replay(const Sample& sample, std::span<double> outputs) {
  evaluate(sample, outputs);
  const Study& study = model_.study();
  ReplayFiles files{{"netlist.ncir", study.netlist}};
  results::Table settings{"varied", "What varies in this sample", {}};
  std::vector<std::string> target, unit;
  std::vector<double> nominal, value;
  for (const auto& one : study.variation.settings(sample.normals)) {
    target.push_back(one.target);
    unit.push_back(base::unit_symbol(one.dimension));
    nominal.push_back(one.nominal);
    value.push_back(one.value);
  }
  settings.add("target", target).add("unit", unit).add("nominal", nominal).add("value", value);
  files.emplace_back("varied.csv", results::to_csv(settings));
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const std::string name = std::to_string(i + 1) + '_' + results_[i].analysis;
    try {
      circuit::SpiceExportOptions options{
          study.steps[i].analysis, study.options.tolerances,
          study.description + ", sample " + std::to_string(sample.number)};
      files.emplace_back("netlist_" + name + ".cir", circuit::to_spice(circuit_, options));
    } catch (const base::Error& error) {
      // SPICE has no statement for some of what the engines do; netlist and values above stay.
      if (error.diagnostic().code != "circuit.spice") throw;
    }
    const std::string waveforms = "waveforms_" + name;
    files.emplace_back(waveforms + ".csv",
                       results::to_csv(circuit::to_table(results_[i], waveforms)));
    if (results_[i].axis_name.empty()) continue;
    std::size_t left_out = 0;
    for (const auto& [chart_name, chart] :
         circuit::waveform_charts(results_[i], waveforms, left_out)) {
      files.emplace_back(chart_name + ".svg", results::render_svg(chart));
    }
  }
  return files;
}

}  // namespace

ModelKind circuit_model() {
  return {"circuit", "A front end's circuit or a netlist, simulated with varied parameters.",
          [](const ModelRequest& request) -> std::unique_ptr<SampleModel> {
            return std::make_unique<CircuitModel>(request);
          }};
}

}  // namespace neucasl::campaign
