#include <algorithm>
#include <limits>
#include <optional>

#include "calibration_run.hpp"
#include "methods.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::cptquant_plugin {
namespace {

using plugin::PrecisionBudget;
using plugin::PrecisionChoice;
using workload::Batches;
using workload::Stage;

double cost_of(const PrecisionBudget& budget, std::size_t layer, std::size_t choice,
               std::size_t choices) {
  return budget.costs[layer * choices + choice];
}

double cost_of(const PrecisionBudget& budget, const std::vector<std::size_t>& map,
               std::size_t choices) {
  double sum = 0.0;
  for (std::size_t layer = 0; layer < map.size(); ++layer) {
    sum += cost_of(budget, layer, map[layer], choices);
  }
  return sum;
}

PrecisionChoice empty_choice(const CalibrationRun& run, const std::string& method,
                             const std::string& variant) {
  PrecisionChoice choice;
  choice.method = method;
  choice.variant = variant;
  choice.calibration_hash = plugin::calibration_hash(run.request().samples, run.request().targets);
  return choice;
}

double loss_of(CalibrationRun& run, const std::vector<std::size_t>& map) {
  double sum = 0.0;
  for (std::size_t draw = 0; draw < run.draws(); ++draw) {
    sum += run.loss(run.network().stages(0).front(), run.samples(), run.stored(map, draw));
  }
  return sum / static_cast<double>(run.draws());
}

/// One step down in one layer.
struct Step {
  std::size_t layer = 0;
  std::size_t choice = 0;
  double loss = 0.0;
  double harm = std::numeric_limits<double>::infinity();  ///< Rise of loss for what is saved.
};

/// The most bits below the present ones that cost less; nothing when there are none.
std::optional<std::size_t> cheaper(const PrecisionBudget& budget, std::size_t layer,
                                   std::size_t present, std::size_t choices) {
  const double cost = cost_of(budget, layer, present, choices);
  for (std::size_t choice = present; choice-- > 0;) {
    if (cost_of(budget, layer, choice, choices) < cost) return choice;
  }
  return std::nullopt;
}

/// All assignments under the budget, depth first along the stages: what layers in front compute is
/// computed once for all that follows.
class Enumeration {
 public:
  Enumeration(CalibrationRun& run, const PrecisionBudget& budget) : run_(run), budget_(budget) {
    const std::size_t choices = run.choices();
    least_behind_.assign(run.layers() + 1, 0.0);
    for (std::size_t layer = run.layers(); layer-- > 0;) {
      const auto row = budget.costs.begin() + static_cast<std::ptrdiff_t>(layer * choices);
      least_behind_[layer] = least_behind_[layer + 1] +
                             *std::min_element(row, row + static_cast<std::ptrdiff_t>(choices));
    }
    for (std::size_t segment = 0; segment < run.network().segments(); ++segment) {
      for (const Stage& stage : run.network().stages(segment)) stages_.push_back(stage);
    }
    map_.assign(run.layers(), 0);
    constexpr double rounding = 1e-12;  // of sums of costs
    limit_ = budget.limit * (1.0 + rounding);
  }

  void search(PrecisionChoice& best, std::size_t assignments) {
    assignments_ = assignments;
    for (std::size_t draw = 0; draw < run_.draws(); ++draw) {
      take_weights(draw);
      tried_ = 0;
      assign(0, 0, run_.samples(), 0.0, {});
    }
    const auto least = std::min_element(losses_.begin(), losses_.end());
    best.loss = *least / static_cast<double>(run_.draws());
    best.runs = losses_.size();
    best.choices = maps_[static_cast<std::size_t>(least - losses_.begin())];
  }

 private:
  void take_weights(std::size_t draw) {
    weights_.clear();
    for (std::size_t layer = 0; layer < run_.layers(); ++layer) {
      for (std::size_t choice = 0; choice < run_.choices(); ++choice) {
        weights_.push_back(run_.stored(layer, choice, draw));
      }
    }
  }

  /// Chooses the bits of the `next`-th layer of a stage, then runs the stage.
  void assign(std::size_t stage, std::size_t next, const Batches& inputs, double cost,
              const workload::WeightChanges& changes) {
    const std::vector<std::size_t>& layers = stages_[stage].layers;
    if (next == layers.size()) {
      run_stage(stage, inputs, cost, changes);
      return;
    }
    const std::size_t layer = layers[next];
    for (std::size_t choice = 0; choice < run_.choices(); ++choice) {
      const double with = cost + cost_of(budget_, layer, choice, run_.choices());
      if (with + least_behind_[layer + 1] > limit_) continue;
      map_[layer] = choice;
      workload::WeightChanges more = changes;
      more[layer] = weights_[layer * run_.choices() + choice];
      assign(stage, next + 1, inputs, with, more);
    }
  }

  void run_stage(std::size_t stage, const Batches& inputs, double cost,
                 const workload::WeightChanges& changes) {
    if (stage + 1 < stages_.size()) {
      const Batches outputs = run_.network().run(stages_[stage], inputs, changes);
      assign(stage + 1, 0, outputs, cost, {});
      return;
    }
    const double loss = run_.loss(stages_[stage], inputs, changes);
    run_.step(assignments_ * run_.draws());
    if (tried_ == losses_.size()) {
      losses_.push_back(0.0);
      maps_.push_back(map_);
    }
    losses_[tried_++] += loss;
  }

