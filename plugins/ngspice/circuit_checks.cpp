#include "circuit_checks.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "neucasl/base/disjoint_sets.hpp"

namespace neucasl::ngspice_plugin {
namespace {

using circuit::Circuit;
using circuit::ControlledKind;
using circuit::PassiveKind;

double conductance_of(const circuit::Passive& passive) {
  if (passive.kind == PassiveKind::resistor) return 1.0 / passive.value;
  return passive.kind == PassiveKind::conductance ? passive.value : 0.0;
}

void join_devices(const Circuit& circuit, base::DisjointSets& sets) {
  for (const circuit::Device& device : circuit.devices) {
    std::optional<std::uint32_t> first;
    for (const std::uint32_t index : device.nodes) {
      const circuit::NodeKind kind = circuit.nodes[index].kind;
      if (index != 0 && kind != circuit::NodeKind::electrical &&
          kind != circuit::NodeKind::thermal) {
        sets.join(index, 0);  // internal unknowns and optical nodes have equations of their own
      } else if (first) {
        sets.join(*first, index);
      } else {
        first = index;
      }
    }
  }
}

base::DisjointSets joined(const Circuit& circuit) {
  base::DisjointSets sets(circuit.nodes.size());
  for (const circuit::Passive& one : circuit.passives) {
    if (one.kind == PassiveKind::inductor || conductance_of(one) != 0.0) sets.join(one.p, one.n);
  }
  for (const circuit::Source& one : circuit.sources) {
    if (one.is_voltage) sets.join(one.p, one.n);
  }
  for (const circuit::Controlled& one : circuit.controlled) {
    // A controlled current may be what makes the voltage defined.
    sets.join(one.p, one.n);
    if (one.kind == ControlledKind::voltage_by_current ||
        one.kind == ControlledKind::current_by_current) {
      sets.join(one.control_p, one.control_n);
    }
  }
  for (const circuit::Behavioural& one : circuit.behavioural) sets.join(one.p, one.n);
  for (const circuit::TransmissionLine& one : circuit.lines) {
    sets.join(one.p1, one.p2);
    sets.join(one.n1, one.n2);
  }
  join_devices(circuit, sets);
  return sets;
}

/// What a sum or a difference may be off by.
struct Slack {
  double current = 0.0;        // of each current
  double voltage = 0.0;        // of each voltage, before their difference is taken
  double least_current = 0.0;  // A
  double least_voltage = 0.0;  // V, or of the scale of an internal unknown

  /// ngspice returns the solution of which the next differs by less than the tolerances, so that
  /// what is left is at most their product with the derivatives. Linear circuits are solved to
  /// rounding.
  static Slack of(const Circuit& circuit, const circuit::Tolerances& wanted) {
    if (circuit.linear()) return {1e-9, 1e-13, 0.0, 0.0};
    constexpr double safety = 4.0;
    return {std::max(1e-9, safety * wanted.relative), std::max(1e-13, safety * wanted.relative),
            safety * wanted.current, safety * wanted.voltage};
  }
};

class Laws {
 public:
  Laws(const Circuit& circuit, const Solution& solution, const circuit::Tolerances& tolerances,
       const Moment& moment)
      : circuit_(circuit),
        solution_(solution),
        slack_(Slack::of(circuit, tolerances)),
        moment_(moment),
        net_(circuit.nodes.size()),
        allowed_(circuit.nodes.size(), slack_.least_current),
        open_(circuit.nodes.size()) {
    open_[0] = true;
  }

  void require() {
    passives();
    sources();
    controlled();
    behavioural();
    for (const circuit::TransmissionLine& one : circuit_.lines) {
      for (const std::uint32_t index : {one.p1, one.n1, one.p2, one.n2}) open_[index] = true;
    }
    for (const circuit::Device& one : circuit_.devices) device(one);
    nodes();
  }

