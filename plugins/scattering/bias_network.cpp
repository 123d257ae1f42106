#include "bias_network.hpp"

#include <Eigen/SparseLU>
#include <algorithm>
#include <cmath>

namespace neucasl::scattering {
namespace {

using circuit::ControlledKind;
using circuit::PassiveKind;
using SparseMatrix = Eigen::SparseMatrix<double>;

constexpr int most_iterations = 100;
constexpr double longest_step = 1.0;     // V, while Newton's method is far away
constexpr double step_limit = 1e-13;     // of a settled value
constexpr double smallest_scale = 1e-3;  // V, K or A
constexpr double stall_limit = 1e-10;
constexpr int source_steps = 16;

bool gives_voltage(ControlledKind kind) {
  return kind == ControlledKind::voltage_by_voltage || kind == ControlledKind::voltage_by_current;
}
bool takes_current(ControlledKind kind) {
  return kind == ControlledKind::voltage_by_current || kind == ControlledKind::current_by_current;
}

}  // namespace

BiasNetwork::BiasNetwork(const circuit::Circuit& circuit, const OpticalNetwork& network)
    : circuit_(circuit), network_(network), work_(circuit) {
  row_.assign(circuit.nodes.size(), none);
  for (std::size_t node = 1; node < circuit.nodes.size(); ++node) {
    const circuit::NodeKind kind = circuit.nodes[node].kind;
    if (kind != circuit::NodeKind::electrical && kind != circuit::NodeKind::thermal) continue;
    row_[node] = nodes_++;
    node_of_row_.push_back(static_cast<std::uint32_t>(node));
  }
  count_branches();
  size_ = nodes_ + static_cast<std::uint32_t>(branches_.size());
  row_[0] = size_;
  optical_.assign(circuit.devices.size(), none);
  settled_.resize(circuit.devices.size());
  for (std::size_t k = 0; k < network.devices.size(); ++k) {
    optical_[network.devices[k].device] = static_cast<std::uint32_t>(k);
  }
  first_.push_back(0);
  for (const circuit::Device& device : circuit.devices) {
    first_.push_back(first_.back() + device.nodes.size());
    std::vector<BiasTerminal>& terminals = terminals_.emplace_back();
    std::uint32_t unknown = 0;
    for (const model::Terminal& terminal :
         circuit.models[device.model].model->specification().terminals) {
      if (terminal.discipline != ir::Discipline::optical) {
        terminals.push_back({unknown, device.nodes[unknown]});
      }
      unknown += static_cast<std::uint32_t>(model::unknowns_of(terminal.discipline));
    }
  }
}

void BiasNetwork::count_branches() {
  for (const auto& source : circuit_.sources) {
    if (source.is_voltage) branches_.push_back({source.name});
  }
  for (const auto& passive : circuit_.passives) {
    if (passive.kind == PassiveKind::inductor) branches_.push_back({passive.name});
  }
  for (const auto& source : circuit_.controlled) {
    if (gives_voltage(source.kind)) branches_.push_back({source.name});
  }
  for (const auto& source : circuit_.controlled) {
    if (takes_current(source.kind)) branches_.push_back({source.name, false});
  }
  for (const auto& source : circuit_.behavioural) {
    if (source.is_voltage) branches_.push_back({source.name});
  }
  for (const auto& line : circuit_.lines) branches_.push_back({line.name, false});
}

BiasState BiasNetwork::start() const {
  BiasState state;
  state.node.assign(circuit_.nodes.size(), 0.0);
  state.branch.assign(branches_.size(), 0.0);
  state.unknowns.assign(first_.back(), 0.0);
  for (std::size_t d = 0; d < circuit_.devices.size(); ++d) {
    const circuit::Device& device = circuit_.devices[d];
    for (std::size_t k = 0; k < device.nodes.size(); ++k) {
      const circuit::Node& node = circuit_.nodes[device.nodes[k]];
      if (node.kind == circuit::NodeKind::internal) {
        state.unknowns[first_[d] + k] = node.initial;
      }
    }
  }
  return state;
}

void BiasNetwork::add(std::uint32_t row, std::uint32_t column, double value) {
  if (row == size_) return;
  law_[row] += value * x_[column];
  if (column != size_) entries_.push_back({row, column, value});
}

void BiasNetwork::conduct(std::uint32_t p, std::uint32_t n, double conductance) {
  add(p, p, conductance);
  add(p, n, -conductance);
  add(n, p, -conductance);
  add(n, n, conductance);
}

void BiasNetwork::join(std::uint32_t branch, std::uint32_t p, std::uint32_t n) {
  add(p, branch, 1.0);
  add(n, branch, -1.0);
  add(branch, p, 1.0);
  add(branch, n, -1.0);
}

void BiasNetwork::stamp_sources(double share) {
  std::uint32_t branch = nodes_;
  for (const circuit::Source& source : circuit_.sources) {
    const std::uint32_t p = row_[source.p];
    const std::uint32_t n = row_[source.n];
    if (source.is_voltage) {
      join(branch, p, n);
      law_[branch++] -= share * source.rest;
    } else {
      law_[p] += share * source.rest;
      law_[n] -= share * source.rest;
    }
  }
  for (const circuit::Passive& passive : circuit_.passives) {
    const std::uint32_t p = row_[passive.p];
    const std::uint32_t n = row_[passive.n];
    if (passive.kind == PassiveKind::inductor) join(branch++, p, n);
    if (passive.kind == PassiveKind::resistor) conduct(p, n, 1.0 / passive.value);
    if (passive.kind == PassiveKind::conductance) conduct(p, n, passive.value);
  }
}

void BiasNetwork::stamp_controlled() {
  std::uint32_t branch = nodes_;
  const auto skip = [&](bool voltage) { branch += voltage ? 1 : 0; };
  for (const auto& source : circuit_.sources) skip(source.is_voltage);
  for (const auto& passive : circuit_.passives) skip(passive.kind == PassiveKind::inductor);
  std::uint32_t control = branch;
  for (const auto& source : circuit_.controlled) control += gives_voltage(source.kind) ? 1 : 0;
  for (const circuit::Controlled& source : circuit_.controlled) {
    const std::uint32_t p = row_[source.p];
    const std::uint32_t n = row_[source.n];
    std::uint32_t a = row_[source.control_p];
    std::uint32_t b = row_[source.control_n];
    if (takes_current(source.kind)) {
      join(control, a, b);
      a = control++;
      b = size_;
    }
    if (gives_voltage(source.kind)) {
      join(branch, p, n);
      add(branch, a, -source.gain);
      add(branch, b, source.gain);
      ++branch;
    } else {
      add(p, a, source.gain);
      add(p, b, -source.gain);
      add(n, a, -source.gain);
      add(n, b, source.gain);
    }
  }
}

void BiasNetwork::stamp_behavioural() {
  auto branch = static_cast<std::uint32_t>(size_ - circuit_.lines.size());
  for (const auto& source : circuit_.behavioural) branch -= source.is_voltage ? 1 : 0;
  std::vector<double> values;
  std::vector<double> slopes;
  for (const circuit::Behavioural& source : circuit_.behavioural) {
    const std::uint32_t p = row_[source.p];
    const std::uint32_t n = row_[source.n];
    values.clear();
    for (const std::uint32_t node : source.inputs) values.push_back(x_[row_[node]]);
    slopes.assign(values.size(), 0.0);
    const double result = model::evaluate(source.formula, values, slopes);
    if (source.is_voltage) {
      join(branch, p, n);
      law_[branch] -= result;
    } else {
      law_[p] += result;
      law_[n] -= result;
    }
    for (std::size_t k = 0; k < values.size(); ++k) {
      const std::uint32_t column = row_[source.inputs[k]];
      if (column == size_) continue;
      if (source.is_voltage) {
        entries_.push_back({branch, column, -slopes[k]});
        continue;
      }
      if (p != size_) entries_.push_back({p, column, slopes[k]});
      if (n != size_) entries_.push_back({n, column, -slopes[k]});
    }
    branch += source.is_voltage ? 1 : 0;
  }
  for (const circuit::TransmissionLine& line : circuit_.lines) {
    // At rest a line is a pair of wires.
    join(branch, row_[line.p1], row_[line.n1]);
    add(row_[line.p2], branch, -1.0);
    add(row_[line.n2], branch, 1.0);
    add(branch, row_[line.p2], -1.0);
    add(branch, row_[line.n2], 1.0);
    ++branch;
  }
}

/// Settles a device at the present values of its nodes; nothing to do where they and its light are
/// those of the last time.
void BiasNetwork::settle_device(std::size_t d, std::span<const Wave> incoming, BiasState& state) {
  const std::vector<BiasTerminal>& terminals = terminals_[d];
  const std::span<double> own = unknowns(state, d);
  std::span<const Wave> waves;
  if (optical_[d] != none) {
    const OpticalDevice& device = network_.devices[optical_[d]];
    waves = incoming.subspan(device.first_port, device.ports);
  }
  Settled& last = settled_[d];
  bool same = last.valid && std::equal(waves.begin(), waves.end(), last.waves.begin()) &&
              std::equal(own.begin(), own.end(), last.unknowns.begin());
  for (const BiasTerminal& terminal : terminals) {
    same = same && own[terminal.unknown] == x_[row_[terminal.node]];
    own[terminal.unknown] = x_[row_[terminal.node]];
  }
  if (same) return;
  const std::vector<double>& derived = circuit_.devices[d].derived;
  work_.select(d);
  work_.settle(derived, waves, own);
  places_.clear();
  for (const BiasTerminal& terminal : terminals) places_.push_back(terminal.unknown);
  last.current.resize(places_.size());
  last.slope.resize(places_.size() * places_.size());
  work_.condense(places_, last.current, last.slope);
  last.waves.assign(waves.begin(), waves.end());
  last.unknowns.assign(own.begin(), own.end());
  last.valid = true;
}

void BiasNetwork::stamp_devices(std::span<const Wave> incoming, BiasState& state) {
  for (std::size_t d = 0; d < circuit_.devices.size(); ++d) {
    const std::vector<BiasTerminal>& terminals = terminals_[d];
    const std::size_t count = terminals.size();
    if (count == 0) continue;
    settle_device(d, incoming, state);
    const Settled& settled = settled_[d];
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t row = row_[terminals[i].node];
      law_[row] += settled.current[i];
      if (row == size_) continue;
      for (std::size_t j = 0; j < count; ++j) {
        const std::uint32_t column = row_[terminals[j].node];
        if (column != size_) entries_.push_back({row, column, settled.slope[i * count + j]});
      }
    }
  }
}

