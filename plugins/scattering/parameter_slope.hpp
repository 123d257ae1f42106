#pragma once

#include <span>
#include <vector>

#include "neucasl/circuit/circuit.hpp"

/// \file
/// Slopes of a device's equations over its parameters.

namespace neucasl::scattering {

/// dF/dp for each unknown at held unknowns. Models give derivatives over unknowns only, so this is
/// Ridders' extrapolation of central differences (Adv. Eng. Software 4:75, 1982), of the smallest
/// error over start steps that shrink; nothing is solved for in between, which keeps it smooth.
/// \throws base::Error "scattering.slope" when no step gives eight digits, or the parameter is at
/// the end of its range.
std::vector<double> parameter_slope(const circuit::Circuit& circuit, std::size_t device,
                                    std::size_t parameter, std::span<const double> unknowns);

}  // namespace neucasl::scattering
