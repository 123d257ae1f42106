#include "precision_study.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "stage.hpp"

namespace neucasl::flow {
namespace {

constexpr double half_precision_bits = 16.0;
constexpr double confidence = 0.95;
constexpr const char* owner = "quantisation";
constexpr const char* paper =
    "A. Nanda, S. Balija and D. Sahoo, CPTQuant, arXiv 2412.03599, 2024, abstract";

/// Of one number in several draws.
struct Spread {
  double mean = 0.0;
  base::Interval interval;
  std::size_t draws = 0;
};

/// Without draws that have no such number.
Spread spread_of(const std::vector<double>& values) {
  std::vector<double> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known),
               [](double value) { return std::isfinite(value); });
  const double none = std::numeric_limits<double>::quiet_NaN();
  if (known.empty()) return {none, {none, none}, 0};
  return {base::mean(known), base::mean_interval(known, confidence), known.size()};
}

double average_bits(const PrecisionStudy& study, const std::vector<int>& bits) {
  double sum = 0.0;
  double weights = 0.0;
  for (std::size_t layer = 0; layer < bits.size(); ++layer) {
    sum += study.weights[layer] * bits[layer];
    weights += study.weights[layer];
  }
  return sum / weights;
}

class StudyReport {
 public:
  explicit StudyReport(const PrecisionStudy& study) : study_(study) {}

  results::Findings write() {
    findings_.section.title = "Precision study of " + study_.model;
    describe();
    methods();
    costs();
    layers();
    draws();
    claims();
    findings_.numbers_used = uses_table({});
    return std::move(findings_);
  }

 private:
  using Number = std::function<double(std::size_t draw, const quantisation::MethodOutcome& method)>;

  [[nodiscard]] std::size_t method_count() const { return study_.draws.front().methods.size(); }
  [[nodiscard]] std::string label(std::size_t method) const {
    const auto& one = study_.draws.front().methods[method];
    return one.variant.empty() ? one.method : one.method + ' ' + one.variant;
  }
  [[nodiscard]] Spread spread(std::size_t method, const Number& number) const {
    std::vector<double> values;
    for (std::size_t draw = 0; draw < study_.draws.size(); ++draw) {
      values.push_back(number(draw, study_.draws[draw].methods[method]));
    }
    return spread_of(values);
  }
  [[nodiscard]] double compression(const quantisation::MethodOutcome& one) const {
    if (one.bits.empty()) return std::numeric_limits<double>::quiet_NaN();
    return half_precision_bits / average_bits(study_, one.bits);
  }
  [[nodiscard]] Spread compression_of(std::size_t method) const {
    return spread(method, [&](std::size_t, const auto& one) { return compression(one); });
  }
  [[nodiscard]] Spread efficiency_of(std::size_t method, std::size_t architecture) const {
    return spread(method, [&](std::size_t draw, const auto& one) {
      if (one.bits.empty()) return std::numeric_limits<double>::quiet_NaN();
      const StudyCost& cost = study_.costs[draw][method][architecture];
      return cost.half_precision / cost.energy;
    });
  }
  [[nodiscard]] std::string within() const {
    return study_.language
               ? "with a perplexity at most " + base::shortest(100.0 * study_.tolerance) +
                     " % above that of the float network"
               : "with an accuracy at most " + base::shortest(100.0 * study_.tolerance) +
                     " points below that of the float network";
  }

  void figure(const std::string& key, const std::string& text, const Spread& spread,
              const std::string& method) {
    if (spread.draws == 0) return;
    results::Figure one = make_figure(key, text, spread.mean, {}, method, owner);
    one.has_interval = spread.draws > 1;
    one.low = spread.interval.low;
    one.high = spread.interval.high;
    one.confidence = confidence;
    findings_.figures.push_back(std::move(one));
  }

  void describe() {
    std::vector<double> before;
    for (const auto& draw : study_.draws) before.push_back(draw.metric);
    const std::string metric = study_.language ? "Perplexity" : "Accuracy";
    figure("study.float", metric + " of the float network", spread_of(before),
           metric + " on test samples of " + study_.data);
    std::string text = "Bits from {";
    for (std::size_t k = 0; k < study_.menu.size(); ++k) {
      text += (k == 0 ? "" : ", ") + std::to_string(study_.menu[k]);
    }
    text += "} for the weights of each of " + std::to_string(study_.layers.size()) +
            " layers; the cheapest map of each method is the one of the fewest average bits " +
            within() + ". " + std::to_string(study_.draws.size()) +
            " draws; intervals are Student's, 95 %.";
    if (!study_.device.empty()) {
      text +=
          " Weights are read from " + study_.device +
          "; scores and metrics are means over chips, those of the metrics others than those of "
          "the scores.";
    }
    findings_.section.items.emplace_back(results::Paragraph{text});
  }

