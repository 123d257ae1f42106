#include "envelope_device.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace neucasl::scattering {
namespace {

/// What a formula is of some of its unknowns.
enum class Degree : std::uint8_t { none, linear, higher };

class DegreeOf {
 public:
  explicit DegreeOf(const std::vector<char>& chosen) : chosen_(chosen) {}

  Degree operator()(const model::Symbol& formula) { return of(*formula.node()); }

 private:
  Degree of(const model::Symbol::Node& node) {
    if (const auto found = known_.find(&node); found != known_.end()) return found->second;
    const Degree degree = compute(node);
    known_.emplace(&node, degree);
    return degree;
  }
  Degree compute(const model::Symbol::Node& node) {
    using model::Operation;
    if (node.operation == Operation::constant) return Degree::none;
    if (node.operation == Operation::unknown) {
      return chosen_[static_cast<std::size_t>(node.index)] != 0 ? Degree::linear : Degree::none;
    }
    std::array<Degree, 3> d{};
    for (std::size_t i = 0; i < node.operands.size(); ++i) d[i] = of(*node.operands[i]);
    switch (node.operation) {
      case Operation::add:
      case Operation::subtract:
        return std::max(d[0], d[1]);
      case Operation::negate:
        return d[0];
      case Operation::multiply:
        if (d[0] == Degree::none) return d[1];
        return d[1] == Degree::none ? d[0] : Degree::higher;
      case Operation::divide:
        return d[1] == Degree::none ? d[0] : Degree::higher;
      case Operation::select:
        return d[0] == Degree::none ? std::max(d[1], d[2]) : Degree::higher;
      default:
        return d[0] == Degree::none ? Degree::none : Degree::higher;
    }
  }

  const std::vector<char>& chosen_;
  std::unordered_map<const model::Symbol::Node*, Degree> known_;
};

/// Marks the unknowns of a formula.
void mark_unknowns(const model::Symbol& formula, std::vector<char>& used) {
  std::vector<const model::Symbol::Node*> open{formula.node().get()};
  std::unordered_map<const model::Symbol::Node*, bool> seen;
  while (!open.empty()) {
    const model::Symbol::Node* node = open.back();
    open.pop_back();
    if (!seen.emplace(node, true).second) continue;
    if (node->operation == model::Operation::unknown) {
      used[static_cast<std::size_t>(node->index)] = 1;
    }
    for (const auto& operand : node->operands) open.push_back(operand.get());
  }
}

}  // namespace

LightLayout::LightLayout(const circuit::Circuit& circuit, std::size_t device)
    : device_(circuit.devices[device]),
      specification_(circuit.models[device_.model].model->specification()),
      n_(device_.nodes.size()),
      light_(n_),
      listens_(n_),
      depends_(n_ * n_),
      stores_(n_) {
  find_ports();
  const model::SymbolicForm form = circuit.models[device_.model].model->symbolic(device_.derived);
  find_states(form);
  require_linear(form);
  find_dependencies(form);
}

void LightLayout::refuse(const std::string& what) const {
  throw base::Error("scattering.envelope",
                    "'" + device_.name + "' (" + specification_.name + ") " + what,
                    "simulate it with 'native' or 'ngspice'", device_.where);
}

void LightLayout::find_ports() {
  std::uint32_t unknown = 0;
  const auto first = static_cast<std::uint32_t>(specification_.terminal_unknowns());
  for (const model::Terminal& terminal : specification_.terminals) {
    if (terminal.discipline == ir::Discipline::optical) {
      Port port{unknown, 0};
      for (std::uint32_t k = 0; k < specification_.internals.size(); ++k) {
        if (specification_.internals[k].name == terminal.name + "_out_re")
          port.outgoing = first + k;
      }
      light_[port.unknown] = light_[port.unknown + 1] = 1;
      if (port.outgoing != 0) light_[port.outgoing] = light_[port.outgoing + 1] = 1;
      ports_.push_back(port);
    }
    unknown += static_cast<std::uint32_t>(model::unknowns_of(terminal.discipline));
  }
}

/// All states at first; those that make an equation of light nonlinear are slow.
void LightLayout::find_states(const model::SymbolicForm& form) {
  const std::size_t first = specification_.terminal_unknowns();
  std::vector<std::size_t> candidates;
  for (std::size_t k = 0; k < specification_.internals.size() && !ports_.empty(); ++k) {
    const std::size_t i = first + k;
    if (specification_.internals[k].kind != model::InternalKind::state) continue;
    if (DegreeOf(light_)(form.flow[i]) == Degree::linear) candidates.push_back(i);
  }
  // One by one, so that a state that multiplies light does not take others with it.
  for (const std::size_t i : candidates) {
    light_[i] = 1;
    DegreeOf degree(light_);
    bool linear = degree(form.flow[i]) == Degree::linear;
    for (const Port& port : ports_) {
      for (std::uint32_t part = 0; part < 2 && port.outgoing != 0; ++part) {
        linear = linear && degree(form.flow[port.outgoing + part]) != Degree::higher;
      }
    }
    if (!linear) light_[i] = 0;
  }
  for (std::size_t i = first; i < n_; ++i) {
    const bool state =
        light_[i] != 0 && specification_.internals[i - first].kind == model::InternalKind::state;
    if (!state) continue;
    if (i + 1 >= n_ || light_[i + 1] == 0) refuse("has a mode without an imaginary part");
    states_.push_back(static_cast<std::uint32_t>(i));
    ++i;
  }
}

