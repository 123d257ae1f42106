#include "estimator.hpp"
#include "photonic_schedule.hpp"
#include "precision_plan.hpp"
#include "training_report.hpp"

namespace neucasl::performance_plugin {
namespace {

/// Tables and figures that both phases have.
void add_system_results(const plugin::SystemRequest& request, const SystemCost& cost,
                        const workload::Workload& operations, plugin::Estimate& result) {
  add_storage_figures(cost.storage, result);
  add_system_tables(cost, operations, result);
  result.tables.push_back(storage_table(cost.storage));
  result.tables.push_back(published_comparison(request.architecture, cost));
}

/// What estimates of photonic cores do not know.
void require_inference(const plugin::SystemRequest& request) {
  const auto refuse = [&](const std::string& what, const std::string& remedy) {
    throw base::Error("performance.unsupported",
                      what + " of photonic cores '" + request.architecture.core().name + "'",
                      remedy, request.architecture.core().where);
  };
  if (request.phase == plugin::SystemPhase::training) {
    refuse("no estimate of training", "estimate inference, or an architecture of arrays");
  }
  if (request.precision != nullptr) {
    refuse("no bits by layer",
           "leave the precision map out and state weight_bits and "
           "activation_bits in the architecture");
  }
}

plugin::Estimate photonic_inference(const plugin::SystemRequest& request,
                                    plugin::Context& context) {
  plugin::Estimate result;
  const PhotonicCost cost = photonic_cost(request.architecture, request.workload, result.uses);
  warn_of_resolution(request.architecture, cost.link, context);
  add_system_figures(cost.system, request.workload, result);
  add_photonic_figures(cost, result);
  add_storage_figures(cost.system.storage, result);
  add_system_tables(cost.system, request.workload, result);
  add_photonic_tables(cost, result);
  result.tables.push_back(storage_table(cost.system.storage));
  result.tables.push_back(published_comparison(request.architecture, cost.system, &cost.link));
  if (auto others =
          published_of_other_networks(request.architecture, request.workload, cost.system)) {
    result.tables.push_back(std::move(*others));
  }
  add_system_section(cost.system, request.workload, request.architecture, result);
  return result;
}

plugin::Estimate inference(const plugin::SystemRequest& request,
                           const std::vector<architecture::OperationBits>& bits) {
  plugin::Estimate result;
  const SystemCost cost = system_cost(request.architecture, request.workload, bits, result.uses);
  add_system_figures(cost, request.workload, result);
  add_system_results(request, cost, request.workload, result);
  add_system_section(cost, request.workload, request.architecture, result);
  return result;
}

plugin::Estimate training(const plugin::SystemRequest& request,
                          const std::vector<architecture::OperationBits>& bits) {
  plugin::Estimate result;
  const TrainingCost cost = training_cost(request, bits, result.uses);
  add_system_figures(cost.cost, cost.training.workload, result);
  add_training_figures(cost, request, result);
  add_system_results(request, cost.cost, cost.training.workload, result);
  add_training_tables(cost, request, result);
  add_training_section(cost, request, result);
  return result;
}

}  // namespace

plugin::Estimate PerformanceEstimator::estimate_system(const plugin::SystemRequest& request,
                                                       const plugin::ParameterSet& /*parameters*/,
                                                       plugin::Context& context) {
  request.workload.check();
  if (request.architecture.core().kind == architecture::LevelKind::photonic_core) {
    require_inference(request);
    return photonic_inference(request, context);
  }
  const std::vector<architecture::OperationBits> bits =
      operation_bits(request.architecture, request.workload, request.precision);
  return request.phase == plugin::SystemPhase::training ? training(request, bits)
                                                        : inference(request, bits);
}

}  // namespace neucasl::performance_plugin
