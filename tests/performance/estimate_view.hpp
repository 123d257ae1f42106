#pragma once

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "performance/estimator.hpp"

/// \file
/// Reads figures and tables of an estimate of an architecture and a workload.

namespace neucasl::performance_plugin::test {

class EstimateView {
 public:
  EstimateView(const architecture::Architecture& architecture, const workload::Workload& workload,
               base::DiagnosticSink* diagnostics = nullptr) {
    PerformanceEstimator estimator;
    plugin::PerformanceEstimator& general = estimator;
    plugin::Context context;
    context.diagnostics = diagnostics;
    estimate_ =
        plugin::system_estimator(general).estimate_inference(architecture, workload, {}, context);
  }

  [[nodiscard]] double figure(const std::string& key) const {
    for (const results::Figure& one : estimate_.figures) {
      if (one.key == key) return one.value;
    }
    throw std::logic_error("no figure " + key);
  }

  [[nodiscard]] bool has_figure(const std::string& key) const {
    return std::any_of(estimate_.figures.begin(), estimate_.figures.end(),
                       [&](const results::Figure& one) { return one.key == key; });
  }

  [[nodiscard]] const results::Table& table(const std::string& name) const {
    for (const results::Table& one : estimate_.tables) {
      if (one.name == name) return one;
    }
    throw std::logic_error("no table " + name);
  }

  [[nodiscard]] const std::vector<double>& numbers(const std::string& table_name,
                                                   const std::string& column) const {
    return std::get<std::vector<double>>(table(table_name).column(column).values);
  }

  [[nodiscard]] const std::vector<std::string>& texts(const std::string& table_name,
                                                      const std::string& column) const {
    return std::get<std::vector<std::string>>(table(table_name).column(column).values);
  }

  [[nodiscard]] double sum(const std::string& table_name, const std::string& column) const {
    const std::vector<double>& values = numbers(table_name, column);
    return std::accumulate(values.begin(), values.end(), 0.0);
  }

  /// The value of the row whose first column is `row`.
  [[nodiscard]] double cell(const std::string& table_name, const std::string& row,
                            const std::string& column) const {
    const auto& names = std::get<std::vector<std::string>>(table(table_name).columns[0].values);
    const auto at = std::find(names.begin(), names.end(), row);
    if (at == names.end()) throw std::logic_error("no row " + row);
    return numbers(table_name, column)[static_cast<std::size_t>(at - names.begin())];
  }

 private:
  plugin::Estimate estimate_;
};

}  // namespace neucasl::performance_plugin::test
