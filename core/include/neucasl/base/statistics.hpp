#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Intervals and quantiles.

namespace neucasl::base {

struct Interval {
  double low = 0.0;
  double high = 0.0;
};

/// Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1, by the continued
/// fraction of Press et al., Numerical Recipes, 3rd ed., section 6.4 (Lentz's method).
NEUCASL_EXPORT double incomplete_beta(double a, double b, double x);

/// Two-sided interval of a probability after `successes` of `trials` (Clopper and Pearson,
/// Biometrika 26:404, 1934). Its coverage is at least `confidence`. trials >= 1.
NEUCASL_EXPORT Interval clopper_pearson(std::uint64_t successes, std::uint64_t trials,
                                        double confidence);

/// The q-quantile of the values by linear interpolation between order statistics (type 7 of
/// Hyndman and Fan, Am. Statist. 50:361, 1996). Not for an empty list.
NEUCASL_EXPORT double quantile(std::vector<double> values, double q);

NEUCASL_EXPORT double mean(const std::vector<double>& values);
/// Of a sample: divisor n - 1; 0 for fewer than two values.
NEUCASL_EXPORT double standard_deviation(const std::vector<double>& values);

/// Ranks from 1 on; equal values have the mean of theirs. Without NaN.
NEUCASL_EXPORT std::vector<double> ranks(const std::vector<double>& values);

/// Spearman's rank correlation (Am. J. Psychol. 15:72, 1904): Pearson's correlation of the ranks,
/// equal values having the mean of theirs. Not a number when either list has no two different
/// values. The lists are of one length, without NaN.
NEUCASL_EXPORT double rank_correlation(const std::vector<double>& x, const std::vector<double>& y);

/// The t that a variable of Student's distribution stays within, either side of 0, with probability
/// `confidence`; freedom > 0.
NEUCASL_EXPORT double student_quantile(double confidence, double freedom);

/// Two-sided interval of the mean of a normal population after these values (Student, Biometrika
/// 6:1, 1908); infinite for one value. Not for an empty list; 0 < confidence < 1.
NEUCASL_EXPORT Interval mean_interval(const std::vector<double>& values, double confidence);

/// One-sided p-value of "a has the higher mean": the share of `draws` random divisions of all
/// values into two groups of these sizes whose difference of means is at least that of a and b,
/// counting what was observed as one of them (B. Phipson and G. K. Smyth, Stat. Appl. Genet. Mol.
/// Biol. 9:39, 2010). Neither list may be empty.
NEUCASL_EXPORT double permutation_test(const std::vector<double>& a, const std::vector<double>& b,
                                       std::size_t draws, std::uint64_t seed);

}  // namespace neucasl::base
