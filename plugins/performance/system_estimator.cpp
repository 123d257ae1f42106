#include "estimator.hpp"
#include "system_report.hpp"

namespace neucasl::performance_plugin {

plugin::Estimate PerformanceEstimator::estimate_system(const plugin::SystemRequest& request,
                                                       const plugin::ParameterSet& /*parameters*/,
                                                       plugin::Context& /*context*/) {
  if (request.phase == plugin::SystemPhase::training || request.precision != nullptr) {
    throw base::Error("performance.unsupported", "only inference with the architecture's bits",
                      "leave out the phase and the bits");
  }
  plugin::Estimate result;
  const SystemCost cost = system_cost(request.architecture, request.workload, result.uses);
  add_system_figures(cost, request.workload, result);
  add_system_tables(cost, request.workload, result);
  result.tables.push_back(published_comparison(request.architecture, cost));
  add_system_section(cost, request.workload, request.architecture, result);
  return result;
}

}  // namespace neucasl::performance_plugin
