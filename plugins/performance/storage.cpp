#include "storage.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "neucasl/architecture/copies.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::ComponentKind;
using workload::OperationId;
using workload::OperationKind;

constexpr double byte_bits = 8.0;

double amount(std::size_t value) { return static_cast<double>(value); }

struct Memory {
  double bits = 0.0;
  double copies = 0.0;  ///< Of the first component.
  double first = 0.0;   ///< Bits of the first component's copies.
  const architecture::Component* component = nullptr;
};

Memory memory_of(const architecture::Architecture& architecture, ComponentKind kind,
                 device::UseList& uses) {
  Memory result;
  architecture::for_each_level(
      architecture, [&](const architecture::Level& level, double level_copies) {
        for (const architecture::Component& component : level.components) {
          if (component.kind != kind) continue;
          const double copies = architecture::copies_of(level, level_copies, component);
          const double own =
              copies * byte_bits * component.numbers.si("capacity", base::dimension::none, uses);
          if (result.component == nullptr) result = {0.0, copies, own, &component};
          result.bits += own;
        }
      });
  return result;
}

std::string bytes(double bits) { return base::shortest(std::ceil(bits / byte_bits)) + " bytes"; }

/// The values of one inference, in order of their operations, the input of the network first.
class InferenceValues {
 public:
  InferenceValues(const architecture::Architecture& architecture,
                  const workload::Workload& workload,
                  const std::vector<architecture::OperationBits>& bits)
      : architecture_(architecture), workload_(workload), bits_(bits) {}

  std::vector<KeptValue> run() {
    find_readers();
    rank();
    std::vector<KeptValue> result;
    result.reserve(workload_.operations.size() + 1);
    if (!input_readers_.empty()) {
      KeptValue value{"(input)", input_readers_.front(), input_readers_, 0.0};
      value.bits = amount(workload_.input_elements) * bits_[input_readers_.front()].input;
      result.push_back(finished(std::move(value), 0));
    }
    for (OperationId id = 0; id < workload_.operations.size(); ++id) {
      if (is_replaced(id)) continue;
      const workload::Operation& operation = workload_.operations[id];
      KeptValue value{operation.name, made_by(id), readers_[id],
                      amount(operation.output_elements) * bits_[id].output};
      result.push_back(finished(std::move(value), rank_[id]));
    }
    return result;
  }

 private:
  void find_readers() {
    readers_.resize(workload_.operations.size());
    for (OperationId id = 0; id < workload_.operations.size(); ++id) {
      for (const OperationId input : workload_.operations[id].inputs) {
        if (input == workload::workload_input) {
          input_readers_.push_back(id);
        } else {
          readers_[input].push_back(id);
        }
      }
    }
  }

  /// An activation that alone reads its input works in place.
  [[nodiscard]] bool is_replaced(OperationId id) const {
    return readers_[id].size() == 1 &&
           workload_.operations[readers_[id].front()].kind == OperationKind::activation;
  }

  /// The operation whose output activations in place turn into this one.
  [[nodiscard]] OperationId made_by(OperationId id) const {
    while (workload_.operations[id].kind == OperationKind::activation &&
           workload_.operations[id].inputs.size() == 1) {
      const OperationId input = workload_.operations[id].inputs.front();
      if (input == workload::workload_input || !is_replaced(input)) break;
      id = input;
    }
    return id;
  }

  /// Place of each operation in the pipeline; activations belong to what they follow.
  void rank() {
    rank_.assign(workload_.operations.size(), 1);
    for (OperationId id = 0; id < workload_.operations.size(); ++id) {
      const workload::Operation& operation = workload_.operations[id];
      const std::size_t own = operation.kind == OperationKind::activation ? 0 : 1;
      for (const OperationId input : operation.inputs) {
        if (input == workload::workload_input) continue;
        rank_[id] = std::max(rank_[id], rank_[input] + own);
      }
    }
  }

  /// With the copies that a pipeline keeps.
  KeptValue finished(KeptValue value, std::size_t source_rank) const {
    if (!architecture_.pipelined) return value;
    double size = value.bits;  // What leaves the network is kept once.
    if (!value.readers.empty()) size = 0.0;
    for (const OperationId reader : value.readers) {
      size = std::max(size, size_for(reader, source_rank, value.bits));
    }
    value.copies = value.bits > 0.0 ? size / value.bits : 0.0;
    return value;
  }

