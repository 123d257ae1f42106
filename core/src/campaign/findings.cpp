#include "neucasl/campaign/findings.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace neucasl::campaign {
namespace {

using results::Figure;
using results::Table;

constexpr std::size_t most_bars = 12;

std::string count_text(std::uint64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

class Builder {
 public:
  Builder(const Campaign& campaign, const SampleModel& model, const Outcome& outcome)
      : campaign_(campaign),
        model_(model),
        outcome_(outcome),
        limits_(campaign.limits, model.outputs()) {}

  results::Findings build() {
    findings_.section.title = "Campaign";
    add_summary();
    if (outcome_.population) add_outputs();
    add_samples();
    if (!outcome_.convergence.empty()) add_convergence();
    if (outcome_.normals.empty()) add_inputs();
    add_failure_shift();
    add_failures();
    return std::move(findings_);
  }

 private:
  Figure figure(const std::string& key, const std::string& label, double value,
                const base::Dimension& dimension, const std::string& method) const {
    return results::make_figure(key, label, value, dimension, method, "campaign");
  }

  std::string basis() const {
    return count_text(outcome_.samples, "sample", "samples") + " of " + model_.description();
  }

  void add_summary() {
    const YieldEstimate& estimate = outcome_.yield;
    Figure yield = figure("yield", "Yield", estimate.yield, {},
                          basis() + (outcome_.normals.empty()
                                         ? "; share of the samples with a result that keep every "
                                           "limit; interval of Clopper and Pearson, failed "
                                           "simulations counted as bad for its lower and as good "
                                           "for its upper end"
                                         : "; " + outcome_.method));
    yield.has_interval = true;
    yield.low = estimate.low;
    yield.high = estimate.high;
    yield.confidence = campaign_.confidence;
    yield.as_percent = true;
    findings_.figures.push_back(std::move(yield));
    Figure failure = figure("failure_probability", "Failure probability",
                            outcome_.failure_probability, {}, basis());
    failure.has_interval = true;
    failure.low = outcome_.failure_low;
    failure.high = outcome_.failure_high;
    failure.confidence = campaign_.confidence;
    findings_.figures.push_back(std::move(failure));
    findings_.figures.push_back(
        figure("samples", "Samples", static_cast<double>(outcome_.samples), {}, basis()));
    findings_.figures.push_back(figure("failed_simulations", "Failed simulations",
                                       static_cast<double>(estimate.failed), {},
                                       "Samples without a result"));
    findings_.figures.push_back(figure("effective_samples", "Effective samples",
                                       outcome_.effective_samples, {},
                                       "Samples of plain Monte Carlo that would tell as much"));
    std::string text = "Method: " + outcome_.method + ", seed " + std::to_string(campaign_.seed) +
                       ", " + basis() + ". A sample is good when";
    for (const Limits::Bound& bound : limits_.bounds()) {
      const base::Dimension& dimension = model_.outputs()[bound.output].dimension;
      text += (bound.output == limits_.bounds().front().output ? " " : " and ") + bound.name;
      if (std::isfinite(bound.least)) {
        text += " is at least " + base::to_engineering({bound.least, dimension});
      }
      if (std::isfinite(bound.most)) {
        text += std::string(std::isfinite(bound.least) ? " and" : " is") + " at most " +
                base::to_engineering({bound.most, dimension});
      }
    }
    findings_.section.items.emplace_back(results::Paragraph{text + '.'});
    for (const std::string& warning : outcome_.warnings) {
      findings_.section.items.emplace_back(results::Paragraph{"Warning: " + warning + '.'});
    }
  }

  /// Values of an output that are there.
  std::vector<double> values_of(std::size_t output) const {
    std::vector<double> values;
    const std::size_t count = model_.outputs().size();
    values.reserve(outcome_.samples);
    for (std::size_t k = 0; k < outcome_.samples; ++k) {
      const double value = outcome_.outputs[k * count + output];
      if (std::isfinite(value)) values.push_back(value);
    }
    return values;
  }

  void add_outputs() {
    Table table{"outputs", "Outputs over the samples", {}};
    std::vector<std::string> name, unit;
    std::vector<std::int64_t> count;
    std::vector<double> mean, deviation, low, median, high;
    for (std::size_t i = 0; i < model_.outputs().size(); ++i) {
      const Output& output = model_.outputs()[i];
      const std::vector<double> values = values_of(i);
      name.push_back(output.name);
      unit.push_back(base::unit_symbol(output.dimension));
      count.push_back(static_cast<std::int64_t>(values.size()));
      const bool any = !values.empty();
      mean.push_back(any ? base::mean(values) : std::nan(""));
      deviation.push_back(any ? base::standard_deviation(values) : std::nan(""));
      const double tail = 0.5 * (1.0 - campaign_.confidence);
      low.push_back(any ? base::quantile(values, tail) : std::nan(""));
      median.push_back(any ? base::quantile(values, 0.5) : std::nan(""));
      high.push_back(any ? base::quantile(values, 1.0 - tail) : std::nan(""));
      if (!any) continue;
      Figure figure_of_mean =
          figure(output.name + ".mean", "Mean of " + output.label, mean.back(), output.dimension,
                 basis() + "; the interval holds the central samples");
      figure_of_mean.has_interval = true;
      figure_of_mean.low = low.back();
      figure_of_mean.high = high.back();
      figure_of_mean.confidence = campaign_.confidence;
      findings_.figures.push_back(std::move(figure_of_mean));
      findings_.figures.push_back(figure(output.name + ".standard_deviation",
                                         "Standard deviation of " + output.label, deviation.back(),
                                         output.dimension, basis()));
      add_histogram(i, values, median.back());
    }
    table.add("output", name).add("unit", unit).add("values", count).add("mean", mean);
    table.add("standard_deviation", deviation).add("low_quantile", low).add("median", median);
    table.add("high_quantile", high);
    findings_.section.items.emplace_back(results::ShownTable{table});
    findings_.tables.push_back(std::move(table));
  }

  void add_histogram(std::size_t output, const std::vector<double>& values, double median) {
    const Output& description = model_.outputs()[output];
    // Values in an engineering unit: "12.3 ps" gives "ps".
    const std::string text = base::to_engineering({median, description.dimension});
    const std::size_t space = text.find(' ');
    const std::string unit = space == std::string::npos ? std::string() : text.substr(space + 1);
    const double scale = unit.empty() ? 1.0 : base::parse_unit(unit).value;
    results::Histogram histogram;
    histogram.caption = "Distribution of " + description.label + " over " +
                        count_text(values.size(), "sample", "samples") + '.';
    histogram.axis = {description.label, unit, false};
    histogram.samples.reserve(values.size());
    for (const double value : values) histogram.samples.push_back(value / scale);
    for (const Limits::Bound& bound : limits_.bounds()) {
      if (bound.output != output) continue;
      if (std::isfinite(bound.least)) histogram.marks.emplace_back("least", bound.least / scale);
      if (std::isfinite(bound.most)) histogram.marks.emplace_back("most", bound.most / scale);
    }
    findings_.section.items.emplace_back(std::move(histogram));
  }

  void add_samples() {
    Table table{"samples", "Every sample", {}};
    std::vector<std::int64_t> number(outcome_.samples);
    std::vector<std::string> state(outcome_.samples);
    for (std::size_t k = 0; k < outcome_.samples; ++k) {
      number[k] = static_cast<std::int64_t>(k);
      state[k] = std::isnan(outcome_.margins[k]) ? "failed"
                 : outcome_.margins[k] >= 0.0    ? "good"
                                                 : "bad";
    }
    table.add("sample", std::move(number)).add("state", std::move(state));
    table.add("margin", outcome_.margins);
    const std::size_t count = model_.outputs().size();
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<double> values(outcome_.samples);
      for (std::size_t k = 0; k < outcome_.samples; ++k) {
        values[k] = outcome_.outputs[k * count + i];
      }
      table.add("output_" + model_.outputs()[i].name, std::move(values),
                model_.outputs()[i].dimension);
    }
    findings_.tables.push_back(std::move(table));
  }

  void add_convergence() {
    Table table{"convergence", "Yield against samples", {}};
    std::vector<std::int64_t> samples, failed;
    std::vector<double> x, yield, low, high;
    for (const YieldEstimate& one : outcome_.convergence) {
      samples.push_back(static_cast<std::int64_t>(one.samples));
      failed.push_back(static_cast<std::int64_t>(one.failed));
      x.push_back(static_cast<double>(one.samples));
      yield.push_back(100.0 * one.yield);
      low.push_back(100.0 * one.low);
      high.push_back(100.0 * one.high);
    }
    results::LineChart chart;
    chart.caption = "Yield and its interval after growing numbers of samples.";
    chart.x_axis = {"Samples", "", true};
    chart.y_axis = {"Yield", "%", false};
    chart.series = {{"yield", x, yield, false}, {"low", x, low, false}, {"high", x, high, false}};
    findings_.section.items.emplace_back(std::move(chart));
    for (std::vector<double>* column : {&yield, &low, &high}) {
      for (double& one : *column) one /= 100.0;
    }
    table.add("samples", samples).add("failed_simulations", failed).add("yield", yield);
    table.add("yield_low", low).add("yield_high", high);
    findings_.tables.push_back(std::move(table));
  }

  void add_inputs() {
    const std::vector<InputEffect> effects = input_effects(campaign_, model_, outcome_);
    if (effects.empty()) return;
    Table table{"inputs", "What goes with failure", {}};
    std::vector<std::string> name;
    std::vector<double> correlation, low, high;
    results::TornadoChart chart;
    chart.caption =
        "Share of bad samples where an input is in its lowest and in its highest third, the "
        "inputs most correlated with the margin first.";
    chart.axis = {"Bad samples", "%", false};
    chart.reference = 100.0 * (1.0 - outcome_.yield.yield);
    for (const InputEffect& one : effects) {
      name.push_back(one.input);
      correlation.push_back(one.correlation);
      low.push_back(one.at_low);
      high.push_back(one.at_high);
      if (chart.bars.size() < most_bars) {
        chart.bars.push_back({one.input, 100.0 * one.at_low, 100.0 * one.at_high});
      }
    }
    table.add("input", name).add("margin_correlation", correlation);
    table.add("bad_share_low_third", low).add("bad_share_high_third", high);
    findings_.section.items.emplace_back(std::move(chart));
    findings_.section.items.emplace_back(results::ShownTable{table});
    findings_.tables.push_back(std::move(table));
  }

  void add_failure_shift() {
    if (outcome_.failure_shift.empty()) return;
    std::vector<std::size_t> order(outcome_.failure_shift.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::abs(outcome_.failure_shift[a]) > std::abs(outcome_.failure_shift[b]);
    });
    Table table{"inputs", "Mean of each input over the failures, in standard deviations", {}};
    std::vector<std::string> name;
    std::vector<double> shift;
    results::TornadoChart chart;
    chart.caption = "Mean of each input over the failures.";
    chart.axis = {"Standard deviations", "", false};
    for (const std::size_t i : order) {
      name.push_back(model_.inputs()[i]);
      shift.push_back(outcome_.failure_shift[i]);
      if (chart.bars.size() < most_bars) {
        chart.bars.push_back(
            {name.back(), std::min(0.0, shift.back()), std::max(0.0, shift.back())});
      }
    }
    table.add("input", name).add("mean_over_failures", shift);
    findings_.section.items.emplace_back(std::move(chart));
    findings_.section.items.emplace_back(results::ShownTable{table});
    findings_.tables.push_back(std::move(table));
  }

