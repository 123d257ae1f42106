#include "initial_state.hpp"

#include "neucasl/base/disjoint_sets.hpp"

namespace neucasl::native_plugin {
namespace {

using Forced = std::vector<std::pair<std::uint32_t, double>>;

/// Joins nodes whose difference a voltage source or an inductor defines.
base::DisjointSets ties_of(const circuit::Circuit& circuit) {
  base::DisjointSets ties(circuit.nodes.size());
  for (const auto& source : circuit.sources) {
    if (source.is_voltage) ties.join(source.p, source.n);
  }
  for (const auto& passive : circuit.passives) {
    if (passive.kind == circuit::PassiveKind::inductor) ties.join(passive.p, passive.n);
  }
  for (const auto& source : circuit.controlled) {
    if (source.kind == circuit::ControlledKind::voltage_by_voltage ||
        source.kind == circuit::ControlledKind::voltage_by_current) {
      ties.join(source.p, source.n);
    }
    if (source.kind == circuit::ControlledKind::voltage_by_current ||
        source.kind == circuit::ControlledKind::current_by_current) {
      ties.join(source.control_p, source.control_n);
    }
  }
  for (const auto& source : circuit.behavioural) {
    if (source.is_voltage) ties.join(source.p, source.n);
  }
  return ties;
}

/// Initial voltages of nodes that nothing else defines.
Forced forced_nodes(const System& system) {
  Forced forced;
  base::DisjointSets ties = ties_of(system.circuit());
  for (const auto& [node, voltage] : system.circuit().initial_voltages) {
    if (node == 0 || ties.same(node, 0)) continue;
    forced.emplace_back(system.unknowns().of_node(node), voltage);
    ties.join(node, 0);
  }
  return forced;
}

TimePoint make_point(System& system, const Excitation& excitation, std::vector<double> x) {
  system.hold_memories(false);
  system.evaluate(excitation, x, true);
  TimePoint point;
  point.storage = system.equations().storage;
  point.rate.assign(x.size(), 0.0);
  point.x = std::move(x);
  return point;
}

}  // namespace

TimePoint start_at_rest(System& system, RestSolver& solver, Excitation& excitation) {
  system.set_time(0.0, excitation);
  system.hold_memories(true);
  system.force(forced_nodes(system));
  std::vector<double> x = system.first_guess();
  solver.solve(excitation, x);
  system.force({});
  return make_point(system, excitation, std::move(x));
}

TimePoint start_as_given(System& system, RestSolver& solver, double short_time,
                         Excitation& excitation) {
  system.set_time(0.0, excitation);
  system.hold_memories(false);
  const circuit::Circuit& circuit = system.circuit();
  std::vector<double> x = system.first_guess();
  for (const auto& [node, voltage] : circuit.initial_voltages) {
    if (node != 0) x[system.unknowns().of_node(node)] = voltage;
  }
  for (const auto& one : system.linear_part().inductors()) {
    x[one.branch] = circuit.passives[one.element].initial.value_or(0.0);
  }
  system.evaluate(excitation, x, false);
  std::vector<double> charge = system.equations().storage;
  for (const auto& one : system.linear_part().capacitors()) {
    const std::optional<double>& given = circuit.passives[one.element].initial;
    if (!given) continue;
    const double more = one.value * (*given - (x[one.p] - x[one.n]));
    charge[one.p] += more;
    charge[one.n] -= more;
  }
  solver.solve_charged(excitation, charge, short_time, x);
  return make_point(system, excitation, std::move(x));
}

}  // namespace neucasl::native_plugin
