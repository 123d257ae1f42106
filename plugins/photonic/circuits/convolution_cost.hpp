#pragma once

#include <string>

#include "modulator_row.hpp"
#include "neucasl/results/table.hpp"

/// \file
/// Time and energy of one result of a convolution unit.
///
/// A result is ready when first-order lags in a row, whose time constants add up, have settled to
/// half a step of 2^-bits: t = ln(2^(bits+1)) (R C + tau_modulator + tau_disk + tau_detector) + the
/// receiver's delay. The comb and the receiver draw their power all that time, the memory is read
/// all that time, and each modulator costs what its model says of a random bit: full swings, so
/// that the energy of multilevel inputs is overestimated.

namespace neucasl::photonic {

struct CostShares {
  double time = 0.0;                                                  ///< s
  double comb = 0.0, modulators = 0.0, memory = 0.0, receiver = 0.0;  ///< J

  [[nodiscard]] double total() const { return comb + modulators + memory + receiver; }
  [[nodiscard]] results::Table table() const;
};

struct ConvolutionCost {
  int channels = 0;
  int bits = 0;
  double line_power = 0.0;  ///< W
  double wall_plug_efficiency = 1.0;
  double memory_power = 0.0;    ///< W
  double receiver_power = 0.0;  ///< W
  double receiver_time = 0.0;   ///< s
  double detector_time = 0.0;   ///< s

  [[nodiscard]] CostShares of(const ModulatorRow& modulators, const TunedDisk& weight_disk,
                              const device::Library& cards) const;
};

/// One sentence for reports.
std::string cost_method(const ConvolutionCost& cost);

}  // namespace neucasl::photonic
