#pragma once

#include "cost_fold.hpp"
#include "neucasl/mapping/chip.hpp"
#include "neucasl/plugin/estimators.hpp"

/// \file
/// Turns costs into figures, tables and a report section.

namespace neucasl::performance_plugin {

struct Totals {
  Cost cost;                   ///< of the whole chip, without leakage energy
  double latency = 0.0;        ///< s, one inference
  double buffer_time = 0.0;    ///< s, part of the latency
  double longest_layer = 0.0;  ///< s
  double operations = 0.0;     ///< of the network, two a multiply-accumulate

  [[nodiscard]] double leakage_energy() const { return cost.leakage * latency; }
  [[nodiscard]] double energy() const { return cost.energy + leakage_energy(); }
};

void add_figures(const mapping::ChipView& chip, const Totals& totals, plugin::Estimate& result);
void add_tables(const mapping::ChipView& chip, const CostTable& costs,
                const std::vector<double>& layer_time, const Totals& totals,
                plugin::Estimate& result);
void add_section(const mapping::ChipView& chip, const CostTable& costs, const Totals& totals,
                 plugin::Estimate& result);

}  // namespace neucasl::performance_plugin
