#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "device_scattering.hpp"
#include "optical_network.hpp"

/// \file
/// The electrical and thermal part of a circuit at rest, light given.

namespace neucasl::scattering {

/// Where a circuit rests.
struct BiasState {
  std::vector<double> node;      ///< V or K of each circuit node; 0 of optical and internal ones.
  std::vector<double> branch;    ///< A, see `BiasNetwork::branches`.
  std::vector<double> unknowns;  ///< Of all devices, one after the other, in their models' order.
  std::size_t iterations = 0;
};

/// What a current into each node, or a voltage in each branch, does to a linear form.
struct BiasAdjoint {
  std::vector<double> node;    ///< By circuit node.
  std::vector<double> branch;  ///< As `BiasState::branch`.
};

/// A current that is an unknown.
struct BiasBranch {
  std::string name;
  bool reported = true;  ///< Whether results show it.
};

/// Modified nodal analysis (Ho, Ruehli and Brennan, IEEE Trans. Circuits Syst. 22:504, 1975) of
/// all nodes but the optical ones by Newton's method; devices are condensed to their electrical and
/// thermal terminals, with their internal unknowns and outgoing waves solved for incoming waves
/// that are held.
class BiasNetwork {
 public:
  BiasNetwork(const circuit::Circuit& circuit, const OpticalNetwork& network);

  /// The first guess: nothing is on.
  [[nodiscard]] BiasState start() const;
  /// Solves from `state` on, for the wave into each port.
  /// \throws base::Error "scattering.singular" naming a node, "scattering.convergence", what
  /// `DeviceScattering::settle` throws.
  void solve(std::span<const Wave> incoming, BiasState& state);

  /// Solves the transposed linear circuit for a linear form of node values, sum of weight x node,
  /// `weight` over circuit nodes.
  [[nodiscard]] BiasAdjoint adjoint(std::span<const Wave> incoming, const BiasState& state,
                                    std::span<const double> weight);
  /// Slope of that form over the value of a source (per V or A) and of a passive (per ohm or S).
  [[nodiscard]] double slope_of_source(std::size_t source, const BiasAdjoint& adjoint) const;
  [[nodiscard]] double slope_of_passive(std::size_t passive, const BiasAdjoint& adjoint,
                                        const BiasState& state) const;

  [[nodiscard]] const std::vector<BiasBranch>& branches() const { return branches_; }
  /// Place of a device's unknowns in `BiasState::unknowns`.
  [[nodiscard]] std::size_t first_unknown(std::size_t device) const { return first_[device]; }
  [[nodiscard]] std::span<double> unknowns(BiasState& state, std::size_t device) const {
    return {state.unknowns.data() + first_[device], first_[device + 1] - first_[device]};
  }
  [[nodiscard]] std::span<const double> unknowns(const BiasState& state, std::size_t device) const {
    return {state.unknowns.data() + first_[device], first_[device + 1] - first_[device]};
  }

 private:
  struct Entry {
    std::uint32_t row, column;
    double value;
  };
  /// A device at its last bias, condensed to its terminals.
  struct Settled {
    bool valid = false;
    std::vector<Wave> waves;
    std::vector<double> unknowns, current, slope;
  };
  void count_branches();
  void add(std::uint32_t row, std::uint32_t column, double value);
  void conduct(std::uint32_t p, std::uint32_t n, double conductance);
  void join(std::uint32_t branch, std::uint32_t p, std::uint32_t n);
  void stamp_sources(double share);
  void stamp_controlled();
  void stamp_behavioural();
  void settle_device(std::size_t d, std::span<const Wave> incoming, BiasState& state);
  void stamp_devices(std::span<const Wave> incoming, BiasState& state);
  void assemble(std::span<const Wave> incoming, double share, BiasState& state);
  bool newton(std::span<const Wave> incoming, double share, BiasState& state);
  [[noreturn]] void refuse_singular() const;

  const circuit::Circuit& circuit_;
  const OpticalNetwork& network_;
  std::vector<std::uint32_t> row_;  // of circuit nodes; the last row is the ground
  std::vector<std::uint32_t> node_of_row_;
  std::vector<BiasBranch> branches_;
  std::uint32_t nodes_ = 0, size_ = 0;
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> optical_;  // index in the network, by device, or none
  std::vector<std::vector<BiasTerminal>> terminals_;
  std::vector<Settled> settled_;
  std::vector<std::uint32_t> places_;
  DeviceScattering work_;
  std::vector<Entry> entries_;
  std::vector<double> x_, law_;
};

}  // namespace neucasl::scattering
