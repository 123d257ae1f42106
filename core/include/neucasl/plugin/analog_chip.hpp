#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neucasl/device/card.hpp"
#include "neucasl/mapping/analog_inference.hpp"
#include "neucasl/mapping/synapse_device.hpp"
#include "neucasl/plugin/array_solver.hpp"

/// \file
/// Conductances of manufactured and programmed chips, and their effective matrices.

namespace neucasl::plugin {

/// How far conductances lie from their targets.
///   G = max(0, G_target + sigma(G_target) z), z standard normal, independent from cell to cell, or
///   G = G_target exp(log_sigma z) for a card without a polynomial whose conductance_max has a
///   lognormal spread;
/// then it drifts as in mapping/synapse_device.hpp, unless the cell is stuck at conductance_max
/// with probability stuck_on, at conductance_min with probability stuck_off.
struct ProgrammingModel {
  device::Polynomial sigma;  ///< S over S
  double log_sigma = 0.0;    ///< Takes the place of the polynomial when it is positive.
  std::optional<mapping::DriftStatistics> drift;
  std::optional<mapping::ReadNoise> read_noise;
  double stuck_on = 0.0;
  double stuck_off = 0.0;
  double conductance_min = 0.0;  ///< S
  double conductance_max = 0.0;  ///< S
};

/// From the device card: polynomial programming_sigma or a lognormal spread of conductance_max,
/// numbers stuck_on_probability, stuck_off_probability, conductance_min, conductance_max. Where the
/// card has them: drift_reference_time, drift_mean_slope, ..._offset, ..._low, ..._high,
/// drift_sigma_ likewise; read_noise_factor, read_noise_exponent, read_noise_most, read_time.
NEUCASL_EXPORT ProgrammingModel read_programming_model(const device::Card& card,
                                                       device::UseList& uses);

/// One manufactured and programmed chip at some time.
struct ChipSample {
  std::uint64_t seed = 1;
  std::uint64_t sample = 0;
  double time = 0.0;  ///< s since programming
};

/// The cells of one tile on all chips.
class NEUCASL_EXPORT TileCells {
 public:
  TileCells(std::vector<double> target, std::string tile, const ProgrammingModel& model);

  [[nodiscard]] const std::vector<double>& target() const { return target_; }
  /// As `program_tile`.
  [[nodiscard]] std::vector<double> programmed(const ChipSample& chip) const;

 private:
  std::vector<double> target_;
  std::vector<double> sigma_;
  std::string tile_;
  ProgrammingModel model_;
};

/// Conductances `target` of a tile as they are on a chip. Depends on (seed, tile name, sample,
/// time) only. \throws base::Error "device.drift" for a time that is negative or not finite, or
/// positive when the model has no drift.
NEUCASL_EXPORT std::vector<double> program_tile(std::span<const double> target,
                                                const std::string& tile,
                                                const ProgrammingModel& model,
                                                const ChipSample& chip);

/// Right after programming, the conductances of chip number `sample`.
NEUCASL_EXPORT mapping::TileMatrices program_chip(const ir::Design& design,
                                                  const mapping::ChipView& chip,
                                                  const ProgrammingModel& model, std::uint64_t seed,
                                                  std::uint64_t sample);
/// The same at some time.
NEUCASL_EXPORT mapping::TileMatrices program_chip(const ir::Design& design,
                                                  const mapping::ChipView& view,
                                                  const ProgrammingModel& model,
                                                  const ChipSample& chip);

/// Standard deviation of a cell's conductance from read to read at a time, for
/// `mapping::AnalogOptions::read_noise`; empty when the model has none. Its relative size is taken
/// at the conductance as it stands. Programmed conductances are those at the reference time of the
/// drift, or after one read; so is the noise at any earlier time.
NEUCASL_EXPORT std::function<double(double)> read_noise_at(const ProgrammingModel& model,
                                                           double time);

/// The effective matrix of each tile, wires included, to a relative `tolerance`.
NEUCASL_EXPORT mapping::TileMatrices effective_matrices(const mapping::ChipView& chip,
                                                        const mapping::TileMatrices& conductance,
                                                        const ArraySolver& solver, double tolerance,
                                                        int threads,
                                                        const base::CancelFlag& cancel);

}  // namespace neucasl::plugin
