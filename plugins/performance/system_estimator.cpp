#include "estimator.hpp"
#include "system_report.hpp"

namespace neucasl::performance_plugin {

plugin::Estimate PerformanceEstimator::estimate_inference(
    const architecture::Architecture& architecture, const workload::Workload& workload,
    const plugin::ParameterSet& /*parameters*/, plugin::Context& /*context*/) {
  plugin::Estimate result;
  const SystemCost cost = system_cost(architecture, workload, result.uses);
  add_system_figures(cost, workload, result);
  add_system_tables(cost, workload, result);
  result.tables.push_back(published_comparison(architecture, cost));
  add_system_section(cost, workload, architecture, result);
  return result;
}

}  // namespace neucasl::performance_plugin
