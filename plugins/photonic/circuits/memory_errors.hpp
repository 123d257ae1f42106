#pragma once

#include <optional>

#include "conductance_memory.hpp"
#include "neucasl/mapping/synapse_device.hpp"
#include "neucasl/plugin/parameters.hpp"

/// \file
/// What becomes of conductances that a memory of weights is set to.
///
/// Laws of synapse_device.hpp, with G_h the highest conductance of the memory:
///
///   programmed  G = G_target + sqrt(sigma_card(G_target)^2 + (e (G_h - G_l))^2) z
///   drifted     G(t) = G (t / t_0)^-nu,   nu = |mean(G_target/G_h) + sigma(G_target/G_h) z|
///
/// sigma_card and the drift are those of the memory's card where it has them, e is the parameter
/// programming_error and t memory_age. A conductance is held to the memory's range, so that the
/// lowest does not drift.

namespace neucasl::photonic {

class MemoryErrors {
 public:
  /// \throws base::Error as `mapping::read_synapse_device`.
  MemoryErrors(const plugin::ParameterSet& parameters, const ConductanceMemory& memory,
               const plugin::Context& context, device::UseList& uses);

  /// S; `normal` is a standard normal number.
  [[nodiscard]] double programmed(double target, double normal) const;
  [[nodiscard]] double drifted(double programmed, double target, double normal) const;
  [[nodiscard]] bool spreads() const { return sigma_ || window_sigma_ > 0.0; }
  [[nodiscard]] bool drifts() const { return drift_ && age_ > drift_->reference_time; }

 private:
  [[nodiscard]] double held(double conductance) const;

  double lowest_;
  double highest_;
  double window_sigma_;                      // S
  double age_;                               // s
  std::optional<device::Polynomial> sigma_;  // of the card
  std::optional<mapping::DriftStatistics> drift_;
};

}  // namespace neucasl::photonic