  void methods() {
    std::vector<std::string> names;
    std::vector<std::int64_t> found;
    std::vector<double> mean, low, high, metric, correlation, regret, gain;
    results::BarChart chart;
    chart.caption = "Compression against FP16 " + within() + '.';
    chart.axis = {"Compression", "", false};
    chart.series = {"compression"};
    for (std::size_t m = 0; m < method_count(); ++m) {
      const Spread one = compression_of(m);
      const auto& method = study_.draws.front().methods[m];
      names.push_back(label(m));
      found.push_back(static_cast<std::int64_t>(one.draws));
      mean.push_back(one.mean);
      low.push_back(one.interval.low);
      high.push_back(one.interval.high);
      metric.push_back(spread(m, [](std::size_t, const auto& map) {
                         return map.bits.empty() ? std::numeric_limits<double>::quiet_NaN()
                                                 : map.metric;
                       }).mean);
      correlation.push_back(
          spread(m, [](std::size_t, const auto& map) { return map.rank_correlation; }).mean);
      regret.push_back(spread(m, [](std::size_t, const auto& map) { return map.regret; }).mean);
      gain.push_back(
          spread(m, [](std::size_t, const auto& map) { return map.rescoring_gain; }).mean);
      figure("compression." + method.method, "Compression by " + label(m), one,
             "16 bits over the average bits of the cheapest map " + within());
      if (one.draws == 0) continue;
      chart.bars.push_back(label(m));
      chart.values.push_back({one.mean});
    }
    results::Table table{"study_methods", "Methods", {}};
    table.add("method", names)
        .add("draws_within_tolerance", found)
        .add("compression", mean)
        .add("compression_low", low)
        .add("compression_high", high)
        .add(study_.language ? "perplexity" : "accuracy", metric)
        .add("rank_correlation", correlation)
        .add("regret_nats", regret);
    if (!study_.device.empty()) table.add("gain_by_scoring_the_device", gain);
    if (!chart.bars.empty()) findings_.section.items.emplace_back(std::move(chart));
    show(std::move(table));
  }

  /// Means over the draws, a row for each method and architecture.
  void costs() {
    const double none = std::numeric_limits<double>::quiet_NaN();
    std::vector<std::string> names, chips;
    std::vector<double> energy, gain, arrays;
    for (std::size_t a = 0; a < study_.architectures.size(); ++a) {
      for (std::size_t m = 0; m < method_count(); ++m) {
        const auto mean_of = [&](double StudyCost::*value) {
          return spread(m,
                        [&](std::size_t draw, const auto& one) {
                          return one.bits.empty() ? none : study_.costs[draw][m][a].*value;
                        })
              .mean;
        };
        names.push_back(label(m));
        chips.push_back(study_.architectures[a]);
        energy.push_back(mean_of(&StudyCost::energy));
        gain.push_back(efficiency_of(m, a).mean);
        arrays.push_back(mean_of(&StudyCost::arrays));
      }
    }
    results::Table table{
        "study_costs", "Costs of the cheapest maps, and gain over FP16 weights", {}};
    table.add("architecture", chips)
        .add("method", names)
        .add("energy", energy, base::dimension::energy)
        .add("gain", gain)
        .add("arrays", arrays);
    show(std::move(table));
    for (const std::string& note : study_.notes) {
      findings_.section.items.emplace_back(results::Paragraph{note});
    }
  }

  void layers() {
    std::vector<double> mean, low, high;
    results::BarChart chart;
    chart.caption = "Rise of the loss with one layer at " + std::to_string(study_.menu.front()) +
                    " bits, mean of the draws.";
    chart.axis = {"Rise of the loss", "nats", false};
    chart.series = {"rise"};
    for (std::size_t layer = 0; layer < study_.layers.size(); ++layer) {
      std::vector<double> values;
      for (const auto& draw : study_.draws) values.push_back(draw.sensitivity[layer]);
      const Spread one = spread_of(values);
      mean.push_back(one.mean);
      low.push_back(one.interval.low);
      high.push_back(one.interval.high);
      chart.bars.push_back(study_.layers[layer]);
      chart.values.push_back({std::max(one.mean, 0.0)});
    }
    results::Table table{"study_layers", "Measured sensitivity of the layers", {}};
    table.add("layer", study_.layers)
        .add("weights", study_.weights)
        .add("loss_rise", mean)
        .add("loss_rise_low", low)
        .add("loss_rise_high", high);
    findings_.section.items.emplace_back(std::move(chart));
    show(std::move(table));
  }

  void draws() {
    std::vector<std::int64_t> number;
    std::vector<std::string> names, maps;
    std::vector<double> squeezed, metric, before, correlation, regret, gain;
    for (std::size_t draw = 0; draw < study_.draws.size(); ++draw) {
      for (const auto& one : study_.draws[draw].methods) {
        number.push_back(static_cast<std::int64_t>(draw));
        names.push_back(one.variant.empty() ? one.method : one.method + ' ' + one.variant);
        std::string bits;
        for (const int b : one.bits) bits += (bits.empty() ? "" : " ") + std::to_string(b);
        maps.push_back(bits);
        squeezed.push_back(compression(one));
        before.push_back(study_.draws[draw].metric);
        metric.push_back(one.bits.empty() ? std::numeric_limits<double>::quiet_NaN() : one.metric);
        correlation.push_back(one.rank_correlation);
        regret.push_back(one.regret);
        gain.push_back(one.rescoring_gain);
      }
    }
    results::Table table{"study_draws", "Draws", {}};
    table.add("draw", number)
        .add("method", names)
        .add("bits", maps)
        .add("compression", squeezed)
        .add("float", before)
        .add("metric", metric)
        .add("rank_correlation", correlation)
        .add("regret_nats", regret);
    if (!study_.device.empty()) table.add("gain_by_scoring_the_device", gain);
    findings_.tables.push_back(std::move(table));
  }

