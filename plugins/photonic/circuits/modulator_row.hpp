#pragma once

#include <string>
#include <vector>

#include "../logic/tuned_disk.hpp"
#include "channel_plan.hpp"
#include "channel_tuning.hpp"

/// \file
/// Disk modulators one behind the other on one bus, one for each line of a comb.
///
/// A modulator without voltage is on resonance with its channel and takes its light; its voltage
/// moves the resonance away. Each modulator also takes a little of the other channels: the power of
/// a channel behind the row is the product of all transmissions (no reflection, no second bus, so
/// that the order does not matter).

namespace neucasl::photonic {

class ModulatorRow {
 public:
  /// `drive` (V): junction voltage of the most transmission.
  ModulatorRow(ChannelPlan plan, TunedDisk disk, double drive);

  /// Transmitted share of each channel, by the voltage of each modulator.
  [[nodiscard]] std::vector<double> transmissions(const std::vector<double>& voltages) const;
  /// Of a channel past its own modulator only.
  [[nodiscard]] double transmission_alone(int channel, double voltage) const;
  /// Tuned by voltages. The object must outlive the result.
  [[nodiscard]] TunedChannels channels() const;
  /// Parameters of the instances.
  [[nodiscard]] std::vector<ir::ModuleBuilder::Parameters> parameters() const;
  [[nodiscard]] const TunedDisk& disk() const { return disk_; }
  [[nodiscard]] ir::ModuleId add_primitive(ir::Design& design) const;

 private:
  [[nodiscard]] double transmission(std::size_t modulator, double wavelength, double voltage) const;

  ChannelPlan plan_;
  TunedDisk disk_;
  double drive_ = 0.0;
  std::vector<double> trim_;  // shifts, m
};

/// Voltage across a junction behind its series resistance, by its leakage; the saturation current
/// is left out.
double junction_voltage(const TunedDisk& disk, double applied);

}  // namespace neucasl::photonic
