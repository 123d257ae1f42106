#pragma once

#include "storage.hpp"

/// \file
/// Times and costs of the operations of one inference.
///
/// A read of the arrays takes, with w columns in use and A arrays on D converters of a group,
///   t_read = max(array time, row time, w A / D conversion time),
/// half as many conversions with analog subtraction, and an operation whose P positions are shared
/// by its copies
///   t_operation = max(ceil(P / copies) d rounds t_read, max_u events_u time_u / copies_u)
///                 + t_read + programming,
/// copies_u being those of component u where the operation runs; the component that gives the
/// maximum is what bounds it. On digital cores, with row blocks R and passes (digital_core.hpp),
///   t_operation = max(ceil(P / copies) R passes t_step, as above) + t_step.
/// Programming takes rows x write_time for each round that it begins.
/// Operations follow each other for one inference (latency); when layers are pipelined the interval
/// between inferences is the longest operation, otherwise the latency. Leakage counts for one
/// interval.

namespace neucasl::performance_plugin {

struct OperationCost {
  workload::OperationId operation = 0;
  Demand demand;
  std::vector<double> energy;  ///< J of each unit, without leakage.
  std::vector<double> events;  ///< Of each unit.
  double programming_energy = 0.0;
  double programming_time = 0.0;
  double setting_time = 0.0;  ///< The part of it in which banks of photonic cores are set.
  double fill = 0.0;          ///< Of the first read.
  double bound_time = 0.0;    ///< What the slowest component takes.
  std::size_t bound = 0;      ///< Its unit.
  double samples = 1.0;       ///< That share its time: those of a batch, of an update.
  double column_share = 1.0;  ///< Cells that hold weights over cells of its arrays.

  [[nodiscard]] double time() const { return bound_time + fill + programming_time; }
  [[nodiscard]] double dynamic_energy() const;
};

struct SystemCost {
  std::vector<Unit> units;
  architecture::Placement placement;
  Storage storage;
  bool training = false;  ///< Operations are those of training with one sample.
  std::vector<OperationCost> operations;
  double latency = 0.0;
  double interval = 0.0;
  double sample_time = 0.0;      ///< s, of all operations, each over its samples.
  double leakage = 0.0;          ///< W, whole system.
  double area = 0.0;             ///< m^2
  double peak_power = 0.0;       ///< W, every component at work without pause.
  double full_read = 0.0;        ///< s, all columns in use.
  double peak_rate = 0.0;        ///< Multiply-accumulates per second of all arrays.
  std::string parts = "arrays";  ///< What the placement counts.

  [[nodiscard]] double dynamic_energy() const;
  [[nodiscard]] double leakage_energy() const { return leakage * interval; }
  /// Leakage is shared in proportion to the time that a sample takes of an operation.
  [[nodiscard]] double leakage_energy_of(const OperationCost& operation) const {
    return leakage_energy() * operation.time() / operation.samples / sample_time;
  }
  [[nodiscard]] double energy() const { return dynamic_energy() + leakage_energy(); }
};

/// \throws base::Error "architecture.capacity", "architecture.hierarchy",
/// "performance.unsupported", "performance.workload" (no work), "device.number" (write_energy,
/// write_time of arrays that are programmed anew).
SystemCost system_cost(const architecture::Architecture& architecture,
                       const workload::Workload& workload,
                       const std::vector<architecture::OperationBits>& bits, device::UseList& uses);

/// Costs of the operations from their demands, into `result.operations`, and from these the latency
/// and the interval.
void schedule(const architecture::Architecture& architecture, const workload::Workload& workload,
              const std::vector<architecture::OperationBits>& bits,
              const std::vector<Demand>& demand, SystemCost& result, device::UseList& uses);

/// Without a workload: units, area, leakage, peak power and peak rate; no operations.
SystemCost idle_system(const architecture::Architecture& architecture, device::UseList& uses);

}  // namespace neucasl::performance_plugin
