#include "quantize_report.hpp"

#include <iostream>

#include "command.hpp"
#include "json_text.hpp"

namespace neucasl::cli {
namespace {

constexpr double half_precision_bits = 16.0;
constexpr double confidence = 0.95;

std::string layers_json(const QuantizeReport& report) {
  const quantisation::Task& task = report.task;
  const quantisation::FoundBits& result = report.result;
  std::vector<std::string> layers;
  for (std::size_t layer = 0; layer < result.bits.size(); ++layer) {
    JsonObject one;
    one.text("layer", task.model.network->matrix_layers()[layer].name)
        .number("weight_bits", result.bits[layer]);
    std::vector<double> scores;
    for (std::size_t choice = 0; choice < task.menu.size() && !result.scores.values.empty();
         ++choice) {
      scores.push_back(result.scores.at(layer, choice));
    }
    layers.push_back(one.add("scores", json_array(scores)).str());
  }
  return json_list(layers);
}

/// Mean and interval over the chips.
std::string spread_json(const std::vector<double>& values) {
  const base::Interval interval = base::mean_interval(values, confidence);
  return JsonObject()
      .number("mean", base::mean(values))
      .number("low", interval.low)
      .number("high", interval.high)
      .str();
}

std::vector<double> rises(const quantisation::Rescoring& rescoring) {
  std::vector<double> result;
  for (std::size_t chip = 0; chip < rescoring.metric_after.size(); ++chip) {
    result.push_back(rescoring.metric_after[chip] - rescoring.metric_before[chip]);
  }
  return result;
}

std::string device_json(const QuantizeReport& report) {
  const DeviceReport& device = *report.device;
  const quantisation::Rescoring& rescoring = device.rescoring;
  std::vector<std::string> before;
  for (const int bits : rescoring.before.bits) before.push_back(std::to_string(bits));
  return JsonObject()
      .text("card", device.card)
      .number("chips", static_cast<double>(device.chips))
      .add("effective_bits", json_array(device.effective_bits))
      .add("map_changed", rescoring.changed() ? "true" : "false")
      .add("bits_by_rounded_weights", json_list(before))
      .number("cost_by_rounded_weights", rescoring.before.cost)
      .add("metric_by_rounded_weights", spread_json(rescoring.metric_before))
      .add("metric_by_device", spread_json(rescoring.metric_after))
      .add("metric_rise", spread_json(rises(rescoring)))
      .str();
}

std::string spread_text(const std::vector<double>& values) {
  const base::Interval interval = base::mean_interval(values, confidence);
  const auto text = [](double value) { return base::to_engineering({value, {}}); };
  return text(base::mean(values)) + "  95 %: " + text(interval.low) + " to " + text(interval.high);
}

void append_device(const QuantizeReport& report, std::vector<std::vector<std::string>>& rows) {
  const DeviceReport& device = *report.device;
  const quantisation::Rescoring& rescoring = device.rescoring;
  const std::string metric = report.task.model.language ? "perplexity" : "accuracy";
  const std::string chips = " on " + std::to_string(device.chips) + " chips of " + device.card;
  std::string effective;
  for (const double bits : device.effective_bits) {
    effective += (effective.empty() ? "" : " ") + base::to_engineering({bits, {}}, 3);
  }
  std::string before;
  for (const int bits : rescoring.before.bits) before += ' ' + std::to_string(bits);
  rows.push_back({"effective bits of the layers", effective});
  rows.push_back(
      {"map by scores without errors", rescoring.changed() ? "another one:" + before : "the same"});
  if (rescoring.changed()) {
    rows.push_back({"its " + metric + chips, spread_text(rescoring.metric_before)});
  }
  rows.push_back({metric + chips, spread_text(rescoring.metric_after)});
  if (rescoring.changed()) {
    rows.push_back({"rise of the " + metric, spread_text(rises(rescoring))});
  }
}

}  // namespace

std::string json_of(const QuantizeReport& report) {
  const quantisation::Task& task = report.task;
  const quantisation::FoundBits& result = report.result;
  const double average = task.cost.average_bits(result.bits);
  const auto arrays = task.cost.arrays(result.bits);
  JsonObject object;
  object.text("network", task.model.workload.name).text("data", task.model.data);
  object.text("method", result.method).text("variant", result.variant);
  object.number("average_bits", average)
      .number("compression_vs_fp16", half_precision_bits / average)
      .text("metric", task.model.language ? "perplexity" : "accuracy")
      .number("metric_before", report.metric_before)
      .number("metric_after", report.metric_after)
      .number("metric_after_weights_only", report.metric_after_weights_only)
      .add("arrays", arrays ? json_number(*arrays) : "null")
      .text("budget", std::string(to_string(task.budget.kind)))
      .number("budget_limit", task.budget.limit)
      .number("cost", result.cost);
  if (report.audit) {
    const quantisation::Audit& audit = *report.audit;
    object
        .add("rank_correlation", audit.rank_correlations.empty()
                                     ? "null"
                                     : json_number(audit.rank_correlations.front()))
        .number("rank_correlation_bits", task.menu.front())
        .add("rank_correlation_by_bits", json_array(audit.rank_correlations))
        .number("regret", audit.loss - audit.reference_loss)
        .text("regret_reference", audit.reference)
        .number("calibration_loss", audit.loss);
  }
  std::vector<std::string> menu;
  for (const int bits : task.menu) menu.push_back(std::to_string(bits));
  object.add("menu", json_list(menu));
  if (report.device != nullptr) object.add("device", device_json(report));
  std::vector<std::string> warnings;
  for (const std::string& warning : result.warnings) warnings.push_back(json_quoted(warning));
  return object.add("layers", layers_json(report))
             .text("calibration_hash", result.calibration_hash)
             .number("calibration_samples", static_cast<double>(task.model.calibration.count()))
             .add("warnings", json_list(warnings))
             .str() +
         '\n';
}

void print_text(const QuantizeReport& report) {
  const quantisation::Task& task = report.task;
  const quantisation::FoundBits& result = report.result;
  const double average = task.cost.average_bits(result.bits);
  std::vector<std::vector<std::string>> rows{{"layer", "weight bits"}};
  for (std::size_t layer = 0; layer < result.bits.size(); ++layer) {
    rows.push_back(
        {task.model.network->matrix_layers()[layer].name, std::to_string(result.bits[layer])});
  }
  print_columns(rows);
  std::cout << '\n';
  const auto text = [](double value) { return base::to_engineering({value, {}}); };
  const std::string metric = task.model.language ? "perplexity" : "accuracy";
  rows = {{"method", result.method + ' ' + result.variant},
          {"average bits", text(average)},
          {"compression against FP16", text(half_precision_bits / average)},
          {metric + " before", text(report.metric_before)},
          {metric + " after", text(report.metric_after)},
          {metric + " after, inputs in float", text(report.metric_after_weights_only)}};
  if (const auto arrays = task.cost.arrays(result.bits)) rows.push_back({"arrays", text(*arrays)});
  if (report.audit) {
    const quantisation::Audit& audit = *report.audit;
    for (std::size_t choice = 0; choice < audit.rank_correlations.size(); ++choice) {
      rows.push_back({"rank correlation at " + std::to_string(task.menu[choice]) + " bits",
                      text(audit.rank_correlations[choice])});
    }
    rows.push_back(
        {"regret against " + audit.reference + " (nats)", text(audit.loss - audit.reference_loss)});
  }
  if (report.device != nullptr) append_device(report, rows);
  print_columns(rows);
}

}  // namespace neucasl::cli
