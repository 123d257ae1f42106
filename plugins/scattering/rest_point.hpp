#pragma once

#include <memory>
#include <string>
#include <vector>

#include "network_scattering.hpp"

/// \file
/// A circuit at rest: electrical part, matrices and waves that agree.

namespace neucasl::scattering {

/// The electrical and thermal part is solved in the dark, then matrices and waves, then the
/// electrical part in that light, until the waves stay. Without a way back from the light to a bias
/// that the light depends on, that is one round.
class RestPoint {
 public:
  explicit RestPoint(const circuit::Circuit& circuit);

  /// \throws base::Error "scattering.feedback" when the rounds do not settle, "scattering.open",
  /// "scattering.nonlinear", what the parts throw.
  void solve();
  /// The waves out of all ports are known for the bias of `base` in the dark, a point of the same
  /// circuit at another wavelength; computes all anew when light moves that bias.
  void solve(const RestPoint& base, std::vector<Wave> outgoing);

  [[nodiscard]] const OpticalNetwork& network() const { return network_; }
  [[nodiscard]] BiasNetwork& bias() { return bias_; }
  [[nodiscard]] const BiasNetwork& bias() const { return bias_; }
  [[nodiscard]] const BiasState& state() const { return state_; }
  [[nodiscard]] const NetworkScattering& scattering() const { return *scattering_; }
  /// Waves out of and into all ports.
  [[nodiscard]] const std::vector<Wave>& outgoing() const { return outgoing_; }
  [[nodiscard]] const std::vector<Wave>& incoming() const { return incoming_; }
  /// Whether light changed the bias of a device that scatters it.
  [[nodiscard]] bool feedback() const { return feedback_; }
  [[nodiscard]] const std::string& method() const { return method_; }

 private:
  void make_matrices();
  /// Solves the bias in the present light; whether that moves what the light depends on.
  bool moves_bias();

  const circuit::Circuit& circuit_;
  OpticalNetwork network_;
  BiasNetwork bias_;
  BiasState state_, dark_;
  std::unique_ptr<NetworkScattering> scattering_;
  std::vector<Wave> outgoing_, incoming_;
  std::vector<char> absorbs_;  // devices of one port without a way out
  bool feedback_ = false;
  std::string method_;
};

}  // namespace neucasl::scattering
