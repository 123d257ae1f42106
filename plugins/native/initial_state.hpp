#pragma once

#include "rest_solver.hpp"
#include "time_step.hpp"

/// \file
/// Where transients begin.

namespace neucasl::native_plugin {

/// The operating point with the sources' values at time 0, and nodes with initial voltages held at
/// them (unless voltage sources define them). Capacitors and inductors are as this makes them.
TimePoint start_at_rest(System& system, RestSolver& solver, Excitation& excitation);

/// No operating point: charges are those of the nodes' initial voltages (0 V where none is given),
/// of capacitors with an initial voltage that one, fluxes those of the inductors' initial currents,
/// internal states their initial values. What has no storage follows from Kirchhoff's laws.
/// \param short_time  in which charge settles between joined capacitors, s
TimePoint start_as_given(System& system, RestSolver& solver, double short_time,
                         Excitation& excitation);

}  // namespace neucasl::native_plugin
