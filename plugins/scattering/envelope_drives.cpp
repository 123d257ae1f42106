#include "envelope_drives.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::scattering {
namespace {

constexpr int most_newton_steps = 100;
// Of the root of the relative tolerance: the error that a last change leaves is about its square.
constexpr double newton_share = 1e-2;
constexpr double rest_accuracy = 1e-13;

}  // namespace

bool DriveSystem::has(PartKind kind) const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [&](const Part& part) { return part.kind == kind; });
}

DriveState DriveSystem::start(double time) const {
  DriveState state;
  state.x.assign(size_, 0.0);
  state.storage.assign(size_, 0.0);
  state.rate.assign(size_, 0.0);
  for (std::size_t node = 0; node < circuit_.nodes.size(); ++node) {
    const bool internal = circuit_.nodes[node].kind == circuit::NodeKind::internal;
    if (internal && part_of_[node] != none) state.x[node] = circuit_.nodes[node].initial;
  }
  set_known(time, state);
  return state;
}

void DriveSystem::set_known(double time, DriveState& state) const {
  const Rule rule{time, 0.0, 0.0, 1.0, nullptr};
  for (const std::uint32_t k : known_source_) {
    const circuit::Source& source = circuit_.sources[k];
    const double value = source_value(k, rule);
    if (source.n == 0) {
      state.x[source.p] = value;
    } else {
      state.x[source.n] = -value;
    }
  }
}

double DriveSystem::source_value(std::size_t source, const Rule& rule) const {
  const circuit::Source& one = circuit_.sources[source];
  return rule.share * one.waveform.at(rule.time, one.rest);
}

