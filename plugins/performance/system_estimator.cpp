#include "estimator.hpp"
#include "photonic_training.hpp"
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

/// Tables and figures of photonic cores that both phases have.
void add_photonic_results(const plugin::SystemRequest& request, const PhotonicCost& cost,
                          const workload::Workload& operations, plugin::Estimate& result) {
  add_photonic_figures(cost, result);
  add_storage_figures(cost.system.storage, result);
  add_system_tables(cost.system, operations, result);
  add_photonic_tables(request.architecture, operations, cost, result);
  result.tables.push_back(storage_table(cost.system.storage));
  // Sources state figures of their own bits.
  if (request.precision != nullptr) return;
  result.tables.push_back(published_comparison(request.architecture, cost.system, &cost.link));
}

plugin::Estimate photonic_inference(const plugin::SystemRequest& request,
                                    const std::vector<architecture::OperationBits>& bits,
                                    plugin::Context& context) {
  plugin::Estimate result;
  const PhotonicCost cost =
      photonic_cost(request.architecture, request.workload, bits, result.uses);
  warn_of_resolution(request.architecture, cost.link, context);
  add_system_figures(cost.system, request.workload, result);
  add_photonic_results(request, cost, request.workload, result);
  if (auto others =
          published_of_other_networks(request.architecture, request.workload, cost.system)) {
    result.tables.push_back(std::move(*others));
  }
  add_system_section(cost.system, request.workload, request.architecture, result);
  return result;
}

plugin::Estimate photonic_training_estimate(const plugin::SystemRequest& request,
                                            const std::vector<architecture::OperationBits>& bits,
                                            plugin::Context& context) {
  plugin::Estimate result;
  const PhotonicTraining cost = photonic_training(request, bits, result.uses);
  const workload::Workload& operations = cost.training.training.workload;
  warn_of_resolution(request.architecture, cost.photonic.link, context);
  add_system_figures(cost.training.cost, operations, result);
  add_training_figures(cost.training, request, result);
  add_photonic_results(request, cost.photonic, operations, result);
  add_training_tables(cost.training, request, result);
  add_training_section(cost.training, request, result);
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
  const std::vector<architecture::OperationBits> bits =
      operation_bits(request.architecture, request.workload, request.precision);
  if (request.architecture.core().kind == architecture::LevelKind::photonic_core) {
    return request.phase == plugin::SystemPhase::training
               ? photonic_training_estimate(request, bits, context)
               : photonic_inference(request, bits, context);
  }
  return request.phase == plugin::SystemPhase::training ? training(request, bits)
                                                        : inference(request, bits);
}

}  // namespace neucasl::performance_plugin
