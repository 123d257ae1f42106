#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sparse_pattern.hpp"
#include "unknowns.hpp"

/// \file
/// Equations of the elements whose Jacobian is constant: passives, sources, controlled sources,
/// transmission lines.

namespace neucasl::native_plugin {

/// The values of all independent sources and waves on lines at one instant.
struct Excitation {
  std::vector<double> source;  ///< One for each source of the circuit: V or A.
  /// One for each port of a line (two a line), used when `lines_travel`: what the other port sent
  /// one delay ago, V + impedance I, in V.
  std::vector<double> wave;
  bool lines_travel = false;  ///< False: at rest, a line joins its ports.
};

/// Flow and storage of linear elements. Currents flow from p through the element to n.
class LinearPart {
 public:
  LinearPart(const circuit::Circuit& circuit, const Unknowns& unknowns, PatternBuilder& builder);

  /// Takes the elements' values anew from the circuit.
  void reload(const circuit::Circuit& circuit);
  /// Adds the constant entries of dF/dx and dQ/dx.
  void stamp(std::span<const std::uint32_t> slots, std::span<double> flow_jacobian,
             std::span<double> storage_jacobian, bool lines_travel) const;
  /// Adds F(x) and Q(x). Vectors have one place more than there are unknowns, for the ground.
  void add(const Excitation& excitation, std::span<const double> x, std::span<double> flow,
           std::span<double> storage) const;

  struct TwoTerminal {
    std::uint32_t p, n;
    std::uint32_t entry;    // first of its contributions: pp pn np nn
    std::uint32_t element;  // index in the circuit
    double value;           // S or F
  };
  /// Between a node pair and a branch current.
  struct BranchElement {
    std::uint32_t p, n, branch;
    std::uint32_t entry;  // p-branch, n-branch, branch-p, branch-n, then the element's own
    std::uint32_t element;
    double value;
  };
  struct Mutual {
    std::uint32_t first, second;  // branches
    std::uint32_t entry;
    std::uint32_t element;
    double value;  // H
  };
  struct CurrentSource {
    std::uint32_t p, n;
    std::uint32_t element;
  };
  /// F[p] += gain (x[a] - x[b]), F[n] -= the same; b is the ground for a controlling current.
  struct Transfer {
    std::uint32_t p, n, a, b;
    std::uint32_t entry;
    std::uint32_t element;
    double value;
  };
  /// F[branch] -= gain (x[a] - x[b])
  struct BranchTransfer {
    std::uint32_t branch, a, b;
    std::uint32_t entry;
    std::uint32_t element;
    double value;
  };
  struct Port {
    std::uint32_t p, n, branch;
    std::uint32_t other_p, other_n, other_branch;
    std::uint32_t
        entry;  // four of the branch, branch-branch, then branch to the other port's three
    double impedance;
    bool second;
  };
  [[nodiscard]] const std::vector<TwoTerminal>& conductors() const { return conductors_; }
  [[nodiscard]] const std::vector<TwoTerminal>& capacitors() const { return capacitors_; }
  [[nodiscard]] const std::vector<BranchElement>& inductors() const { return inductors_; }
  [[nodiscard]] const std::vector<BranchElement>& voltage_sources() const {
    return voltage_sources_;
  }
  /// Controlled voltage sources and controls of current-controlled sources.
  [[nodiscard]] const std::vector<BranchElement>& shorts() const { return shorts_; }
  [[nodiscard]] const std::vector<CurrentSource>& current_sources() const {
    return current_sources_;
  }
  [[nodiscard]] const std::vector<Port>& ports() const { return ports_; }

 private:
  void add_passives(const circuit::Circuit& circuit, const Unknowns& unknowns,
                    PatternBuilder& builder);
  void add_sources(const circuit::Circuit& circuit, const Unknowns& unknowns,
                   PatternBuilder& builder);
  void add_controlled(const circuit::Circuit& circuit, const Unknowns& unknowns,
                      PatternBuilder& builder);
  void add_lines(const circuit::Circuit& circuit, const Unknowns& unknowns,
                 PatternBuilder& builder);
  void stamp_lines(std::span<const std::uint32_t> slots, std::span<double> flow_jacobian,
                   bool travel) const;

  std::vector<TwoTerminal> conductors_, capacitors_;
  std::vector<BranchElement> inductors_, voltage_sources_;
  std::vector<BranchElement> shorts_;  // controlled voltage sources and current controls
  std::vector<Mutual> mutuals_;
  std::vector<CurrentSource> current_sources_;
  std::vector<Transfer> transfers_;
  std::vector<BranchTransfer> branch_transfers_;
  std::vector<Port> ports_;
};

}  // namespace neucasl::native_plugin
