#pragma once

#include <vector>

#include "neucasl/plugin/precision_method.hpp"

/// \file
/// How well a score orders the layers of a network.

namespace neucasl::plugin {

/// For each place in the menu Spearman's rank correlation, over the layers, of a score with the
/// measured one; not a number where either gives all layers the same (or there is one layer).
/// \throws base::Error "precision.audit" when the two have other layers or menus.
NEUCASL_EXPORT std::vector<double> rank_correlations(const PrecisionScores& scores,
                                                     const PrecisionScores& measured);

}  // namespace neucasl::plugin
