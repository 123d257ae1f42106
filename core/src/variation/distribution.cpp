#include "neucasl/variation/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "law.hpp"
#include "neucasl/base/normal_distribution.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::variation {
namespace {

using base::normal_cumulative;
using base::normal_density;
using base::normal_interval;
using base::shortest;

// A truncation that leaves less than this cannot be told from a mistake.
constexpr double least_share = 1e-300;

struct ConstantLaw final : Distribution::Law {
  explicit ConstantLaw(double given) : value(given) {}
  double value;
  [[nodiscard]] double from_normal(double /*u*/) const override { return value; }
  [[nodiscard]] double mean() const override { return value; }
  [[nodiscard]] double variance() const override { return 0.0; }
  [[nodiscard]] std::string text() const override { return "constant " + shortest(value); }
};

struct NormalLaw final : Distribution::Law {
  NormalLaw(double m, double s) : centre(m), sigma(s) {}
  double centre, sigma;
  [[nodiscard]] double from_normal(double u) const override { return centre + sigma * u; }
  [[nodiscard]] double mean() const override { return centre; }
  [[nodiscard]] double variance() const override { return sigma * sigma; }
  [[nodiscard]] std::string text() const override {
    return "normal, mean " + shortest(centre) + ", sigma " + shortest(sigma);
  }
};

struct LognormalLaw final : Distribution::Law {
  LognormalLaw(double m, double s) : median(m), sigma(s) {}
  double median, sigma;
  [[nodiscard]] double from_normal(double u) const override { return median * std::exp(sigma * u); }
  [[nodiscard]] double mean() const override { return median * std::exp(0.5 * sigma * sigma); }
  [[nodiscard]] double variance() const override {
    return mean() * mean() * std::expm1(sigma * sigma);
  }
  [[nodiscard]] std::string text() const override {
    return "lognormal, median " + shortest(median) + ", sigma of the logarithm " + shortest(sigma);
  }
};

/// A standard normal number given that it lies in [low, high].
struct Truncation {
  double low, high;

  [[nodiscard]] double share() const { return normal_interval(low, high); }

