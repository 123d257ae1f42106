#include "neucasl/workload/judgement.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::workload {
namespace {

using base::Error;

/// Loss of one row of scores, and whether its largest is the target's.
template <class T>
void judge_row(const T* scores, std::size_t classes, std::size_t target, ScoreSums& sums) {
  const auto best = static_cast<std::size_t>(std::max_element(scores, scores + classes) - scores);
  const auto top = static_cast<double>(scores[best]);
  double sum = 0.0;
  for (std::size_t k = 0; k < classes; ++k) sum += std::exp(static_cast<double>(scores[k]) - top);
  const double loss = top + std::log(sum) - static_cast<double>(scores[target]);
  if (!std::isfinite(loss)) {
    throw Error("workload.scores", "a score of the network is not finite",
                "check the weights and the samples");
  }
  sums.loss += loss;
  sums.right += best == target ? 1 : 0;
  ++sums.targets;
}

/// Calls `use(row, target, classes)` for each row with a judged target.
template <class Use>
void for_each_judged(const Tensor& scores, const std::int64_t* targets, std::size_t count,
                     const Use& use) {
  const std::size_t classes = scores.type.shape.empty() ? 0 : scores.type.shape.back();
  if (classes == 0 || scores.size() != count * classes) {
    throw Error("workload.targets",
                "there are " + std::to_string(count) + " targets for scores of " +
                    to_string(scores.type.shape),
                "give one for each row of scores");
  }
  for (std::size_t row = 0; row < count; ++row) {
    if (targets[row] == -1) continue;
    if (targets[row] < 0 || static_cast<std::size_t>(targets[row]) >= classes) {
      throw Error("workload.targets",
                  "a target is " + std::to_string(targets[row]) + ", the network has " +
                      std::to_string(classes) + " classes",
                  "give 0 to " + std::to_string(classes - 1) + ", or -1 to leave it out");
    }
    use(row, static_cast<std::size_t>(targets[row]), classes);
  }
}

}  // namespace

ScoreSums judge(const Tensor& scores, const std::int64_t* targets, std::size_t count) {
  ScoreSums sums;
  for_each_judged(scores, targets, count,
                  [&](std::size_t row, std::size_t target, std::size_t classes) {
                    std::visit(
                        [&](const auto& values) {
                          judge_row(values.data() + row * classes, classes, target, sums);
                        },
                        scores.values);
                  });
  return sums;
}

Tensor judge_slopes(const Tensor& scores, const std::int64_t* targets, std::size_t count) {
  const bool wide = scores.type.type == ElementType::float64;
  Tensor slopes(TensorType{wide ? ElementType::float64 : ElementType::float32, scores.type.shape});
  const auto slope_of = [&](std::size_t row, std::size_t target, std::size_t classes,
                            const auto& values, auto& result) {
    using Number = std::decay_t<decltype(result.front())>;
    const auto* from = values.data() + row * classes;
    const auto top = static_cast<double>(*std::max_element(from, from + classes));
    double sum = 0.0;
    for (std::size_t k = 0; k < classes; ++k) sum += std::exp(static_cast<double>(from[k]) - top);
    for (std::size_t k = 0; k < classes; ++k) {
      const double share = std::exp(static_cast<double>(from[k]) - top) / sum;
      result[row * classes + k] = static_cast<Number>(share - (k == target ? 1.0 : 0.0));
    }
  };
  for_each_judged(scores, targets, count,
                  [&](std::size_t row, std::size_t target, std::size_t classes) {
                    std::visit(
                        [&](const auto& values) {
                          auto& result = std::get<std::decay_t<decltype(values)>>(slopes.values);
                          slope_of(row, target, classes, values, result);
                        },
                        scores.values);
                  });
  return slopes;
}

}  // namespace neucasl::workload
