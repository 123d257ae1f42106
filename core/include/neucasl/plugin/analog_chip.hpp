#pragma once

#include <cstdint>

#include "neucasl/device/card.hpp"
#include "neucasl/mapping/analog_inference.hpp"
#include "neucasl/plugin/array_solver.hpp"

/// \file
/// Conductances of manufactured and programmed chips, and their effective matrices.

namespace neucasl::plugin {

/// How far programmed conductances lie from their targets.
///   G = max(0, G_target + sigma(G_target) z), z standard normal, independent from cell to cell;
/// then a cell is stuck at conductance_max with probability stuck_on, at conductance_min with
/// probability stuck_off.
struct ProgrammingModel {
  device::Polynomial sigma;  ///< S over S
  double stuck_on = 0.0;
  double stuck_off = 0.0;
  double conductance_min = 0.0;  ///< S
  double conductance_max = 0.0;  ///< S
};

/// From the device card: polynomial programming_sigma, numbers stuck_on_probability,
/// stuck_off_probability, conductance_min, conductance_max.
NEUCASL_EXPORT ProgrammingModel read_programming_model(const device::Card& card,
                                                       device::UseList& uses);

/// The conductances of chip number `sample`. Depends on (seed, tile names, sample) only.
NEUCASL_EXPORT mapping::TileMatrices program_chip(const ir::Design& design,
                                                  const mapping::ChipView& chip,
                                                  const ProgrammingModel& model, std::uint64_t seed,
                                                  std::uint64_t sample);

/// The effective matrix of each tile, wires included, to a relative `tolerance`.
NEUCASL_EXPORT mapping::TileMatrices effective_matrices(const mapping::ChipView& chip,
                                                        const mapping::TileMatrices& conductance,
                                                        const ArraySolver& solver, double tolerance,
                                                        int threads,
                                                        const base::CancelFlag& cancel);

}  // namespace neucasl::plugin