 private:
  [[nodiscard]] double across(std::uint32_t p, std::uint32_t n) const {
    return solution_.node[p] - solution_.node[n];
  }
  [[nodiscard]] double doubt(std::uint32_t p, std::uint32_t n) const {
    return slack_.voltage * (std::abs(solution_.node[p]) + std::abs(solution_.node[n])) +
           2.0 * slack_.least_voltage;
  }
  void add(std::uint32_t p, std::uint32_t n, double current, double doubt = 0.0) {
    const double slack = slack_.current * std::abs(current) + doubt;
    net_[p] += current;
    net_[n] -= current;
    allowed_[p] += slack;
    allowed_[n] += slack;
  }
  void require_voltage(const std::string& name, std::uint32_t p, std::uint32_t n, double wanted,
                       double more_doubt = 0.0) const {
    const double found = across(p, n);
    if (std::abs(found - wanted) <=
        std::max(1e-9, slack_.current) * std::abs(wanted) + doubt(p, n) + more_doubt) {
      return;
    }
    throw base::Error("ngspice.residual",
                      "ngspice gave '" + name + "' " + base::shortest(found) + " V instead of " +
                          base::shortest(wanted) + " V",
                      "check for loops of voltage sources and values that are far apart");
  }

  void passives() {
    for (std::size_t i = 0; i < circuit_.passives.size(); ++i) {
      const circuit::Passive& one = circuit_.passives[i];
      if (one.kind == PassiveKind::inductor) {
        add(one.p, one.n, solution_.passive[i]);
        if (moment_.at_rest) require_voltage(one.name, one.p, one.n, 0.0);
      } else if (one.kind == PassiveKind::capacitor) {
        if (!moment_.at_rest) open_[one.p] = open_[one.n] = true;
      } else {
        const double g = conductance_of(one);
        add(one.p, one.n, g * across(one.p, one.n), std::abs(g) * doubt(one.p, one.n));
      }
    }
  }

  void sources() {
    for (std::size_t i = 0; i < circuit_.sources.size(); ++i) {
      const circuit::Source& one = circuit_.sources[i];
      const double value = moment_.at_rest ? one.rest : one.waveform.at(moment_.time, one.rest);
      if (one.is_voltage) {
        add(one.p, one.n, solution_.source[i]);
        // At the time of a jump either side is right.
        if (moment_.at_rest) require_voltage(one.name, one.p, one.n, value);
      } else {
        add(one.p, one.n, value);
        if (!moment_.at_rest && one.waveform.kind != circuit::Waveform::Kind::constant) {
          open_[one.p] = open_[one.n] = true;
        }
      }
    }
  }

  void controlled() {
    for (std::size_t i = 0; i < circuit_.controlled.size(); ++i) {
      const circuit::Controlled& one = circuit_.controlled[i];
      const bool by_voltage = one.kind == ControlledKind::voltage_by_voltage ||
                              one.kind == ControlledKind::current_by_voltage;
      const double control =
          by_voltage ? across(one.control_p, one.control_n) : solution_.control[i];
      const double doubt_of_control =
          std::abs(one.gain) *
          (by_voltage ? doubt(one.control_p, one.control_n) : slack_.current * std::abs(control));
      if (!by_voltage) {
        add(one.control_p, one.control_n, control);
        require_voltage(one.name, one.control_p, one.control_n, 0.0);
      }
      if (one.kind == ControlledKind::current_by_voltage ||
          one.kind == ControlledKind::current_by_current) {
        add(one.p, one.n, one.gain * control, doubt_of_control);
      } else {
        add(one.p, one.n, solution_.controlled[i]);
        require_voltage(one.name, one.p, one.n, one.gain * control, doubt_of_control);
      }
    }
  }

  void behavioural() {
    std::vector<double> inputs;
    std::vector<double> gradient;
    for (std::size_t i = 0; i < circuit_.behavioural.size(); ++i) {
      const circuit::Behavioural& one = circuit_.behavioural[i];
      inputs.clear();
      for (const std::uint32_t index : one.inputs) inputs.push_back(solution_.node[index]);
      gradient.assign(inputs.size(), 0.0);
      const double value = model::evaluate(one.formula, inputs, gradient);
      double doubt_of_value = 0.0;
      for (std::size_t k = 0; k < inputs.size(); ++k) {
        doubt_of_value += std::abs(gradient[k]) * doubt(one.inputs[k], 0);
      }
      if (one.is_voltage) {
        add(one.p, one.n, solution_.behavioural[i]);
        require_voltage(one.name, one.p, one.n, value, doubt_of_value);
      } else {
        add(one.p, one.n, value, doubt_of_value);
      }
    }
  }

