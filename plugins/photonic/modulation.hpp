#pragma once

#include <string_view>
#include <vector>

#include "neucasl/model/device_model.hpp"

/// \file
/// What electrical modulators share: the cost of a bit.
///
/// A modulator has the optical ports "input" and an output, then two electrical pins.

namespace neucasl::photonic {

/// Costs "rise" and "fall" of a voltage step between 0 and `swing`, and "bit", the mean over random
/// bits: energy from the transient's V I at the driver, time until the transmitted power is within
/// 10 % of its step.
std::vector<model::OperationCost> bit_costs(const model::DeviceModel& model,
                                            std::span<const double> parameters,
                                            const model::Environment& environment, double swing,
                                            double time_constant);

/// Compares the cost "bit" with the published "energy_per_bit".
void compare_bit_cost(model::Characterization& result,
                      std::span<const model::PublishedFigure> published,
                      const std::vector<model::OperationCost>& costs);

}  // namespace neucasl::photonic