  [[nodiscard]] double size_for(OperationId reader, std::size_t source_rank, double whole) const {
    const workload::Operation& operation = workload_.operations[reader];
    const std::size_t distance = rank_[reader] > source_rank ? rank_[reader] - source_rank : 0;
    if (architecture_.window_buffers && distance <= 1) {
      if (operation.kind == OperationKind::elementwise ||
          operation.kind == OperationKind::activation) {
        return 0.0;
      }
      if (operation.window_elements > 0) {
        return std::min(whole, amount(operation.window_elements) * bits_[reader].input);
      }
    }
    return whole * amount(distance + 1);
  }

  const architecture::Architecture& architecture_;
  const workload::Workload& workload_;
  const std::vector<architecture::OperationBits>& bits_;
  std::vector<std::vector<OperationId>> readers_;
  std::vector<OperationId> input_readers_;
  std::vector<std::size_t> rank_;
};

class Keeper {
 public:
  Keeper(const architecture::Architecture& architecture, const architecture::Placement& placement,
         const workload::Workload& workload, const std::vector<architecture::OperationBits>& bits,
         Storage& storage, device::UseList& uses)
      : architecture_(architecture),
        workload_(workload),
        bits_(bits),
        storage_(storage),
        buffers_(memory_of(architecture, ComponentKind::buffer, uses)),
        outside_(memory_of(architecture, ComponentKind::off_chip_memory, uses)) {
    storage_.capacity_bits = buffers_.bits;
    weights_ = placement.weight_bits + placement.computed_bits;
    free_ = std::max(0.0, placement.weight_bits_fit - weights_);
    const double chips = amount(architecture.chip.count);
    chip_ = (buffers_.bits + placement.weight_bits_fit) / chips;
    add_weights_outside(placement);
  }

  /// What stays, then what passes beside it.
  void keep() {
    const bool gradients = std::any_of(storage_.values.begin(), storage_.values.end(),
                                       [](const KeptValue& v) { return v.beside_weights; });
    if (!gradients) free_ = 0.0;
    storage_.capacity_bits += free_;
    double beside = 0.0;
    for (KeptValue& value : storage_.values) {
      if (value.passing) continue;
      storage_.needed_bits += value.size();
      if (value.beside_weights && beside + value.size() <= free_) {
        beside += value.size();
        value.place = Place::weight_memory;
      } else if (kept_ + value.size() <= buffers_.bits) {
        kept_ += value.size();
      } else {
        value.place = Place::off_chip_memory;
      }
    }
    one_after_another();
  }

  void move_outside(std::vector<Demand>& demands) {
    for (const KeptValue& value : storage_.values) {
      if (value.place == Place::weight_memory) move_beside(value, demands);
      if (value.place != Place::off_chip_memory) continue;
      storage_.off_chip_bits += value.size();
      // What leaves the network is written there in any case.
      if (value.readers.empty()) continue;
      add(demands[value.source], value.bits);
      for (const std::size_t reader : value.readers) add(demands[reader], value.bits);
    }
    if (storage_.off_chip_bits == 0.0 && weights_outside_ == 0.0) return;
    if (outside_.component == nullptr) refuse_buffers();
    if (storage_.off_chip_bits + weights_outside_ > outside_.bits) refuse_outside();
  }

 private:
  /// Each from its source to its last reader.
  void one_after_another() {
    std::vector<double> freed(workload_.operations.size(), 0.0);
    std::size_t now = 0;
    for (KeptValue& value : storage_.values) {
      if (!value.passing) continue;
      for (; now < value.source; ++now) kept_ -= freed[now];
      if (kept_ + value.size() > buffers_.bits) {
        value.place = Place::off_chip_memory;
      } else {
        kept_ += value.size();
        freed[value.last_reader()] += value.size();
      }
    }
    storage_.needed_bits += fullest(storage_.values);
  }

  static void move_beside(const KeptValue& value, std::vector<Demand>& demands) {
    for (const auto& [operation, bits] : value.traffic) {
      demands[operation].buffer_bits -= bits;
      demands[operation].weight_memory_bits += bits;
    }
  }

  static void add(Demand& demand, double bits) {
    demand.off_chip_bits += bits;
    demand.link_bits += bits;
  }

