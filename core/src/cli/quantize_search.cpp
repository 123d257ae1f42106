#include "quantize_search.hpp"

#include <cmath>

#include "neucasl/plugin/precision_audit.hpp"
#include "neucasl/plugin/rounded_weights.hpp"

namespace neucasl::cli {
namespace {

using plugin::PrecisionScores;
using precision::LayerOptions;

/// A score that does not know bits, times the squared step of these bits over that of 2 bits: the
/// error of rounding has that variance (B. Widrow, IRE Trans. Circuit Theory 3:266, 1956).
double score_at(const PrecisionScores& scores, std::size_t layer, std::size_t choice) {
  if (scores.depends_on_bits) return scores.at(layer, choice);
  const double levels = std::ldexp(1.0, scores.bits[choice] - 1) - 1.0;
  return scores.at(layer, choice) / (levels * levels);
}

std::vector<int> bits_of(const std::vector<std::size_t>& choices, const std::vector<int>& menu) {
  std::vector<int> bits;
  bits.reserve(choices.size());
  for (const std::size_t choice : choices) bits.push_back(menu[choice]);
  return bits;
}

/// Bits for one limit of the linear costs.
std::vector<int> bits_under(const QuantizeTask& task, const NamedMethod& method,
                            const plugin::PrecisionRequest& request, double limit,
                            QuantizeResult& result) {
  if (!method.method->searches()) return allocated(task, result.scores, limit);
  plugin::PrecisionBudget budget = task.linear.budget;
  budget.limit = limit;
  const plugin::PrecisionChoice choice =
      method.method->choose(request, budget, method.parameters, task.context);
  result.variant = choice.variant;
  result.calibration_hash = choice.calibration_hash;
  result.warnings = choice.warnings;
  return bits_of(choice.choices, task.menu);
}

/// The smallest sum of linear costs, as a total.
double least_cost(const LinearBudget& linear) { return linear.offset; }

[[noreturn]] void refuse_budget(const QuantizeTask& task) {
  throw base::Error("precision.budget",
                    "no map costs as little as " + base::shortest(task.budget.limit) + " (" +
                        std::string(to_string(task.budget.kind)) + ")",
                    "the smallest cost is " + base::shortest(least_cost(task.linear)));
}

workload::StagedOptions staged_options(const plugin::Context& context) {
  workload::StagedOptions options;
  options.threads = context.threads;
  options.cancel = context.cancel;
  return options;
}

}  // namespace

std::vector<int> allocated(const QuantizeTask& task, const PrecisionScores& scores, double limit) {
  std::vector<LayerOptions> layers;
  for (std::size_t layer = 0; layer < scores.layers(); ++layer) {
    LayerOptions one;
    one.layer = task.model.network->matrix_layers()[layer].name;
    one.sensitivity = scores.at(layer, 0);
    for (std::size_t choice = 0; choice < task.menu.size(); ++choice) {
      one.score.push_back(score_at(scores, layer, choice));
      one.cost.push_back(task.linear.budget.costs[layer * task.menu.size() + choice]);
    }
    layers.push_back(std::move(one));
  }
  return precision::allocate_under_budget(layers, task.menu, limit).bits;
}

QuantizeResult find_bits(const QuantizeTask& task, const NamedMethod& method,
                         const std::string& variant) {
  QuantizeResult result;
  result.method = method.name;
  const plugin::PrecisionRequest request = task.request(variant);
  if (!method.method->searches()) {
    result.scores = method.method->scores(request, method.parameters, task.context);
    result.variant = result.scores.variant;
    result.calibration_hash = result.scores.calibration_hash;
    result.warnings = result.scores.warnings;
  }
  double limit = task.linear.budget.limit;
  constexpr int most_attempts = 20;
  for (int attempt = 0; attempt < most_attempts && limit >= 0.0; ++attempt) {
    result.bits = bits_under(task, method, request, limit, result);
    result.cost = task.cost.total(task.budget.kind, result.bits);
    const double excess = result.cost - task.budget.limit;
    if (excess <= 0.0) return result;
    limit -= excess;
  }
  refuse_budget(task);
}

workload::ScoreSums judged_map(const QuantizeModel& model, const JudgedSamples& data,
                               const std::vector<int>& bits, const plugin::Context& context) {
  workload::StagedNetwork network(*model.network, staged_options(context));
  workload::WeightChanges changes;
  for (std::size_t layer = 0; layer < bits.size(); ++layer) {
    changes[layer] =
        plugin::rounded_weights(network, layer, network.weight(layer), bits[layer]);
  }
  return network.score(network.stages(0).front(), network.batches(data.samples), data.targets,
                       changes);
}

workload::ScoreSums judged_network(const QuantizeModel& model, const JudgedSamples& data,
                                   const plugin::Context& context) {
  return judged_map(model, data, {}, context);
}

QuantizeAudit audited(const QuantizeTask& task, const QuantizeResult& result,
                      const NamedMethod& measured, const NamedMethod& exhaustive) {
  QuantizeAudit audit;
  const PrecisionScores truth =
      measured.method->scores(task.request(""), measured.parameters, task.context);
  if (!result.scores.values.empty()) {
    audit.rank_correlations = plugin::rank_correlations(result.scores, truth);
  }
  const auto most = static_cast<double>(exhaustive.parameters.integer("exhaustive_limit"));
  const double assignments = std::pow(static_cast<double>(task.menu.size()),
                                      static_cast<double>(truth.layers()));
  if (assignments <= most) {
    audit.reference = "exhaustive";
    audit.reference_bits = find_bits(task, exhaustive, "").bits;
  } else {
    audit.reference = "measured";
    audit.reference_bits = allocated(task, truth, task.linear.budget.limit);
  }
  const JudgedSamples& data = task.model.calibration;
  audit.loss = judged_map(task.model, data, result.bits, task.context).mean_loss();
  audit.reference_loss =
      judged_map(task.model, data, audit.reference_bits, task.context).mean_loss();
  return audit;
}

}  // namespace neucasl::cli
