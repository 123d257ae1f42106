#pragma once

#include <optional>

#include "neucasl/plugin/system_estimator.hpp"
#include "photonic_link.hpp"
#include "system_schedule.hpp"

/// \file
/// Figures, tables and report section of a system estimate. One multiply-accumulate counts as two
/// operations in all of them.

namespace neucasl::performance_plugin {

inline constexpr double operations_per_multiply_accumulate = 2.0;

void add_system_figures(const SystemCost& cost, const workload::Workload& workload,
                        plugin::Estimate& result);
/// "by_component", "by_layer", "by_phase": each adds up to the totals.
void add_system_tables(const SystemCost& cost, const workload::Workload& workload,
                       plugin::Estimate& result);
void add_system_section(const SystemCost& cost, const workload::Workload& workload,
                        const architecture::Architecture& architecture, plugin::Estimate& result);

/// "published": what the sources of an architecture state beside what its components give; no rows
/// when they state nothing. `optics` is null without photonic cores.
results::Table published_comparison(const architecture::Architecture& architecture,
                                    const SystemCost& cost, const PhotonicLink* optics = nullptr);

/// What a source states of other networks than the one that is run, beside it; none without one.
std::optional<results::Table> published_of_other_networks(
    const architecture::Architecture& architecture, const workload::Workload& workload,
    const SystemCost& cost);

}  // namespace neucasl::performance_plugin
