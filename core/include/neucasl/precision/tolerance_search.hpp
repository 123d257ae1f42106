#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// The cheapest bits that a network bears.

namespace neucasl::precision {

struct ToleranceSearch {
  double least_budget = 0.0;
  double most_budget = 0.0;
  std::size_t steps = 32;  ///< Budgets that are tried are a fraction of these apart.
  /// Budgets below the last one that held which must fail before the search ends: what a network
  /// bears need not follow the budget.
  std::size_t patience = 2;
};

struct TolerableBits {
  std::vector<int> bits;  ///< By layer.
  double budget = 0.0;
  std::size_t runs = 0;  ///< Bits that were judged.
};

/// The bits of the least budget among least + k (most - least) / steps, k = 0, ..., steps, that
/// hold: by bisection, then downwards step by step. `allocate` gives the bits for a budget, or
/// nothing when none keeps it; `holds` is asked once for each different bits. Nothing when even the
/// most does not hold.
/// \throws base::Error "precision.budget" when the budgets are not finite and rising, or without
/// steps.
NEUCASL_EXPORT std::optional<TolerableBits> cheapest_tolerable(
    const ToleranceSearch& search,
    const std::function<std::optional<std::vector<int>>(double budget)>& allocate,
    const std::function<bool(const std::vector<int>& bits)>& holds);

}  // namespace neucasl::precision
