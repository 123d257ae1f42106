#include "neucasl/sampling/sensitivity.hpp"

#include <algorithm>
#include <cmath>

#include "evaluator.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::sampling {
namespace {

[[noreturn]] void sensitivity_error(const std::string& what, const std::string& remedy) {
  throw base::Error("sampling.sensitivity", what, remedy);
}

/// Margins of the two independent samples A and B, and of A with one input each from B.
struct Design {
  std::vector<double> a;
  std::vector<double> b;
  std::vector<std::vector<double>> mixed;
};

void evaluate(LimitState& limit, std::span<const double> points, std::span<double> margins) {
  const std::size_t d = limit.dimension();
  limit.evaluate(points.first(margins.size() * d), margins);
  for (const double margin : margins) {
    if (!std::isfinite(margin)) {
      sensitivity_error("a margin that is not finite, or an evaluation that failed",
                        "indices need the margin at every point");
    }
  }
}

Design evaluated(LimitState& limit, const SobolOptions& options) {
  const std::size_t d = limit.dimension();
  const std::size_t n = options.samples;
  Design design{std::vector<double>(n), std::vector<double>(n),
                std::vector<std::vector<double>>(d, std::vector<double>(n))};
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> mixed;
  for (std::size_t first = 0; first < n; first += batch) {
    options.cancel.throw_if_requested();
    const std::size_t count = std::min(batch, n - first);
    a.resize(count * d);
    b.resize(count * d);
    normal_points(options.seed, "sampling/sobol indices/a", first, d, a);
    normal_points(options.seed, "sampling/sobol indices/b", first, d, b);
    evaluate(limit, a, std::span(design.a).subspan(first, count));
    evaluate(limit, b, std::span(design.b).subspan(first, count));
    for (std::size_t i = 0; i < d; ++i) {
      mixed = a;
      for (std::size_t k = 0; k < count; ++k) mixed[k * d + i] = b[k * d + i];
      evaluate(limit, mixed, std::span(design.mixed[i]).subspan(first, count));
    }
  }
  return design;
}

/// Running sums from which all indices follow, over some rows of the design.
class Sums {
 public:
  explicit Sums(std::size_t d) : first_(d, 0.0), total_(d, 0.0) {}

  void add(const Design& design, std::size_t k, double centre) {
    const double a = design.a[k] - centre;
    const double b = design.b[k] - centre;
    sum_ += a + b;
    squares_ += a * a + b * b;
    count_ += 1.0;
    for (std::size_t i = 0; i < first_.size(); ++i) {
      const double mixed = design.mixed[i][k] - centre;
      first_[i] += b * (mixed - a);
      total_[i] += 0.5 * (a - mixed) * (a - mixed);
    }
  }

  [[nodiscard]] double variance() const {
    const double mean = 0.5 * sum_ / count_;
    return 0.5 * squares_ / count_ - mean * mean;
  }
  [[nodiscard]] double first(std::size_t i) const { return first_[i] / count_ / variance(); }
  [[nodiscard]] double total(std::size_t i) const { return total_[i] / count_ / variance(); }

 private:
  double sum_ = 0.0;
  double squares_ = 0.0;
  double count_ = 0.0;
  std::vector<double> first_;
  std::vector<double> total_;
};

base::Interval interval_of(const std::vector<double>& values, double confidence) {
  const double tail = 0.5 * (1.0 - confidence);
  return {base::quantile(values, tail), base::quantile(values, 1.0 - tail)};
}

}  // namespace

std::vector<SobolIndices> sobol_indices(LimitState& limit, const SobolOptions& options) {
  const std::size_t d = limit.dimension();
  if (options.samples < 2 || options.bootstraps < 2) {
    sensitivity_error("fewer than 2 samples or bootstraps", "give some thousand samples");
  }
  const Design design = evaluated(limit, options);
  // Taken from both samples so that the first-order products stay small.
  const double centre = 0.5 * (base::mean(design.a) + base::mean(design.b));
  Sums all(d);
  for (std::size_t k = 0; k < options.samples; ++k) all.add(design, k, centre);
  if (!(all.variance() > 0.0)) {
    sensitivity_error("the margin does not vary", "give a limit state that depends on its inputs");
  }
  std::vector<std::vector<double>> first(d);
  std::vector<std::vector<double>> total(d);
  for (std::size_t r = 0; r < options.bootstraps; ++r) {
    options.cancel.throw_if_requested();
    base::RandomStream random(options.seed, "sampling/sobol indices/bootstrap", r);
    Sums sums(d);
    for (std::size_t k = 0; k < options.samples; ++k) {
      sums.add(design, random.below(static_cast<std::uint32_t>(options.samples)), centre);
    }
    for (std::size_t i = 0; i < d; ++i) {
      first[i].push_back(sums.first(i));
      total[i].push_back(sums.total(i));
    }
  }
  std::vector<SobolIndices> result(d);
  for (std::size_t i = 0; i < d; ++i) {
    result[i].first = {all.first(i), interval_of(first[i], options.confidence)};
    result[i].total = {all.total(i), interval_of(total[i], options.confidence)};
  }
  return result;
}

std::vector<InputRank> rank_inputs(const std::vector<Failure>& failures) {
  if (failures.size() < 2) {
    sensitivity_error(std::to_string(failures.size()) + " failures", "a ranking needs at least 2");
  }
  double squared_shares = 0.0;
  for (const Failure& one : failures) squared_shares += one.share * one.share;
  const std::size_t d = failures.front().u.size();
  std::vector<InputRank> result(d);
  double sum = 0.0;
  for (std::size_t i = 0; i < d; ++i) {
    InputRank& rank = result[i];
    rank.input = i;
    for (const Failure& one : failures) rank.mean += one.share * one.u[i];
    double variance = 0.0;
    for (const Failure& one : failures) variance += one.share * std::pow(one.u[i] - rank.mean, 2);
    rank.deviation = std::sqrt(variance);
    // Twice the divergence of n samples of N(0, 1) is about chi-squared of 2 degrees of freedom;
    // the squared shares tell as how many samples these count.
    constexpr double chance = 4.6;  ///< Its 90 % quantile.
    const double divergence =
        0.5 * (rank.mean * rank.mean + variance - 1.0 - std::log(std::max(variance, 1e-300)));
    if (divergence > chance * squared_shares) rank.divergence = divergence;
    sum += rank.divergence;
  }
  for (InputRank& rank : result) rank.share = sum > 0.0 ? rank.divergence / sum : 0.0;
  std::stable_sort(result.begin(), result.end(), [](const InputRank& a, const InputRank& b) {
    return a.divergence > b.divergence;
  });
  return result;
}

}  // namespace neucasl::sampling