  CalibrationRun& run_;
  const PrecisionBudget& budget_;
  std::vector<double> least_behind_;  // smallest cost of a layer and those behind it
  std::vector<std::vector<float>> weights_;
  std::vector<Stage> stages_;
  std::vector<std::size_t> map_;
  double limit_ = 0.0;
  std::size_t assignments_ = 0;  // whatever they cost
  // Of assignments under the budget, in the order that all draws have.
  std::vector<std::vector<std::size_t>> maps_;
  std::vector<double> losses_;  // sums over the draws
  std::size_t tried_ = 0;       // in the present draw
};

/// The step down from a map that does the least harm.
Step best_step(CalibrationRun& run, const PrecisionBudget& budget,
               const std::vector<std::size_t>& map, PrecisionChoice& result) {
  const std::size_t choices = run.choices();
  std::vector<double> losses(run.layers(), 0.0);  // sums over the draws
  for (std::size_t draw = 0; draw < run.draws(); ++draw) {
    const workload::WeightChanges present = run.stored(map, draw);
    const Visitor visit = [&](const Stage& stage, const Batches& inputs) {
      for (const std::size_t layer : stage.layers) {
        const auto choice = cheaper(budget, layer, map[layer], choices);
        if (!choice) continue;
        workload::WeightChanges changes = present;
        changes[layer] = run.stored(layer, *choice, draw);
        losses[layer] += run.loss(stage, inputs, changes);
        result.runs += draw == 0 ? 1 : 0;
        run.step(result.runs * run.draws());
      }
    };
    run.walk(present, visit);
  }
  Step best;
  for (std::size_t layer = 0; layer < run.layers(); ++layer) {
    const auto choice = cheaper(budget, layer, map[layer], choices);
    if (!choice) continue;
    const double loss = losses[layer] / static_cast<double>(run.draws());
    const double saved =
        cost_of(budget, layer, map[layer], choices) - cost_of(budget, layer, *choice, choices);
    const double harm = (loss - result.loss) / saved;
    if (harm < best.harm) best = {layer, *choice, loss, harm};
  }
  return best;
}

}  // namespace

PrecisionChoice greedy_choice(const plugin::PrecisionRequest& request,
                              const PrecisionBudget& budget, const plugin::ParameterSet& parameters,
                              plugin::Context& context) {
  const std::string variant = variant_of(request, {"loss"});
  CalibrationRun run(request, parameters, context, "greedy");
  plugin::check(budget, request);
  PrecisionChoice result = empty_choice(run, "greedy", variant);
  const std::size_t choices = run.choices();
  std::vector<std::size_t> map(run.layers(), choices - 1);
  result.loss = loss_of(run, map);
  result.runs = 1;
  while (cost_of(budget, map, choices) > budget.limit) {
    const Step best = best_step(run, budget, map, result);
    // All are at their cheapest, and sums of costs differ by rounding only.
    if (best.harm == std::numeric_limits<double>::infinity()) break;
    map[best.layer] = best.choice;
    result.loss = best.loss;
  }
  result.choices = std::move(map);
  return result;
}

PrecisionChoice exhaustive_choice(const plugin::PrecisionRequest& request,
                                  const PrecisionBudget& budget,
                                  const plugin::ParameterSet& parameters,
                                  plugin::Context& context) {
  const std::string variant = variant_of(request, {"loss"});
  CalibrationRun run(request, parameters, context, "exhaustive");
  plugin::check(budget, request);
  const auto most = static_cast<double>(parameters.integer("exhaustive_limit"));
  double assignments = 1.0;
  for (std::size_t layer = 0; layer < run.layers(); ++layer) {
    assignments *= static_cast<double>(run.choices());
  }
  if (assignments > most) {
    throw base::Error("precision.search",
                      "there are " + base::shortest(assignments) + " assignments of " +
                          std::to_string(run.choices()) + " bit counts to " +
                          std::to_string(run.layers()) + " layers",
                      "shorten the menu, choose 'greedy', or raise exhaustive_limit above " +
                          base::shortest(most));
  }
  PrecisionChoice result = empty_choice(run, "exhaustive", variant);
  Enumeration(run, budget).search(result, static_cast<std::size_t>(assignments));
  return result;
}

PrecisionChoice uniform_choice(const plugin::PrecisionRequest& request,
                               const PrecisionBudget& budget,
                               const plugin::ParameterSet& parameters, plugin::Context& context) {
  const std::string variant = variant_of(request, {"same-bits"});
  CalibrationRun run(request, parameters, context, "uniform");
  plugin::check(budget, request);
  PrecisionChoice result = empty_choice(run, "uniform", variant);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t choice = run.choices(); choice-- > 0;) {
    std::vector<std::size_t> map(run.layers(), choice);
    const double cost = cost_of(budget, map, run.choices());
    least = std::min(least, cost);
    if (cost > budget.limit) continue;
    result.loss = loss_of(run, map);
    result.choices = std::move(map);
    result.runs = 1;
    return result;
  }
  throw base::Error(
      "precision.budget",
      "no bits that are the same in all layers cost as little as " + base::shortest(budget.limit),
      "the smallest cost is " + base::shortest(least));
}

}  // namespace neucasl::cptquant_plugin
