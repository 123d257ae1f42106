#include "circuit_checks.hpp"

#include <array>
#include <cmath>

#include "neucasl/base/disjoint_sets.hpp"

namespace neucasl::native_plugin {
namespace {

void join_elements(const circuit::Circuit& circuit, base::DisjointSets& sets) {
  for (const circuit::Passive& passive : circuit.passives) {
    const bool open = passive.kind == circuit::PassiveKind::capacitor ||
                      (passive.kind == circuit::PassiveKind::conductance && passive.value == 0.0);
    if (!open) sets.join(passive.p, passive.n);
  }
  for (const circuit::Source& source : circuit.sources) {
    if (source.is_voltage) sets.join(source.p, source.n);
  }
  for (const circuit::Controlled& source : circuit.controlled) {
    sets.join(source.p, source.n);
    const bool shorted = source.kind == circuit::ControlledKind::voltage_by_current ||
                         source.kind == circuit::ControlledKind::current_by_current;
    if (shorted) sets.join(source.control_p, source.control_n);
    // A transconductance in a loop may define the node that it drives.
    if (source.kind == circuit::ControlledKind::current_by_voltage) {
      sets.join(source.p, source.control_p);
      sets.join(source.p, source.control_n);
    }
  }
  for (const circuit::Behavioural& source : circuit.behavioural) {
    sets.join(source.p, source.n);
    for (const std::uint32_t node : source.inputs) {
      if (!source.is_voltage) sets.join(source.p, node);
    }
  }
  for (const circuit::TransmissionLine& line : circuit.lines) {
    for (const std::uint32_t node : {line.n1, line.p2, line.n2}) sets.join(line.p1, node);
  }
}

/// What the currents at the terminals of a device depend on, seen at some points of its range.
class Structure {
 public:
  Structure(DevicePart& part, std::size_t device, const model::Specification& specification)
      : specification_(specification), n_(part.unknowns_of(device)), conducts_(n_, 0) {
    std::vector<double> x(n_);
    std::vector<double> jacobian(n_ * n_);
    for (int point = 0; point < 3; ++point) {
      choose(point, x);
      part.flow_jacobian(device, x, jacobian);
      look_at(jacobian);
    }
  }
  [[nodiscard]] bool conducts(std::size_t unknown) const { return conducts_[unknown] != 0; }
  /// Whether currents of a discipline flow to the ground, too: they do not sum to zero.
  [[nodiscard]] bool grounded(ir::Discipline discipline) const {
    return discipline == ir::Discipline::optical || leaks_[static_cast<std::size_t>(discipline)];
  }

 private:
  void choose(int point, std::vector<double>& x) const {
    std::size_t k = 0;
    const auto share = [&] {
      return 0.5 + 0.45 * std::sin(1.0 + 2.3 * static_cast<double>(k) + 1.7 * point);
    };
    for (const model::Terminal& terminal : specification_.terminals) {
      for (int i = 0; i < model::unknowns_of(terminal.discipline); ++i, ++k) {
        x[k] = 0.5 * terminal.limit * (2.0 * share() - 1.0);
      }
    }
    for (const model::Internal& internal : specification_.internals) {
      x[k] = internal.low + (internal.high - internal.low) * share();
      ++k;
    }
  }
  void look_at(const std::vector<double>& jacobian) {
    for (std::size_t j = 0; j < n_; ++j) {
      std::array<double, 8> sum{};
      std::array<double, 8> size{};
      std::size_t k = 0;
      for (const model::Terminal& terminal : specification_.terminals) {
        const auto discipline = static_cast<std::size_t>(terminal.discipline);
        for (int i = 0; i < model::unknowns_of(terminal.discipline); ++i, ++k) {
          const double slope = jacobian[k * n_ + j];
          if (std::abs(slope) > 0.0) conducts_[k] = 1;
          sum[discipline] += slope;
          size[discipline] += std::abs(slope);
        }
      }
      for (std::size_t d = 0; d < sum.size(); ++d) {
        if (std::abs(sum[d]) > 1e-9 * size[d]) leaks_[d] = true;
      }
    }
  }

  const model::Specification& specification_;
  std::size_t n_;
  std::vector<char> conducts_;
  std::array<bool, 8> leaks_{};
};

void join_device(const circuit::Circuit& circuit, DevicePart& part, std::size_t device,
                 base::DisjointSets& sets) {
  const circuit::Device& one = circuit.devices[device];
  const model::Specification& specification = circuit.models[one.model].model->specification();
  const Structure structure(part, device, specification);
  std::array<std::uint32_t, 8> first{};  // terminal of each discipline, or the ground
  std::array<bool, 8> any{};
  std::size_t k = 0;
  for (const model::Terminal& terminal : specification.terminals) {
    const auto discipline = static_cast<std::size_t>(terminal.discipline);
    for (int i = 0; i < model::unknowns_of(terminal.discipline); ++i, ++k) {
      if (!structure.conducts(k)) continue;  // as a gate without leakage
      const bool grounded = structure.grounded(terminal.discipline);
      if (any[discipline] || grounded) sets.join(one.nodes[k], grounded ? 0 : first[discipline]);
      first[discipline] = one.nodes[k];
      any[discipline] = true;
    }
  }
}

}  // namespace

void require_paths_to_ground(System& system) {
  const circuit::Circuit& circuit = system.circuit();
  base::DisjointSets sets(circuit.nodes.size());
  join_elements(circuit, sets);
  for (std::size_t k = 0; k < circuit.devices.size(); ++k) {
    join_device(circuit, system.device_part(), k, sets);
  }
  for (std::uint32_t node = 1; node < circuit.nodes.size(); ++node) {
    if (circuit.nodes[node].kind == circuit::NodeKind::internal) continue;
    if (sets.same(node, 0)) continue;
    throw base::Error("native.floating-node",
                      "node '" + circuit.nodes[node].name +
                          "' has no path for direct current to the ground, so that its voltage is "
                          "undefined",
                      "join it to the ground by a resistor, a conductance or a source");
  }
}

}  // namespace neucasl::native_plugin
