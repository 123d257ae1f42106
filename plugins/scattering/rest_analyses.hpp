#pragma once

#include "neucasl/circuit/analysis.hpp"
#include "neucasl/plugin/context.hpp"

/// \file
/// Analyses of circuits at rest.

namespace neucasl::scattering {

circuit::Result run(const circuit::Circuit& circuit,
                    const circuit::OperatingPointAnalysis& analysis,
                    const plugin::Context& context);
/// A sweep of the wavelength computes all points together; any other one after the other.
circuit::Result run(const circuit::Circuit& circuit, const circuit::SweepAnalysis& analysis,
                    const plugin::Context& context);

}  // namespace neucasl::scattering
