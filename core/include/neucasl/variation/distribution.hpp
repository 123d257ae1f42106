#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Distributions of one number.
///
/// Every distribution F is sampled by its inverse: x = F^-1(Phi(u)) with u standard normal, so that
/// sampling methods that work in standard normal space see all of them alike, and x grows with u.
/// The tail probability nearer to x, Phi(u) or Phi(-u), is used, so that both tails are accurate.

namespace neucasl::variation {

/// Process: one number for all devices made together; mismatch: one for each device.
enum class Scope { process, mismatch };

/// An immutable value. Errors "variation.distribution" name what is wrong and `where`.
class NEUCASL_EXPORT Distribution {
 public:
  /// Always 0.
  Distribution();

  static Distribution constant(double value, const base::Location& where = {});
  /// sigma >= 0.
  static Distribution normal(double mean, double sigma, const base::Location& where = {});
  /// median exp(log_sigma u), median > 0, log_sigma >= 0.
  static Distribution lognormal(double median, double log_sigma, const base::Location& where = {});
  /// The normal (lognormal) distribution given that low <= x <= high. Bounds may be infinite; at
  /// least 1e-300 of the distribution must lie between them.
  static Distribution truncated_normal(double mean, double sigma, double low, double high,
                                       const base::Location& where = {});
  static Distribution truncated_lognormal(double median, double log_sigma, double low, double high,
                                          const base::Location& where = {});
  /// low < high.
  static Distribution uniform(double low, double high, const base::Location& where = {});
  /// Survival exp(-(x / scale)^shape), scale > 0, shape > 0 (W. Weibull, J. Appl. Mech. 18:293,
  /// 1951).
  static Distribution weibull(double scale, double shape, const base::Location& where = {});
  /// One of some values. `weights` add up to 1 (to 1e-6), or are empty for equal ones.
  static Distribution discrete(std::vector<double> values, std::vector<double> weights = {},
                               const base::Location& where = {});
  /// Of measured values of a continuous quantity: the quantile function is a straight line between
  /// the values, each at the middle of its share of the probability, and constant beyond the first
  /// and the last, for there is nothing known beyond. At least two values; weights as for discrete.
  static Distribution empirical(std::vector<double> values, std::vector<double> weights = {},
                                const base::Location& where = {});

  /// F^-1(Phi(u)); u finite.
  [[nodiscard]] double from_normal(double u) const;
  [[nodiscard]] double mean() const;
  [[nodiscard]] double standard_deviation() const;
  /// All draws are equal.
  [[nodiscard]] bool is_constant() const;
  /// x + offset.
  [[nodiscard]] Distribution shifted(double offset) const;
  /// "normal, mean 1, sigma 0.1"
  [[nodiscard]] std::string text() const;

  struct Law;  ///< Of the implementation.

 private:
  explicit Distribution(std::shared_ptr<const Law> law, double offset = 0.0);
  std::shared_ptr<const Law> law_;
  double offset_ = 0.0;
};

/// A user's own measurements: one value a line, and its weight after a comma where wanted; empty
/// lines, lines that begin with '#' and a first line of words are skipped. Values are multiplied by
/// `unit`. Fewer than two values, a NaN, a negative weight, weights for some lines only, and
/// weights that do not add up to 1 are errors "variation.table" with file and line.
NEUCASL_EXPORT Distribution read_empirical(const std::filesystem::path& csv, double unit = 1.0,
                                           const base::Location& where = {});
/// The same of a text; `file` names it in errors.
NEUCASL_EXPORT Distribution parse_empirical(std::string_view csv, const std::string& file,
                                            double unit = 1.0);

}  // namespace neucasl::variation
