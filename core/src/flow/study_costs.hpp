#pragma once

#include <memory>
#include <vector>

#include "neucasl/plugin/system_estimator.hpp"
#include "neucasl/quantisation/map_cost.hpp"
#include "neucasl/quantisation/model.hpp"
#include "precision_study.hpp"

/// \file
/// What the maps of a precision study cost on chips.

namespace neucasl::flow {

/// An architecture and what estimates it.
struct StudyChip {
  architecture::Architecture architecture;
  std::unique_ptr<plugin::PerformanceEstimator> estimator;
  plugin::ParameterSet parameters;
};

/// `architecture` is that of the chip, or a variation of it; all must outlive the result.
quantisation::MapCost map_cost(const quantisation::Model& model, const StudyChip& chip,
                               const architecture::Architecture& architecture, int activation_bits,
                               plugin::Context& context);

/// Of the cheapest maps of all draws, on the fewest chips that the model fits on; where a chip does
/// not run it, not a number with a note.
void add_costs(const quantisation::Model& model, const std::vector<StudyChip>& chips,
               int activation_bits, plugin::Context& context, PrecisionStudy& study);

}  // namespace neucasl::flow
