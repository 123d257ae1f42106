#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Bits of the layers from their scores.
///
/// A *menu* is a list of bit counts, rising. A *sensitivity* is one number for a layer; a *score*
/// is one for a layer and a bit count, the harm that these bits do. All allocations are *monotone*:
/// a layer of a higher sensitivity never gets fewer bits; layers of equal sensitivity may get
/// different ones.

namespace neucasl::precision {

/// Bits by layer from the layers' ranks by sensitivity: the first `first_share` of them get the
/// most bits of the menu, the last `last_share` the fewest, the others the median of the menu (the
/// higher one of two). Counts of layers are rounded to nearest; among equals the earlier layer
/// ranks first. \throws base::Error "precision.score" for a sensitivity that is not finite (with
/// the layer's index); "precision.menu" for a menu that is empty, not rising or out of [least_bits,
/// most_bits]; "precision.share" for shares below 0 or of more than 1 together.
NEUCASL_EXPORT std::vector<int> allocate_by_rank(std::span<const double> sensitivity,
                                                 std::span<const int> menu,
                                                 double first_share = 0.3, double last_share = 0.3);

/// Bits by layer from clusters: the sensitivities are divided into as many intervals as the menu
/// has bit counts (fewer when they take fewer values) such that the sum of squared distances to the
/// means of the intervals is the least there is; the interval of the largest sensitivities gets the
/// most bits, the next one the next fewer. By dynamic programming, exact (W. D. Fisher, "On
/// grouping for maximum homogeneity", J. Am. Stat. Assoc. 53:789, 1958).
/// \throws base::Error as `allocate_by_rank`.
NEUCASL_EXPORT std::vector<int> allocate_by_clusters(std::span<const double> sensitivity,
                                                     std::span<const int> menu);

/// What is known of a layer for an allocation under a budget.
struct LayerOptions {
  std::string layer;
  double sensitivity = 0.0;
  std::vector<double> score;  ///< By place in the menu; any sign.
  std::vector<double> cost;   ///< By place in the menu; not negative.
};

struct BudgetOptions {
  bool monotone = true;
  /// Most partial allocations kept for one layer. When there would be more, costs are rounded up to
  /// budget / most_partial, so that the result keeps the budget but may not be the best.
  std::size_t most_partial = 200000;
};

struct Allocation {
  std::vector<int> bits;  ///< By layer.
  double score = 0.0;     ///< Sum over the layers.
  double cost = 0.0;      ///< Sum over the layers.
  bool exact = true;      ///< No allocation under the budget has a smaller score.
};

/// The allocation of the smallest sum of scores among those whose sum of costs does not exceed
/// `budget`; of several with that sum one of the smallest cost. By dynamic programming over the
/// layers, keeping of each partial allocation the costs and scores that no other is better than in
/// both (G. L. Nemhauser and Z. Ullmann, "Discrete dynamic programming and capital allocation",
/// Manag. Sci. 15:494, 1969).
/// \throws base::Error "precision.score" and "precision.menu" as `allocate_by_rank`;
/// "precision.cost" for a cost that is negative or not finite, or a wrong number of scores or costs
/// (with the layer); "precision.budget" for a budget that is not a positive finite number or that
/// no allocation keeps, with the smallest that one does.
NEUCASL_EXPORT Allocation allocate_under_budget(std::span<const LayerOptions> layers,
                                                std::span<const int> menu, double budget,
                                                const BudgetOptions& options = {});

/// What a budget limits.
enum class BudgetKind {
  average_bits,      ///< Mean over the weights.
  bits,              ///< Of all weights.
  arrays,            ///<
  cells,             ///<
  converter_energy,  ///< J of one inference.
  energy,            ///< J of one inference of the chip.
  latency,           ///< s of one inference.
  area               ///< m^2
};
/// "average_bits", "bits", "arrays", "cells", "converter_energy", "energy", "latency", "area".
NEUCASL_EXPORT std::string_view to_string(BudgetKind kind);

struct Budget {
  BudgetKind kind = BudgetKind::average_bits;
  double limit = 0.0;  ///< SI units; a count without one.
};

/// Reads "arrays<=22", "energy <= 1.2 uJ", "area<=3 mm^2".
/// \throws base::Error "precision.budget" for another form, an unknown kind (with the nearest), a
/// unit of another dimension or a limit that is not positive.
NEUCASL_EXPORT Budget parse_budget(std::string_view text);

}  // namespace neucasl::precision
