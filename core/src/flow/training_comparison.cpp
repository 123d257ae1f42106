#include "training_comparison.hpp"

#include <algorithm>
#include <cmath>

#include "accuracy_steps.hpp"
#include "network_choice.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/base/statistics.hpp"
#include "training_checkpoint.hpp"

namespace neucasl::flow {
namespace {

results::Figure share_figure(const std::string& key, const std::string& label, double value,
                             std::size_t count, const std::string& method,
                             const std::string& owner) {
  results::Figure figure = make_figure(key, label, value, {}, method, owner);
  figure.as_percent = true;
  figure.has_interval = true;
  const base::Interval interval = base::clopper_pearson(
      static_cast<std::uint64_t>(std::llround(value * static_cast<double>(count))), count,
      figure.confidence);
  figure.low = interval.low;
  figure.high = interval.high;
  return figure;
}

void add_curves(const TrainingComparison& comparison, results::Findings& findings) {
  std::vector<std::int64_t> epoch;
  std::vector<double> x, analog, floating, analog_loss, floating_loss;
  for (std::size_t i = 0; i < comparison.analog.size(); ++i) {
    epoch.push_back(static_cast<std::int64_t>(i) + 1);
    x.push_back(static_cast<double>(i) + 1.0);
    analog.push_back(comparison.analog[i].test_accuracy);
    floating.push_back(comparison.floating[i].test_accuracy);
    analog_loss.push_back(comparison.analog[i].loss);
    floating_loss.push_back(comparison.floating[i].loss);
  }
  results::Table table{"training_analog_and_float", "Training by epoch, analog and float", {}};
  table.add("epoch", epoch)
      .add("analog_test_accuracy", analog)
      .add("float_test_accuracy", floating)
      .add("analog_loss", analog_loss)
      .add("float_loss", floating_loss);
  findings.tables.push_back(table);
  for (double& value : analog) value *= 100.0;
  for (double& value : floating) value *= 100.0;
  results::LineChart chart;
  chart.caption = "Accuracy on the test images after each epoch, from the same first weights.";
  chart.x_axis = {"Epoch", "", false};
  chart.y_axis = {"Accuracy", "%", false};
  chart.series = {{"analog", x, analog, false}, {"float", x, floating, false}};
  findings.section.items.emplace_back(std::move(chart));
  findings.section.items.emplace_back(results::ShownTable{std::move(table)});
}

}  // namespace

std::vector<plugin::ParameterSpec> training_parameters() {
  std::vector<plugin::ParameterSpec> result = network_parameters();
  for (plugin::ParameterSpec& spec : descent_parameters()) result.push_back(std::move(spec));
  result.push_back(pure_parameter("momentum", "0.9", 0.0, 0.999999, "of the descent"));
  result.push_back(whole_parameter("test_images", "0", 0, 1e7, "the first so many; 0: all"));
  result.push_back(
      whole_parameter("input_bits", "8", 0, 16, "of inputs with the sign; 0: not rounded"));
  result.push_back(
      whole_parameter("adc_bits", "8", 0, 16, "of converters with the sign; 0: no conversion"));
  result.push_back(pure_parameter("adc_full_scale", "8", 1e-6, 1e6,
                                  "of converters, in products of the largest weight and input"));
  result.push_back(whole_parameter("halvings", "4", 0, 16,
                                   "how often inputs are halved when a converter clips"));
  result.push_back(converter_noise_parameter());
  return result;
}

mapping::ProductReading reading_of(const plugin::ParameterSet& parameters) {
  mapping::ProductReading reading;
  reading.input_bits = static_cast<int>(parameters.integer("input_bits"));
  reading.adc_bits = static_cast<int>(parameters.integer("adc_bits"));
  reading.full_scale = parameters.si("adc_full_scale");
  reading.halvings = static_cast<int>(parameters.integer("halvings"));
  reading.converter_noise = parameters.si("converter_noise");
  return reading;
}

TrainingComparison compare_training(Workspace& workspace, const plugin::ParameterSet& parameters,
                                    const TrainingPlace& place, const EngineMaker& make) {
  network::Dataset dataset = workspace.dataset();
  keep_first(dataset.training, static_cast<std::size_t>(parameters.integer("training_images")));
  keep_first(dataset.test, static_cast<std::size_t>(parameters.integer("test_images")));
  network::TrainingOptions options = descent_options(parameters, workspace);
  options.momentum = parameters.si("momentum");

  TrainingComparison result;
  result.network = untrained_network(parameters, workspace.dataset());
  result.training_images = dataset.training.count();
  result.test_images = dataset.test.count();
  network::Network floating = result.network;
  const std::string key = base::sha256(place.source_key + '\n' + parameters.canonical());
  const TrainingCheckpoint analog(place.folder / "analog.state", key);
  const TrainingCheckpoint digital(place.folder / "float.state", key);
  const auto from = [&options](const TrainingCheckpoint& checkpoint) {
    network::TrainingOptions result = options;
    result.resume = checkpoint.read();
    result.checkpoint = [&checkpoint](const std::string& state) { checkpoint.write(state); };
    return result;
  };
  const auto engine = make(result.network);
  result.analog = network::train(result.network, dataset, from(analog), *engine);
  result.events = engine->events();
  result.floating = network::train(floating, dataset, from(digital));
  analog.remove();
  digital.remove();
  return result;
}

results::Findings to_findings(const TrainingComparison& comparison, const std::string& method,
                              const std::string& owner, const device::UseList& uses) {
  const double analog = comparison.analog.back().test_accuracy;
  const double floating = comparison.floating.back().test_accuracy;
  const std::string epochs = std::to_string(comparison.analog.size());
  const std::string set = epochs + " epochs over " + std::to_string(comparison.training_images) +
                          " images; share of " + std::to_string(comparison.test_images) +
                          " test images classified right";
  results::Findings findings;
  auto& figures = findings.figures;
  figures.push_back(share_figure("training.accuracy_analog", "Accuracy, trained in analog", analog,
                                 comparison.test_images, method + "; " + set, owner));
  figures.back().sources = uses.lines();
  figures.push_back(share_figure(
      "training.accuracy_float", "Accuracy, trained in float", floating, comparison.test_images,
      "The same first weights and batches in 32-bit floating point; " + set, owner));
  figures.push_back(
      make_figure("training.points_lost", "Float less analog, points", 100.0 * (floating - analog),
                  {}, "Difference of the two accuracies in per cent of the images", owner));
  const auto count = [&](const char* key, const char* label, std::uint64_t value, const char* how) {
    figures.push_back(make_figure(key, label, static_cast<double>(value), {}, how, owner));
  };
  count("training.forward_reads", "Reads of arrays forward", comparison.events.forward_reads,
        "Reads of one array or block of banks with one vector, tests after each epoch included");
  count("training.backward_reads", "Reads of arrays backward", comparison.events.backward_reads,
        "Reads of one transposed array or block of banks with one vector of gradients");
  count("training.conversions", "Conversions", comparison.events.conversions,
        "Outputs of all reads");
  findings.section.title = "Training in analog";
  findings.section.items.emplace_back(results::Paragraph{
      "Network " + comparison.network.name + ", " + std::to_string(comparison.training_images) +
      " training and " + std::to_string(comparison.test_images) + " test images. " + method + '.'});
  add_curves(comparison, findings);
  findings.numbers_used = uses_table(uses);
  return findings;
}

std::vector<InputFile> TrainingStage::inputs(Workspace& workspace) {
  workspace.dataset_name = parameters_.text("dataset");
  workspace.dataset_where = parameters_.where("dataset");
  // The checksums of a known data set are pinned, so its name stands for its content.
  static_cast<void>(workspace.dataset());
  return {};
}

void TrainingStage::store(const Workspace& workspace, const std::filesystem::path& folder) {
  base::write_file(folder / "network.pb", io::encode(*workspace.network));
}

void TrainingStage::load(Workspace& workspace, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "network.pb";
  workspace.network = io::decode_network(base::read_file(file), file.string());
}

}  // namespace neucasl::flow