  [[nodiscard]] double operator()(double u) const {
    // The smaller of both tail probabilities of the result keeps its relative accuracy.
    const double below = normal_cumulative(u) * share() + normal_cumulative(low);
    const double above = normal_cumulative(-u) * share() + normal_cumulative(-high);
    const double z = below < above ? base::normal_quantile(below) : -base::normal_quantile(above);
    return std::clamp(z, low, high);
  }
};

struct TruncatedNormalLaw final : Distribution::Law {
  TruncatedNormalLaw(double m, double s, Truncation t, double l, double h)
      : centre(m), sigma(s), cut(t), low(l), high(h) {}
  double centre, sigma;
  Truncation cut;
  double low, high;
  [[nodiscard]] double from_normal(double u) const override {
    return std::clamp(centre + sigma * cut(u), low, high);
  }
  [[nodiscard]] double shift() const {
    return (normal_density(cut.low) - normal_density(cut.high)) / cut.share();
  }
  [[nodiscard]] double mean() const override { return centre + sigma * shift(); }
  [[nodiscard]] double variance() const override {
    const auto edge = [](double z) { return std::isfinite(z) ? z * normal_density(z) : 0.0; };
    const double squares = 1.0 + (edge(cut.low) - edge(cut.high)) / cut.share();
    return sigma * sigma * std::max(squares - shift() * shift(), 0.0);
  }
  [[nodiscard]] std::string text() const override {
    return "normal, mean " + shortest(centre) + ", sigma " + shortest(sigma) + ", between " +
           shortest(low) + " and " + shortest(high);
  }
};

struct TruncatedLognormalLaw final : Distribution::Law {
  TruncatedLognormalLaw(double m, double s, Truncation t, double l, double h)
      : median(m), sigma(s), cut(t), low(l), high(h) {}
  double median, sigma;
  Truncation cut;
  double low, high;
  [[nodiscard]] double from_normal(double u) const override {
    return std::clamp(median * std::exp(sigma * cut(u)), low, high);
  }
  /// E x^k = median^k exp(k^2 sigma^2 / 2) P(low - k sigma < z < high - k sigma) / P(low < z <
  /// high)
  [[nodiscard]] double moment(int k) const {
    const double shift = k * sigma;
    return std::pow(median, k) * std::exp(0.5 * shift * shift) *
           normal_interval(cut.low - shift, cut.high - shift) / cut.share();
  }
  [[nodiscard]] double mean() const override { return moment(1); }
  [[nodiscard]] double variance() const override {
    return std::max(moment(2) - moment(1) * moment(1), 0.0);
  }
  [[nodiscard]] std::string text() const override {
    return "lognormal, median " + shortest(median) + ", sigma of the logarithm " + shortest(sigma) +
           ", between " + shortest(low) + " and " + shortest(high);
  }
};

struct UniformLaw final : Distribution::Law {
  UniformLaw(double l, double h) : low(l), high(h) {}
  double low, high;
  [[nodiscard]] double from_normal(double u) const override {
    const Tails tails = tails_of(u);
    return u <= 0.0 ? low + (high - low) * tails.below : high - (high - low) * tails.above;
  }
  [[nodiscard]] double mean() const override { return 0.5 * (low + high); }
  [[nodiscard]] double variance() const override { return (high - low) * (high - low) / 12.0; }
  [[nodiscard]] std::string text() const override {
    return "uniform, from " + shortest(low) + " to " + shortest(high);
  }
};

struct WeibullLawOf final : Distribution::Law {
  WeibullLawOf(double s, double k) : scale(s), shape(k) {}
  double scale, shape;
  [[nodiscard]] double from_normal(double u) const override {
    const Tails tails = tails_of(u);
    const double hazard = u <= 0.0 ? -std::log1p(-tails.below) : -std::log(tails.above);
    return scale * std::pow(hazard, 1.0 / shape);
  }
  [[nodiscard]] double mean() const override { return scale * std::tgamma(1.0 + 1.0 / shape); }
  [[nodiscard]] double variance() const override {
    return scale * scale * std::tgamma(1.0 + 2.0 / shape) - mean() * mean();
  }
  [[nodiscard]] std::string text() const override {
    return "Weibull, scale " + shortest(scale) + ", shape " + shortest(shape);
  }
};

void require_finite(double value, const char* what, const base::Location& where) {
  if (std::isfinite(value)) return;
  refuse_distribution(std::string("the ") + what + " is " + shortest(value), "give a finite number",
                      where);
}

void require_sigma(double sigma, const base::Location& where) {
  require_finite(sigma, "sigma", where);
  if (sigma >= 0.0) return;
  refuse_distribution("the sigma is negative: " + shortest(sigma), "give sigma >= 0", where);
}

void require_median(double median, const base::Location& where) {
  require_finite(median, "median", where);
  if (median > 0.0) return;
  refuse_distribution("a lognormal distribution has the median " + shortest(median),
                      "give a median above 0, or a normal distribution", where);
}

Truncation truncation(double low, double high, const std::string& bounds,
                      const base::Location& where) {
  if (!(low <= high)) {
    refuse_distribution("the bounds " + bounds + " are not in order", "give low < high", where);
  }
  const Truncation cut{low, high};
  if (!(cut.share() >= least_share)) {
    refuse_distribution("nothing of the distribution lies between " + bounds,
                        "move the bounds towards the mean", where);
  }
  return cut;
}

std::string bounds_text(double low, double high) {
  return shortest(low) + " and " + shortest(high);
}

}  // namespace

Tails tails_of(double u) { return {normal_cumulative(u), normal_cumulative(-u)}; }

void refuse_distribution(const std::string& message, const std::string& remedy,
                         const base::Location& where) {
  throw base::Error("variation.distribution", message, remedy, where);
}

Distribution::Distribution() : law_(std::make_shared<ConstantLaw>(0.0)) {}

Distribution::Distribution(std::shared_ptr<const Law> law, double offset)
    : law_(std::move(law)), offset_(offset) {}

