#pragma once

#include "neucasl/plugin/precision_method.hpp"

/// \file
/// The methods; equations and sources are in the README.

namespace neucasl::cptquant_plugin {

/// CPTQuant-CMPQ, by canonical correlation: "fp-vs-quant", "adjacent", "mean-others", "cka".
plugin::PrecisionScores correlation_scores(const plugin::PrecisionRequest& request,
                                           const plugin::ParameterSet& parameters,
                                           plugin::Context& context);
/// PMPQ, by pruning: "magnitude".
plugin::PrecisionScores pruning_scores(const plugin::PrecisionRequest& request,
                                       const plugin::ParameterSet& parameters,
                                       plugin::Context& context);
/// TDMPQ, by Taylor decomposition: "fisher-dq", "first-order", "input-perturb".
plugin::PrecisionScores taylor_scores(const plugin::PrecisionRequest& request,
                                      const plugin::ParameterSet& parameters,
                                      plugin::Context& context);
/// Rise of the loss with one layer quantised: "loss".
plugin::PrecisionScores measured_scores(const plugin::PrecisionRequest& request,
                                        const plugin::ParameterSet& parameters,
                                        plugin::Context& context);

/// Takes bits from the layer where that costs least loss for what it saves, step by step: "loss".
plugin::PrecisionChoice greedy_choice(const plugin::PrecisionRequest& request,
                                      const plugin::PrecisionBudget& budget,
                                      const plugin::ParameterSet& parameters,
                                      plugin::Context& context);
/// The assignment of least loss of all that keep the budget: "loss".
/// \throws base::Error "precision.search" for more assignments than the parameter
/// "exhaustive_limit".
plugin::PrecisionChoice exhaustive_choice(const plugin::PrecisionRequest& request,
                                          const plugin::PrecisionBudget& budget,
                                          const plugin::ParameterSet& parameters,
                                          plugin::Context& context);
/// The most bits that all layers can have: "same-bits".
plugin::PrecisionChoice uniform_choice(const plugin::PrecisionRequest& request,
                                       const plugin::PrecisionBudget& budget,
                                       const plugin::ParameterSet& parameters,
                                       plugin::Context& context);

/// A function as a method.
template <auto function>
class ScoringMethod final : public plugin::PrecisionMethod {
 public:
  [[nodiscard]] plugin::PrecisionScores scores(const plugin::PrecisionRequest& request,
                                               const plugin::ParameterSet& parameters,
                                               plugin::Context& context) override {
    return function(request, parameters, context);
  }
};

template <auto function>
class SearchMethod final : public plugin::PrecisionMethod {
 public:
  [[nodiscard]] bool searches() const override { return true; }
  [[nodiscard]] plugin::PrecisionChoice choose(const plugin::PrecisionRequest& request,
                                               const plugin::PrecisionBudget& budget,
                                               const plugin::ParameterSet& parameters,
                                               plugin::Context& context) override {
    return function(request, budget, parameters, context);
  }
};

using CorrelationMethod = ScoringMethod<&correlation_scores>;
using PruningMethod = ScoringMethod<&pruning_scores>;
using TaylorMethod = ScoringMethod<&taylor_scores>;
using MeasuredMethod = ScoringMethod<&measured_scores>;
using GreedyMethod = SearchMethod<&greedy_choice>;
using ExhaustiveMethod = SearchMethod<&exhaustive_choice>;
using UniformMethod = SearchMethod<&uniform_choice>;

}  // namespace neucasl::cptquant_plugin
