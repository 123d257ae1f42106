#pragma once

#include "system_report.hpp"
#include "training_cost.hpp"

/// \file
/// Figures and tables that training adds to those of a system estimate, and those of storage.

namespace neucasl::performance_plugin {

void add_storage_figures(const Storage& storage, plugin::Estimate& result);
/// "storage": what is kept, and where.
results::Table storage_table(const Storage& storage);

void add_training_figures(const TrainingCost& training, const plugin::SystemRequest& request,
                          plugin::Estimate& result);
/// "by_training_phase": adds up to the totals; "endurance": no rows without array cells.
void add_training_tables(const TrainingCost& training, const plugin::SystemRequest& request,
                         plugin::Estimate& result);
void add_training_section(const TrainingCost& training, const plugin::SystemRequest& request,
                          plugin::Estimate& result);

}  // namespace neucasl::performance_plugin
