#include "estimator.hpp"
#include "photonic_schedule.hpp"

namespace neucasl::performance_plugin {
namespace {

plugin::Estimate estimate_photonic(const architecture::Architecture& architecture,
                                   const workload::Workload& workload, plugin::Context& context) {
  plugin::Estimate result;
  const PhotonicCost cost = photonic_cost(architecture, workload, result.uses);
  warn_of_resolution(architecture, cost.link, context);
  add_system_figures(cost.system, workload, result);
  add_photonic_figures(cost, result);
  add_system_tables(cost.system, workload, result);
  add_photonic_tables(cost, result);
  result.tables.push_back(published_comparison(architecture, cost.system, &cost.link));
  add_system_section(cost.system, workload, architecture, result);
  return result;
}

}  // namespace

plugin::Estimate PerformanceEstimator::estimate_inference(
    const architecture::Architecture& architecture, const workload::Workload& workload,
    const plugin::ParameterSet& /*parameters*/, plugin::Context& context) {
  if (architecture.core().kind == architecture::LevelKind::photonic_core) {
    return estimate_photonic(architecture, workload, context);
  }
  plugin::Estimate result;
  const SystemCost cost = system_cost(architecture, workload, result.uses);
  add_system_figures(cost, workload, result);
  add_system_tables(cost, workload, result);
  result.tables.push_back(published_comparison(architecture, cost));
  add_system_section(cost, workload, architecture, result);
  return result;
}

}  // namespace neucasl::performance_plugin
