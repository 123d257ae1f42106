#include "cross_entropy.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::workload {

std::size_t counted_targets(std::span<const std::int64_t> targets) {
  const auto count = std::count_if(targets.begin(), targets.end(),
                                   [](std::int64_t target) { return target >= 0; });
  if (count == 0) throw base::Error("workload.targets", "no target counts", "give one");
  return static_cast<std::size_t>(count);
}

namespace {

/// Calls body(row, scores of the row, target) for each row that counts.
template <class T, class Body>
void for_each_row(const Tensor& scores, std::span<const std::int64_t> targets, const Body& body) {
  const std::size_t classes = scores.type.shape.empty() ? 0 : scores.type.shape.back();
  const std::vector<T>& values = numbers<T>(scores);
  if (classes == 0 || values.size() != classes * targets.size()) {
    throw base::Error(
        "workload.targets",
        std::to_string(targets.size()) + " targets for scores of " + to_string(scores.type.shape),
        "give one for each row");
  }
  for (std::size_t row = 0; row < targets.size(); ++row) {
    if (targets[row] < 0) continue;
    if (targets[row] >= static_cast<std::int64_t>(classes)) {
      throw base::Error("workload.targets",
                        "target " + std::to_string(targets[row]) + " of row " +
                            std::to_string(row) + " is beyond " + std::to_string(classes) +
                            " scores",
                        "give at most " + std::to_string(classes - 1));
    }
    const std::span<const T> of_row(values.data() + row * classes, classes);
    for (std::size_t k = 0; k < classes; ++k) {
      if (std::isfinite(of_row[k])) continue;
      throw base::Error(
          "workload.scores",
          "score " + std::to_string(k) + " of row " + std::to_string(row) + " is not finite",
          "check the weights and the samples of the network");
    }
    body(row, of_row, static_cast<std::size_t>(targets[row]));
  }
}

template <class Body>
void with_scores(const Tensor& scores, const Body& body) {
  if (!is_floating(scores.type.type)) {
    throw base::Error("workload.targets",
                      "the scores are of " + std::string(to_string(scores.type.type)),
                      "give floating scores");
  }
  with_floating(scores, body);
}

/// ln sum exp, the largest score set apart.
template <class T>
double logarithm_of_sum(std::span<const T> scores) {
  const auto largest = static_cast<double>(*std::max_element(scores.begin(), scores.end()));
  double sum = 0.0;
  for (const T score : scores) sum += std::exp(static_cast<double>(score) - largest);
  return std::log(sum) + largest;
}

}  // namespace

double cross_entropy_sum(const Tensor& scores, std::span<const std::int64_t> targets) {
  double sum = 0.0;
  with_scores(scores, [&](auto zero) {
    using T = decltype(zero);
    for_each_row<T>(scores, targets, [&](std::size_t, std::span<const T> row, std::size_t target) {
      sum += logarithm_of_sum(row) - static_cast<double>(row[target]);
    });
  });
  return sum;
}

Tensor cross_entropy_seed(const Tensor& scores, std::span<const std::int64_t> targets,
                          std::size_t count) {
  Tensor seed(adjoint_type(scores.type));
  with_scores(scores, [&](auto zero) {
    using T = decltype(zero);
    for_each_row<T>(
        scores, targets, [&](std::size_t at, std::span<const T> row, std::size_t target) {
          const double logarithm = logarithm_of_sum(row);
          T* to = numbers<T>(seed).data() + at * row.size();
          for (std::size_t k = 0; k < row.size(); ++k) {
            const double share = std::exp(static_cast<double>(row[k]) - logarithm);
            to[k] =
                static_cast<T>((share - (k == target ? 1.0 : 0.0)) / static_cast<double>(count));
          }
        });
  });
  return seed;
}

double cross_entropy(const Tensor& scores, std::span<const std::int64_t> targets) {
  const std::size_t count = counted_targets(targets);
  return cross_entropy_sum(scores, targets) / static_cast<double>(count);
}

Tensor cross_entropy_seed(const Tensor& scores, std::span<const std::int64_t> targets) {
  return cross_entropy_seed(scores, targets, counted_targets(targets));
}

double accuracy(const Tensor& scores, std::span<const std::int64_t> targets) {
  const std::size_t count = counted_targets(targets);
  std::size_t right = 0;
  with_scores(scores, [&](auto zero) {
    using T = decltype(zero);
    for_each_row<T>(scores, targets, [&](std::size_t, std::span<const T> row, std::size_t target) {
      const auto largest = std::max_element(row.begin(), row.end()) - row.begin();
      if (static_cast<std::size_t>(largest) == target) ++right;
    });
  });
  return static_cast<double>(right) / static_cast<double>(count);
}

}  // namespace neucasl::workload