  /// Weights that are programmed or streamed anew each time.
  void add_weights_outside(const architecture::Placement& placement) {
    for (const architecture::OperationPlacement& placed : placement.operations) {
      const workload::Operation& operation = workload_.operations[placed.operation];
      const bool own = operation.weights_of == workload::workload_input;
      if (own && (placed.streamed || placement.rounds > 1)) {
        weights_outside_ += amount(operation.product.weights()) * bits_[placed.operation].weight;
      }
    }
  }

  [[noreturn]] void refuse_buffers() const {
    const double others = buffers_.bits - buffers_.first + free_;
    const bool shared = free_ > 0.0;
    const double chip = shared ? chip_ : buffers_.bits / amount(architecture_.chip.count);
    const double chips = std::ceil((storage_.needed_bits + (shared ? weights_ : 0.0)) / chip);
    const std::string& name = buffers_.component->name;
    throw base::Error(
        "architecture.capacity",
        "'" + workload_.name + "' keeps " + bytes(storage_.needed_bits) +
            " between its operations, the memories of '" + architecture_.id + "' hold " +
            bytes(storage_.capacity_bits) + " and there is no off-chip memory",
        "nearest that fits: " + bytes((storage_.needed_bits - others) / buffers_.copies) +
            " for each '" + name + "', or " + base::shortest(chips) +
            " chips; or add a component of kind 'off_chip_memory' to the chip",
        buffers_.component->numbers.find("capacity")->where);
  }

  [[noreturn]] void refuse_outside() const {
    const double others = outside_.bits - outside_.first;
    const double needed = storage_.off_chip_bits + weights_outside_;
    throw base::Error("architecture.capacity",
                      "'" + workload_.name + "' keeps " + bytes(needed) +
                          " off the chip, the off-chip memory of '" + architecture_.id +
                          "' holds " + bytes(outside_.bits),
                      "give each '" + outside_.component->name + "' at least " +
                          bytes((needed - others) / outside_.copies),
                      outside_.component->numbers.find("capacity")->where);
  }

  const architecture::Architecture& architecture_;
  const workload::Workload& workload_;
  const std::vector<architecture::OperationBits>& bits_;
  Storage& storage_;
  Memory buffers_;
  Memory outside_;
  double kept_ = 0.0;  ///< Bits in buffers.
  double weights_outside_ = 0.0;
  double weights_ = 0.0;  ///< Bits in weight memories.
  double free_ = 0.0;     ///< Bits of weight memories beside these.
  double chip_ = 0.0;     ///< Bits of buffers and weight memories of one chip.
};

}  // namespace

std::size_t KeptValue::last_reader() const {
  std::size_t last = source;
  for (const std::size_t reader : readers) last = std::max(last, reader);
  return last;
}

double fullest(const std::vector<KeptValue>& values) {
  std::map<std::size_t, double> freed;  // after an operation
  double live = 0.0;
  double most = 0.0;
  for (const KeptValue& value : values) {
    if (!value.passing) continue;
    while (!freed.empty() && freed.begin()->first < value.source) {
      live -= freed.begin()->second;
      freed.erase(freed.begin());
    }
    live += value.size();
    freed[value.last_reader()] += value.size();
    most = std::max(most, live);
  }
  return most;
}

std::string_view to_string(Place place) {
  constexpr std::string_view names[] = {"buffer", "weight_memory", "off_chip_memory"};
  return names[static_cast<std::size_t>(place)];
}

Storage store_inference(const architecture::Architecture& architecture,
                        const architecture::Placement& placement,
                        const workload::Workload& workload,
                        const std::vector<architecture::OperationBits>& bits,
                        std::vector<Demand>& demands, device::UseList& uses) {
  Storage storage;
  storage.values = InferenceValues(architecture, workload, bits).run();
  for (KeptValue& value : storage.values) value.passing = !architecture.pipelined;
  keep(architecture, placement, workload, bits, storage, demands, uses);
  return storage;
}

void keep(const architecture::Architecture& architecture, const architecture::Placement& placement,
          const workload::Workload& workload, const std::vector<architecture::OperationBits>& bits,
          Storage& storage, std::vector<Demand>& demands, device::UseList& uses) {
  Keeper keeper(architecture, placement, workload, bits, storage, uses);
  keeper.keep();
  keeper.move_outside(demands);
}

}  // namespace neucasl::performance_plugin
