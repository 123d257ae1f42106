#pragma once

#include "photonic_demand.hpp"
#include "photonic_link.hpp"
#include "photonic_precision.hpp"
#include "system_report.hpp"

/// \file
/// Times and costs of operations on photonic cores.
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
/// Conversions cost what the bits of their operation ask for (photonic_precision.hpp).

namespace neucasl::performance_plugin {

struct PhotonicCost {
  SystemCost system;
  architecture::PhotonicPlacement placement;
  PhotonicLink link;
  std::vector<architecture::OperationBits> bits;  ///< Of each operation.
  WeightPlace weights = WeightPlace::banks;

  [[nodiscard]] PhotonicSetting setting(const architecture::Architecture& architecture,
                                        const workload::Workload& workload) const {
    return {architecture, placement, workload, bits, system.units, weights};
  }
};

/// Placement, link and components; no operations yet. `beside` as in place_photonic, `trained` as
/// in weight_place. \throws base::Error as place_photonic, photonic_link and weight_place.
PhotonicCost idle_photonic(const architecture::Architecture& architecture,
                           const workload::Workload& workload,
                           const std::vector<architecture::OperationBits>& bits,
                           const std::vector<bool>& beside, bool trained, device::UseList& uses);

/// Copies of a component where a demand runs.
double copies_at_work(const Unit& unit, const Demand& demand);

/// Costs of the operations from their demands, and from these the latency and the interval.
/// \throws base::Error "performance.workload" (no work).
void schedule_photonic(const architecture::Architecture& architecture,
                       const workload::Workload& workload,
                       const std::vector<PhotonicDemand>& demand, PhotonicCost& result,
                       device::UseList& uses);

/// Of an inference, `bits` holding those of each operation.
/// \throws base::Error as the three above, PhotonicConverters::require and photonic_demands.
PhotonicCost photonic_cost(const architecture::Architecture& architecture,
                           const workload::Workload& workload,
                           const std::vector<architecture::OperationBits>& bits,
                           device::UseList& uses);

/// Units at work, loss, laser power, bits.
void add_photonic_figures(const PhotonicCost& cost, plugin::Estimate& result);
/// "link_budget": the path; "effective_bits": by cause; "precision_by_layer": bits, laser power and
/// what is left of each operation on the cores.
void add_photonic_tables(const architecture::Architecture& architecture,
                         const workload::Workload& workload, const PhotonicCost& cost,
                         plugin::Estimate& result);
/// "performance.resolution" when weights are wider than what their bank resolves, operands wider
/// than the effective bits, or the laser pays for fewer levels than operands have.
void warn_of_resolution(const architecture::Architecture& architecture, const PhotonicLink& link,
                        plugin::Context& context);

}  // namespace neucasl::performance_plugin
