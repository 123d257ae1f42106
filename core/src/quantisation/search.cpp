#include "neucasl/quantisation/search.hpp"

#include <cmath>

#include "neucasl/plugin/precision_audit.hpp"
#include "neucasl/precision/graph_quantisation.hpp"

namespace neucasl::quantisation {
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
std::vector<int> bits_under(const Task& task, const NamedMethod& method,
                            const plugin::PrecisionRequest& request, double limit,
                            FoundBits& result) {
  if (!method.method->searches()) return allocated(task, result.scores, limit);
  plugin::PrecisionBudget budget = task.linear;
  budget.limit = limit;
  const plugin::PrecisionChoice choice =
      method.method->choose(request, budget, method.parameters, task.context);
  result.variant = choice.variant;
  result.calibration_hash = choice.calibration_hash;
  result.warnings = choice.warnings;
  return bits_of(choice.choices, task.menu);
}

/// A network whose weights and inputs are rounded as a map says, to be run whole.
class RoundedNetwork final : public workload::SegmentedNetwork {
 public:
  /// `network` must outlive it.
  RoundedNetwork(const workload::SegmentedNetwork& network, precision::PrecisionMap map,
                 precision::InputQuantisers inputs, precision::WeightRule rule = {})
      : network_(network),
        map_(std::move(map)),
        inputs_(std::move(inputs)),
        rule_(std::move(rule)) {}

  [[nodiscard]] const std::string& name() const override { return network_.name(); }
  [[nodiscard]] std::size_t segments() const override { return network_.segments(); }
  [[nodiscard]] workload::OperatorGraph segment(std::size_t index,
                                                std::size_t samples) const override {
    return precision::rounded_segment(network_, index, samples, map_, inputs_, rule_);
  }
  /// None: nothing is to be changed in it any more.
  [[nodiscard]] const std::vector<workload::MatrixLayer>& matrix_layers() const override {
    return layers_;
  }
  [[nodiscard]] std::size_t fixed_samples() const override { return network_.fixed_samples(); }

 private:
  const workload::SegmentedNetwork& network_;
  precision::PrecisionMap map_;
  precision::InputQuantisers inputs_;
  precision::WeightRule rule_;
  std::vector<workload::MatrixLayer> layers_;
};

workload::StagedOptions staged_options(const plugin::Context& context) {
  workload::StagedOptions options;
  options.threads = context.threads;
  options.cancel = context.cancel;
  return options;
}

precision::InputQuantisers inputs_of(const Task& task, const precision::PrecisionMap& map) {
  return precision::calibrate_inputs(*task.model.network, map, task.model.calibration.samples, {},
                                     task.context.cancel);
}

}  // namespace

std::vector<int> allocated(const Task& task, const PrecisionScores& scores, double limit) {
  std::vector<LayerOptions> layers;
  for (std::size_t layer = 0; layer < scores.layers(); ++layer) {
    LayerOptions one;
    one.layer = task.model.network->matrix_layers()[layer].name;
    one.sensitivity = scores.at(layer, 0);
    for (std::size_t choice = 0; choice < task.menu.size(); ++choice) {
      one.score.push_back(score_at(scores, layer, choice));
      one.cost.push_back(task.linear.costs[layer * task.menu.size() + choice]);
    }
    layers.push_back(std::move(one));
  }
  precision::BudgetOptions options;
  options.monotone = task.monotone;
  return precision::allocate_under_budget(layers, task.menu, limit, options).bits;
}

FoundBits find_bits(const Task& task, const NamedMethod& method, const std::string& variant) {
  FoundBits result;
  result.method = method.name;
  const plugin::PrecisionRequest request = task.request(variant);
  if (!method.method->searches()) {
    result.scores = method.method->scores(request, method.parameters, task.context);
    result.variant = result.scores.variant;
    result.calibration_hash = result.scores.calibration_hash;
    result.warnings = result.scores.warnings;
  }
  double limit = task.linear.limit;
  constexpr int most_attempts = 20;
  for (int attempt = 0; attempt < most_attempts && limit > 0.0; ++attempt) {
    result.bits = bits_under(task, method, request, limit, result);
    result.cost = task.cost.total(task.budget.kind, result.bits);
    const double excess = result.cost - task.budget.limit;
    if (excess <= 0.0) return result;
    limit -= excess;
  }
  throw base::Error("precision.budget",
                    "no map that keeps " + base::shortest(task.budget.limit) + " (" +
                        std::string(to_string(task.budget.kind)) + ") was found",
                    "the last one tried costs " + base::shortest(result.cost));
}

