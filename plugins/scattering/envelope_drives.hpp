#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <string>
#include <vector>

#include "envelope_network.hpp"
#include "neucasl/circuit/analysis.hpp"

/// \file
/// The slow part of a circuit: voltages, temperatures, currents and slow states, for given light.
///
/// Modified nodal analysis (Ho, Ruehli and Brennan, IEEE Trans. Circuits Syst. 22:504, 1975) with
/// F(x) + dQ/dt = 0. Nodes of voltage sources to the ground are known; what remains falls apart
/// into *parts* that share no unknown, each solved by Newton's method of its own. A part is
///   - *independent*: no light enters its equations;
///   - a *follower*: light enters, and no light depends on it (a receiver);
///   - a *loop*: light enters, and light depends on it (a neuron, a self-heated ring).

namespace neucasl::scattering {

/// Light that the slow equations see.
struct Light {
  std::vector<Amplitude> in, out;  ///< Of each port.
  std::vector<Amplitude> state;
};

/// Entries: nodes of the circuit (those of light stay 0), then branch currents.
struct DriveState {
  std::vector<double> x, storage, rate;
};

enum class PartKind : std::uint8_t { independent, loop, follower };

class DriveSystem {
 public:
  /// \throws base::Error "scattering.element" naming an element that it does not know.
  DriveSystem(const circuit::Circuit& circuit, const EnvelopeNetwork& network,
              const circuit::Tolerances& tolerances);

  struct Branch {
    std::string name;
    bool reported = true;
    std::uint32_t unknown = 0;
  };
  [[nodiscard]] const std::vector<Branch>& branches() const { return branches_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool has(PartKind kind) const;
  /// Values before any solution: initial values of internals, sources at `time`.
  [[nodiscard]] DriveState start(double time) const;
  /// Nodes of sources to the ground.
  void set_known(double time, DriveState& state) const;

  /// F = 0, memories held.
  /// \throws base::Error "scattering.convergence", "scattering.singular" naming an unknown.
  void rest(PartKind kind, double time, const Light& light, DriveState& state);
  /// One step of h by the trapezoidal rule, or backward Euler; `to` holds a first guess. False when
  /// Newton's method fails; `worst` is then the unknown.
  bool step(PartKind kind, const DriveState& from, double time, double h, bool backward_euler,
            const Light& light, DriveState& to);
  /// As `step` by backward Euler for a moment in which storages hardly move, for all parts.
  bool settle(PartKind kind, const DriveState& from, double time, double moment, const Light& light,
              DriveState& to);
  /// Storages, rates and the currents of known sources of a solved state; h = 0: at rest.
  void finish(const DriveState& from, double time, double h, bool backward_euler,
              const Light& light, DriveState& to);

  /// Unknowns that change in time, for error estimates.
  [[nodiscard]] const std::vector<std::uint32_t>& moving() const { return moving_; }
  [[nodiscard]] double absolute_accuracy(std::uint32_t unknown) const { return absolute_[unknown]; }
  [[nodiscard]] std::string describe(std::uint32_t unknown) const;
  [[nodiscard]] std::uint32_t worst() const { return worst_; }
  [[nodiscard]] std::size_t iterations() const { return iterations_; }
  /// All unknowns of a device, light included.
  void gather(std::size_t device, const Light& light, const DriveState& state,
              std::vector<double>& x) const;

 private:
  struct Part {
    PartKind kind = PartKind::independent;
    bool moves = false;
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> devices, passives, sources, controlled;
  };
  struct Rule {
    double time = 0.0;
    double alpha = 0.0;  // dQ/dt = alpha (Q - Q0) - beta rate0
    double beta = 0.0;
    double share = 1.0;
    const DriveState* from = nullptr;
  };
  void require_known_elements() const;
  void add_branches();
  void find_parts();
  void assign_elements();
  [[nodiscard]] bool known_node(std::uint32_t node) const {
    return node < known_.size() && known_[node] != 0;
  }
  [[nodiscard]] double source_value(std::size_t source, const Rule& rule) const;
  void assemble(const Part& part, const Rule& rule, const Light& light, const DriveState& state);
  void add_device(std::uint32_t device, const Light& light, const DriveState& state, bool slopes);
  void add_linear(const Part& part, const Rule& rule, const DriveState& state);
  void add_all(const Rule& rule, const Light& light, const DriveState& state);
  bool eliminate(const Part& part, double smallest_pivot);
  bool newton(const Part& part, const Rule& rule, const Light& light, DriveState& state);
  void rest_of(const Part& part, double time, const Light& light, DriveState& state);
  /// F and Q of an unknown's law, and slopes of F + alpha Q.
  void flow(std::uint32_t row, double value);
  void store(std::uint32_t row, double value);
  void slope(std::uint32_t row, std::uint32_t column, double flow, double storage);
  void conduct(std::uint32_t p, std::uint32_t n, double g, const DriveState& state);
  void branch(std::uint32_t row, std::uint32_t p, std::uint32_t n, const DriveState& state);

  const circuit::Circuit& circuit_;
  const EnvelopeNetwork& network_;
  circuit::Tolerances tolerances_;
  std::vector<LightLayout> layouts_;        // of devices without optical ports
  std::vector<const LightLayout*> layout_;  // of all devices
  std::vector<std::uint32_t> optical_;      // index in the network, or none
  std::size_t size_ = 0;
  std::vector<Branch> branches_;
  std::vector<std::uint32_t> source_branch_, known_branch_, inductor_branch_, output_branch_,
      control_branch_;
  std::vector<char> known_;                  // node of a source to the ground
  std::vector<std::uint32_t> known_source_;  // indices of those sources
  std::vector<Part> parts_;
  Part all_;                            // all linear elements with laws to add
  std::vector<char> evaluated_;         // devices that `finish` needs
  std::vector<std::uint32_t> part_of_;  // of an unknown
  std::vector<std::uint32_t> moving_;
  std::vector<double> scale_, absolute_;
  // Work of one assembly.
  std::vector<std::uint32_t> local_;  // place of an unknown in the part, or none
  double alpha_ = 0.0;
  std::vector<double> flow_, storage_;
  Eigen::MatrixXd matrix_;
  Eigen::VectorXd residual_, change_;
  Eigen::PartialPivLU<Eigen::MatrixXd> factors_;
  std::vector<double> device_x_, device_flow_, device_storage_, device_df_, device_dq_;
  std::uint32_t worst_ = 0;
  std::size_t iterations_ = 0;
};

}  // namespace neucasl::scattering
