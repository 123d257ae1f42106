#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "neucasl/mapping/analog_training.hpp"

/// \file
/// The devices of one layer in training: pairs that hold r in [-1, 1] and take pulses.

namespace neucasl::mapping {

/// The device that the options ask for: straight curves, no noise of updates.
TrainingDevice as_asked(TrainingDevice device, const AnalogTrainingOptions& options);

class TrainingCells {
 public:
  /// `count` weights; `name` names the layer's random numbers. `device` is that of `as_asked`.
  TrainingCells(const TrainingDevice& device, const AnalogTrainingOptions& options,
                std::size_t count, const std::string& name);

  /// Sets r of every weight, exactly, held to what the pairs can hold.
  void program(std::span<const float> r);
  /// n > 0 pulses up or -n down on weight `at`; the noise is drawn by (weight, event). Returns the
  /// energy, J. Different weights may be pulsed from different threads.
  double pulse(std::size_t at, std::int64_t n, std::uint64_t event);

  void save(base::ByteWriter& out) const {
    out.array(conductance_);
    out.array(pulses_);
  }
  void restore(base::ByteReader& in) {
    in.array(conductance_);
    in.array(pulses_);
  }

  [[nodiscard]] std::size_t count() const { return conductance_.size() / 2; }
  [[nodiscard]] double relative(std::size_t at) const {
    return (conductance_[2 * at] - conductance_[2 * at + 1]) / window_;
  }
  /// Variance of r from read to read.
  [[nodiscard]] double variance(std::size_t at) const;
  /// Mean change of r by a pulse.
  [[nodiscard]] double step() const;
  [[nodiscard]] const std::vector<double>& conductances() const { return conductance_; }
  /// Pulses on each device so far.
  [[nodiscard]] const std::vector<std::uint64_t>& pulses() const { return pulses_; }
  [[nodiscard]] bool push_pull() const { return push_pull_; }
  [[nodiscard]] const SynapseDevice& device() const { return device_.synapse; }

 private:
  double pulse_device(std::size_t device, std::int64_t n, double normal);
  void draw_spread(const std::optional<device::Spread>& spread, double pulses,
                   const std::string& purpose, std::vector<float>& share) const;
  [[nodiscard]] double device_variance(double conductance) const;

  TrainingDevice device_;
  double window_;
  double reference_;
  bool push_pull_;
  bool noisy_reads_;
  double read_sigma_;
  double read_age_;
  std::uint64_t seed_;
  std::array<std::uint32_t, 2> key_;
  std::vector<double> conductance_;  // S, G+ and G- of each weight
  std::vector<std::uint64_t> pulses_;
  std::vector<float> potentiation_share_;  // P of a device over the card's; empty: 1
  std::vector<float> depression_share_;
};

}  // namespace neucasl::mapping
