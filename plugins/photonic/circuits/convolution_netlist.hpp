#pragma once

#include <optional>
#include <string>
#include <vector>

#include "channel_plan.hpp"
#include "guide_section.hpp"
#include "modulator_row.hpp"
#include "rectifier.hpp"
#include "weight_memory.hpp"

namespace neucasl::photonic {

struct ConvolutionBench {
  ChannelPlan plan;
  GuideSection guide;
  double power = 0.0;  ///< W, of a line.
  std::string detector_card;
  double detector_bias = 0.0;    ///< V
  double transresistance = 0.0;  ///< ohm
  std::optional<Rectifier> activation;
};

/// What a unit is set to.
struct ConvolutionSetting {
  std::vector<double> conductances;         ///< S, of the memory
  std::vector<double> errors;               ///< m, of the weight disks; empty: none
  std::vector<std::vector<double>> drives;  ///< V, of each symbol
};

/// Comb, modulators, weight disks with their memory, receiver. The value of source "symbol" (V,
/// 0, 1, 2, ...) selects the drive voltages of a symbol; the voltage of net "result" is the
/// receiver's, that of "activated" behind the activation, where there is one.
ir::Design convolution_design(const ConvolutionBench& bench, const ModulatorRow& modulators,
                              const WeightMemory& memory, const ConvolutionSetting& setting);

}  // namespace neucasl::photonic
