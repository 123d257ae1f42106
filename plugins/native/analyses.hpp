#pragma once

#include "neucasl/plugin/circuit_simulator.hpp"

/// \file
/// The analyses, one function each. All throw what RestSolver::solve throws, "native.value" and
/// "native.floating-node", and base::Cancelled.

namespace neucasl::native_plugin {

/// What an analysis is given besides its own numbers.
struct Job {
  const circuit::Circuit& circuit;
  const plugin::SimulationOptions& options;
  plugin::Context& context;
};

circuit::Result run(const Job& job, const circuit::OperatingPointAnalysis& analysis);
/// Each point starts from the solution of the one before.
/// \throws base::Error what circuit::Circuit::set throws.
circuit::Result run(const Job& job, const circuit::SweepAnalysis& analysis);
/// Small signals at the operating point.
/// \throws base::Error "native.analysis" without frequencies, or with negative ones.
circuit::Result run(const Job& job, const circuit::AcAnalysis& analysis);
/// \throws base::Error "native.analysis" for times that are not positive, "native.step" when the
/// step underflows.
circuit::Result run(const Job& job, const circuit::TransientAnalysis& analysis);
/// \throws base::Error "native.analysis" for unknown nodes or sources (with the nearest name) and
/// frequencies that are not positive, "native.noise" when the output does not depend on the input.
circuit::Result run(const Job& job, const circuit::NoiseAnalysis& analysis);

}  // namespace neucasl::native_plugin
