#include "photonic_training.hpp"

#include <algorithm>
#include <cmath>

#include "training_batch.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::ComponentKind;
using architecture::Gradient;
using architecture::PhotonicOperation;
using workload::OperationId;
using workload::TrainingPhase;
using workload::TrainingStep;

class PhotonicTrainer {
 public:
  PhotonicTrainer(const plugin::SystemRequest& request,
                  const std::vector<architecture::OperationBits>& forward, device::UseList& uses)
      : architecture_(request.architecture), uses_(uses) {
    const PhotonicConverters converters(architecture_, uses);
    converters.require(request.workload, forward, true);
    TrainingCost& training = result_.training;
    training.training = workload::training_of(request.workload, false);
    training.batch = request.batch;
    bits_ = training_bits(architecture_, training.training, forward);
    // Sums of gradients are wider than any converter: they grow behind it.
    converters.require(training.training.workload, bits_, false);
  }

  PhotonicTraining run() {
    const workload::Workload& work = result_.training.training.workload;
    PhotonicCost& cost = result_.photonic;
    cost = idle_photonic(architecture_, work, bits_, digital_products(), true, uses_);
    cost.system.training = true;
    require_settings();
    std::vector<PhotonicDemand> demand = photonic_demands(cost.setting(architecture_, work));
    add_training(demand);
    schedule_photonic(architecture_, work, demand, cost, uses_);
    for (OperationCost& one : cost.system.operations) {
      if (phase_of_step(one.operation) == TrainingPhase::weight_update) write(one);
    }
    result_.training.cost = std::move(cost.system);
    find_times(architecture_, result_.training);
    share_updates(result_.training);
    cost.system = result_.training.cost;
    return std::move(result_);
  }

 private:
  [[nodiscard]] TrainingPhase phase_of_step(OperationId id) const {
    return result_.training.training.steps[id].phase;
  }
  [[nodiscard]] const TrainingStep& step(OperationId id) const {
    return result_.training.training.steps[id];
  }
  [[nodiscard]] const workload::MatrixProduct& product(OperationId id) const {
    return result_.training.training.workload.operations[id].product;
  }

  /// Products that the architecture leaves to its vector units.
  [[nodiscard]] std::vector<bool> digital_products() const {
    const std::vector<TrainingStep>& steps = result_.training.training.steps;
    std::vector<bool> beside(steps.size(), false);
    if (architecture_.gradient != Gradient::digital_unit) return beside;
    for (OperationId id = 0; id < steps.size(); ++id) {
      beside[id] = steps[id].phase == TrainingPhase::weight_gradient;
    }
    return beside;
  }

  /// Gradients on the cores need banks that are set in each sample.
  void require_settings() const {
    if (architecture_.gradient != Gradient::photonic_cores) return;
    const std::vector<TrainingStep>& steps = result_.training.training.steps;
    for (OperationId id = 0; id < steps.size(); ++id) {
      const bool placed = result_.photonic.placement.find(id) != nullptr;
      if (steps[id].phase != TrainingPhase::weight_gradient || product(id).count == 0 || placed) {
        continue;
      }
      throw base::Error("architecture.training",
                        "gradients on photonic cores hold inputs of each sample in banks, and the "
                        "banks of '" +
                            architecture_.id + "' keep their weights from sample to sample",
                        "choose time_multiplexing 'yes', or weight_gradient 'digital-unit'",
                        architecture_.numbers.choice("weight_gradient").where);
    }
  }

  void add_training(std::vector<PhotonicDemand>& demand) {
    const PhotonicCost& cost = result_.photonic;
    const TrainingSetting setting{
        architecture_, cost.system.placement, result_.training.training,
        bits_,         cost.system.units,     static_cast<double>(result_.training.batch)};
    std::vector<Demand> common = common_demands(demand);
    add_training_demands(setting, common);
    store_training(setting, common, result_.training, uses_);
    result_.photonic.system.storage = result_.training.cost.storage;
    take_common_demands(common, demand);
    for (OperationId id = 0; id < demand.size(); ++id) {
      if (phase_of_step(id) == TrainingPhase::weight_update) add_update(id, demand[id]);
    }
  }

  /// Weights are read and written where they lie, and set again where they stay.
  void add_update(OperationId id, PhotonicDemand& demand) {
    const OperationId origin = step(id).origin;
    const PhotonicOperation* placed = result_.photonic.placement.find(origin);
    if (placed == nullptr || product(origin).weights() == 0) return;
    demand.units = static_cast<double>(placed->units);
    const double bits = static_cast<double>(step(id).parameters) * bits_[origin].weight;
    if (result_.photonic.weights == WeightPlace::weight_memory) {
      demand.weight_bits += bits;
      demand.common.cells_written += std::ceil(bits / bits_of_cell());
    } else {
      demand.common.off_chip_bits += 2.0 * bits;
      demand.common.link_bits += 2.0 * bits;
    }
    if (!result_.photonic.placement.plan.weight_stationary || placed->programmed) return;
    demand.common.weights_set = static_cast<double>(product(origin).weights()) * copies_of(origin);
  }

  /// Of the weights and of their transposes, in banks.
  [[nodiscard]] double copies_of(OperationId origin) const {
    double copies = 0.0;
    for (const PhotonicOperation& placed : result_.photonic.placement.operations) {
      const workload::Operation& operation =
          result_.training.training.workload.operations[placed.operation];
      const bool same = placed.operation == origin || operation.weights_of == origin;
      if (same) copies += static_cast<double>(placed.copies);
    }
    return copies;
  }

  [[nodiscard]] const architecture::Component& memory() const {
    return *architecture::find_component(architecture_, ComponentKind::weight_memory);
  }

  [[nodiscard]] double bits_of_cell() {
    const device::Card& card = memory().numbers;
    return card.find("bits_per_cell") == nullptr
               ? 1.0
               : card.si("bits_per_cell", base::dimension::none, uses_);
  }

  /// What an update writes into cells and sets in banks.
  void write(OperationCost& update) {
    TrainingCost& training = result_.training;
    const double cells = update.demand.cells_written;
    if (cells > 0.0) {
      const device::Card& card = memory().numbers;
      const Unit& unit = *find_unit(result_.photonic.system.units, ComponentKind::weight_memory);
      update.programming_energy = cells * card.si("write_energy", base::dimension::energy, uses_);
      update.programming_time +=
          std::ceil(cells * bits_of_cell() / unit.width / copies_at_work(unit, update.demand)) *
          card.si("write_time", base::dimension::time, uses_);
      if (card.find("endurance") != nullptr) {
        training.endurance = card.si("endurance", base::dimension::none, uses_);
        training.weight_writes = 1.0 / static_cast<double>(training.batch);
      }
      training.weight_cells += cells;
    }
    if (update.demand.weights_set == 0.0) return;
    update.setting_time = result_.photonic.placement.plan.setting_time;
    update.programming_time += update.setting_time;
  }

  const architecture::Architecture& architecture_;
  device::UseList& uses_;
  std::vector<architecture::OperationBits> bits_;
  PhotonicTraining result_;
};

}  // namespace

PhotonicTraining photonic_training(const plugin::SystemRequest& request,
                                   const std::vector<architecture::OperationBits>& bits,
                                   device::UseList& uses) {
  check_training(request);
  return PhotonicTrainer(request, bits, uses).run();
}

}  // namespace neucasl::performance_plugin
