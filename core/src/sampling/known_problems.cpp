#include "neucasl/sampling/known_problems.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chi_distribution.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/normal_distribution.hpp"

namespace neucasl::sampling {
namespace {

constexpr double sphere_radius_6 = 13.4954354179;
constexpr double sphere_radius_9 = 14.4678125059;
constexpr std::size_t sphere_dimension = 100;
constexpr std::size_t array_rows = 1024;
constexpr std::size_t array_columns = 1024;
constexpr double cell_failure = 1e-6;

/// Sum of f(u) over one point, in several running sums that the processor adds at once.
template <class Function>
double sum_over(const double* u, std::size_t d, Function f) {
  constexpr std::size_t width = 8;
  double sums[width] = {};
  std::size_t i = 0;
  for (; i + width <= d; i += width) {
    for (std::size_t j = 0; j < width; ++j) sums[j] += f(u[i + j]);
  }
  double sum = 0.0;
  for (const double one : sums) sum += one;
  for (; i < d; ++i) sum += f(u[i]);
  return sum;
}

/// A margin given as a function of a point.
template <class Margin>
class PointwiseLimit : public LimitState {
 public:
  PointwiseLimit(std::size_t dimension, Margin margin) : dimension_(dimension), margin_(margin) {}
  [[nodiscard]] std::size_t dimension() const override { return dimension_; }
  void evaluate(std::span<const double> u, std::span<double> margins) override {
    for (std::size_t k = 0; k < margins.size(); ++k) margins[k] = margin_(&u[k * dimension_]);
  }

 private:
  std::size_t dimension_;
  Margin margin_;
};

template <class Margin>
std::unique_ptr<LimitState> limit_of(std::size_t dimension, Margin margin) {
  return std::make_unique<PointwiseLimit<Margin>>(dimension, margin);
}

double projection(const double* u, std::size_t d) {
  return sum_over(u, d, [](double x) { return x; }) / std::sqrt(static_cast<double>(d));
}

template <int Beta, std::size_t Dimension>
std::unique_ptr<LimitState> hyperplane() {
  return limit_of(Dimension, [](const double* u) { return Beta - projection(u, Dimension); });
}

template <int Beta, std::size_t Dimension>
std::unique_ptr<LimitState> two_sided() {
  return limit_of(Dimension,
                  [](const double* u) { return Beta - std::abs(projection(u, Dimension)); });
}

template <int Distance>
std::unique_ptr<LimitState> four_branch() {
  return limit_of(2, [](const double* u) {
    const double sum = (u[0] + u[1]) / std::numbers::sqrt2;
    const double difference = u[0] - u[1];
    return std::min(3.0 + 0.1 * difference * difference - std::abs(sum),
                    Distance / std::numbers::sqrt2 - std::abs(difference));
  });
}

std::unique_ptr<LimitState> hypersphere(double radius) {
  return limit_of(sphere_dimension, [radius](const double* u) {
    return radius - std::sqrt(sum_over(u, sphere_dimension, [](double x) { return x * x; }));
  });
}

std::unique_ptr<LimitState> parabola(double curvature) {
  return limit_of(2, [curvature](const double* u) {
    return 5.0 - u[0] - curvature * (u[1] - 0.1) * (u[1] - 0.1);
  });
}

/// Resistance exp(1.5 + 0.2 u1) over load exp(0.25 u2).
std::unique_ptr<LimitState> lognormal() {
  return limit_of(
      2, [](const double* u) { return std::exp(1.5 + 0.2 * u[0]) - std::exp(0.25 * u[1]); });
}

/// P(a row of the array has a failing cell).
double row_failure() {
  return -std::expm1(static_cast<double>(array_columns) * std::log1p(-cell_failure));
}

/// One number a row: the normal score of its weakest cell.
std::unique_ptr<LimitState> weakest_cell() {
  const double strength = -base::normal_quantile(row_failure());
  return limit_of(array_rows, [strength](const double* u) {
    return strength - *std::max_element(u, u + array_rows);
  });
}

std::vector<KnownProblem> make_problems() {
  const auto below = [](double beta) { return base::normal_cumulative(-beta); };
  std::vector<KnownProblem> result;
  const auto planes = [&](int beta, std::size_t d, auto make, auto make_two) {
    const std::string suffix = '-' + std::to_string(beta) + "-d" + std::to_string(d);
    const std::string distance = std::to_string(beta);
    result.push_back({"hyperplane" + suffix, distance + " - sum u / sqrt d", below(beta), make});
    result.push_back(
        {"two-sided" + suffix, distance + " - |sum u / sqrt d|", 2.0 * below(beta), make_two});
  };
  planes(4, 2, hyperplane<4, 2>, two_sided<4, 2>);
  planes(5, 10, hyperplane<5, 10>, two_sided<5, 10>);
  planes(4, 100, hyperplane<4, 100>, two_sided<4, 100>);
  planes(5, 100, hyperplane<5, 100>, two_sided<5, 100>);
  planes(6, 100, hyperplane<6, 100>, two_sided<6, 100>);
  const std::string branches =
      "min of 3 + (u1 - u2)^2 / 10 - |u1 + u2| / sqrt 2 and p / sqrt 2 - |u1 - u2|, p = ";
  result.push_back({"four-branch-6", branches + "6", 4.4573314896e-3, four_branch<6>});
  result.push_back({"four-branch-7", branches + "7", 2.2227950659e-3, four_branch<7>});
  result.push_back({"hypersphere-1e-6", "13.4954354179 - |u|, d = 100",
                    chi_tail(sphere_dimension, sphere_radius_6),
                    [] { return hypersphere(sphere_radius_6); }});
  result.push_back({"hypersphere-1e-9", "14.4678125059 - |u|, d = 100",
                    chi_tail(sphere_dimension, sphere_radius_9),
                    [] { return hypersphere(sphere_radius_9); }});
  result.push_back({"parabola-two-points", "5 - u1 - 0.5 (u2 - 0.1)^2", 3.01631190e-3,
                    [] { return parabola(0.5); }});
  result.push_back({"parabola-one-point", "5 - u1 + 0.2 (u2 - 0.1)^2", 1.61953809e-7,
                    [] { return parabola(-0.2); }});
  result.push_back({"lognormal", "exp(1.5 + 0.2 u1) - exp(0.25 u2)",
                    below(1.5 / std::hypot(0.2, 0.25)), lognormal});
  result.push_back({"cells", "1024 x 1024 cells, each failing at 1e-6",
                    -std::expm1(static_cast<double>(array_rows) * std::log1p(-row_failure())),
                    weakest_cell});
  return result;
}

}  // namespace

const std::vector<KnownProblem>& known_problems() {
  static const std::vector<KnownProblem> problems = make_problems();
  return problems;
}

const KnownProblem& known_problem(std::string_view name) {
  std::vector<std::string> names;
  names.reserve(known_problems().size());
  for (const KnownProblem& problem : known_problems()) {
    if (problem.name == name) return problem;
    names.push_back(problem.name);
  }
  throw base::Error("sampling.problem", "unknown problem '" + std::string(name) + "'",
                    base::suggest(name, names));
}

}  // namespace neucasl::sampling
