#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "output_terms.hpp"
#include "rest_point.hpp"

/// \file
/// Slopes of outputs over numbers of the circuit.
///
/// With waves b of (1 - S C) b = s and an output O, lambda solves the transposed system for dO/db,
/// and a change of a device, its incoming waves a held, adds sum lambda_i db_i(a). db_i follows
/// from the device's own equations at its settled state: exactly for electrical and thermal
/// terminals, with `parameter_slope` for parameters. What happens at the terminals goes through the
/// transposed electrical circuit to sources, passives and other devices.

namespace neucasl::scattering {

/// What a target of the gradient is.
struct GradientTarget {
  enum class Kind : std::uint8_t { source, passive, parameter };
  Kind kind = Kind::source;
  std::size_t index = 0;               ///< Of the source or passive.
  std::vector<std::uint32_t> devices;  ///< Of a parameter: the copies for all carriers.
  std::size_t parameter = 0;
};

/// \throws base::Error "scattering.target".
GradientTarget find_target(const circuit::Circuit& circuit, std::string_view name);

class NetworkGradient {
 public:
  /// Solves the circuit at rest. \throws base::Error "scattering.feedback" when light changes the
  /// bias that it depends on, which these slopes would leave out; what `RestPoint::solve` throws.
  explicit NetworkGradient(const circuit::Circuit& circuit, int threads = 1);

  [[nodiscard]] const OpticalNetwork& network() const { return point_.network(); }
  [[nodiscard]] const RestPoint& point() const { return point_; }
  [[nodiscard]] const std::string& method() const { return point_.method(); }

  [[nodiscard]] std::vector<double> values(std::span<const Output> outputs);
  /// outputs x targets, per SI unit.
  [[nodiscard]] std::vector<double> slopes(std::span<const Output> outputs,
                                           std::span<const GradientTarget> targets);
  /// lambda of the wave out of a port: that wave is sum over ports of lambda x emitted wave.
  [[nodiscard]] std::vector<Wave> adjoint_of_wave(std::uint32_t port);
  /// Waves into all ports when sources are off and `input` sends a unit wave.
  [[nodiscard]] const std::vector<Wave>& incoming_of(std::uint32_t input);

 private:
  struct Drive {
    std::uint32_t input = none;
    std::vector<Wave> outgoing, incoming;
    std::vector<double> unknowns;  // of optical devices, settled in these waves
  };
  /// d(waves out of a device) by something, in one drive.
  struct WaveSlope {
    std::uint32_t first_port = 0;
    std::vector<Wave> slope;
  };
  Drive& drive(std::uint32_t input);
  void settle(Drive& drive);
  [[nodiscard]] std::span<const double> unknowns(const Drive& drive, std::size_t device) const;
  /// dO/d(outgoing waves) by drive: adjoint waves of each output, outputs x ports.
  std::vector<Wave> adjoints(std::span<const Output> outputs, const Drive& drive);
  void add_bias(std::span<const Output> outputs, const Drive& drive, std::span<const Wave> adjoint,
                std::vector<double>& weight);
  void add_parameter(const GradientTarget& target, const Drive& drive, std::size_t column,
                     std::size_t columns, std::span<const Wave> adjoint,
                     std::vector<double>& slopes);
  WaveSlope slope_of_parameter(std::size_t device, std::size_t parameter, const Drive& drive);
  void add_through_bias(std::span<const GradientTarget> targets, std::span<const double> weight,
                        std::size_t row, std::vector<double>& slopes);

  const circuit::Circuit& circuit_;
  int threads_;
  RestPoint point_;
  WaveStructure structure_;
  std::vector<std::uint32_t> optical_;  // index in the network, by device, or none
  std::vector<std::size_t> first_;      // unknowns of optical devices in a drive
  DeviceScattering work_;
  std::vector<Drive> drives_;
};

}  // namespace neucasl::scattering