void BiasNetwork::assemble(std::span<const Wave> incoming, double share, BiasState& state) {
  entries_.clear();
  law_.assign(size_ + 1, 0.0);
  stamp_sources(share);
  stamp_controlled();
  stamp_behavioural();
  stamp_devices(incoming, state);
}

void BiasNetwork::refuse_singular() const {
  std::vector<char> seen(size_, 0);
  for (const Entry& entry : entries_) {
    if (entry.value != 0.0) seen[entry.column] = 1;
  }
  std::string place = "the nodes' values";
  for (std::uint32_t row = 0; row < nodes_; ++row) {
    if (seen[row] != 0) continue;
    place = "node '" + circuit_.nodes[node_of_row_[row]].name + "'";
    break;
  }
  throw base::Error("scattering.singular", "the circuit at rest does not determine " + place,
                    "join every node to the ground by a resistor or a source, and make no loop of "
                    "voltage sources");
}

bool BiasNetwork::newton(std::span<const Wave> incoming, double share, BiasState& state) {
  Eigen::SparseLU<SparseMatrix> factors;
  double before = 0.0;
  for (int step = 0; step < most_iterations; ++step) {
    assemble(incoming, share, state);
    ++state.iterations;
    std::vector<Eigen::Triplet<double>> triplets;
    triplets.reserve(entries_.size());
    for (const Entry& e : entries_) {
      triplets.emplace_back(static_cast<int>(e.row), static_cast<int>(e.column), e.value);
    }
    SparseMatrix matrix(static_cast<int>(size_), static_cast<int>(size_));
    matrix.setFromTriplets(triplets.begin(), triplets.end());
    factors.compute(matrix);
    if (factors.info() != Eigen::Success) refuse_singular();
    const Eigen::VectorXd move =
        factors.solve(Eigen::Map<const Eigen::VectorXd>(law_.data(), static_cast<int>(size_)));
    if (!move.allFinite()) refuse_singular();
    double longest = 0.0;
    double worst = 0.0;
    for (std::uint32_t i = 0; i < size_; ++i) {
      const double size = std::abs(move[static_cast<int>(i)]);
      worst = std::max(worst, size / (smallest_scale + std::abs(x_[i])));
      const bool electrical =
          i < nodes_ && circuit_.nodes[node_of_row_[i]].kind == circuit::NodeKind::electrical;
      if (electrical) longest = std::max(longest, size);
    }
    const double length = step > 2 && longest > longest_step ? longest_step / longest : 1.0;
    for (std::uint32_t i = 0; i < size_; ++i) x_[i] -= length * move[static_cast<int>(i)];
    if (worst <= step_limit) return true;
    if (step > 2 && worst <= stall_limit && worst >= before) return true;
    before = worst;
  }
  return false;
}

