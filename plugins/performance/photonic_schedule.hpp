#pragma once

#include "photonic_demand.hpp"
#include "photonic_link.hpp"
#include "system_report.hpp"

/// \file
/// Times and costs of the operations of one inference on photonic cores.
///
///   t_operation = max(t_setting + max(t_symbols, max_u t_u), max_m t_m)
///   t_symbols   = (symbols + rounds readout) t_symbol
///   t_setting   = rounds times that of a unit, where weights are set
///   t_u         = events_u time_u / copies_u
///
/// m being the memories and links that bring weights, which fetch the next ones while others are
/// set and used. Converters that hold weights draw power for the whole time of an operation, or
/// always, when its weights stay from sample to sample;
///
/// symbols are those of photonic_plan.hpp, one after the other. Operations follow each other as in
/// system_schedule.hpp; lasers and the tuning of resonators draw power during the whole interval.

namespace neucasl::performance_plugin {

struct PhotonicCost {
  SystemCost system;
  architecture::PhotonicPlacement placement;
  PhotonicLink link;
};

/// \throws base::Error as place_photonic, photonic_link and photonic_demands;
/// "performance.workload" (no work).
PhotonicCost photonic_cost(const architecture::Architecture& architecture,
                           const workload::Workload& workload, device::UseList& uses);

/// Units at work, loss, laser power, bits.
void add_photonic_figures(const PhotonicCost& cost, plugin::Estimate& result);
/// "link_budget": the path; "effective_bits": by cause.
void add_photonic_tables(const PhotonicCost& cost, plugin::Estimate& result);
/// "performance.resolution" when weights are wider than what their bank resolves, operands wider
/// than the effective bits, or the laser pays for fewer levels than operands have.
void warn_of_resolution(const architecture::Architecture& architecture, const PhotonicLink& link,
                        plugin::Context& context);

}  // namespace neucasl::performance_plugin
