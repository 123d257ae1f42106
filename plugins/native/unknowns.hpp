#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "neucasl/circuit/analysis.hpp"
#include "neucasl/circuit/circuit.hpp"

/// \file
/// Numbering of the unknowns of a circuit.

namespace neucasl::native_plugin {

/// First the nodes of the circuit without the ground, in order; then *branch currents*: of voltage
/// sources, inductors, controlled and behavioural voltage sources, controls of current-controlled
/// sources, and of both ports of transmission lines. Equation i is that of unknown i: Kirchhoff's
/// current law of a node, the equation of an internal unknown, the voltage law of a branch.
class Unknowns {
 public:
  struct Branch {
    std::string name;      ///< Of the element.
    bool reported = true;  ///< Whether results show its current.
  };

  explicit Unknowns(const circuit::Circuit& circuit);

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t nodes() const { return nodes_; }
  /// Unknown of a node of the circuit; `size()` for the ground.
  [[nodiscard]] std::uint32_t of_node(std::uint32_t node) const {
    return node == 0 ? size_ : node - 1;
  }
  [[nodiscard]] const std::vector<Branch>& branches() const { return branches_; }
  [[nodiscard]] std::uint32_t of_branch(std::size_t branch) const {
    return nodes_ + static_cast<std::uint32_t>(branch);
  }
  /// First branch of each group, in the order of the circuit's elements.
  std::uint32_t first_source = 0, first_inductor = 0, first_controlled = 0, first_control = 0,
                first_behavioural = 0, first_line = 0;

  /// Typical magnitude of each unknown: scales of internal unknowns, 1 V, 1 mA, ...
  [[nodiscard]] const std::vector<double>& scale() const { return scale_; }
  /// For messages: "node 'x'", "the current of 'v1'".
  [[nodiscard]] std::string describe(std::uint32_t unknown) const;
  [[nodiscard]] std::string unit(std::uint32_t unknown) const;

  /// Absolute tolerance of each unknown.
  [[nodiscard]] std::vector<double> tolerances(const circuit::Tolerances& tolerances) const;

 private:
  void add_branches(const circuit::Circuit& circuit);

  const circuit::Circuit& circuit_;
  std::uint32_t nodes_ = 0;
  std::uint32_t size_ = 0;
  std::vector<Branch> branches_;
  std::vector<double> scale_;
};

}  // namespace neucasl::native_plugin
