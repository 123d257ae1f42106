#pragma once

#include "neucasl/plugin/estimators.hpp"

/// \file
/// Monte Carlo over manufactured and programmed chips.
///
/// Each sample is one chip: every cell is programmed with the device card's spread, some are stuck,
/// the effective matrices follow from the array solver (wires included), and the accuracy from the
/// functional model over the first `images` test images. The yield is the share of chips whose
/// accuracy is no more than `accuracy_loss_limit` below the float network's on the same images;
/// its interval is Clopper and Pearson's.

namespace neucasl::reliability_plugin {

class MonteCarloEstimator final : public plugin::ReliabilityEstimator {
 public:
  [[nodiscard]] plugin::Estimate run(const plugin::ReliabilityRequest& request,
                                     const plugin::ParameterSet& parameters,
                                     plugin::Context& context) override;
};

}  // namespace neucasl::reliability_plugin
