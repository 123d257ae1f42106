#include <algorithm>
#include <cmath>
#include <limits>

#include "neucasl/comparison/comparison.hpp"
#include "ratios.hpp"

namespace neucasl::comparison {
namespace {

constexpr std::size_t most_bars = 20;
constexpr std::size_t shown_rows = 200;

std::string text_of(double value) { return base::to_engineering({value, {}}); }

/// What a reader calls a figure.
std::string words_of(std::string_view figure) {
  if (figure == "throughput_ops") return "operations per second";
  if (figure == "tops_per_watt") return "10^12 operations per joule";
  if (figure == "tops_per_mm2") return "10^12 operations per second and mm^2";
  return std::string(figure);
}

/// A bar for each outcome with figures.
results::BarChart bars_of(const Comparison& comparison, const ComparisonResult& result,
                          std::string_view figure) {
  results::BarChart chart;
  chart.series = {words_of(figure)};
  double low = std::numeric_limits<double>::infinity();
  double high = 0.0;
  for (const Outcome& outcome : result.outcomes) {
    const results::Figure* value = outcome.find(figure);
    if (value == nullptr) continue;
    chart.bars.push_back(comparison.networks[outcome.network].name + ", " +
                         comparison.phases[outcome.phase].name + ": " +
                         comparison.entrants[outcome.entrant].architecture.id);
    chart.values.push_back({value->value});
    chart.caption = value->label + ".";
    low = std::min(low, value->value);
    high = std::max(high, value->value);
  }
  constexpr double wide = 30.0;
  chart.axis = {words_of(figure), "", high > wide * low};
  return chart;
}

results::TornadoChart tornado(const SensitivityResult& result) {
  const Sensitivity& one = result.sensitivity;
  results::TornadoChart chart;
  chart.caption =
      "Ratio of " + words_of(one.figure) + " of " + one.architecture + " to " + one.baseline +
      " on " + one.network + ", " + one.phase +
      ", when one quantity is moved. Those that are assumed have a star; behind others, the "
      "count of numbers that are the same quantity.";
  chart.axis = {"Ratio", "", false};
  chart.reference = *result.ratio;
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t k = 0; k < std::min(result.moves.size(), most_bars); ++k) {
    const Move& move = result.moves[k];
    if (!move.ratio_at_low && !move.ratio_at_high) continue;
    std::string label = move.architecture + ": " + move.path;
    if (!move.together.empty()) label += " +" + std::to_string(move.together.size());
    if (move.kind == device::Kind::assumed) label += " *";
    chart.bars.push_back({std::move(label), move.ratio_at_low.value_or(missing),
                          move.ratio_at_high.value_or(missing)});
  }
  return chart;
}

results::ReportSection sensitivity_section(const SensitivityResult& result, std::size_t index) {
  const Sensitivity& one = result.sensitivity;
  results::ReportSection section{"Sensitivity: " + words_of(one.figure) + ", " + one.architecture +
                                     " to " + one.baseline + ", " + one.network + ", " + one.phase,
                                 {}};
  if (!result.ratio) {
    section.items.emplace_back(
        results::Paragraph{"One of the two architectures has no estimate of this case."});
    return section;
  }
  section.items.emplace_back(results::Paragraph{
      "The ratio is " + text_of(*result.ratio) +
      ". Each quantity, with all numbers that state it, was moved down and "
      "up by " +
      text_of(100.0 * one.share) +
      " %, by its spread where its card states one, or by what the comparison states; counts by "
      "at least one. Assumed ones make " +
      text_of(100.0 * result.assumed_effect) +
      " % of the sum of squared effects of these on the logarithm "
      "of the ratio; " +
      std::to_string(result.without_effect) + " quantities have none."});
  section.items.emplace_back(tornado(result));
  section.items.emplace_back(results::ShownTable{sensitivity_table(result, index), most_bars});
  return section;
}

results::Figure mean_figure(const Comparison& comparison, const ComparisonResult& result,
                            const Entrant& entrant, const Phase& phase, std::string_view figure) {
  results::Figure one;
  one.key = phase.name + "." + entrant.architecture.id + "." + std::string(figure);
  one.label = entrant.architecture.id + ", " + phase.name + ": " + words_of(figure) +
              " over that of " + comparison.baseline;
  one.value = mean_ratio(comparison, result, figure, entrant.architecture.id, comparison.baseline,
                         phase.name)
                  .value_or(std::numeric_limits<double>::quiet_NaN());
  one.method = "Geometric mean over the networks of the ratios of two estimates";
  one.plugin = comparison.estimator;
  return one;
}

}  // namespace

results::Report comparison_report(const Comparison& comparison, const ComparisonResult& result) {
  results::Report report;
  report.title = comparison.title;
  report.subtitle = "Baseline " + comparison.baseline + ", estimator " + comparison.estimator;
  for (const Phase& phase : comparison.phases) {
    for (const Entrant& entrant : comparison.entrants) {
      if (entrant.architecture.id == comparison.baseline) continue;
      for (const std::string_view figure : compared_figures) {
        results::Figure one = mean_figure(comparison, result, entrant, phase, figure);
        if (!std::isnan(one.value)) report.figures.push_back(std::move(one));
      }
    }
  }
  results::ReportSection all{"Comparison", {}};
  for (const std::string_view figure : compared_figures) {
    all.items.emplace_back(bars_of(comparison, result, figure));
  }
  all.items.emplace_back(results::ShownTable{comparison_table(comparison, result), shown_rows});
  all.items.emplace_back(results::ShownTable{mean_ratios_table(comparison, result), shown_rows});
  report.sections.push_back(std::move(all));
  if (!result.claims.empty()) {
    report.sections.push_back({"Claims", {results::ShownTable{claims_table(result), shown_rows}}});
  }
  if (!comparison.losses.empty()) {
    report.sections.push_back(
        {"Accuracy", {results::ShownTable{losses_table(comparison), shown_rows}}});
  }
  for (std::size_t k = 0; k < result.sensitivities.size(); ++k) {
    report.sections.push_back(sensitivity_section(result.sensitivities[k], k));
  }
  return report;
}

}  // namespace neucasl::comparison
