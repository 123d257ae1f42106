#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neucasl/quantisation/map_cost.hpp"
#include "neucasl/quantisation/model.hpp"
#include "neucasl/workload/staged_network.hpp"

/// \file
/// From the scores of a method to the bits of the layers, and how good they are.

namespace neucasl::quantisation {

/// A method of a plugin, made ready.
struct NamedMethod {
  std::string name;
  std::unique_ptr<plugin::PrecisionMethod> method;
  plugin::ParameterSet parameters;
};

/// What was found for a model.
struct FoundBits {
  std::string method;
  std::string variant;
  std::vector<int> bits;  ///< By layer.
  double cost = 0.0;      ///< In the unit of the budget.
  std::string calibration_hash;
  plugin::PrecisionScores scores;  ///< Without values when the method searches.
  std::vector<std::string> warnings;
};

/// What holds for all methods of one call.
struct Task {
  const Model& model;
  const MapCost& cost;
  std::vector<int> menu;
  precision::Budget budget;
  plugin::PrecisionBudget linear;
  plugin::Context& context;
  std::string version;  ///< Of this program, for maps.
  /// Where weights are stored when not as rounded numbers: scores and losses of weights are means
  /// over its draws.
  const plugin::WeightStorage* storage = nullptr;
  /// Whether a layer of a higher score may get fewer bits.
  bool monotone = true;

  [[nodiscard]] plugin::PrecisionRequest request(const std::string& variant) const {
    return {*model.network,
            model.calibration.samples,
            model.calibration.targets,
            menu,
            variant,
            cost.form().weight_form(),
            storage};
  }
};

/// Bits under the budget. Where its costs are only nearly linear, the limit is lowered by what a
/// map exceeds it until one keeps it. \throws base::Error as the method; "precision.budget" when no
/// map keeps the budget, with the smallest cost.
NEUCASL_EXPORT FoundBits find_bits(const Task& task, const NamedMethod& method,
                                   const std::string& variant);

/// Bits under the budget from these scores.
NEUCASL_EXPORT std::vector<int> allocated(const Task& task, const plugin::PrecisionScores& scores,
                                          double limit);

/// Loss and hits on samples with these weights, inputs in float; summed over the draws of a
/// storage.
NEUCASL_EXPORT workload::ScoreSums judged_weights(const Task& task, const JudgedSamples& data,
                                                  const std::vector<int>& bits);
/// Of the network as it is.
NEUCASL_EXPORT workload::ScoreSums judged_network(const Task& task, const JudgedSamples& data);
/// With weights and inputs as the map has them; ranges of inputs from the calibration set.
NEUCASL_EXPORT workload::ScoreSums judged_map(const Task& task, const JudgedSamples& data,
                                              const precision::PrecisionMap& map);
/// The same for each draw of a storage, weights as they are read there.
NEUCASL_EXPORT std::vector<workload::ScoreSums> judged_draws(const Task& task,
                                                             const JudgedSamples& data,
                                                             const precision::PrecisionMap& map,
                                                             const plugin::WeightStorage& storage);
/// Accuracy, or the perplexity of a language model.
NEUCASL_EXPORT double metric_of(const Model& model, const workload::ScoreSums& sums);

struct Audit {
  std::vector<double> rank_correlations;  ///< By place in the menu; empty for methods that search.
  std::string reference;                  ///< "exhaustive" or "measured".
  std::vector<int> reference_bits;
  double loss = 0.0;            ///< Of the map's weights on the calibration set, nats.
  double reference_loss = 0.0;  ///< Of the reference's.
};

/// The map of the bits that were found, with the provenance; the form of each layer's inputs is
/// not-negative, or affine where the calibration set has negative ones.
NEUCASL_EXPORT precision::PrecisionMap map_of(const Task& task, const FoundBits& result);

/// Compares with `measured`, and the map with that of `exhaustive` when there are not too many
/// assignments, else with what the measured scores give.
NEUCASL_EXPORT Audit audited(const Task& task, const FoundBits& result, const NamedMethod& measured,
                             const NamedMethod& exhaustive);

}  // namespace neucasl::quantisation
