#pragma once

#include "neucasl/model/equations.hpp"

namespace neucasl::model {

inline Specification two_terminal(const std::string& name) {
  Specification s;
  s.name = name;
  s.title = "a device for tests";
  s.family = "test";
  s.terminals = {{"p", ir::Discipline::electrical, ir::Direction::inout, 2.0},
                 {"n", ir::Discipline::electrical, ir::Direction::inout, 2.0}};
  s.equations = {"see the test"};
  s.validity = "tests";
  s.source = "tests";
  return s;
}

/// A conductance that follows the voltage with a time constant, behind a resistor, with a junction
/// charge: ds/dt = (v - s) / tau, i = g (1 + s) v_inner, q = c v^2.
struct RelaxingConductor {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 3;
  struct Derived {
    double conductance, time_constant, capacitance;
  };
  static Specification specification() {
    Specification s = two_terminal("relaxing_conductor");
    s.internals = {
        {"inner", InternalKind::algebraic, base::dimension::voltage, 1.0, -2.0, 2.0, "inner node"},
        {"follower", InternalKind::state, {}, 1.0, -2.0, 2.0, "follows the voltage"},
        {"count", InternalKind::memory, {}, 1.0, -10.0, 10.0, "integral of the voltage"}};
    s.parameters = {{"conductance", "mS", 1.0, 0.001, 10.0, "at zero voltage"},
                    {"time_constant", "ns", 10.0, 0.1, 1000.0, "of the follower"},
                    {"capacitance", "fF", 1.0, 0.0, 1000.0, "charge over voltage squared"}};
    return s;
  }
  static Derived derive(std::span<const double> p, const Environment& /*environment*/) {
    return {p[0], p[1], p[2]};
  }
  static std::array<double, 3> initial(const Derived& /*d*/) { return {0.0, 0.0, 0.25}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 5>& x, Terms<S, 2, 3>& y) {
    const S v = x[0] - x[1];
    const S current = d.conductance * (x[0] - x[2]);
    y.current[0] += current;
    y.current[1] -= current;
    // Kirchhoff's law of the inner node.
    y.residual[0] = S(d.conductance * (S(1.0) + x[3]) * (x[2] - x[1]) - current);
    y.rate[1] = (v - x[3]) / S(d.time_constant);
    y.rate[2] = v / S(d.time_constant);
    y.internal_charge[0] = S(d.capacitance * x[2]);
    const S charge = d.capacitance * v * v;
    y.charge[0] += charge;
    y.charge[1] -= charge;
  }
};

class RelaxingConductorModel : public EquationModel<RelaxingConductor> {
 public:
  [[nodiscard]] Characterization characterize(
      std::span<const double> /*parameters*/, const Environment& /*environment*/,
      std::span<const PublishedFigure> /*published*/) const override {
    return {};
  }
  void sample_variation(std::span<double> parameters, base::RandomStream& random) const override {
    parameters[2] *= 1.0 + 0.01 * random.normal();
  }
};

}  // namespace neucasl::model
