#pragma once

#include <Eigen/Sparse>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "neucasl/circuit/circuit.hpp"

/// \file
/// The thermal nets of a circuit with the devices that conduct heat between them and that warm
/// them.
///
/// The devices' own models give the heat that flows into each terminal; at rest the flows at a net
/// add up to zero. With the light off and heaters apart, H(T) = E P: H the heat that leaves each
/// net into devices, E P the power of the heaters there. Near T, H changes by G dT, and R = G^-1 E.

namespace neucasl::scattering {

using ThermalMatrix = Eigen::SparseMatrix<double>;

/// A device with two electrical terminals that warms one net.
struct ThermalHeater {
  std::uint32_t device = 0;                            ///< Index in `Circuit::devices`.
  std::uint32_t net = 0;                               ///< Index in `ThermalNetwork::nets`.
  std::uint32_t positive = 0, negative = 0, heat = 0;  ///< Unknowns in the device.
};

class ThermalNetwork {
 public:
  /// \throws base::Error "scattering.thermal" without thermal nets, for a net without a path to the
  /// ambient, and for a device whose heat flow needs more than the temperatures of its terminals.
  explicit ThermalNetwork(const circuit::Circuit& circuit);

  [[nodiscard]] const circuit::Circuit& circuit() const { return circuit_; }
  [[nodiscard]] const std::vector<std::uint32_t>& nets() const { return nets_; }  ///< Nodes.
  [[nodiscard]] const std::string& name(std::size_t net) const {
    return circuit_.nodes[nets_[net]].name;
  }
  [[nodiscard]] const std::vector<ThermalHeater>& heaters() const { return heaters_; }
  /// Index of the net of a node; `nets().size()` for any other node.
  [[nodiscard]] std::uint32_t net_of_node(std::uint32_t node) const { return net_of_node_[node]; }

  /// H (W) and G (W/K) at the rises of all nets, heaters off.
  void conduct(std::span<const double> rise, Eigen::VectorXd& flow, ThermalMatrix& slope) const;

  struct HeaterState {
    double power = 0.0;    ///< W into the net, beside what flows with the voltage off.
    double slope = 0.0;    ///< W/V
    double current = 0.0;  ///< A
  };
  /// \throws base::Error "scattering.heater" when the model gives what is not finite.
  [[nodiscard]] HeaterState heater_state(std::size_t heater, double voltage, double rise) const;
  /// Voltage >= 0 at which a heater gives a power.
  /// \throws base::Error "scattering.heater" when it lies beyond the range of the model.
  [[nodiscard]] double heater_voltage(std::size_t heater, double power, double rise) const;

 private:
  struct Conductor {
    std::uint32_t device = 0;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> terminals;  // unknown, net
  };
  void add(std::size_t device);
  void add_heater(std::size_t device, const Conductor& conductor,
                  const std::vector<std::uint32_t>& electrical);
  void require_path_to_ambient() const;

  const circuit::Circuit& circuit_;
  std::vector<std::uint32_t> nets_;
  std::vector<std::uint32_t> net_of_node_;
  std::vector<Conductor> conductors_;
  std::vector<ThermalHeater> heaters_;
};

}  // namespace neucasl::scattering
