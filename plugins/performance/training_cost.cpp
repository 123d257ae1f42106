#include "training_cost.hpp"

#include <algorithm>
#include <cmath>

#include "training_batch.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::ComponentKind;
using workload::TrainingPhase;
using workload::TrainingStep;

double whole(std::size_t value) { return static_cast<double>(value); }

class Trainer {
 public:
  Trainer(const plugin::SystemRequest& request,
          const std::vector<architecture::OperationBits>& forward, device::UseList& uses)
      : architecture_(request.architecture), batch_(whole(request.batch)), uses_(uses) {
    const bool digital = architecture_.core().kind == architecture::LevelKind::digital_core;
    const bool arrays = architecture_.gradient == architecture::Gradient::arrays && !digital;
    result_.training = workload::training_of(request.workload, arrays);
    result_.batch = request.batch;
    bits_ = training_bits(architecture_, result_.training, forward);
    has_cells_ = architecture_.core().find(ComponentKind::array) != nullptr;
  }

  TrainingCost run() {
    const workload::Workload& work = result_.training.workload;
    result_.cost = idle_system(architecture_, uses_);
    result_.cost.training = true;
    result_.cost.placement = architecture::place(architecture_, work, bits_, uses_, copy_limits());
    require_all_weights();
    std::vector<Demand> demand =
        demands(architecture_, result_.cost.placement, work, bits_, result_.cost.units);
    const TrainingSetting setting{architecture_, result_.cost.placement, result_.training,
                                  bits_,         result_.cost.units,     batch_};
    add_training_demands(setting, demand);
    store_training(setting, demand, result_, uses_);
    schedule(architecture_, work, bits_, demand, result_.cost, uses_);
    if (has_cells_) write_cells();
    find_times(architecture_, result_);
    share_updates(result_);
    return std::move(result_);
  }

 private:
  /// Copies leave room for the sums of gradients, and wait for their inputs.
  [[nodiscard]] architecture::CopyLimits copy_limits() const {
    architecture::CopyLimits limits{writing()};
    for (const TrainingStep& step : result_.training.steps) {
      limits.free_bits += whole(step.parameters) * architecture_.partial_sum_bits;
    }
    return limits;
  }

  /// For each gradient in arrays, the positions that take as long as writing its inputs.
  [[nodiscard]] std::vector<std::size_t> writing() const {
    const std::vector<TrainingStep>& steps = result_.training.steps;
    std::vector<std::size_t> result(steps.size(), 0);
    if (!has_cells_) return result;
    const device::Card& array = architecture_.core().find(ComponentKind::array)->numbers;
    const double row = array.si("write_time", base::dimension::time, uses_);
    const architecture::ArrayPlan& plan = result_.cost.placement.plan;
    const double position = whole(plan.input_cycles) * result_.cost.full_read;
    for (workload::OperationId id = 0; id < steps.size(); ++id) {
      const workload::MatrixProduct& product = result_.training.workload.operations[id].product;
      if (steps[id].phase != TrainingPhase::weight_gradient || !product.stationary) continue;
      if (product.count == 0) continue;
      const double rows = whole(std::min(product.depth, plan.rows));
      result[id] = static_cast<std::size_t>(std::ceil(rows * row / position));
    }
    return result;
  }

  /// Weights that are programmed in turn would have to be read back after each update.
  void require_all_weights() const {
    const architecture::Placement& placement = result_.cost.placement;
    if (placement.rounds <= 1) return;
    double needed = 0.0;
    for (const auto& placed : placement.operations) needed += whole(placed.arrays);
    const double chips = std::ceil(needed / whole(placement.plan.per_chip));
    throw base::Error("architecture.capacity",
                      "training of '" + result_.training.workload.name + "' needs " +
                          base::shortest(needed) + " arrays at the same time, '" +
                          architecture_.id + "' has " + std::to_string(placement.plan.available),
                      "nearest that fits: " + base::shortest(chips) + " chips",
                      architecture_.chip.where);
  }

  /// Rows that are written one after the other, all arrays at the same time.
  [[nodiscard]] double rows_written(workload::OperationId id) const {
    const TrainingStep& step = result_.training.steps[id];
    const workload::MatrixProduct& p = result_.training.workload.operations[step.origin].product;
    const std::size_t deepest =
        step.phase == TrainingPhase::weight_gradient ? p.positions : std::max(p.depth, p.outputs);
    return whole(std::min(deepest, result_.cost.placement.plan.rows));
  }

  void write_cells() {
    const device::Card& array = architecture_.core().find(ComponentKind::array)->numbers;
    const double energy = array.si("write_energy", base::dimension::energy, uses_);
    const double time = array.si("write_time", base::dimension::time, uses_);
    result_.endurance = array.si("endurance", base::dimension::none, uses_);
    for (OperationCost& cost : result_.cost.operations) {
      const double cells = cost.demand.cells_written;
      if (cells == 0.0) continue;
      cost.programming_energy = cells * energy;
      cost.programming_time = rows_written(cost.operation) * time;
      const bool update = phase_at(cost.operation) == TrainingPhase::weight_update;
      (update ? result_.weight_cells : result_.input_cells) += cells;
      if (update) read_rows(cost);
    }
    if (result_.weight_cells > 0.0) result_.weight_writes = 1.0 / batch_;
    if (result_.input_cells > 0.0) result_.input_writes = 1.0;
  }

  /// The old weights, one row after the other.
  void read_rows(OperationCost& update) const {
    const workload::OperationId origin = result_.training.steps[update.operation].origin;
    const workload::MatrixProduct& p = result_.training.workload.operations[origin].product;
    const double time = whole(std::min(p.depth, result_.cost.placement.plan.rows)) *
                        result_.cost.operations[origin].fill;
    if (time <= update.bound_time) return;
    const Unit* array = find_unit(result_.cost.units, ComponentKind::array);
    update.bound_time = time;
    update.bound = static_cast<std::size_t>(array - result_.cost.units.data());
  }

  [[nodiscard]] TrainingPhase phase_at(workload::OperationId id) const {
    return result_.training.steps[id].phase;
  }

  const architecture::Architecture& architecture_;
  double batch_;
  device::UseList& uses_;
  std::vector<architecture::OperationBits> bits_;
  bool has_cells_ = false;
  TrainingCost result_;
};

}  // namespace

TrainingCost training_cost(const plugin::SystemRequest& request,
                           const std::vector<architecture::OperationBits>& bits,
                           device::UseList& uses) {
  check_training(request);
  return Trainer(request, bits, uses).run();
}

}  // namespace neucasl::performance_plugin
