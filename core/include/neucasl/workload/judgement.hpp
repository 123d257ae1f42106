#pragma once

#include <cstddef>
#include <cstdint>

#include "neucasl/base/export.hpp"
#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Scores of a network against the right classes.

namespace neucasl::workload {

/// Cross-entropy and hits of scores against targets, summed over the targets.
struct ScoreSums {
  double loss = 0.0;  ///< nats
  std::size_t right = 0;
  std::size_t targets = 0;

  [[nodiscard]] double mean_loss() const { return loss / static_cast<double>(targets); }
  [[nodiscard]] double accuracy() const {
    return static_cast<double>(right) / static_cast<double>(targets);
  }
};

/// Of scores (... x classes) for one target each; targets of -1 are left out. The first of equal
/// scores counts as the answer.
/// \throws base::Error "workload.targets" for another number of targets or one beyond the classes;
/// "workload.scores" for a score that is not finite.
NEUCASL_EXPORT ScoreSums judge(const Tensor& scores, const std::int64_t* targets,
                               std::size_t count);

/// Slopes of the summed loss of `judge` over the scores: softmax - 1 at the target, 0 where no target
/// is judged. \throws base::Error as `judge`.
NEUCASL_EXPORT Tensor judge_slopes(const Tensor& scores, const std::int64_t* targets,
                                   std::size_t count);

}  // namespace neucasl::workload
