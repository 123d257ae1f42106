#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/mapping/spiking_network.hpp"

/// \file
/// The devices of one memristive projection (mapping/synapse_device.hpp has the equations).
///
/// A copy is changed only by whoever owns its target, so several threads may share one object.

namespace neucasl::spiking_plugin {

/// A source of synaptic charge that must be asked at each event: one that drifts, is noisy or
/// learns. `jump` of the functions is the factor from charge to what the target's state takes.
class MemristorSynapses {
 public:
  MemristorSynapses(const mapping::SynapseProjection& projection, std::size_t targets,
                    std::uint64_t seed);

  /// Neither drifts, nor is noisy, nor learns.
  [[nodiscard]] bool constant() const {
    return !synapse_.drift && !synapse_.read_noise && !plastic();
  }
  [[nodiscard]] bool plastic() const { return synapse_.plasticity.has_value(); }

  /// Charge of an event of a device with conductance G, C.
  [[nodiscard]] double charge(double conductance) const {
    return scale_ * (conductance - synapse_.reference_conductance);
  }
  /// As programmed: levels and programming noise.
  [[nodiscard]] double programmed(std::size_t copy) const { return conductance_[copy]; }
  [[nodiscard]] std::vector<double> conductances() const;

  /// What a read at `time` of the simulation finds, with drift and noise.
  class Read {
   public:
    Read(const MemristorSynapses& synapses, double time, std::uint32_t ordinal);
    /// C
    [[nodiscard]] double charge(std::size_t copy) const;

   private:
    const MemristorSynapses& synapses_;
    double log_time_ = 0.0;  // ln(t / t_0)
    double noise_ = 0.0;     // sqrt(ln((t + t_r) / (2 t_r)))
    std::uint32_t ordinal_;
  };

  /// An arrival at `time` at plastic synapse `copy` whose target spiked at `history`: updates the
  /// device and returns the charge, C.
  double arrive(std::size_t copy, std::size_t target, double time,
                const std::vector<double>& history);
  /// The spikes of the target since the last arrival.
  void catch_up(std::size_t copy, const std::vector<double>& history);

  [[nodiscard]] std::size_t bytes() const;

 private:
  struct PlasticState {
    double trace = 0.0;  // x at `last`
    double last = 0.0;
    std::uint32_t seen = 0;     // spikes of the target that were taken into account
    std::uint32_t updates = 0;  // noisy updates so far
  };
  struct TargetTrace {
    double value = 0.0;  // y at `last`
    double last = 0.0;
    std::uint32_t seen = 0;
  };
  void program(std::uint64_t seed);
  void update(std::size_t copy, double pulses, bool potentiation);

  const mapping::SynapseProjection& projection_;
  const mapping::MemristiveSynapse& synapse_;
  std::uint64_t seed_;
  std::string read_purpose_, update_purpose_;
  double scale_;
  std::vector<double> conductance_;
  std::vector<float> drift_exponent_;  // by copy, when there is drift
  std::vector<float> read_factor_;     // Q, by copy, when reads are noisy
  std::vector<PlasticState> state_;
  std::vector<TargetTrace> target_;
};

}  // namespace neucasl::spiking_plugin
