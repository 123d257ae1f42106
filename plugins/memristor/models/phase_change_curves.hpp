#pragma once

#include "curves.hpp"

/// \file
/// Curves of phase-change memory: drift, and conductance against the amplitude of a reset pulse.

namespace neucasl::memristor_models {

/// Conductance at the read voltage `times` (s, rising) after the state was programmed to
/// `conductance` at the drift reference time; the drift equation integrated.
std::vector<double> drifted_conductance(const model::DeviceModel& model,
                                        std::span<const double> parameters,
                                        const model::Environment& environment, double conductance,
                                        std::span<const double> times);
/// Exponent nu of a straight line through ln G over ln t.
double fitted_drift_exponent(std::span<const double> times, std::span<const double> conductances);

/// Drift of four levels over seven decades; comparison with the published figure
/// drift_exponent_at_half (mean exponent at g = 1/2).
void add_drift(const model::DeviceModel& model, std::span<const double> parameters,
               const model::Environment& environment,
               std::span<const model::PublishedFigure> published, model::Characterization& result);
/// Conductance after one reset pulse from the set state, over its amplitude.
void add_programming_curve(const model::DeviceModel& model, std::span<const double> parameters,
                           const model::Environment& environment, model::Characterization& result);

}  // namespace neucasl::memristor_models
