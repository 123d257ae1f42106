#pragma once

#include "evaluator.hpp"

/// \file
/// The methods, each in its own source. They fill an estimate's probability, interval,
/// effective_samples, method, support, design points and failures; `estimate` does the rest.

namespace neucasl::sampling {

ProbabilityEstimate estimate_automatic(Evaluator& limit, const Method& method);
ProbabilityEstimate estimate_monte_carlo(Evaluator& limit, const Method& method);
ProbabilityEstimate estimate_latin_hypercube(Evaluator& limit, const Method& method);
ProbabilityEstimate estimate_sobol(Evaluator& limit, const Method& method);
ProbabilityEstimate estimate_control_variate(Evaluator& limit, const Method& method);
ProbabilityEstimate estimate_mean_shift(Evaluator& limit, const Method& method);
ProbabilityEstimate estimate_defensive_mixture(Evaluator& limit, const Method& method);
ProbabilityEstimate estimate_cross_entropy(Evaluator& limit, const Method& method);
ProbabilityEstimate estimate_subset_simulation(Evaluator& limit, const Method& method);
ProbabilityEstimate estimate_scaled_sigma(Evaluator& limit, const Method& method);
ProbabilityEstimate estimate_form(Evaluator& limit, const Method& method);

/// Plain Monte Carlo by this many points.
ProbabilityEstimate monte_carlo(Evaluator& limit, std::uint64_t samples);

/// Standard normal deviate of a two-sided interval of this confidence.
double two_sided_deviate(double confidence);

/// Takes the support from an interval, with a name and a sentence that say why.
void refuse(ProbabilityEstimate& estimate, const std::string& reason, const std::string& sentence);

/// Points, row by row, as failures of equal or given weight; every n-th of more than some hundred.
void keep_failures(ProbabilityEstimate& estimate, std::span<const double> points,
                   std::size_t dimension, std::span<const double> weights = {});

}  // namespace neucasl::sampling
