#include <cmath>
#include <limits>

#include "neucasl/comparison/comparison.hpp"
#include "ratios.hpp"

namespace neucasl::comparison {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

struct Shown {
  const char* column;
  const char* figure;
  base::Dimension dimension;
};

/// Figures of an outcome beside the compared ones.
const Shown shown[] = {{"throughput", "throughput_ops", {}},
                       {"tops_per_watt", "tops_per_watt", {}},
                       {"tops_per_mm2", "tops_per_mm2", {}},
                       {"energy", "energy_J", base::dimension::energy},
                       {"latency", "latency_s", base::dimension::time},
                       {"area", "area_m2", base::dimension::area},
                       {"assumed_share", "assumed_share", {}}};

double loss_of(const Comparison& comparison, const std::string& architecture,
               const std::string& network) {
  double sum = missing;
  for (const AccuracyLoss& one : comparison.losses) {
    if (one.architecture != architecture || one.network != network) continue;
    sum = std::isnan(sum) ? one.value : sum + one.value;
  }
  return sum;
}

void add_ratios(const Comparison& comparison, const ComparisonResult& result,
                results::Table& table) {
  for (const std::string_view figure : compared_figures) {
    std::vector<double> ratios;
    ratios.reserve(result.outcomes.size());
    for (const Outcome& outcome : result.outcomes) {
      ratios.push_back(ratio(comparison, result, figure,
                             comparison.entrants[outcome.entrant].architecture.id,
                             comparison.baseline, comparison.networks[outcome.network].name,
                             comparison.phases[outcome.phase].name)
                           .value_or(missing));
    }
    table.add("ratio_" + std::string(figure), std::move(ratios));
  }
}

}  // namespace

std::string_view to_string(LossOrigin origin) {
  return origin == LossOrigin::cited ? "cited" : "flow";
}

results::Table comparison_table(const Comparison& comparison, const ComparisonResult& result) {
  std::vector<std::string> networks, phases, architectures, reasons;
  std::vector<std::int64_t> chips;
  std::vector<double> losses;
  for (const Outcome& outcome : result.outcomes) {
    networks.push_back(comparison.networks[outcome.network].name);
    phases.push_back(comparison.phases[outcome.phase].name);
    architectures.push_back(comparison.entrants[outcome.entrant].architecture.id);
    chips.push_back(static_cast<std::int64_t>(outcome.chips));
    losses.push_back(loss_of(comparison, architectures.back(), networks.back()));
    reasons.push_back(outcome.reason);
  }
  results::Table table{"comparison", "Figures, and ratios to " + comparison.baseline, {}};
  table.add("network", std::move(networks))
      .add("phase", std::move(phases))
      .add("architecture", std::move(architectures))
      .add("chips", std::move(chips));
  for (const Shown& one : shown) {
    std::vector<double> values;
    for (const Outcome& outcome : result.outcomes) {
      const results::Figure* figure = outcome.find(one.figure);
      values.push_back(figure == nullptr ? missing : figure->value);
    }
    table.add(one.column, std::move(values), one.dimension);
  }
  add_ratios(comparison, result, table);
  if (!comparison.losses.empty()) table.add("accuracy_loss", std::move(losses));
  return table.add("no_estimate_because", std::move(reasons));
}

results::Table mean_ratios_table(const Comparison& comparison, const ComparisonResult& result) {
  std::vector<std::string> phases, architectures;
  std::vector<std::vector<double>> ratios(std::size(compared_figures));
  for (const Phase& phase : comparison.phases) {
    for (const Entrant& entrant : comparison.entrants) {
      phases.push_back(phase.name);
      architectures.push_back(entrant.architecture.id);
      for (std::size_t k = 0; k < ratios.size(); ++k) {
        ratios[k].push_back(mean_ratio(comparison, result, compared_figures[k],
                                       entrant.architecture.id, comparison.baseline, phase.name)
                                .value_or(missing));
      }
    }
  }
  results::Table table{
      "mean_ratios", "Geometric mean over networks of the ratios to " + comparison.baseline, {}};
  table.add("phase", std::move(phases)).add("architecture", std::move(architectures));
  for (std::size_t k = 0; k < ratios.size(); ++k) {
    table.add("ratio_" + std::string(compared_figures[k]), std::move(ratios[k]));
  }
  return table;
}

