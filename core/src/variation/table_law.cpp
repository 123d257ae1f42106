#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <tuple>

#include "law.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::variation {
namespace {

/// Values in ascending order with their probabilities; equal ones joined.
struct Knots {
  std::vector<double> value, weight;
};

void check_values(std::span<const double> values, std::span<const double> weights,
                  const base::Location& where) {
  if (!weights.empty() && weights.size() != values.size()) {
    refuse_distribution(std::to_string(values.size()) + " values have " +
                            std::to_string(weights.size()) + " weights",
                        "give each value its weight, or none", where);
  }
  for (const double value : values) {
    if (std::isfinite(value)) continue;
    refuse_distribution("one of the values is " + base::shortest(value), "give finite values",
                        where);
  }
  double sum = 0.0;
  for (const double weight : weights) {
    if (!(std::isfinite(weight) && weight >= 0.0)) {
      refuse_distribution("one of the weights is " + base::shortest(weight),
                          "give weights of 0 or more", where);
    }
    sum += weight;
  }
  if (!weights.empty() && std::abs(sum - 1.0) > weight_tolerance) {
    refuse_distribution("the weights add up to " + base::shortest(sum),
                        "divide each by this sum, or leave all out", where);
  }
}

Knots make_knots(const std::vector<double>& values, const std::vector<double>& weights) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  const double sum = weights.empty() ? static_cast<double>(values.size())
                                     : std::accumulate(weights.begin(), weights.end(), 0.0);
  Knots knots;
  for (const std::size_t i : order) {
    const double weight = (weights.empty() ? 1.0 : weights[i]) / sum;
    if (weight == 0.0) continue;
    if (!knots.value.empty() && knots.value.back() == values[i]) {
      knots.weight.back() += weight;
      continue;
    }
    knots.value.push_back(values[i]);
    knots.weight.push_back(weight);
  }
  return knots;
}

/// Sums of the weights before each knot, and after it.
std::pair<std::vector<double>, std::vector<double>> sums_around(const std::vector<double>& weight) {
  std::vector<double> before(weight.size()), after(weight.size());
  for (std::size_t i = 1; i < weight.size(); ++i) before[i] = before[i - 1] + weight[i - 1];
  for (std::size_t i = weight.size() - 1; i-- > 0;) after[i] = after[i + 1] + weight[i + 1];
  return {std::move(before), std::move(after)};
}

struct DiscreteLaw final : Distribution::Law {
  explicit DiscreteLaw(Knots k) : knots(std::move(k)) {
    std::tie(before, after) = sums_around(knots.weight);
  }
  Knots knots;
  std::vector<double> before, after;

  [[nodiscard]] double from_normal(double u) const override {
    const Tails tails = tails_of(u);
    if (u <= 0.0) {
      // The last knot with less before it than the tail.
      const auto next = std::upper_bound(before.begin() + 1, before.end(), tails.below);
      return knots.value[static_cast<std::size_t>(next - before.begin()) - 1];
    }
    const auto first = std::partition_point(after.begin(), after.end() - 1,
                                            [&](double sum) { return sum > tails.above; });
    return knots.value[static_cast<std::size_t>(first - after.begin())];
  }
  [[nodiscard]] double mean() const override {
    return std::inner_product(knots.value.begin(), knots.value.end(), knots.weight.begin(), 0.0);
  }
  [[nodiscard]] double variance() const override {
    const double centre = mean();
    double sum = 0.0;
    for (std::size_t i = 0; i < knots.value.size(); ++i) {
      sum += knots.weight[i] * (knots.value[i] - centre) * (knots.value[i] - centre);
    }
    return sum;
  }
  [[nodiscard]] std::string text() const override {
    return "one of " + std::to_string(knots.value.size()) + " values";
  }
};

struct EmpiricalLaw final : Distribution::Law {
  explicit EmpiricalLaw(Knots k) : knots(std::move(k)) {
    std::tie(below, above) = sums_around(knots.weight);
    for (std::size_t i = 0; i < below.size(); ++i) {
      below[i] += 0.5 * knots.weight[i];
      above[i] += 0.5 * knots.weight[i];
    }
  }
  Knots knots;
  std::vector<double> below, above;  // at the knots

  [[nodiscard]] double from_normal(double u) const override {
    const Tails tails = tails_of(u);
    const auto& x = knots.value;
    if (u <= 0.0) {
      const auto next = std::upper_bound(below.begin(), below.end(), tails.below);
      const auto i = static_cast<std::size_t>(next - below.begin());
      if (i == 0) return x.front();
      if (i == x.size()) return x.back();
      return between(i, (tails.below - below[i - 1]) / (below[i] - below[i - 1]));
    }
    const auto next = std::partition_point(above.begin(), above.end(),
                                           [&](double sum) { return sum > tails.above; });
    const auto i = static_cast<std::size_t>(next - above.begin());
    if (i == 0) return x.front();
    if (i == x.size()) return x.back();
    return between(i, (above[i - 1] - tails.above) / (above[i - 1] - above[i]));
  }
  /// The integral of f over each straight piece and the two flat ends, weighted; f of the ends.
  template <class Piece, class End>
  [[nodiscard]] double integral(Piece piece, End end) const {
    const auto& x = knots.value;
    const auto& w = knots.weight;
    double sum = 0.5 * (w.front() * end(x.front()) + w.back() * end(x.back()));
    for (std::size_t i = 1; i < x.size(); ++i) {
      sum += 0.5 * (w[i - 1] + w[i]) * piece(x[i - 1], x[i]);
    }
    return sum;
  }
  [[nodiscard]] double mean() const override {
    return integral([](double a, double b) { return 0.5 * (a + b); }, [](double a) { return a; });
  }
  [[nodiscard]] double variance() const override {
    const double centre = mean();
    return integral(
        [&](double a, double b) {
          const double p = a - centre;
          const double q = b - centre;
          return (p * p + p * q + q * q) / 3.0;
        },
        [&](double a) { return (a - centre) * (a - centre); });
  }
  [[nodiscard]] std::string text() const override {
    return "table of " + std::to_string(knots.value.size()) + " measured values from " +
           base::shortest(knots.value.front()) + " to " + base::shortest(knots.value.back());
  }

 private:
  [[nodiscard]] double between(std::size_t i, double share) const {
    return knots.value[i - 1] + (knots.value[i] - knots.value[i - 1]) * share;
  }
};

}  // namespace

std::shared_ptr<const Distribution::Law> discrete_law(std::vector<double> values,
                                                      std::vector<double> weights,
                                                      const base::Location& where) {
  check_values(values, weights, where);
  if (values.empty()) refuse_distribution("there is no value", "give at least one", where);
  return std::make_shared<DiscreteLaw>(make_knots(values, weights));
}

std::shared_ptr<const Distribution::Law> empirical_law(std::vector<double> values,
                                                       std::vector<double> weights,
                                                       const base::Location& where) {
  check_values(values, weights, where);
  if (values.size() < 2) {
    refuse_distribution("there are fewer than two measured values", "give at least two", where);
  }
  return std::make_shared<EmpiricalLaw>(make_knots(values, weights));
}

}  // namespace neucasl::variation
