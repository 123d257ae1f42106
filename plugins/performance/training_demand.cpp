#include "training_demand.hpp"

#include <algorithm>

namespace neucasl::performance_plugin {
namespace {

using architecture::ComponentKind;
using architecture::LevelKind;
using architecture::OperationPlacement;
using workload::Operation;
using workload::OperationId;
using workload::OperationKind;
using workload::TrainingPhase;
using workload::TrainingStep;

double count_of(std::size_t value) { return static_cast<double>(value); }

class TrainingDemands {
 public:
  TrainingDemands(const TrainingSetting& setting, std::vector<Demand>& demands)
      : setting_(setting),
        demands_(demands),
        digital_(setting.architecture.core().kind == LevelKind::digital_core),
        photonic_(setting.architecture.core().kind == LevelKind::photonic_core),
        sum_bits_(setting.architecture.partial_sum_bits),
        last_errors_(setting.training.workload.operations.size(), none) {}

  void run() {
    const auto& steps = setting_.training.steps;
    for (OperationId id = 0; id < steps.size(); ++id) {
      const TrainingStep& step = steps[id];
      add_sums(id, step.additions);
      if (operation(id).weights_of != workload::workload_input) last_errors_[step.origin] = id;
      if (step.phase == TrainingPhase::weight_gradient) add_gradient(id, step);
      if (step.phase == TrainingPhase::weight_update) add_update(id, step);
    }
  }

 private:
  static constexpr OperationId none = workload::workload_input;

  [[nodiscard]] const Operation& operation(OperationId id) const {
    return setting_.training.workload.operations[id];
  }
  [[nodiscard]] bool has(ComponentKind kind) const {
    return find_unit(setting_.units, kind) != nullptr;
  }

  /// `operations` of one vector unit in place of an addition.
  void add_additions(OperationId id, double additions, double operations) {
    Demand& demand = demands_[id];
    if (additions == 0.0) return;
    if (has(ComponentKind::accumulator)) {
      demand.additions += additions;
    } else if (has(ComponentKind::vector_unit)) {
      demand.vector_operations += additions * operations;
    } else if (digital_) {
      demand.multiplications += additions;
    } else {
      throw base::Error("performance.unsupported",
                        "operation '" + operation(id).name + "' has sums, which '" +
                            setting_.architecture.id + "' cannot add",
                        "add a component of kind 'accumulator' or 'vector_unit' to the tile",
                        setting_.architecture.tile().where);
    }
  }

  /// Contributions that are brought together in the buffer: read, added, written.
  void add_sums(OperationId id, std::size_t additions) {
    add_additions(id, count_of(additions), 1.0);
    if (setting_.training.steps[id].phase == TrainingPhase::error_propagation) {
      demands_[id].buffer_bits += 2.0 * count_of(additions) * setting_.bits[id].output;
    }
  }

  void add_gradient(OperationId id, const TrainingStep& step) {
    Demand& demand = demands_[id];
    const double gradient_bits = count_of(operation(id).output_elements) * sum_bits_;
    demand.buffer_bits += gradient_bits * (setting_.batch - 1.0) / setting_.batch;
    if (setting_.batch > 1.0) add_additions(id, count_of(operation(id).output_elements), 1.0);
    const OperationPlacement* placed = setting_.placement.find(id);
    if (placed == nullptr || digital_ || photonic_) return;
    // The inputs of the layer, window by window, into the cells.
    const workload::MatrixProduct& p = operation(step.origin).product;
    const double held =
        count_of(p.count) * count_of(p.positions) * count_of(p.depth) * count_of(placed->copies);
    demand.cells_written += held * count_of(placed->cells_per_weight);
    demand.buffer_bits += held * setting_.bits[id].weight;
  }

  void add_update(OperationId id, const TrainingStep& step) {
    Demand& demand = demands_[id];
    const Demand& forward = demands_[step.origin];
    demand.chips = forward.chips;
    demand.tiles = forward.tiles;
    demand.groups = forward.groups;
    const double parameters = count_of(step.parameters);
    demand.buffer_bits += parameters * sum_bits_;
    const OperationPlacement* placed = setting_.placement.find(step.origin);
    if (placed == nullptr) {
      // Parameters beside the products lie in buffers.
      demand.buffer_bits += 2.0 * parameters * setting_.bits[step.origin].weight;
      add_additions(id, parameters, 2.0);
    } else if (digital_) {
      update_memory(*placed, step, demand);
    } else {
      add_additions(id, parameters, 2.0);
      // Where weights of photonic cores lie is not known here.
      if (!photonic_) update_cells(*placed, step, demand);
    }
  }

  void update_memory(const OperationPlacement& placed, const TrainingStep& step, Demand& demand) {
    const double bits = 2.0 * count_of(step.parameters) * setting_.bits[step.origin].weight;
    demand.multiplications += count_of(step.parameters);
    demand.weight_memory_bits += bits * count_of(placed.copies);
    if (!placed.streamed) return;
    demand.off_chip_bits += bits;
    demand.link_bits += bits;
  }

  /// Reads the weights row by row, writes them and their transposes.
  void update_cells(const OperationPlacement& placed, const TrainingStep& step, Demand& demand) {
    const workload::MatrixProduct& p = operation(step.origin).product;
    const double weights = count_of(p.weights());
    const double rows = count_of(p.count) * count_of(p.depth);
    demand.rows_driven += rows * count_of(placed.column_blocks);
    demand.array_reads += rows * count_of(placed.column_blocks);
    demand.cycle_sums += weights;
    demand.columns_held += weights * count_of(placed.cells_per_weight);
    demand.conversions +=
        converted(setting_.architecture, weights * count_of(placed.cells_per_weight));
    demand.partial_sums += weights;
    demand.cells_written += weights * count_of(placed.cells_per_weight) * count_of(placed.copies);
    if (last_errors_[step.origin] == none) return;
    const OperationPlacement& back = *setting_.placement.find(last_errors_[step.origin]);
    demand.cells_written += weights * count_of(back.cells_per_weight) * count_of(back.copies);
  }

