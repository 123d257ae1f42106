#include "training_batch.hpp"

#include <algorithm>

namespace neucasl::performance_plugin {
namespace {

using workload::TrainingPhase;
using workload::TrainingStep;

constexpr std::size_t largest_batch = 1000000000;

double sum_of(const std::vector<KeptValue>& values) {
  double sum = 0.0;
  for (const KeptValue& value : values) sum += value.passing ? 0.0 : value.size();
  return sum;
}

}  // namespace

void check_training(const plugin::SystemRequest& request) {
  const architecture::Architecture& architecture = request.architecture;
  if (request.batch == 0 || request.batch > largest_batch) {
    throw base::Error("performance.batch",
                      "batches of " + std::to_string(request.batch) + " samples",
                      "give 1 to 10^9 samples");
  }
  if (architecture.gradient != architecture::Gradient::unstated) return;
  const bool photonic = architecture.core().kind == architecture::LevelKind::photonic_core;
  throw base::Error("architecture.training",
                    "'" + architecture.id + "' does not say how gradients of weights are computed",
                    std::string("add <choice name=\"weight_gradient\" value=\"") +
                        (photonic ? "photonic-cores" : "arrays") + "\"/> or \"digital-unit\"",
                    architecture.where);
}

void store_training(const TrainingSetting& setting, std::vector<Demand>& demand,
                    TrainingCost& result, device::UseList& uses) {
  TrainingValues values = training_values(setting);
  result.activation_bits = sum_of(values.activations);
  result.error_bits = sum_of(values.errors) + fullest(values.errors);
  result.gradient_bits = sum_of(values.gradients);
  Storage& storage = result.cost.storage;
  for (auto* list : {&values.activations, &values.errors, &values.gradients}) {
    storage.values.insert(storage.values.end(), list->begin(), list->end());
  }
  keep(setting.architecture, setting.placement, setting.training.workload, setting.bits, storage,
       demand, uses);
}

void find_times(const architecture::Architecture& architecture, TrainingCost& result) {
  const auto batch = static_cast<double>(result.batch);
  std::vector<double> forward(result.training.layers + 1, 0.0);
  std::vector<double> backward(result.training.layers + 1, 0.0);
  double longest = 0.0;
  double update = 0.0;
  double updates = 0.0;
  result.cost.latency = 0.0;
  for (const OperationCost& cost : result.cost.operations) {
    const TrainingStep& step = result.training.steps[cost.operation];
    result.cost.latency += cost.time();
    if (step.phase == TrainingPhase::forward) forward[step.stage] += cost.time();
    if (step.phase == TrainingPhase::error_propagation) backward[step.stage] += cost.time();
    if (step.phase == TrainingPhase::weight_gradient) longest = std::max(longest, cost.time());
    if (step.phase != TrainingPhase::weight_update) continue;
    update = std::max(update, cost.time());
    updates += cost.time();
  }
  if (architecture.pipelined) {
    for (const double time : forward) longest = std::max(longest, time);
    for (const double time : backward) longest = std::max(longest, time);
    result.cycle = longest;
    result.update_time = update;
    const double cycles = 2.0 * static_cast<double>(result.training.layers) + batch;
    result.batch_time = cycles * longest + update;
  } else {
    result.update_time = updates;
    result.batch_time = batch * (result.cost.latency - updates) + updates;
  }
  result.cost.interval = result.batch_time / batch;
}

void share_updates(TrainingCost& result) {
  const auto batch = static_cast<double>(result.batch);
  result.cost.sample_time = 0.0;
  for (OperationCost& cost : result.cost.operations) {
    const bool update = result.training.steps[cost.operation].phase == TrainingPhase::weight_update;
    if (update) cost.samples = batch;
    result.cost.sample_time += cost.time() / cost.samples;
    if (!update) continue;
    for (double& energy : cost.energy) energy /= batch;
    for (double& events : cost.events) events /= batch;
    cost.programming_energy /= batch;
    cost.demand.buffer_bits /= batch;
    cost.demand.cells_written /= batch;
    cost.demand.weights_set /= batch;
  }
}

}  // namespace neucasl::performance_plugin
