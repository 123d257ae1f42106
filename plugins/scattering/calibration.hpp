#pragma once

#include "neucasl/plugin/photonic_solver.hpp"

/// \file
/// Finding the values of knobs at which a network's outputs are the goals.

namespace neucasl::scattering {

/// Levenberg-Marquardt (D. W. Marquardt, J. SIAM 11:431, 1963) on errors over their full ranges,
/// knobs over the width of their bounds and held inside them, slopes by `NetworkGradient`. A scan
/// before it brings resonances that begin far from their channels to where slopes tell something.
/// \throws base::Error "scattering.calibration" for goals or knobs without meaning.
plugin::PhotonicCalibration calibrate(const circuit::Circuit& circuit,
                                      const std::vector<plugin::PhotonicGoal>& goals,
                                      const std::vector<plugin::PhotonicKnob>& knobs,
                                      const plugin::PhotonicCalibrationOptions& options,
                                      const plugin::Context& context);

}  // namespace neucasl::scattering
