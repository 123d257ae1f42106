#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "neucasl/network/network.hpp"
#include "neucasl/plugin/analog_chip.hpp"
#include "neucasl/plugin/array_solver.hpp"
#include "neucasl/plugin/context.hpp"
#include "neucasl/plugin/parameters.hpp"
#include "neucasl/results/report.hpp"

/// \file
/// Interfaces of the system estimators.

namespace neucasl::plugin {

/// What an estimator found: headline figures, tables (written as CSV and JSON), its part of the
/// report, and the device numbers it rests on.
struct Estimate {
  std::vector<results::Figure> figures;
  std::vector<results::Table> tables;
  results::ReportSection section;
  device::UseList uses;
};

class PerformanceEstimator {
 public:
  virtual ~PerformanceEstimator() = default;
  /// Energy, latency, area and throughput of one inference of the chip.
  /// \throws base::Error when the design is not a chip or a card lacks a number.
  [[nodiscard]] virtual Estimate estimate(const ir::Design& chip, const ParameterSet& parameters,
                                          Context& context) = 0;
};

/// A chip to be varied, and how its quality is measured.
struct ReliabilityRequest {
  const ir::Design& chip;
  const network::Network& network;
  const device::Card& device;
  std::span<const float> images;  ///< Test images, one after the other.
  std::span<const unsigned char> labels;
  const ArraySolver& solver;
  /// Folder for append-only logs of finished samples; a later call goes on where one ended.
  std::filesystem::path log_folder;
  std::string source_key;  ///< Names all of the above; parameters of the estimator come on top.
};

class ReliabilityEstimator {
 public:
  virtual ~ReliabilityEstimator() = default;
  [[nodiscard]] virtual Estimate run(const ReliabilityRequest& request,
                                     const ParameterSet& parameters, Context& context) = 0;
};

}  // namespace neucasl::plugin
