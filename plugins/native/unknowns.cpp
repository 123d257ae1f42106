#include "unknowns.hpp"

namespace neucasl::native_plugin {
namespace {

constexpr double branch_current_scale = 1e-3;  // A

bool is_voltage(circuit::ControlledKind kind) {
  return kind == circuit::ControlledKind::voltage_by_voltage ||
         kind == circuit::ControlledKind::voltage_by_current;
}

bool has_control_branch(circuit::ControlledKind kind) {
  return kind == circuit::ControlledKind::voltage_by_current ||
         kind == circuit::ControlledKind::current_by_current;
}

}  // namespace

Unknowns::Unknowns(const circuit::Circuit& circuit)
    : circuit_(circuit), nodes_(static_cast<std::uint32_t>(circuit.nodes.size() - 1)) {
  add_branches(circuit);
  size_ = nodes_ + static_cast<std::uint32_t>(branches_.size());
  scale_.assign(size_, branch_current_scale);
  for (std::uint32_t node = 1; node < circuit.nodes.size(); ++node) {
    scale_[node - 1] =
        circuit.nodes[node].kind == circuit::NodeKind::internal ? circuit.nodes[node].scale : 1.0;
  }
}

void Unknowns::add_branches(const circuit::Circuit& circuit) {
  const auto next = [this] { return nodes_ + static_cast<std::uint32_t>(branches_.size()); };
  first_source = next();
  for (const auto& source : circuit.sources) {
    if (source.is_voltage) branches_.push_back({source.name});
  }
  first_inductor = next();
  for (const auto& passive : circuit.passives) {
    if (passive.kind == circuit::PassiveKind::inductor) branches_.push_back({passive.name});
  }
  first_controlled = next();
  for (const auto& source : circuit.controlled) {
    if (is_voltage(source.kind)) branches_.push_back({source.name});
  }
  first_control = next();
  for (const auto& source : circuit.controlled) {
    if (has_control_branch(source.kind)) branches_.push_back({source.name, false});
  }
  first_behavioural = next();
  for (const auto& source : circuit.behavioural) {
    if (source.is_voltage) branches_.push_back({source.name});
  }
  first_line = next();
  for (const auto& line : circuit.lines) {
    branches_.push_back({line.name, false});
    branches_.push_back({line.name, false});
  }
}

std::string Unknowns::describe(std::uint32_t unknown) const {
  if (unknown < nodes_) return "node '" + circuit_.nodes[unknown + 1].name + "'";
  return "the current of '" + branches_[unknown - nodes_].name + "'";
}

std::string Unknowns::unit(std::uint32_t unknown) const {
  if (unknown >= nodes_) return "A";
  switch (circuit_.nodes[unknown + 1].kind) {
    case circuit::NodeKind::electrical:
      return "V";
    case circuit::NodeKind::optical_real:
    case circuit::NodeKind::optical_imaginary:
      return "sqrt(W)";
    case circuit::NodeKind::thermal:
      return "K";
    case circuit::NodeKind::internal:
      break;
  }
  return "";
}

std::vector<double> Unknowns::tolerances(const circuit::Tolerances& tolerances) const {
  std::vector<double> result(size_, tolerances.current);
  for (std::uint32_t i = 0; i < nodes_; ++i) result[i] = tolerances.voltage * scale_[i];
  return result;
}

}  // namespace neucasl::native_plugin
