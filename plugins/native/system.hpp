#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "device_part.hpp"
#include "linear_part.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"
#include "sparse_pattern.hpp"
#include "unknowns.hpp"

/// \file
/// The equations of a circuit, F(x) + dQ(x)/dt = 0, and their sparse Jacobians.

namespace neucasl::native_plugin {

/// Modified nodal analysis (Ho, Ruehli and Brennan, IEEE Trans. Circuits Syst. 22:504, 1975). The
/// pattern is found once; an evaluation only adds numbers to known places and allocates nothing.
///
/// *Held* equations are replaced by x_i = value: memories at rest, and nodes forced to an initial
/// voltage.
class System {
 public:
  /// The circuit must outlive the object and keep its structure; `reload` after values changed.
  /// \throws base::Error "native.value" for element values without meaning.
  System(const circuit::Circuit& circuit, const plugin::SimulationOptions& options);
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  void reload();
  /// Memories keep their initial values (at rest), or follow their equations.
  void hold_memories(bool held) { memories_held_ = held; }
  /// Node voltages to force, by unknown; empty: none.
  void force(const std::vector<std::pair<std::uint32_t, double>>& unknowns);

  /// F and Q at x, and the Jacobians if wanted. x has one place more than there are unknowns; the
  /// last is the ground, 0.
  void evaluate(const Excitation& excitation, std::span<const double> x, bool jacobian);
  [[nodiscard]] const Equations& equations() const { return equations_; }

  /// Sources of value `factor` x rest.
  [[nodiscard]] Excitation at_rest(double factor = 1.0) const;
  /// Sources at a time, waves on lines 0.
  void set_time(double time, Excitation& excitation) const;

  [[nodiscard]] std::vector<double> first_guess() const;
  [[nodiscard]] const circuit::Circuit& circuit() const { return circuit_; }
  [[nodiscard]] const Unknowns& unknowns() const { return unknowns_; }
  [[nodiscard]] std::uint32_t size() const { return unknowns_.size(); }
  [[nodiscard]] const SparsePattern& pattern() const { return pattern_; }
  [[nodiscard]] const LinearPart& linear_part() const { return linear_; }
  [[nodiscard]] DevicePart& device_part() { return devices_; }
  /// Whether the Jacobians do not depend on x.
  [[nodiscard]] bool linear() const { return devices_.empty(); }
  /// Slot of the diagonal entry of each unknown.
  [[nodiscard]] const std::vector<std::uint32_t>& diagonal() const { return diagonal_; }
  /// Slots of contributions from number `entry` on.
  [[nodiscard]] std::span<const std::uint32_t> slots_from(std::uint32_t entry) const {
    return std::span(slots_).subspan(entry);
  }
  /// 1 for Kirchhoff's current laws, 0 for other equations.
  [[nodiscard]] const std::vector<char>& is_node_law() const { return is_node_law_; }

  /// Equation of a branch that contains x[p] - x[n], with the slots of both.
  struct VoltageLaw {
    std::uint32_t branch, p, n;
    std::uint32_t slot_p, slot_n;
  };
  /// Of all branches but those of lines.
  [[nodiscard]] std::vector<VoltageLaw> voltage_laws() const;

  /// Why F, Q or their Jacobians are not finite at x. \throws base::Error "native.device" when a
  /// device is the cause.
  void explain_not_finite(std::span<const double> x);

 private:
  struct Held {
    std::uint32_t unknown = 0;
    double value = 0.0;
    std::vector<std::uint32_t> slots;  // of its equation, the diagonal apart
  };
  [[nodiscard]] std::vector<Held> make_held(
      const std::vector<std::pair<std::uint32_t, double>>& unknowns) const;
  void hold(const Held& held, std::span<const double> x, bool jacobian);

  const circuit::Circuit& circuit_;
  Unknowns unknowns_;
  PatternBuilder builder_;
  LinearPart linear_;
  DevicePart devices_;
  std::vector<std::uint32_t> slots_;
  SparsePattern pattern_;
  std::vector<std::uint32_t> diagonal_;
  std::vector<char> is_node_law_;
  std::vector<double> constant_flow_jacobian_, constant_storage_jacobian_;
  bool constants_travel_ = false;
  Equations equations_;
  bool memories_held_ = true;
  std::vector<Held> memories_, forced_;
};

}  // namespace neucasl::native_plugin
