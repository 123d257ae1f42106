#pragma once

#include <optional>
#include <string>
#include <vector>

#include "neucasl/base/statistics.hpp"
#include "neucasl/quantisation/device_search.hpp"

/// \file
/// What `quantize` prints.

namespace neucasl::cli {

/// How a map does on chips of a device.
struct DeviceReport {
  std::string card;
  std::size_t chips = 0;               ///< Scored, and as many others judged.
  std::vector<double> effective_bits;  ///< By layer.
  quantisation::Rescoring rescoring;
};

struct QuantizeReport {
  const quantisation::Task& task;
  const quantisation::FoundBits& result;
  double metric_before = 0.0;
  double metric_after = 0.0;
  double metric_after_weights_only = 0.0;
  std::optional<quantisation::Audit> audit{};
  const DeviceReport* device = nullptr;
};

/// An object in one line.
std::string json_of(const QuantizeReport& report);
void print_text(const QuantizeReport& report);

}  // namespace neucasl::cli
