#pragma once

#include <span>
#include <vector>

#include "neucasl/mapping/slicing.hpp"

/// \file
/// Calibration of converter ranges on sample images.

namespace neucasl::mapping {

/// Ranges of one layer, found on the calibration images with ideal wires and exact levels.
struct LayerCalibration {
  /// Activation step: x is about input_scale * code; the largest calibration input has the
  /// largest code.
  double input_scale = 1.0;
  /// Mean input digit of each row of the weight matrix over images and input cycles, as a share of
  /// the largest digit 2^dac_bits - 1: decides the read energy.
  std::vector<double> row_activity;
  /// Full scale of the converter for each slice, in units of one level times one input code step:
  /// of the difference of a pair, or of a column where each is converted. It minimises the mean
  /// squared error of clipping and rounding over the calibration currents.
  std::vector<double> full_scale;
};

/// Runs the float network on `count` images and calibrates each plan. The input range is that of
/// all inputs; activities and full scales come from at most 2^23 inputs of a layer, in rows evenly
/// spaced over the run. `lowest_level` is the conductance of level 0 in steps of a level: it is in
/// the currents of columns that are converted by themselves.
/// \throws base::Error "mapping.calibration" when a matrix layer sees a negative input (arrays are
/// driven with unsigned codes) or there are no images.
NEUCASL_EXPORT std::vector<LayerCalibration> calibrate(const network::Network& network,
                                                       const std::vector<LayerPlan>& plans,
                                                       const Architecture& architecture,
                                                       std::span<const float> images,
                                                       std::size_t count,
                                                       double lowest_level = 0.0);

/// Conductance of level 0 in steps of a level.
inline double lowest_level(const CellLevels& levels, int bits_per_cell) {
  return levels.conductance_min / (levels.conductance(1, bits_per_cell) - levels.conductance_min);
}

/// The full scale, from `candidates` equal steps of the largest magnitude, that minimises the mean
/// squared error of a symmetric converter of `bits` bits over the values.
NEUCASL_EXPORT double best_full_scale(std::span<const float> values, int bits, int candidates = 64);

}  // namespace neucasl::mapping
