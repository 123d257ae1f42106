#include "estimator.hpp"
#include "precision_plan.hpp"
#include "system_report.hpp"

namespace neucasl::performance_plugin {

plugin::Estimate PerformanceEstimator::estimate_system(const plugin::SystemRequest& request,
                                                       const plugin::ParameterSet& /*parameters*/,
                                                       plugin::Context& /*context*/) {
  request.workload.check();
  plugin::Estimate result;
  const std::vector<architecture::OperationBits> bits =
      operation_bits(request.architecture, request.workload, request.precision);
  const SystemCost cost = system_cost(request.architecture, request.workload, bits, result.uses);
  add_system_figures(cost, request.workload, result);
  add_system_tables(cost, request.workload, result);
  result.tables.push_back(published_comparison(request.architecture, cost));
  add_system_section(cost, request.workload, request.architecture, result);
  return result;
}

}  // namespace neucasl::performance_plugin