results::Table claims_table(const ComparisonResult& result) {
  std::vector<std::string> figures, architectures, baselines, networks, phases, sources, places;
  std::vector<double> claimed, ours, quotients;
  for (const ClaimResult& one : result.claims) {
    figures.push_back(one.claim.figure);
    architectures.push_back(one.claim.architecture);
    baselines.push_back(one.claim.baseline);
    networks.push_back(one.claim.network.empty() ? "mean" : one.claim.network);
    phases.push_back(one.claim.phase);
    claimed.push_back(one.claim.ratio);
    ours.push_back(one.ratio.value_or(missing));
    quotients.push_back(one.ratio.value_or(missing) / one.claim.ratio);
    sources.push_back(one.claim.source.text);
    places.push_back(one.claim.place);
  }
  results::Table table{"claims", "Ratios that sources claim, and those of this comparison", {}};
  return table.add("figure", std::move(figures))
      .add("architecture", std::move(architectures))
      .add("baseline", std::move(baselines))
      .add("network", std::move(networks))
      .add("phase", std::move(phases))
      .add("claimed", std::move(claimed))
      .add("ours", std::move(ours))
      .add("ours_over_claimed", std::move(quotients))
      .add("source", std::move(sources))
      .add("place", std::move(places));
}

results::Table losses_table(const Comparison& comparison) {
  std::vector<std::string> architectures, networks, causes, kinds, origins, sources, places;
  std::vector<double> values;
  for (const AccuracyLoss& one : comparison.losses) {
    architectures.push_back(one.architecture);
    networks.push_back(one.network);
    causes.push_back(one.cause);
    values.push_back(one.value);
    kinds.emplace_back(device::to_string(one.kind));
    origins.emplace_back(to_string(one.origin));
    sources.push_back(one.source.text);
    places.push_back(one.place);
  }
  results::Table table{"accuracy_loss", "Loss of accuracy by cause", {}};
  return table.add("architecture", std::move(architectures))
      .add("network", std::move(networks))
      .add("cause", std::move(causes))
      .add("loss", std::move(values))
      .add("kind", std::move(kinds))
      .add("origin", std::move(origins))
      .add("source", std::move(sources))
      .add("place", std::move(places));
}

results::Table sensitivity_table(const SensitivityResult& result, std::size_t index) {
  std::vector<std::string> architectures, paths, together, kinds, values, lows, highs, reasons;
  std::vector<double> at_low, at_high;
  std::vector<std::int64_t> numbers;
  for (const Move& move : result.moves) {
    architectures.push_back(move.architecture);
    paths.push_back(move.path);
    together.emplace_back();
    numbers.push_back(static_cast<std::int64_t>(move.together.size()) + 1);
    for (const std::string& other : move.together) {
      together.back() += (together.back().empty() ? "" : "; ") + other;
    }
    kinds.emplace_back(device::to_string(move.kind));
    values.push_back(base::to_engineering(move.value));
    lows.push_back(base::to_engineering(move.low));
    highs.push_back(base::to_engineering(move.high));
    at_low.push_back(move.ratio_at_low.value_or(missing));
    at_high.push_back(move.ratio_at_high.value_or(missing));
    reasons.push_back(move.reason);
  }
  const Sensitivity& one = result.sensitivity;
  results::Table table{"sensitivity_" + std::to_string(index + 1),
                       "Ratio of " + one.figure + " of " + one.architecture + " to " +
                           one.baseline + " with one quantity moved, " + one.network + ", " +
                           one.phase,
                       {}};
  return table.add("architecture", std::move(architectures))
      .add("number", std::move(paths))
      .add("kind", std::move(kinds))
      .add("numbers", std::move(numbers))
      .add("value", std::move(values))
      .add("low", std::move(lows))
      .add("high", std::move(highs))
      .add("ratio_at_low", std::move(at_low))
      .add("ratio_at_high", std::move(at_high))
      .add("moved_with", std::move(together))
      .add("no_estimate_because", std::move(reasons));
}

}  // namespace neucasl::comparison
