#pragma once

#include <gtest/gtest.h>

#include <numeric>

#include "performance/estimator.hpp"
#include "tests/architecture/digital_parts.hpp"

/// \file
/// System estimates in tests: runs a request, reads figures and tables.

namespace neucasl::performance_plugin::requests {

inline plugin::Estimate run(const plugin::SystemRequest& request) {
  PerformanceEstimator estimator;
  plugin::Context context;
  return estimator.estimate_system(request, {}, context);
}

inline double figure(const plugin::Estimate& estimate, const std::string& key) {
  for (const results::Figure& one : estimate.figures) {
    if (one.key == key) return one.value;
  }
  throw std::logic_error("no figure " + key);
}

inline const results::Table& table(const plugin::Estimate& estimate, const std::string& name) {
  for (const results::Table& one : estimate.tables) {
    if (one.name == name) return one;
  }
  throw std::logic_error("no table " + name);
}

inline double sum(const plugin::Estimate& estimate, const std::string& name,
                  const std::string& column) {
  const auto& values = std::get<std::vector<double>>(table(estimate, name).column(column).values);
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// The value of the row whose first column is `row`.
inline double cell(const plugin::Estimate& estimate, const std::string& name,
                   const std::string& row, const std::string& column) {
  const results::Table& found = table(estimate, name);
  const auto& names = std::get<std::vector<std::string>>(found.columns[0].values);
  const auto at = std::find(names.begin(), names.end(), row);
  if (at == names.end()) throw std::logic_error("no row " + row);
  return std::get<std::vector<double>>(
      found.column(column).values)[static_cast<std::size_t>(at - names.begin())];
}

inline base::Diagnostic refusal(const plugin::SystemRequest& request) {
  try {
    static_cast<void>(run(request));
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  ADD_FAILURE() << "not refused";
  return {};
}

}  // namespace neucasl::performance_plugin::requests