Distribution Distribution::constant(double value, const base::Location& where) {
  require_finite(value, "value", where);
  return Distribution(std::make_shared<ConstantLaw>(value));
}

Distribution Distribution::normal(double mean, double sigma, const base::Location& where) {
  require_finite(mean, "mean", where);
  require_sigma(sigma, where);
  return Distribution(std::make_shared<NormalLaw>(mean, sigma));
}

Distribution Distribution::lognormal(double median, double log_sigma, const base::Location& where) {
  require_median(median, where);
  require_sigma(log_sigma, where);
  return Distribution(std::make_shared<LognormalLaw>(median, log_sigma));
}

Distribution Distribution::truncated_normal(double mean, double sigma, double low, double high,
                                            const base::Location& where) {
  require_finite(mean, "mean", where);
  require_sigma(sigma, where);
  const std::string bounds = bounds_text(low, high);
  if (sigma == 0.0) {
    if (mean >= low && mean <= high) return constant(mean, where);
    refuse_distribution("nothing of the distribution lies between " + bounds,
                        "move the bounds around the mean", where);
  }
  const Truncation cut = truncation((low - mean) / sigma, (high - mean) / sigma, bounds, where);
  return Distribution(std::make_shared<TruncatedNormalLaw>(mean, sigma, cut, low, high));
}

Distribution Distribution::truncated_lognormal(double median, double log_sigma, double low,
                                               double high, const base::Location& where) {
  require_median(median, where);
  require_sigma(log_sigma, where);
  const std::string bounds = bounds_text(low, high);
  if (log_sigma == 0.0) {
    if (median >= low && median <= high) return constant(median, where);
    refuse_distribution("nothing of the distribution lies between " + bounds,
                        "move the bounds around the median", where);
  }
  const auto standard = [&](double bound) {
    if (bound <= 0.0) return -std::numeric_limits<double>::infinity();
    return std::log(bound / median) / log_sigma;
  };
  const double last = high > 0.0 ? standard(high) : -std::numeric_limits<double>::infinity();
  const Truncation cut = truncation(standard(low), last, bounds, where);
  return Distribution(std::make_shared<TruncatedLognormalLaw>(median, log_sigma, cut, low, high));
}

Distribution Distribution::uniform(double low, double high, const base::Location& where) {
  require_finite(low, "lower end", where);
  require_finite(high, "upper end", where);
  if (!(low < high)) {
    refuse_distribution("the ends " + bounds_text(low, high) + " are not in order",
                        "give low < high", where);
  }
  return Distribution(std::make_shared<UniformLaw>(low, high));
}

Distribution Distribution::weibull(double scale, double shape, const base::Location& where) {
  require_finite(scale, "scale", where);
  require_finite(shape, "shape", where);
  if (!(scale > 0.0 && shape > 0.0)) {
    refuse_distribution("a Weibull distribution has the scale " + shortest(scale) +
                            " and the shape " + shortest(shape),
                        "give both above 0", where);
  }
  return Distribution(std::make_shared<WeibullLawOf>(scale, shape));
}

Distribution Distribution::discrete(std::vector<double> values, std::vector<double> weights,
                                    const base::Location& where) {
  return Distribution(discrete_law(std::move(values), std::move(weights), where));
}

Distribution Distribution::empirical(std::vector<double> values, std::vector<double> weights,
                                     const base::Location& where) {
  return Distribution(empirical_law(std::move(values), std::move(weights), where));
}

double Distribution::from_normal(double u) const { return law_->from_normal(u) + offset_; }
double Distribution::mean() const { return law_->mean() + offset_; }
double Distribution::standard_deviation() const {
  return std::sqrt(std::max(law_->variance(), 0.0));
}
bool Distribution::is_constant() const { return law_->variance() == 0.0; }
Distribution Distribution::shifted(double offset) const {
  return Distribution(law_, offset_ + offset);
}

std::string Distribution::text() const {
  return offset_ == 0.0 ? law_->text() : law_->text() + ", moved by " + shortest(offset_);
}

}  // namespace neucasl::variation
