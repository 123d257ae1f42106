#pragma once

#include <cstddef>
#include <span>

#include "neucasl/base/export.hpp"

/// \file
/// What fails.
///
/// A *limit state* is a function of d independent standard normal numbers u. Its value is the
/// *margin*: failure where it is at most 0. The surface of margin 0 is the *limit state surface*.

namespace neucasl::sampling {

class NEUCASL_EXPORT LimitState {
 public:
  LimitState() = default;
  LimitState(const LimitState&) = delete;
  LimitState& operator=(const LimitState&) = delete;
  virtual ~LimitState() = default;

  /// d, at least 1.
  [[nodiscard]] virtual std::size_t dimension() const = 0;

  /// `u` holds one point after the other, d numbers each; one margin a point. NaN: the evaluation
  /// failed, which says nothing of the point. The margins depend on the points alone, so that an
  /// implementation may work on them in any order and in parallel.
  virtual void evaluate(std::span<const double> u, std::span<double> margins) = 0;
};

}  // namespace neucasl::sampling
