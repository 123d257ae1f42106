#pragma once

#include <memory>
#include <span>
#include <vector>

#include "bias_network.hpp"
#include "wave_structure.hpp"

/// \file
/// Scattering matrices of all devices of a network at a bias.

namespace neucasl::scattering {

/// Waves and matrices at one wavelength.
struct ScatteringData {
  std::vector<Wave> matrices;  ///< As `MatrixLayout` places them.
  std::vector<Wave> emitted;   ///< By port.
};

/// Immutable; threads share it.
class NetworkScattering {
 public:
  /// Working memory of one thread.
  class Work {
   public:
    explicit Work(const NetworkScattering& owner);

   private:
    friend class NetworkScattering;
    std::vector<DeviceScattering> models_;
    std::vector<double> derived_, unknowns_;
  };

  /// Devices settle without incoming light at the electrical and thermal values of `state`. With
  /// `check`, each is tested for linearity at `check` sqrt(W).
  /// \throws base::Error as `DeviceScattering`.
  NetworkScattering(const circuit::Circuit& circuit, const OpticalNetwork& network,
                    const BiasNetwork& bias, const BiasState& state, double check = 0.0,
                    int threads = 1);

  /// At the circuit's own wavelengths.
  [[nodiscard]] const ScatteringData& data() const { return data_; }
  /// With one carrier of another wavelength (m), as `Circuit::set_wavelength` moves it, the bias
  /// held. A device whose derived numbers stay keeps its matrix. Only devices that `wanted` marks,
  /// all when it is empty. \throws as the constructor.
  void at_wavelength(double wavelength, std::span<const char> wanted, Work& work,
                     ScatteringData& data) const;

  [[nodiscard]] const circuit::Circuit& circuit() const { return circuit_; }
  [[nodiscard]] const OpticalNetwork& network() const { return network_; }
  [[nodiscard]] const MatrixLayout& layout() const { return layout_; }
  /// Unknowns of an optical device (index in the network) without incoming light.
  [[nodiscard]] std::span<const double> dark_unknowns(std::size_t device) const {
    return {dark_.data() + first_[device], first_[device + 1] - first_[device]};
  }
  /// Which entries of the matrices differ from zero, and at which ports waves are emitted.
  [[nodiscard]] static std::vector<char> used(std::span<const Wave> values);

 private:
  void scatter(std::size_t index, double check, Work& work);

  const circuit::Circuit& circuit_;
  const OpticalNetwork& network_;
  MatrixLayout layout_;
  ScatteringData data_;
  std::vector<double> dark_;
  std::vector<std::size_t> first_;
};

}  // namespace neucasl::scattering