workload::ScoreSums judged_weights(const Task& task, const JudgedSamples& data,
                                   const std::vector<int>& bits) {
  workload::StagedNetwork network(*task.model.network, staged_options(task.context));
  const std::size_t draws = task.storage == nullptr || bits.empty() ? 1 : task.storage->draws();
  precision::QuantiserForm form = task.cost.form().weight_form();
  const workload::Batches batches = network.batches(data.samples);
  workload::ScoreSums sums;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    workload::WeightChanges changes;
    for (std::size_t layer = 0; layer < bits.size(); ++layer) {
      form.bits = bits[layer];
      changes[layer] =
          plugin::stored_weight(network, layer, network.weight(layer), form, task.storage, draw);
    }
    const workload::ScoreSums one =
        network.score(network.stages(0).front(), batches, data.targets, changes);
    sums.loss += one.loss;
    sums.right += one.right;
    sums.targets += one.targets;
  }
  return sums;
}

workload::ScoreSums judged_network(const Task& task, const JudgedSamples& data) {
  return judged_weights(task, data, {});
}

workload::ScoreSums judged_map(const Task& task, const JudgedSamples& data,
                               const precision::PrecisionMap& map) {
  const RoundedNetwork rounded(*task.model.network, map, inputs_of(task, map));
  workload::StagedNetwork network(rounded, staged_options(task.context));
  return network.score(network.stages(0).front(), network.batches(data.samples), data.targets);
}

std::vector<workload::ScoreSums> judged_draws(const Task& task, const JudgedSamples& data,
                                              const precision::PrecisionMap& map,
                                              const plugin::WeightStorage& storage) {
  const precision::InputQuantisers inputs = inputs_of(task, map);
  std::vector<workload::ScoreSums> result;
  for (std::size_t draw = 0; draw < storage.draws(); ++draw) {
    const RoundedNetwork read(
        *task.model.network, map, inputs,
        [&](const workload::OperatorGraph& graph, const workload::MatrixLayer& layer,
            const precision::QuantiserForm& form) {
          return storage.read({layer.name, precision::stored_weight(graph, layer.node),
                               precision::weight_layout(graph, layer.node)},
                              form.bits, draw);
        });
    workload::StagedNetwork network(read, staged_options(task.context));
    result.push_back(
        network.score(network.stages(0).front(), network.batches(data.samples), data.targets));
    if (task.context.progress) {
      task.context.progress("chips", draw + 1, storage.draws());
    }
  }
  return result;
}

double metric_of(const Model& model, const workload::ScoreSums& sums) {
  return model.language ? std::exp(sums.mean_loss()) : sums.accuracy();
}

precision::PrecisionMap map_of(const Task& task, const FoundBits& result) {
  precision::PrecisionMap map = task.cost.map_of(result.bits);
  map.method = result.method;
  map.variant = result.variant;
  map.seed = task.context.seed;
  map.calibration = result.calibration_hash;
  map.structure = precision::layers_of(*task.model.network).structure();
  map.tool = "neucasl " + task.version;
  for (precision::LayerPrecision& layer : map.layers) {
    layer.activation_form = precision::ActivationForm::affine;
  }
  const precision::InputQuantisers inputs = inputs_of(task, map);
  for (std::size_t layer = 0; layer < map.layers.size(); ++layer) {
    precision::LayerPrecision& one = map.layers[layer];
    if (inputs.at(one.layer).range().low >= 0.0) {
      one.activation_form = precision::ActivationForm::not_negative;
    }
    if (result.scores.values.empty()) continue;
    std::map<int, double>& scores = one.sensitivities[result.method + '/' + result.variant];
    for (std::size_t choice = 0; choice < task.menu.size(); ++choice) {
      scores[task.menu[choice]] = result.scores.at(layer, choice);
    }
  }
  return map;
}

Audit audited(const Task& task, const FoundBits& result, const NamedMethod& measured,
              const NamedMethod& exhaustive) {
  Audit audit;
  const PrecisionScores truth =
      measured.method->scores(task.request(""), measured.parameters, task.context);
  if (!result.scores.values.empty()) {
    audit.rank_correlations = plugin::rank_correlations(result.scores, truth);
  }
  const auto most = static_cast<double>(exhaustive.parameters.integer("exhaustive_limit"));
  const double assignments =
      std::pow(static_cast<double>(task.menu.size()), static_cast<double>(truth.layers()));
  if (assignments <= most) {
    audit.reference = "exhaustive";
    audit.reference_bits = find_bits(task, exhaustive, "").bits;
  } else {
    audit.reference = "measured";
    audit.reference_bits = allocated(task, truth, task.linear.limit);
  }
  const JudgedSamples& data = task.model.calibration;
  audit.loss = judged_weights(task, data, result.bits).mean_loss();
  audit.reference_loss = judged_weights(task, data, audit.reference_bits).mean_loss();
  return audit;
}

}  // namespace neucasl::quantisation
