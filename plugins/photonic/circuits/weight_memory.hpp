#pragma once

#include <vector>

#include "../logic/tuned_disk.hpp"
#include "channel_plan.hpp"
#include "conductance_memory.hpp"
#include "resonator_bank.hpp"

/// \file
/// Weight disks whose junctions are biased by memories.
///
/// A memory cell holds the read voltage across its memory device and turns the current into the
/// bias of a junction: V = -transresistance x read voltage x conductance. The lowest conductance
/// gives the least reverse voltage, at which the disk is trimmed to its channel; the highest gives
/// `largest_bias`.

namespace neucasl::photonic {

class WeightMemory {
 public:
  WeightMemory(ChannelPlan plan, TunedDisk disk, ConductanceMemory memory, double largest_bias);

  [[nodiscard]] double transresistance() const {
    return largest_bias_ / (memory_.read_voltage() * memory_.highest());
  }
  /// V, at the anode of a disk.
  [[nodiscard]] double bias(double conductance) const {
    return -transresistance() * memory_.read_voltage() * conductance;
  }
  /// Of a disk by its conductance (S); `errors` (m) move the resonance of each disk, empty: none.
  /// The object must outlive the result.
  [[nodiscard]] ResonatorResponse response(std::vector<double> errors = {}) const;
  [[nodiscard]] const ConductanceMemory& memory() const { return memory_; }
  [[nodiscard]] const TunedDisk& disk() const { return disk_; }
  [[nodiscard]] std::vector<ir::ModuleBuilder::Parameters> disk_parameters(
      const std::vector<double>& errors = {}) const;
  /// A module of one cell for each conductance. Ports: the bus "bias", ground.
  [[nodiscard]] ir::ModuleId add_cells(ir::Design& design,
                                       const std::vector<double>& conductances) const;

 private:
  ChannelPlan plan_;
  TunedDisk disk_;
  ConductanceMemory memory_;
  double largest_bias_ = 0.0;
  std::vector<double> trim_;  // shifts, m
};

}  // namespace neucasl::photonic
