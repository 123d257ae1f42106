#pragma once

#include "neucasl/plugin/precision_method.hpp"

/// \file
/// The methods; equations and sources are in the README.

namespace neucasl::cptquant_plugin {

/// CPTQuant-CMPQ, by canonical correlation: "fp-vs-quant", "adjacent", "mean-others", "cka".
class CorrelationMethod final : public plugin::PrecisionMethod {
 public:
  [[nodiscard]] plugin::PrecisionScores scores(const plugin::PrecisionRequest& request,
                                               const plugin::ParameterSet& parameters,
                                               plugin::Context& context) override;
};

/// PMPQ, by pruning: "magnitude".
class PruningMethod final : public plugin::PrecisionMethod {
 public:
  [[nodiscard]] plugin::PrecisionScores scores(const plugin::PrecisionRequest& request,
                                               const plugin::ParameterSet& parameters,
                                               plugin::Context& context) override;
};

/// TDMPQ, by Taylor decomposition: "fisher-dq", "first-order", "input-perturb".
class TaylorMethod final : public plugin::PrecisionMethod {
 public:
  [[nodiscard]] plugin::PrecisionScores scores(const plugin::PrecisionRequest& request,
                                               const plugin::ParameterSet& parameters,
                                               plugin::Context& context) override;
};

/// Rise of the loss with one layer quantised: "loss".
class MeasuredMethod final : public plugin::PrecisionMethod {
 public:
  [[nodiscard]] plugin::PrecisionScores scores(const plugin::PrecisionRequest& request,
                                               const plugin::ParameterSet& parameters,
                                               plugin::Context& context) override;
};

/// Takes bits from the layer where that costs least loss for what it saves, step by step: "loss".
class GreedyMethod final : public plugin::PrecisionMethod {
 public:
  [[nodiscard]] bool searches() const override { return true; }
  [[nodiscard]] plugin::PrecisionChoice choose(const plugin::PrecisionRequest& request,
                                               const plugin::PrecisionBudget& budget,
                                               const plugin::ParameterSet& parameters,
                                               plugin::Context& context) override;
};

/// The assignment of least loss of all that keep the budget: "loss".
/// \throws base::Error "precision.search" for more assignments than the parameter
/// "exhaustive_limit".
class ExhaustiveMethod final : public plugin::PrecisionMethod {
 public:
  [[nodiscard]] bool searches() const override { return true; }
  [[nodiscard]] plugin::PrecisionChoice choose(const plugin::PrecisionRequest& request,
                                               const plugin::PrecisionBudget& budget,
                                               const plugin::ParameterSet& parameters,
                                               plugin::Context& context) override;
};

/// The most bits that all layers can have: "same-bits".
class UniformMethod final : public plugin::PrecisionMethod {
 public:
  [[nodiscard]] bool searches() const override { return true; }
  [[nodiscard]] plugin::PrecisionChoice choose(const plugin::PrecisionRequest& request,
                                               const plugin::PrecisionBudget& budget,
                                               const plugin::ParameterSet& parameters,
                                               plugin::Context& context) override;
};

}  // namespace neucasl::cptquant_plugin
