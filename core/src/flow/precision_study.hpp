#pragma once

#include <map>
#include <string>
#include <vector>

#include "neucasl/quantisation/study.hpp"
#include "neucasl/results/findings.hpp"

/// \file
/// What a precision study found, as figures, tables and charts.

namespace neucasl::flow {

/// Costs of one map on one architecture.
struct StudyCost {
  double energy = 0.0;          ///< J of one inference.
  double half_precision = 0.0;  ///< J with 16 bits in all weights; NaN: refused, see the notes.
  double arrays = 0.0;          ///< Not a number without arrays.
};

struct PrecisionStudy {
  std::string model;
  std::string data;
  bool language = false;
  std::string device;  ///< What weights are read from; empty: they are rounded numbers.
  double tolerance = 0.0;
  double outer_share = 0.3;
  std::uint64_t seed = 1;
  std::vector<int> menu;
  std::vector<std::string> layers;
  std::vector<double> weights;  ///< By layer.
  std::vector<quantisation::DrawOutcome> draws;
  std::vector<std::string> architectures;
  std::vector<std::string> notes;
  /// By draw, method and architecture; empty where a method has no map.
  std::vector<std::vector<std::vector<StudyCost>>> costs;
};

results::Findings to_findings(const PrecisionStudy& study);

}  // namespace neucasl::flow
