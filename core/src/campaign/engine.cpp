#include "neucasl/campaign/engine.hpp"

#include <algorithm>
#include <cmath>

#include "ledger.hpp"
#include "method_campaign.hpp"
#include "neucasl/base/hash.hpp"
#include "samples.hpp"

namespace neucasl::campaign {
namespace {

/// First look of an adaptive campaign at its interval, and from look to look.
constexpr std::uint64_t first_look = 100;
constexpr double look_growth = 1.25;
/// Points of the convergence curve: from 10 samples on, 12 in a decade.
constexpr double first_point = 10.0;
constexpr double points_per_decade = 12.0;

std::uint64_t whole_units(double samples, std::size_t unit, std::uint64_t most) {
  const double units = std::ceil(samples / static_cast<double>(unit));
  return std::min(most, static_cast<std::uint64_t>(units) * unit);
}

/// Samples [from, to) in units; `from` is a multiple of the unit.
std::vector<Unit> units_between(std::uint64_t from, std::uint64_t to, std::size_t unit) {
  std::vector<Unit> units;
  units.reserve((to - from) / unit + 1);
  for (std::uint64_t first = from; first < to; first += unit) {
    units.push_back(
        {first, static_cast<std::size_t>(std::min<std::uint64_t>(unit, to - first)), {}});
  }
  return units;
}

YieldEstimate estimate_of(std::uint64_t samples, std::uint64_t good, std::uint64_t failed,
                          double confidence) {
  YieldEstimate estimate{samples, good, failed, std::nan(""), 0.0, 1.0};
  if (samples == 0) return estimate;
  if (samples > failed) {
    estimate.yield = static_cast<double>(good) / static_cast<double>(samples - failed);
  }
  estimate.low = base::clopper_pearson(good, samples, confidence).low;
  estimate.high = base::clopper_pearson(good + failed, samples, confidence).high;
  return estimate;
}

class PlainCampaign {
 public:
  PlainCampaign(const Campaign& campaign, const SampleModel& model, WorkerPool& pool,
                const RunOptions& options)
      : campaign_(campaign),
        model_(model),
        pool_(pool),
        options_(options),
        limits_(campaign.limits, model.outputs()),
        ledger_(options.log, key_of(campaign, model), options.resume, model.outputs().size()) {}

  Outcome run() {
    if (campaign_.interval_width > 0.0) {
      run_until_known();
    } else {
      draw(campaign_.samples);
    }
    ledger_.finish();
    require_result(result_, campaign_);
    result_.method = "plain Monte Carlo";
    result_.failure_probability = 1.0 - result_.yield.yield;
    result_.failure_low = 1.0 - result_.yield.high;
    result_.failure_high = 1.0 - result_.yield.low;
    result_.effective_samples = static_cast<double>(result_.samples - result_.yield.failed);
    add_convergence();
    return std::move(result_);
  }

 private:
  void run_until_known() {
    double look = static_cast<double>(first_look);
    while (true) {
      draw(whole_units(look, model_.unit(), campaign_.samples));
      result_.reached = result_.yield.high - result_.yield.low <= campaign_.interval_width;
      if (result_.reached || result_.samples == campaign_.samples) break;
      look = std::max(look * look_growth, static_cast<double>(result_.samples + 1));
    }
    if (result_.reached) return;
    result_.warnings.push_back("after " + std::to_string(result_.samples) +
                               " samples the interval is still wider than " +
                               base::shortest(campaign_.interval_width));
  }

  /// Goes on to `samples` in all.
  void draw(std::uint64_t samples) {
    const std::vector<Unit> units = units_between(result_.samples, samples, model_.unit());
    const std::uint64_t before = result_.samples;
    const std::vector<UnitOutcome> outcomes = ledger_.outcomes(units, pool_, [&](std::size_t done) {
      if (options_.progress) options_.progress("samples", before + done, campaign_.samples);
    });
    const std::size_t count = model_.outputs().size();
    result_.outputs.reserve(samples * count);
    result_.margins.reserve(samples);
    for (const UnitOutcome& outcome : outcomes) {
      for (const SampleOutcome& sample : outcome) add_sample(sample, limits_, count, result_);
    }
    result_.yield = estimate_yield(result_.margins, campaign_.confidence);
  }

  void add_convergence() {
    double point = first_point;
    std::uint64_t good = 0, failed = 0;
    for (std::uint64_t i = 0; i < result_.samples; ++i) {
      if (std::isnan(result_.margins[i])) {
        ++failed;
      } else if (result_.margins[i] >= 0.0) {
        ++good;
      }
      const auto seen = static_cast<double>(i + 1);
      if (seen < point && i + 1 < result_.samples) continue;
      result_.convergence.push_back(estimate_of(i + 1, good, failed, campaign_.confidence));
      while (point <= seen) point *= std::pow(10.0, 1.0 / points_per_decade);
    }
  }

  const Campaign& campaign_;
  const SampleModel& model_;
  WorkerPool& pool_;
  const RunOptions& options_;
  Limits limits_;
  Ledger ledger_;
  Outcome result_;
};

}  // namespace

YieldEstimate estimate_yield(std::span<const double> margins, double confidence) {
  std::uint64_t good = 0, failed = 0;
  for (const double margin : margins) {
    failed += std::isnan(margin) ? 1 : 0;
    good += margin >= 0.0 ? 1 : 0;
  }
  return estimate_of(margins.size(), good, failed, confidence);
}

std::string key_of(const Campaign& campaign, const SampleModel& model) {
  // The number of samples, limits and confidence are left out: they do not change a sample.
  std::string text = "seed " + std::to_string(campaign.seed) + "\nmethod " + campaign.method + '\n';
  for (const base::XmlAttribute& option : campaign.method_options) {
    text += option.name + '=' + option.value + '\n';
  }
  // Other methods choose their points by the number of samples.
  if (campaign.method != "monte-carlo") text += std::to_string(campaign.samples) + '\n';
  text += "unit " + std::to_string(model.unit()) + "\noutputs";
  for (const Output& output : model.outputs()) text += ' ' + output.name;
  return base::sha256(text + '\n' + model.key());
}

Outcome run(const Campaign& campaign, const SampleModel& model, WorkerPool& pool,
            const RunOptions& options) {
  if (campaign.method != "monte-carlo") return run_method(campaign, model, pool, options);
  if (!campaign.method_options.empty()) {
    throw base::Error("campaign.method", "monte-carlo has no options", "leave <method> out",
                      campaign.where);
  }
  return PlainCampaign(campaign, model, pool, options).run();
}

}  // namespace neucasl::campaign