  void device(const circuit::Device& one) {
    const std::size_t n = one.nodes.size();
    for (auto* values : {&x_, &flow_, &storage_}) values->assign(n, 0.0);
    for (auto* values : {&flow_x_, &storage_x_}) values->assign(n * n, 0.0);
    for (std::size_t k = 0; k < n; ++k) x_[k] = solution_.node[one.nodes[k]];
    circuit_.models[one.model].model->evaluate(one.derived, x_,
                                               {flow_, storage_, flow_x_, storage_x_});
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint32_t index = one.nodes[k];
      const circuit::Node& node = circuit_.nodes[index];
      const bool held = moment_.at_rest && node.kind == circuit::NodeKind::internal &&
                        node.internal == model::InternalKind::memory;
      if (held) {
        require_held(node, x_[k]);
        open_[index] = true;
        continue;
      }
      if (!moment_.at_rest && stores(k, n)) open_[index] = true;
      net_[index] += flow_[k];
      double slack = slack_.current * std::abs(flow_[k]);
      for (std::size_t j = 0; j < n; ++j) {
        slack += std::abs(flow_x_[k * n + j]) *
                 (slack_.voltage * std::abs(x_[j]) +
                  slack_.least_voltage * circuit_.nodes[one.nodes[j]].scale);
      }
      allowed_[index] += slack;
    }
  }
  [[nodiscard]] bool stores(std::size_t row, std::size_t n) const {
    return storage_[row] != 0.0 ||
           std::any_of(storage_x_.begin() + static_cast<std::ptrdiff_t>(row * n),
                       storage_x_.begin() + static_cast<std::ptrdiff_t>(row * n + n),
                       [](double one) { return one != 0.0; });
  }
  void require_held(const circuit::Node& node, double value) const {
    if (std::abs(value - node.initial) <= std::max(1e-9, slack_.voltage) * std::abs(node.initial) +
                                              (slack_.least_voltage + 1e-9) * node.scale) {
      return;
    }
    throw base::Error("ngspice.residual", "ngspice gave '" + node.name + "' the value " +
                                              base::shortest(value) + " and not its initial " +
                                              base::shortest(node.initial));
  }

  void nodes() const {
    std::size_t worst = 0;
    double excess = 0.0;
    for (std::size_t index = 1; index < net_.size(); ++index) {
      if (open_[index]) continue;
      const double over = std::abs(net_[index]) - allowed_[index];
      if (std::isfinite(over) && over <= 0.0) continue;
      // The most relative to what is allowed: nodes have different units.
      const double ratio = over / std::max(allowed_[index], 1e-300);
      if (worst != 0 && !(ratio > excess)) continue;
      worst = index;
      excess = ratio;
    }
    if (worst == 0) return;
    const circuit::Node& node = circuit_.nodes[worst];
    const bool electrical = node.kind == circuit::NodeKind::electrical;
    throw base::Error("ngspice.residual",
                      (electrical ? "the currents into node '" : "the flows at '") + node.name +
                          "' sum to " + base::shortest(net_[worst]) + (electrical ? " A" : "") +
                          " in ngspice's solution",
                      "check for values that are far apart");
  }

  const Circuit& circuit_;
  const Solution& solution_;
  Slack slack_;
  Moment moment_;
  std::vector<double> net_;      // current out of each node
  std::vector<double> allowed_;  // what the net may be off by
  std::vector<bool> open_;       // nodes whose sum is not known
  std::vector<double> x_, flow_, storage_, flow_x_, storage_x_;
};

}  // namespace

void require_paths_to_ground(const Circuit& circuit) {
  base::DisjointSets sets = joined(circuit);
  for (std::uint32_t node = 1; node < circuit.nodes.size(); ++node) {
    if (sets.same(node, 0)) continue;
    throw base::Error("ngspice.floating-node",
                      "node '" + circuit.nodes[node].name +
                          "' has no path for direct current to the ground, so that its voltage is "
                          "undefined",
                      "join it to the ground by a resistor, a conductance or a source");
  }
}

Solution::Solution(const Circuit& circuit)
    : node(circuit.nodes.size()),
      source(circuit.sources.size()),
      passive(circuit.passives.size()),
      controlled(circuit.controlled.size()),
      control(circuit.controlled.size()),
      behavioural(circuit.behavioural.size()) {}

void require_circuit_laws(const Circuit& circuit, const Solution& solution,
                          const circuit::Tolerances& tolerances, const Moment& moment) {
  Laws(circuit, solution, tolerances, moment).require();
}

}  // namespace neucasl::ngspice_plugin
