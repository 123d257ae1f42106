#pragma once

#include <span>
#include <string>

#include "neucasl/plugin/array_solver.hpp"

/// \file
/// What the line solver demands of its problems. All functions throw base::Error "array.*".

namespace neucasl::array_plugin {

void check_options(const plugin::ArraySolveOptions& options);

/// Sizes, conductances and resistances; that no ideal wire has two ideal sources; and that every
/// wire is connected, through cells if need be, to a potential.
void check_problem(const plugin::ArrayProblem& problem);

void check_sources(const plugin::ArrayProblem& problem, const plugin::ArraySources& sources);

/// Throws "array.stalled".
[[noreturn]] void fail_stalled(double residual, double error, int iterations, double tolerance);

}  // namespace neucasl::array_plugin