  const TrainingSetting& setting_;
  std::vector<Demand>& demands_;
  bool digital_;
  bool photonic_;
  double sum_bits_;
  std::vector<OperationId> last_errors_;  ///< The operation that holds the transposed weights.
};

class TrainingKeeps {
 public:
  explicit TrainingKeeps(const TrainingSetting& setting)
      : setting_(setting), work_(setting.training.workload), steps_(setting.training.steps) {}

  TrainingValues run() {
    find_readers();
    add_activations();
    for (OperationId id = 0; id < steps_.size(); ++id) {
      const double bits = count_of(work_.operations[id].output_elements) * setting_.bits[id].output;
      if (steps_[id].phase == TrainingPhase::error_propagation) {
        KeptValue value{work_.operations[id].name, id, readers_[id], bits};
        value.passing = !setting_.architecture.pipelined;
        value.copies = value.passing ? 1.0 : std::min(2.0, setting_.batch);
        result_.errors.push_back(std::move(value));
      } else if (steps_[id].phase == TrainingPhase::weight_gradient) {
        result_.gradients.push_back(gradient(id, bits));
      }
    }
    return std::move(result_);
  }

 private:
  void find_readers() {
    readers_.resize(steps_.size());
    for (OperationId id = 0; id < steps_.size(); ++id) {
      for (const OperationId input : work_.operations[id].inputs) {
        auto& list = input == workload::workload_input ? input_readers_ : readers_[input];
        list.push_back(id);
      }
      const OperationId origin = steps_[id].origin;
      // Gradients read the inputs of their layer, derivatives what the operation took.
      if (steps_[id].phase == TrainingPhase::weight_gradient) back_[origin] = id;
      if (steps_[id].phase == TrainingPhase::error_propagation) back_.emplace(origin, id);
    }
  }

  /// Written for each sample; read for all but the first, and by the update.
  [[nodiscard]] KeptValue gradient(OperationId id, double bits) const {
    KeptValue value{work_.operations[id].name, id, {id}, bits};
    value.beside_weights = setting_.architecture.core().kind == LevelKind::digital_core;
    value.traffic = {{id, bits * (2.0 - 1.0 / setting_.batch)}, {readers_[id].front(), bits}};
    return value;
  }

  [[nodiscard]] double samples_of(std::size_t stage) const {
    if (!setting_.architecture.pipelined) return 1.0;
    const double layers = count_of(setting_.training.layers);
    return std::min(setting_.batch, 2.0 * (layers - count_of(stage)) + 1.0);
  }

  [[nodiscard]] std::vector<OperationId> with_way_back(std::vector<OperationId> readers) const {
    const std::size_t forward = readers.size();
    for (std::size_t k = 0; k < forward; ++k) {
      const auto found = back_.find(readers[k]);
      if (found != back_.end()) readers.push_back(found->second);
    }
    return readers;
  }

  void add_activations() {
    if (!input_readers_.empty()) {
      KeptValue value{"(input)", input_readers_.front(), with_way_back(input_readers_)};
      value.bits = count_of(work_.input_elements) * setting_.bits[input_readers_.front()].input;
      value.copies = samples_of(0);
      result_.activations.push_back(std::move(value));
    }
    for (OperationId id = 0; id < steps_.size(); ++id) {
      if (steps_[id].phase != TrainingPhase::forward) continue;
      std::vector<OperationId> readers;
      for (const OperationId reader : readers_[id]) {
        if (steps_[reader].phase == TrainingPhase::forward) readers.push_back(reader);
      }
      // The derivative of an activation follows from its output, which takes the place.
      if (readers.size() == 1 &&
          work_.operations[readers.front()].kind == OperationKind::activation) {
        continue;
      }
      KeptValue value{work_.operations[id].name, id, with_way_back(readers)};
      value.bits = count_of(work_.operations[id].output_elements) * setting_.bits[id].output;
      value.copies = samples_of(steps_[id].stage);
      result_.activations.push_back(std::move(value));
    }
  }

  const TrainingSetting& setting_;
  const workload::Workload& work_;
  const std::vector<TrainingStep>& steps_;
  TrainingValues result_;
  std::vector<std::vector<OperationId>> readers_;
  std::vector<OperationId> input_readers_;
  std::map<OperationId, OperationId> back_;  ///< What reads the inputs of an operation again.
};

}  // namespace

std::vector<architecture::OperationBits> training_bits(
    const architecture::Architecture& architecture, const workload::Training& training,
    const std::vector<architecture::OperationBits>& forward) {
  std::vector<architecture::OperationBits> bits;
  bits.reserve(training.steps.size());
  for (OperationId id = 0; id < training.steps.size(); ++id) {
    const TrainingStep& step = training.steps[id];
    const architecture::OperationBits& own = forward[step.origin];
    const bool product = training.workload.operations[id].product.count > 0;
    if (step.phase == TrainingPhase::forward) {
      bits.push_back(own);
    } else if (step.phase == TrainingPhase::error_propagation) {
      bits.push_back({own.weight, own.output, product ? own.input : own.output});
    } else {
      bits.push_back({own.input, own.output, architecture.partial_sum_bits});
    }
  }
  return bits;
}

void add_training_demands(const TrainingSetting& setting, std::vector<Demand>& demands) {
  TrainingDemands(setting, demands).run();
}

TrainingValues training_values(const TrainingSetting& setting) {
  return TrainingKeeps(setting).run();
}

}  // namespace neucasl::performance_plugin
