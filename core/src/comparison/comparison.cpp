#include "neucasl/comparison/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "ratios.hpp"
#include "sensitivity.hpp"

namespace neucasl::comparison {
namespace {

using architecture::Architecture;
using base::Error;

class Runner {
 public:
  Runner(const Comparison& comparison, const Estimate& estimate, const Options& options)
      : comparison_(comparison), estimate_(estimate), options_(options) {}

  std::vector<Outcome> run() {
    std::vector<Outcome> outcomes;
    for (std::size_t n = 0; n < comparison_.networks.size(); ++n) {
      for (std::size_t p = 0; p < comparison_.phases.size(); ++p) {
        for (std::size_t e = 0; e < comparison_.entrants.size(); ++e) {
          outcomes.push_back({e, n, p, 0, {}, {}});
        }
      }
    }
    std::size_t done = 0;
    std::mutex mutex;
    base::parallel_for(outcomes.size(), options_.threads, options_.cancel, [&](std::size_t k) {
      run(outcomes[k]);
      const std::lock_guard lock(mutex);
      ++done;
      if (options_.progress) options_.progress("estimates", done, outcomes.size());
    });
    return outcomes;
  }

 private:
  void run(Outcome& outcome) const {
    const Entrant& entrant = comparison_.entrants[outcome.entrant];
    Architecture architecture = entrant.architecture;
    try {
      if (entrant.chips == Chips::stated) set_chips(architecture, entrant.count);
      if (entrant.chips == Chips::fewest) {
        fit(architecture, outcome);
      } else {
        outcome.figures = figures(architecture, outcome);
      }
      outcome.chips = architecture.chip.count;
    } catch (const Error& error) {
      outcome.chips = architecture.chip.count;
      outcome.figures.clear();
      outcome.reason = error.diagnostic().message;
    }
  }

  std::vector<results::Figure> figures(const Architecture& architecture,
                                       const Outcome& outcome) const {
    return estimate_(architecture, comparison_.networks[outcome.network],
                     comparison_.phases[outcome.phase]);
  }

  /// Figures with so many chips; false when it does not fit.
  bool fits(Architecture& architecture, std::size_t chips, Outcome& outcome) const {
    set_chips(architecture, chips);
    try {
      outcome.figures = figures(architecture, outcome);
      return true;
    } catch (const Error& error) {
      if (error.diagnostic().code != "architecture.capacity") throw;
      outcome.reason = error.diagnostic().message;
      return false;
    }
  }

  void fit(Architecture& architecture, Outcome& outcome) const {
    constexpr std::size_t most = std::size_t{1} << 20;
    std::size_t high = 1;
    while (!fits(architecture, high, outcome)) {
      high *= 2;
      options_.cancel.throw_if_requested();
      if (high > most) {
        outcome.figures.clear();
        return;
      }
    }
    std::size_t low = high / 2;  // Too few.
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      (fits(architecture, middle, outcome) ? high : low) = middle;
    }
    fits(architecture, high, outcome);
    outcome.reason.clear();
  }

  const Comparison& comparison_;
  const Estimate& estimate_;
  const Options& options_;
};

/// Every figure that the comparison names is among those of each outcome.
void check_figures(const Comparison& comparison, const ComparisonResult& result) {
  for (const Outcome& outcome : result.outcomes) {
    if (outcome.figures.empty()) continue;
    for (const std::string_view name : compared_figures) {
      static_cast<void>(figure_of(outcome.figures, std::string(name), comparison.where));
    }
    for (const Claim& claim : comparison.claims) {
      static_cast<void>(figure_of(outcome.figures, claim.figure, claim.where));
    }
    for (const Sensitivity& one : comparison.sensitivities) {
      static_cast<void>(figure_of(outcome.figures, one.figure, one.where));
    }
  }
}

}  // namespace

const results::Figure* Outcome::find(std::string_view figure) const {
  const auto found = std::find_if(figures.begin(), figures.end(),
                                  [&](const results::Figure& one) { return one.key == figure; });
  return found == figures.end() ? nullptr : &*found;
}

const Outcome* ComparisonResult::find(const Comparison& comparison, std::string_view architecture,
                                      std::string_view network, std::string_view phase) const {
  const auto found = std::find_if(outcomes.begin(), outcomes.end(), [&](const Outcome& one) {
    return comparison.entrants[one.entrant].architecture.id == architecture &&
           comparison.networks[one.network].name == network &&
           comparison.phases[one.phase].name == phase;
  });
  return found == outcomes.end() ? nullptr : &*found;
}

ComparisonResult compare(const Comparison& comparison, const Estimate& estimate,
                         const Options& options) {
  ComparisonResult result;
  result.outcomes = Runner(comparison, estimate, options).run();
  check_figures(comparison, result);
  for (const Claim& claim : comparison.claims) {
    result.claims.push_back(
        {claim, claim.network.empty() ? mean_ratio(comparison, result, claim.figure,
                                                   claim.architecture, claim.baseline, claim.phase)
                                      : ratio(comparison, result, claim.figure, claim.architecture,
                                              claim.baseline, claim.network, claim.phase)});
  }
  for (const Sensitivity& one : comparison.sensitivities) {
    result.sensitivities.push_back(run_sensitivity(comparison, one, result, estimate, options));
  }
  return result;
}

}  // namespace neucasl::comparison
