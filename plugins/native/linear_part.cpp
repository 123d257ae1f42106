#include "linear_part.hpp"

#include <cmath>

namespace neucasl::native_plugin {
namespace {

using circuit::Circuit;
using circuit::ControlledKind;
using circuit::PassiveKind;

std::uint32_t index(std::size_t i) { return static_cast<std::uint32_t>(i); }

/// Contributions pp, pn, np, nn.
std::uint32_t add_block(PatternBuilder& builder, std::uint32_t p, std::uint32_t n, std::uint32_t a,
                        std::uint32_t b) {
  const std::uint32_t first = builder.add(p, a);
  builder.add(p, b);
  builder.add(n, a);
  builder.add(n, b);
  return first;
}

/// Contributions of a branch current to its nodes and of their voltages to its equation.
std::uint32_t add_incidence(PatternBuilder& builder, std::uint32_t p, std::uint32_t n,
                            std::uint32_t branch) {
  const std::uint32_t first = builder.add(p, branch);
  builder.add(n, branch);
  builder.add(branch, p);
  builder.add(branch, n);
  return first;
}

void stamp_block(const std::uint32_t* slot, double value, std::span<double> jacobian) {
  jacobian[slot[0]] += value;
  jacobian[slot[1]] -= value;
  jacobian[slot[2]] -= value;
  jacobian[slot[3]] += value;
}

void stamp_incidence(const std::uint32_t* slot, std::span<double> jacobian) {
  jacobian[slot[0]] += 1.0;
  jacobian[slot[1]] -= 1.0;
  jacobian[slot[2]] += 1.0;
  jacobian[slot[3]] -= 1.0;
}

double conductance_of(const circuit::Passive& passive) {
  return passive.kind == PassiveKind::resistor ? 1.0 / passive.value : passive.value;
}

}  // namespace

LinearPart::LinearPart(const Circuit& circuit, const Unknowns& unknowns, PatternBuilder& builder) {
  add_passives(circuit, unknowns, builder);
  add_sources(circuit, unknowns, builder);
  add_controlled(circuit, unknowns, builder);
  add_lines(circuit, unknowns, builder);
  reload(circuit);
}

void LinearPart::add_passives(const Circuit& circuit, const Unknowns& unknowns,
                              PatternBuilder& builder) {
  std::uint32_t branch = unknowns.first_inductor;
  std::vector<std::uint32_t> branch_of(circuit.passives.size(), 0);
  for (std::size_t i = 0; i < circuit.passives.size(); ++i) {
    const circuit::Passive& passive = circuit.passives[i];
    const std::uint32_t p = unknowns.of_node(passive.p);
    const std::uint32_t n = unknowns.of_node(passive.n);
    if (passive.kind == PassiveKind::inductor) {
      branch_of[i] = branch;
      const std::uint32_t entry = add_incidence(builder, p, n, branch);
      builder.add(branch, branch);
      inductors_.push_back({p, n, branch, entry, index(i), 0.0});
      ++branch;
    } else {
      auto& list = passive.kind == PassiveKind::capacitor ? capacitors_ : conductors_;
      list.push_back({p, n, add_block(builder, p, n, p, n), index(i), 0.0});
    }
  }
  for (std::size_t i = 0; i < circuit.couplings.size(); ++i) {
    const std::uint32_t a = branch_of[circuit.couplings[i].first];
    const std::uint32_t b = branch_of[circuit.couplings[i].second];
    const std::uint32_t entry = builder.add(a, b);
    builder.add(b, a);
    mutuals_.push_back({a, b, entry, index(i), 0.0});
  }
}

void LinearPart::add_sources(const Circuit& circuit, const Unknowns& unknowns,
                             PatternBuilder& builder) {
  std::uint32_t branch = unknowns.first_source;
  for (std::size_t i = 0; i < circuit.sources.size(); ++i) {
    const std::uint32_t p = unknowns.of_node(circuit.sources[i].p);
    const std::uint32_t n = unknowns.of_node(circuit.sources[i].n);
    if (circuit.sources[i].is_voltage) {
      voltage_sources_.push_back(
          {p, n, branch, add_incidence(builder, p, n, branch), index(i), 0.0});
      ++branch;
    } else {
      current_sources_.push_back({p, n, index(i)});
    }
  }
}

void LinearPart::add_controlled(const Circuit& circuit, const Unknowns& unknowns,
                                PatternBuilder& builder) {
  std::uint32_t branch = unknowns.first_controlled;
  std::uint32_t control = unknowns.first_control;
  const std::uint32_t ground = unknowns.size();
  for (std::size_t i = 0; i < circuit.controlled.size(); ++i) {
    const circuit::Controlled& source = circuit.controlled[i];
    const std::uint32_t p = unknowns.of_node(source.p);
    const std::uint32_t n = unknowns.of_node(source.n);
    std::uint32_t a = unknowns.of_node(source.control_p);
    std::uint32_t b = unknowns.of_node(source.control_n);
    if (source.kind == ControlledKind::voltage_by_current ||
        source.kind == ControlledKind::current_by_current) {
      shorts_.push_back({a, b, control, add_incidence(builder, a, b, control), index(i), 0.0});
      a = control++;
      b = ground;
    }
    if (source.kind == ControlledKind::voltage_by_voltage ||
        source.kind == ControlledKind::voltage_by_current) {
      shorts_.push_back({p, n, branch, add_incidence(builder, p, n, branch), index(i), 0.0});
      const std::uint32_t entry = builder.add(branch, a);
      builder.add(branch, b);
      branch_transfers_.push_back({branch, a, b, entry, index(i), 0.0});
      ++branch;
    } else {
      transfers_.push_back({p, n, a, b, add_block(builder, p, n, a, b), index(i), 0.0});
    }
  }
}

void LinearPart::add_lines(const Circuit& circuit, const Unknowns& unknowns,
                           PatternBuilder& builder) {
  std::uint32_t branch = unknowns.first_line;
  for (const circuit::TransmissionLine& line : circuit.lines) {
    const std::uint32_t p1 = unknowns.of_node(line.p1);
    const std::uint32_t n1 = unknowns.of_node(line.n1);
    const std::uint32_t p2 = unknowns.of_node(line.p2);
    const std::uint32_t n2 = unknowns.of_node(line.n2);
    for (const bool second : {false, true}) {
      Port port{p1, n1, branch, p2, n2, branch + 1, 0, line.impedance, second};
      if (second) port = {p2, n2, branch + 1, p1, n1, branch, 0, line.impedance, second};
      port.entry = add_incidence(builder, port.p, port.n, port.branch);
      builder.add(port.branch, port.branch);
      builder.add(port.branch, port.other_p);
      builder.add(port.branch, port.other_n);
      builder.add(port.branch, port.other_branch);
      ports_.push_back(port);
    }
    branch += 2;
  }
}

void LinearPart::reload(const Circuit& circuit) {
  for (TwoTerminal& one : conductors_) one.value = conductance_of(circuit.passives[one.element]);
  for (TwoTerminal& one : capacitors_) one.value = circuit.passives[one.element].value;
  for (BranchElement& one : inductors_) one.value = circuit.passives[one.element].value;
  for (Mutual& one : mutuals_) {
    const circuit::Coupling& coupling = circuit.couplings[one.element];
    one.value = coupling.coefficient * std::sqrt(circuit.passives[coupling.first].value *
                                                 circuit.passives[coupling.second].value);
  }
  for (Transfer& one : transfers_) one.value = circuit.controlled[one.element].gain;
  for (BranchTransfer& one : branch_transfers_) one.value = circuit.controlled[one.element].gain;
}

void LinearPart::stamp(std::span<const std::uint32_t> slots, std::span<double> flow_jacobian,
                       std::span<double> storage_jacobian, bool lines_travel) const {
  for (const auto& one : conductors_) stamp_block(&slots[one.entry], one.value, flow_jacobian);
  for (const auto& one : capacitors_) stamp_block(&slots[one.entry], one.value, storage_jacobian);
  for (const auto& one : inductors_) {
    stamp_incidence(&slots[one.entry], flow_jacobian);
    storage_jacobian[slots[one.entry + 4]] -= one.value;
  }
  for (const auto& one : mutuals_) {
    storage_jacobian[slots[one.entry]] -= one.value;
    storage_jacobian[slots[one.entry + 1]] -= one.value;
  }
  for (const auto& one : voltage_sources_) stamp_incidence(&slots[one.entry], flow_jacobian);
  for (const auto& one : shorts_) stamp_incidence(&slots[one.entry], flow_jacobian);
  for (const auto& one : transfers_) stamp_block(&slots[one.entry], one.value, flow_jacobian);
  for (const auto& one : branch_transfers_) {
    flow_jacobian[slots[one.entry]] -= one.value;
    flow_jacobian[slots[one.entry + 1]] += one.value;
  }
  stamp_lines(slots, flow_jacobian, lines_travel);
}

void LinearPart::stamp_lines(std::span<const std::uint32_t> slots, std::span<double> flow_jacobian,
                             bool travel) const {
  for (const Port& port : ports_) {
    const std::uint32_t* slot = &slots[port.entry];
    flow_jacobian[slot[0]] += 1.0;
    flow_jacobian[slot[1]] -= 1.0;
    if (travel || !port.second) {  // V - Z I = wave, or V = V of the other port
      flow_jacobian[slot[2]] += 1.0;
      flow_jacobian[slot[3]] -= 1.0;
    }
    if (travel) {
      flow_jacobian[slot[4]] -= port.impedance;
    } else if (port.second) {  // I + I of the other port = 0
      flow_jacobian[slot[4]] += 1.0;
      flow_jacobian[slot[7]] += 1.0;
    } else {
      flow_jacobian[slot[5]] -= 1.0;
      flow_jacobian[slot[6]] += 1.0;
    }
  }
}

void LinearPart::add(const Excitation& excitation, std::span<const double> x,
                     std::span<double> flow, std::span<double> storage) const {
  const auto add_pair = [](std::span<double> to, std::uint32_t p, std::uint32_t n, double value) {
    to[p] += value;
    to[n] -= value;
  };
  for (const auto& one : conductors_) {
    add_pair(flow, one.p, one.n, one.value * (x[one.p] - x[one.n]));
  }
  for (const auto& one : capacitors_) {
    add_pair(storage, one.p, one.n, one.value * (x[one.p] - x[one.n]));
  }
  for (const auto& one : inductors_) {
    add_pair(flow, one.p, one.n, x[one.branch]);
    flow[one.branch] += x[one.p] - x[one.n];
    storage[one.branch] -= one.value * x[one.branch];
  }
  for (const auto& one : mutuals_) {
    storage[one.first] -= one.value * x[one.second];
    storage[one.second] -= one.value * x[one.first];
  }
  for (const auto& one : voltage_sources_) {
    add_pair(flow, one.p, one.n, x[one.branch]);
    flow[one.branch] += x[one.p] - x[one.n] - excitation.source[one.element];
  }
  for (const auto& one : shorts_) {
    add_pair(flow, one.p, one.n, x[one.branch]);
    flow[one.branch] += x[one.p] - x[one.n];
  }
  for (const auto& one : current_sources_) {
    add_pair(flow, one.p, one.n, excitation.source[one.element]);
  }
  for (const auto& one : transfers_) {
    add_pair(flow, one.p, one.n, one.value * (x[one.a] - x[one.b]));
  }
  for (const auto& one : branch_transfers_) {
    flow[one.branch] -= one.value * (x[one.a] - x[one.b]);
  }
  for (std::size_t k = 0; k < ports_.size(); ++k) {
    const Port& port = ports_[k];
    add_pair(flow, port.p, port.n, x[port.branch]);
    if (excitation.lines_travel) {
      flow[port.branch] +=
          x[port.p] - x[port.n] - port.impedance * x[port.branch] - excitation.wave[k];
    } else if (port.second) {
      flow[port.branch] += x[port.branch] + x[port.other_branch];
    } else {
      flow[port.branch] += x[port.p] - x[port.n] - (x[port.other_p] - x[port.other_n]);
    }
  }
}

}  // namespace neucasl::native_plugin