void DriveSystem::gather(std::size_t device, const Light& light, const DriveState& state,
                         std::vector<double>& x) const {
  const circuit::Device& one = circuit_.devices[device];
  x.resize(one.nodes.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = state.x[one.nodes[i]];
  if (optical_[device] == none) return;
  const LightLayout& layout = *layout_[device];
  const EnvelopeDevice& waves = network_.devices()[optical_[device]];
  for (std::size_t p = 0; p < layout.ports().size(); ++p) {
    const LightLayout::Port& port = layout.ports()[p];
    const Amplitude out = light.out[waves.ports[p]];
    const Amplitude both = light.in[waves.ports[p]] + out;
    x[port.unknown] = both.real();
    x[port.unknown + 1] = both.imag();
    if (port.outgoing == 0) continue;
    x[port.outgoing] = 2.0 * out.real();
    x[port.outgoing + 1] = 2.0 * out.imag();
  }
  for (std::size_t s = 0; s < layout.states().size(); ++s) {
    const Amplitude value = light.state[waves.states[s]];
    x[layout.states()[s]] = value.real();
    x[layout.states()[s] + 1] = value.imag();
  }
}

// --- laws ----------------------------------------------------------------------------------------

void DriveSystem::flow(std::uint32_t row, double value) { flow_[row] += value; }
void DriveSystem::store(std::uint32_t row, double value) { storage_[row] += value; }
void DriveSystem::slope(std::uint32_t row, std::uint32_t column, double flow, double storage) {
  const std::uint32_t i = local_[row];
  const std::uint32_t j = local_[column];
  if (i == none || j == none) return;
  matrix_(i, j) += flow + alpha_ * storage;
}

void DriveSystem::conduct(std::uint32_t p, std::uint32_t n, double g, const DriveState& state) {
  const double current = g * (state.x[p] - state.x[n]);
  flow(p, current);
  flow(n, -current);
  slope(p, p, g, 0.0);
  slope(n, n, g, 0.0);
  slope(p, n, -g, 0.0);
  slope(n, p, -g, 0.0);
}

/// The current x[row] flows from p to n; its law begins with v_p - v_n.
void DriveSystem::branch(std::uint32_t row, std::uint32_t p, std::uint32_t n,
                         const DriveState& state) {
  flow(p, state.x[row]);
  flow(n, -state.x[row]);
  slope(p, row, 1.0, 0.0);
  slope(n, row, -1.0, 0.0);
  flow(row, state.x[p] - state.x[n]);
  slope(row, p, 1.0, 0.0);
  slope(row, n, -1.0, 0.0);
}

void DriveSystem::add_device(std::uint32_t index, const Light& light, const DriveState& state,
                             bool slopes) {
  const circuit::Device& device = circuit_.devices[index];
  const LightLayout& layout = *layout_[index];
  const std::size_t n = device.nodes.size();
  gather(index, light, state, device_x_);
  device_flow_.resize(n);
  device_storage_.resize(n);
  device_df_.resize(n * n);
  device_dq_.resize(n * n);
  model::Evaluation out{device_flow_, device_storage_, {}, {}};
  if (slopes) {
    out.flow_jacobian = device_df_;
    out.storage_jacobian = device_dq_;
  }
  circuit_.models[device.model].model->evaluate(device.derived, device_x_, out);
  for (std::size_t i = 0; i < n; ++i) {
    if (layout.is_light(i)) continue;
    flow(device.nodes[i], device_flow_[i]);
    store(device.nodes[i], device_storage_[i]);
    for (std::size_t j = 0; slopes && j < n; ++j) {
      if (!layout.depends(i, j)) continue;
      slope(device.nodes[i], device.nodes[j], device_df_[i * n + j], device_dq_[i * n + j]);
    }
  }
}

void DriveSystem::add_linear(const Part& part, const Rule& rule, const DriveState& state) {
  for (const std::uint32_t k : part.passives) {
    const circuit::Passive& one = circuit_.passives[k];
    switch (one.kind) {
      case circuit::PassiveKind::resistor:
        conduct(one.p, one.n, 1.0 / one.value, state);
        break;
      case circuit::PassiveKind::conductance:
        conduct(one.p, one.n, one.value, state);
        break;
      case circuit::PassiveKind::capacitor: {
        const double charge = one.value * (state.x[one.p] - state.x[one.n]);
        store(one.p, charge);
        store(one.n, -charge);
        slope(one.p, one.p, 0.0, one.value);
        slope(one.n, one.n, 0.0, one.value);
        slope(one.p, one.n, 0.0, -one.value);
        slope(one.n, one.p, 0.0, -one.value);
        break;
      }
      case circuit::PassiveKind::inductor: {
        const std::uint32_t row = inductor_branch_[k];
        branch(row, one.p, one.n, state);
        store(row, -one.value * state.x[row]);
        slope(row, row, 0.0, -one.value);
        break;
      }
    }
  }
  for (const std::uint32_t k : part.sources) {
    const circuit::Source& one = circuit_.sources[k];
    const double value = source_value(k, rule);
    if (one.is_voltage) {
      branch(source_branch_[k], one.p, one.n, state);
      flow(source_branch_[k], -value);
    } else {
      flow(one.p, value);
      flow(one.n, -value);
    }
  }
  for (const std::uint32_t k : part.controlled) {
    const circuit::Controlled& one = circuit_.controlled[k];
    const bool by_current = control_branch_[k] != none;
    if (by_current) branch(control_branch_[k], one.control_p, one.control_n, state);
    const auto control = [&](std::uint32_t row, double factor) {
      if (by_current) {
        flow(row, factor * state.x[control_branch_[k]]);
        slope(row, control_branch_[k], factor, 0.0);
        return;
      }
      flow(row, factor * (state.x[one.control_p] - state.x[one.control_n]));
      slope(row, one.control_p, factor, 0.0);
      slope(row, one.control_n, -factor, 0.0);
    };
    if (output_branch_[k] != none) {
      branch(output_branch_[k], one.p, one.n, state);
      control(output_branch_[k], -one.gain);
    } else {
      control(one.p, one.gain);
      control(one.n, -one.gain);
    }
  }
}

void DriveSystem::assemble(const Part& part, const Rule& rule, const Light& light,
                           const DriveState& state) {
  const auto n = static_cast<Eigen::Index>(part.rows.size());
  matrix_.setZero(n, n);
  residual_.resize(n);
  alpha_ = rule.alpha;
  for (std::size_t k = 0; k < part.rows.size(); ++k) {
    local_[part.rows[k]] = static_cast<std::uint32_t>(k);
    flow_[part.rows[k]] = 0.0;
    storage_[part.rows[k]] = 0.0;
  }
  for (const std::uint32_t device : part.devices) add_device(device, light, state, true);
  add_linear(part, rule, state);
  for (std::size_t k = 0; k < part.rows.size(); ++k) {
    const std::uint32_t row = part.rows[k];
    const auto i = static_cast<Eigen::Index>(k);
    residual_(i) = flow_[row];
    if (rule.from != nullptr) {
      residual_(i) +=
          rule.alpha * (storage_[row] - rule.from->storage[row]) - rule.beta * rule.from->rate[row];
      continue;
    }
    const bool memory = row < circuit_.nodes.size() &&
                        circuit_.nodes[row].kind == circuit::NodeKind::internal &&
                        circuit_.nodes[row].internal == model::InternalKind::memory;
    if (!memory) continue;
    matrix_.row(i).setZero();
    matrix_(i, i) = 1.0;
    residual_(i) = state.x[row] - circuit_.nodes[row].initial;
  }
  for (const std::uint32_t row : part.rows) local_[row] = none;
}

// --- solutions -----------------------------------------------------------------------------------

/// `change_` = matrix^-1 residual, rows scaled first, since laws of currents, rates and voltages
/// differ by many orders. False when something holds no unknown.
bool DriveSystem::eliminate(const Part& part, double smallest_pivot) {
  const Eigen::Index n = matrix_.rows();
  for (Eigen::Index i = 0; i < n; ++i) {
    const double size = matrix_.row(i).cwiseAbs().maxCoeff();
    worst_ = part.rows[static_cast<std::size_t>(i)];
    if (!(size > 0.0) || !std::isfinite(size) || !std::isfinite(residual_(i))) return false;
    matrix_.row(i) /= size;
    residual_(i) /= size;
  }
  if (n == 1) {
    change_ = residual_ / matrix_(0, 0);
    return true;
  }
  factors_.compute(matrix_);
  // Nothing holds a node.
  if (!(factors_.matrixLU().diagonal().cwiseAbs().minCoeff() > smallest_pivot)) return false;
  change_ = factors_.solve(residual_);
  return change_.allFinite();
}

bool DriveSystem::newton(const Part& part, const Rule& rule, const Light& light,
                         DriveState& state) {
  const bool at_rest = rule.from == nullptr;
  const double accuracy = at_rest ? rest_accuracy : newton_share * std::sqrt(tolerances_.relative);
  double before = 0.0;
  for (int step = 0; step < most_newton_steps; ++step) {
    assemble(part, rule, light, state);
    ++iterations_;
    if (!eliminate(part, at_rest ? 1e-15 : 0.0)) return false;
    double largest = 0.0;
    for (std::size_t i = 0; i < part.rows.size(); ++i) {
      const std::uint32_t row = part.rows[i];
      const double change = change_(static_cast<Eigen::Index>(i));
      double move = change;
      // Far from the solution an exponential misleads.
      const bool junction = row < circuit_.nodes.size() && !part.devices.empty();
      if (junction && at_rest) move = std::clamp(move, -10.0 * scale_[row], 10.0 * scale_[row]);
      state.x[row] -= move;
      const double share = std::abs(change) / (scale_[row] + std::abs(state.x[row]));
      if (share > largest) {
        largest = share;
        worst_ = row;
      }
    }
    if (largest <= accuracy) return true;
    if (step > 2 && largest <= 1e-10 && largest >= 0.5 * before) return true;
    before = largest;
  }
  return false;
}

void DriveSystem::rest_of(const Part& part, double time, const Light& light, DriveState& state) {
  const DriveState guess = state;
  if (newton(part, {time, 0.0, 0.0, 1.0, nullptr}, light, state)) return;
  // Sources from nothing to their values.
  state = guess;
  constexpr int stages = 40;
  bool solved = true;
  for (int stage = 1; stage <= stages && solved; ++stage) {
    const double share = static_cast<double>(stage) / stages;
    set_known(time, state);
    for (const std::uint32_t k : known_source_) {
      const circuit::Source& source = circuit_.sources[k];
      state.x[source.n == 0 ? source.p : source.n] *= share;
    }
    solved = newton(part, {time, 0.0, 0.0, share, nullptr}, light, state);
  }
  set_known(time, state);
  if (solved) return;
  throw base::Error("scattering.convergence",
                    "no operating point is found; the worst place is " + describe(worst_),
                    "check that every node has a path for direct current to the ground, or "
                    "simulate with 'native'");
}

void DriveSystem::rest(PartKind kind, double time, const Light& light, DriveState& state) {
  for (const Part& part : parts_) {
    if (part.kind == kind) rest_of(part, time, light, state);
  }
}

bool DriveSystem::step(PartKind kind, const DriveState& from, double time, double h,
                       bool backward_euler, const Light& light, DriveState& to) {
  const Rule rule{time, backward_euler ? 1.0 / h : 2.0 / h, backward_euler ? 0.0 : 1.0, 1.0, &from};
  for (const Part& part : parts_) {
    if (part.kind != kind || !part.moves) continue;
    if (!newton(part, rule, light, to)) return false;
  }
  return true;
}

bool DriveSystem::settle(PartKind kind, const DriveState& from, double time, double moment,
                         const Light& light, DriveState& to) {
  const Rule rule{time, 1.0 / moment, 0.0, 1.0, &from};
  return std::all_of(parts_.begin(), parts_.end(), [&](const Part& part) {
    return part.kind != kind || newton(part, rule, light, to);
  });
}

void DriveSystem::add_all(const Rule& rule, const Light& light, const DriveState& state) {
  std::fill(flow_.begin(), flow_.end(), 0.0);
  std::fill(storage_.begin(), storage_.end(), 0.0);
  add_linear(all_, rule, state);
  for (std::uint32_t k = 0; k < circuit_.devices.size(); ++k) {
    if (evaluated_[k] != 0) add_device(k, light, state, false);
  }
}

void DriveSystem::finish(const DriveState& from, double time, double h, bool backward_euler,
                         const Light& light, DriveState& to) {
  add_all({time, 0.0, 0.0, 1.0, nullptr}, light, to);
  to.storage = storage_;
  to.rate.assign(size_, 0.0);
  if (h > 0.0) {
    const double alpha = backward_euler ? 1.0 / h : 2.0 / h;
    const double beta = backward_euler ? 0.0 : 1.0;
    for (std::size_t i = 0; i < size_; ++i) {
      to.rate[i] = alpha * (to.storage[i] - from.storage[i]) - beta * from.rate[i];
    }
  }
  // What flows at a known node flows through its source.
  for (const std::uint32_t k : known_source_) {
    const circuit::Source& source = circuit_.sources[k];
    const std::uint32_t node = source.n == 0 ? source.p : source.n;
    const double sum = flow_[node] + to.rate[node];
    to.x[known_branch_[k]] = source.n == 0 ? -sum : sum;
  }
}

std::string DriveSystem::describe(std::uint32_t unknown) const {
  if (unknown < circuit_.nodes.size()) return "node '" + circuit_.nodes[unknown].name + "'";
  for (const Branch& one : branches_) {
    if (one.unknown == unknown) return "the current of '" + one.name + "'";
  }
  return "unknown " + std::to_string(unknown);
}

}  // namespace neucasl::scattering
