#pragma once

#include <string>
#include <vector>

#include "channel_plan.hpp"
#include "guide_section.hpp"
#include "modulator_row.hpp"
#include "weight_memory.hpp"

namespace neucasl::photonic {

struct ConvolutionBench {
  ChannelPlan plan;
  GuideSection guide;
  double power = 0.0;  ///< W, of a line.
  std::string detector_card;
  double detector_bias = 0.0;    ///< V
  double transresistance = 0.0;  ///< ohm
};

/// Comb, modulators, weight disks with their memory, receiver. The value of source "symbol" (V,
/// 0, 1, 2, ...) selects the drive voltages of a symbol; the voltage of net "result" is the
/// receiver's.
ir::Design convolution_design(const ConvolutionBench& bench, const ModulatorRow& modulators,
                              const WeightMemory& memory, const std::vector<double>& conductances,
                              const std::vector<std::vector<double>>& drives);

}  // namespace neucasl::photonic
