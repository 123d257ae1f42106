#pragma once

#include "neucasl/plugin/photonic_solver.hpp"

/// \file
/// Loss, crosstalk and noise of each detector of a network.

namespace neucasl::scattering {

/// A detector is a device with one optical port that absorbs, and electrical terminals. Its channel
/// is the source that gives it most power P; the others are its crosstalk. With bandwidth B,
/// current I = R P and R the slope of its current:
///   noise of the model's own sources (shot, thermal, ...): S B, by name
///   thermal noise of resistors at its terminals: 4 k T B / R_load, each alone
///   noise of optical devices (relative intensity, ...): R^2 S_P B, S_P by the adjoint waves
///   effective bits of a noise: (10 log10(I^2 / variance) - 1.76) / 6.02
///   effective bits of crosstalk: log2(P / sum of the others)
/// \throws base::Error "scattering.budget" for a bandwidth that is not positive, or no detector.
plugin::PhotonicBudget make_budget(const circuit::Circuit& circuit,
                                   const plugin::PhotonicBudgetOptions& options,
                                   const plugin::Context& context);

}  // namespace neucasl::scattering