void BiasNetwork::solve(std::span<const Wave> incoming, BiasState& state) {
  x_.assign(size_ + 1, 0.0);
  for (std::uint32_t row = 0; row < nodes_; ++row) x_[row] = state.node[node_of_row_[row]];
  std::copy(state.branch.begin(), state.branch.end(), x_.begin() + nodes_);
  const bool lit = std::any_of(incoming.begin(), incoming.end(),
                               [](const Wave& wave) { return wave != Wave{}; });
  for (Settled& one : settled_) one.valid = false;  // the circuit's numbers may be others
  const BiasState begin = state;
  bool settled = size_ == 0 || newton(incoming, 1.0, state);
  if (!settled) {
    state = begin;
    std::fill(x_.begin(), x_.end(), 0.0);
    settled = true;
    for (int step = 1; step <= source_steps && settled; ++step) {
      settled = newton(incoming, static_cast<double>(step) / source_steps, state);
    }
  }
  if (!settled) {
    throw base::Error("scattering.convergence",
                      "the electrical part of the circuit has no operating point that Newton's "
                      "method finds",
                      "simulate it with 'native', which has more ways to one");
  }
  for (std::uint32_t row = 0; row < nodes_; ++row) state.node[node_of_row_[row]] = x_[row];
  std::copy(x_.begin() + nodes_, x_.begin() + size_, state.branch.begin());
  // Terminals at their final values; devices without any need no bias, only their light.
  for (std::size_t d = 0; d < circuit_.devices.size(); ++d) {
    if (lit || !terminals_[d].empty()) settle_device(d, incoming, state);
  }
}

}  // namespace neucasl::scattering