void LightLayout::require_linear(const model::SymbolicForm& form) const {
  DegreeOf degree(light_);
  for (std::size_t i = 0; i < n_; ++i) {
    if (light_[i] != 0 && degree(form.flow[i]) == Degree::higher) {
      refuse("has waves that are not linear in each other");
    }
  }
  std::vector<char> used(n_);
  for (const Port& port : ports_) {
    for (std::uint32_t part = 0; part < 2; ++part) {
      if (port.outgoing != 0) continue;
      mark_unknowns(form.flow[port.unknown + part], used);
    }
  }
  for (const Port& port : ports_) {
    for (std::size_t i = 0; i < n_; ++i) {
      const bool own = i == port.unknown || i == port.unknown + 1;
      if (port.outgoing == 0 && light_[i] != 0 && used[i] != 0 && !own) {
        refuse("has a port without a pair of outgoing waves that depends on other light");
      }
    }
  }
}

void LightLayout::find_dependencies(const model::SymbolicForm& form) {
  std::vector<std::vector<char>> used(n_, std::vector<char>(n_));
  std::vector<char> steers(n_);
  for (std::size_t i = 0; i < n_; ++i) {
    mark_unknowns(form.flow[i], used[i]);
    stores_[i] = form.storage[i].is_zero() ? 0 : 1;
    mark_unknowns(form.storage[i], used[i]);
    for (std::size_t j = 0; j < n_; ++j) {
      if (used[i][j] == 0) continue;
      if (light_[i] != 0 && light_[j] == 0) steers[j] = 1;
      if (light_[i] == 0 && light_[j] != 0) listens_[i] = 1;
      if (light_[i] == 0 && light_[j] == 0) depends_[i * n_ + j] = 1;
    }
  }
  for (std::size_t j = 0; j < n_; ++j) {
    if (steers[j] != 0) steering_.push_back(static_cast<std::uint32_t>(j));
  }
  const auto either = [&](std::size_t row, std::size_t column) {
    return used[row][column] != 0 || used[row][column + 1] != 0 || used[row + 1][column] != 0 ||
           used[row + 1][column + 1] != 0;
  };
  for (const Port& p : ports_) {
    for (const Port& q : ports_) {
      passes_.push_back(p.outgoing != 0 && either(p.outgoing, q.unknown) ? 1 : 0);
    }
    for (const std::uint32_t state : states_) {
      shows_.push_back(p.outgoing != 0 && either(p.outgoing, state) ? 1 : 0);
    }
  }
  for (const std::uint32_t state : states_) {
    for (const Port& q : ports_) feeds_.push_back(either(state, q.unknown) ? 1 : 0);
    for (const std::uint32_t other : states_) {
      mixes_ = mixes_ || (other != state && either(state, other));
    }
  }
}

void LightReader::read(const circuit::Circuit& circuit, std::size_t index,
                       const LightLayout& layout, std::span<const double> unknowns,
                       LightNumbers& numbers) {
  const circuit::Device& device = circuit.devices[index];
  const std::size_t n = device.nodes.size();
  flow_.resize(n);
  storage_.resize(n);
  flow_jacobian_.resize(n * n);
  storage_jacobian_.resize(n * n);
  circuit.models[device.model].model->evaluate(
      device.derived, unknowns, {flow_, storage_, flow_jacobian_, storage_jacobian_});
  const auto& ports = layout.ports();
  const auto& states = layout.states();
  const auto refuse = [&](const std::string& what) {
    throw base::Error("scattering.envelope", "'" + device.name + "' " + what,
                      "check its parameters and its bias", device.where);
  };
  // factor x (real part of the column -> complex number), checked to be complex-linear.
  const auto number = [&](std::size_t row, std::size_t column, double factor) {
    const double* re = &flow_jacobian_[row * n + column];
    const double* im = re + n;
    const Amplitude value(factor * re[0], factor * im[0]);
    const double size = std::abs(value) + std::abs(factor * re[1]) + std::abs(factor * im[1]);
    if (!std::isfinite(size)) refuse("has waves that are not finite");
    if (std::abs(im[1] - re[0]) + std::abs(re[1] + im[0]) > 1e-9 * size / std::abs(factor)) {
      refuse("treats real and imaginary part of a wave differently");
    }
    return value;
  };
  numbers.scattering.assign(ports.size() * ports.size(), {});
  numbers.shown.assign(ports.size() * states.size(), {});
  numbers.emitted.assign(ports.size(), {});
  numbers.fed.assign(states.size() * ports.size(), {});
  numbers.rate.assign(states.size() * states.size(), {});
  numbers.driven.assign(states.size(), {});
  for (std::size_t p = 0; p < ports.size(); ++p) {
    const std::size_t row = ports[p].outgoing != 0 ? ports[p].outgoing : ports[p].unknown;
    numbers.emitted[p] = {-0.5 * flow_[row], -0.5 * flow_[row + 1]};
    if (ports[p].outgoing == 0) continue;
    for (std::size_t q = 0; q < ports.size(); ++q) {
      numbers.scattering[p * ports.size() + q] = number(row, ports[q].unknown, -0.5);
    }
    for (std::size_t s = 0; s < states.size(); ++s) {
      numbers.shown[p * states.size() + s] = number(row, states[s], -0.5);
    }
  }
  for (std::size_t s = 0; s < states.size(); ++s) {
    numbers.driven[s] = {-flow_[states[s]], -flow_[states[s] + 1]};
    for (std::size_t q = 0; q < ports.size(); ++q) {
      numbers.fed[s * ports.size() + q] = number(states[s], ports[q].unknown, -1.0);
    }
    for (std::size_t t = 0; t < states.size(); ++t) {
      numbers.rate[s * states.size() + t] = number(states[s], states[t], -1.0);
    }
  }
}

}  // namespace neucasl::scattering