  /// The best of the paper's methods, or of those but one.
  [[nodiscard]] std::optional<std::size_t> best(const std::string& without = {}) const {
    std::optional<std::size_t> result;
    for (std::size_t m = 0; m < method_count(); ++m) {
      const std::string& name = study_.draws.front().methods[m].method;
      if (name == without || (name != "cmpq" && name != "pmpq" && name != "tdmpq")) continue;
      if (compression_of(m).draws == 0) continue;
      if (!result || compression_of(m).mean > compression_of(*result).mean) result = m;
    }
    return result;
  }
  [[nodiscard]] std::optional<std::size_t> method_named(const std::string& name) const {
    for (std::size_t m = 0; m < method_count(); ++m) {
      if (study_.draws.front().methods[m].method == name) return m;
    }
    return std::nullopt;
  }

  /// Rows of the table of claims.
  struct Claim {
    std::string text;
    std::string published;
    Spread found;
    std::string unit;
    bool reached = false;
  };

  /// How much more one method compresses than the better of the other two, per cent.
  void add_lead(const std::string& name, double published, std::vector<Claim>& claims) const {
    const auto own = method_named(name);
    const auto other = best(name);
    if (!own || !other) return;
    std::vector<double> values;
    for (const auto& draw : study_.draws) {
      values.push_back(100.0 *
                       (compression(draw.methods[*own]) / compression(draw.methods[*other]) - 1.0));
    }
    const Spread found = spread_of(values);
    claims.push_back({name + " compresses more than the other two",
                      base::shortest(published) + " %", found, "%", found.mean >= published});
  }

  void claims() {
    std::vector<Claim> all;
    if (const auto method = best()) {
      const Spread found = compression_of(*method);
      all.push_back({"compression against FP16, best method (" + label(*method) + ')', "up to 4",
                     found, "", found.mean >= 4.0});
      for (std::size_t a = 0; a < study_.architectures.size(); ++a) {
        const Spread gain = efficiency_of(*method, a);
        if (gain.draws == 0) continue;
        all.push_back({"efficiency against FP16 weights on " + study_.architectures[a], "2", gain,
                       "", gain.mean >= 2.0});
      }
    }
    if (study_.language) {
      add_lead("tdmpq", 30.0, all);
    } else {
      add_lead("pmpq", 11.0, all);
    }
    add_position(all);
    std::vector<std::string> text, published, unit, verdict;
    std::vector<double> mean, low, high;
    for (const Claim& claim : all) {
      text.push_back(claim.text);
      published.push_back(claim.published);
      unit.push_back(claim.unit);
      mean.push_back(claim.found.mean);
      low.push_back(claim.found.interval.low);
      high.push_back(claim.found.interval.high);
      verdict.push_back(claim.reached ? "found here" : "not found here");
    }
    results::Table table{"study_claims", "What the abstract claims, and what was found", {}};
    table.add("claim", text)
        .add("published", published)
        .add("found", mean)
        .add("low", low)
        .add("high", high)
        .add("unit", unit)
        .add("verdict", verdict);
    findings_.section.items.emplace_back(results::Paragraph{
        std::string("Claims: ") + paper +
        ". Its models, data and tables are not at hand; what was found holds for this model."});
    show(std::move(table));
  }

  void add_position(std::vector<Claim>& claims) {
    std::vector<std::vector<double>> sensitivity;
    for (const auto& draw : study_.draws) sensitivity.push_back(draw.sensitivity);
    const auto test = quantisation::position_test(sensitivity, study_.outer_share, study_.seed);
    if (test.outer == 0) return;
    const std::string share = base::shortest(100.0 * study_.outer_share) + " %";
    findings_.figures.push_back(make_figure(
        "study.position_p", "First and last " + share + " more sensitive, p value", test.p_value,
        {}, "Permutation of the layers' mean ranks of measured sensitivity, one-sided", owner));
    claims.push_back({"first and last " + share + " of the layers more sensitive: mean rank over " +
                          "that of the others (p " + base::to_engineering({test.p_value, {}}, 2) +
                          ')',
                      "above 1",
                      {test.outer_mean / test.inner_mean, {}, study_.draws.size()},
                      "",
                      test.outer_mean > test.inner_mean && test.p_value < 0.05});
    const double none = std::numeric_limits<double>::quiet_NaN();
    claims.back().found.interval = {none, none};
  }

  void show(results::Table table) {
    findings_.tables.push_back(table);
    findings_.section.items.emplace_back(results::ShownTable{std::move(table)});
  }

  const PrecisionStudy& study_;
  results::Findings findings_;
};

}  // namespace

results::Findings to_findings(const PrecisionStudy& study) { return StudyReport(study).write(); }

}  // namespace neucasl::flow