  void add_failures() {
    if (outcome_.failures.empty()) return;
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> reasons;
    for (const auto& [number, reason] : outcome_.failures) {
      auto& entry = reasons.try_emplace(reason, 0, static_cast<std::int64_t>(number)).first->second;
      ++entry.first;
    }
    std::vector<std::string> reason;
    std::vector<std::int64_t> count, first;
    for (const auto& [text, entry] : reasons) {
      reason.push_back(text);
      count.push_back(entry.first);
      first.push_back(entry.second);
    }
    Table table{"failures", "Failed simulations by reason", {}};
    table.add("reason", reason).add("samples", count).add("first_sample", first);
    findings_.section.items.emplace_back(results::ShownTable{table});
    findings_.tables.push_back(std::move(table));
  }

  const Campaign& campaign_;
  const SampleModel& model_;
  const Outcome& outcome_;
  Limits limits_;
  results::Findings findings_;
};

}  // namespace

results::Findings findings_of(const Campaign& campaign, const SampleModel& model,
                              const Outcome& outcome) {
  return Builder(campaign, model, outcome).build();
}

results::Report report_of(const Campaign& campaign, const SampleModel& model,
                          const results::Findings& findings) {
  return {campaign.name,
          model.description() + ", seed " + std::to_string(campaign.seed),
          findings.figures,
          {findings.section}};
}

}  // namespace neucasl::campaign
