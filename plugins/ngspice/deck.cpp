#include "deck.hpp"

#include <algorithm>
#include <limits>

#include "deck_parts.hpp"
#include "neucasl/circuit/spice_export.hpp"
#include "worker.pb.h"

namespace neucasl::ngspice_plugin {
namespace {

constexpr std::size_t most_sweep_bytes = std::size_t{32} << 20;
constexpr double kelvin_at_zero = 273.15;

/// ngspice returns the last but one solution of its search. At rest one more step costs little and
/// makes that as good as the last.
circuit::Tolerances at_rest(const circuit::Tolerances& wanted) {
  const auto closer = [](double value, double least) {
    return std::min(value, std::max(0.01 * value, least));
  };
  return {closer(wanted.relative, 1e-9), closer(wanted.voltage, 1e-12),
          closer(wanted.current, 1e-15), wanted.truncation};
}

void write_options(const DeckContent& content, DeckText& deck) {
  const circuit::Tolerances& wanted = content.task.tolerances;
  const bool linear = content.circuit.linear();
  deck += ".options noinit method=trap";
  // A linear circuit has its solution at once or none. At rest its tolerances make ngspice solve
  // until two solutions agree closely; in a transient they would also set the steps.
  if (linear) deck += " gminsteps=0 srcsteps=0";
  if (linear && !content.transient()) {
    deck += " reltol=1e-10 abstol=1e-18 vntol=1e-15";
  } else {
    const circuit::Tolerances used = content.transient() ? wanted : at_rest(wanted);
    deck.setting(" reltol=", used.relative);
    deck.setting(" abstol=", used.current);
    deck.setting(" vntol=", used.voltage);
    deck.setting(" trtol=", wanted.truncation);
    // Charges of femtofarads count.
    deck += " chgtol=1e-18";
  }
  // The rate of a slow state is a small conductance, and not an absent one.
  const bool states = std::ranges::any_of(content.circuit.nodes, [](const circuit::Node& one) {
    return one.kind == circuit::NodeKind::internal &&
           one.internal != model::InternalKind::algebraic;
  });
  if (states) deck += " pivtol=1e-24";
  const double celsius = content.temperature() - kelvin_at_zero;
  deck.setting(" temp=", celsius);
  deck.setting(" tnom=", celsius);
  deck += '\n';
}

void write_initial_value(std::uint32_t index, double value, DeckText& deck) {
  deck += ".ic v(n";
  deck.integer(index);
  deck.setting(")=", value);
  deck += '\n';
}

void write_initial_values(const DeckContent& content, DeckText& deck) {
  const circuit::Circuit& circuit = content.circuit;
  const auto* transient = std::get_if<circuit::TransientAnalysis>(&content.task.analysis);
  if (transient == nullptr) return;
  for (const auto& [index, voltage] : circuit.initial_voltages) {
    write_initial_value(index, voltage, deck);
  }
  if (!transient->use_initial_conditions && content.task.form == DeviceForm::bridge) return;
  for (std::uint32_t i = 1; i < circuit.nodes.size(); ++i) {
    const circuit::Node& one = circuit.nodes[i];
    if (one.kind != circuit::NodeKind::internal) continue;
    if (!transient->use_initial_conditions && one.internal != model::InternalKind::memory) {
      continue;
    }
    write_initial_value(i, one.initial / one.scale, deck);
  }
}

}  // namespace

bool DeckContent::transient() const {
  return std::holds_alternative<circuit::TransientAnalysis>(task.analysis);
}

double DeckContent::temperature() const {
  return circuit.devices.empty() ? 300.0 : circuit.devices.front().environment.temperature;
}

std::uint32_t DeckContent::current_node() const {
  return static_cast<std::uint32_t>(circuit.nodes.size());
}

SweptElement swept_element(const circuit::Circuit& circuit, const circuit::Analysis& analysis) {
  const auto* const sweep = std::get_if<circuit::SweepAnalysis>(&analysis);
  if (sweep == nullptr) return {};
  for (std::size_t i = 0; i < circuit.sources.size(); ++i) {
    if (circuit.sources[i].name == sweep->target) return {i, no_element};
  }
  for (std::size_t i = 0; i < circuit.passives.size(); ++i) {
    const circuit::Passive& one = circuit.passives[i];
    if (one.name != sweep->target) continue;
    // At rest a capacitance and an inductance have no effect.
    const bool acts =
        one.kind == circuit::PassiveKind::resistor || one.kind == circuit::PassiveKind::conductance;
    return {no_element, acts ? i : no_element};
  }
  return {};
}

std::vector<Output> write_deck(const circuit::Circuit& circuit, const DeckTask& task,
                               ngspice::worker::Request& request) {
  const DeckContent content{circuit, task, swept_element(circuit, task.analysis)};
  request.set_linear(circuit.linear());
  request.set_last(std::numeric_limits<double>::quiet_NaN());
  DeckText deck;
  write_options(content, deck);
  write_elements(content, deck);
  DeckDevices devices(content, deck, request);
  devices.write();
  write_noise_currents(content, deck);
  if (const auto* sweep = std::get_if<circuit::SweepAnalysis>(&task.analysis)) {
    devices.write_sweep(*sweep);
  }
  write_initial_values(content, deck);
  devices.finish();
  std::vector<Output> outputs = want_outputs(content, request);
  add_commands(content, request);
  request.set_deck(std::move(deck.string()));
  return outputs;
}

std::size_t points_in_one_request(const circuit::Circuit& circuit) {
  std::size_t bytes = sizeof(double);
  for (const circuit::Device& one : circuit.devices) {
    bytes += sizeof(double) * (one.derived.size() + one.nodes.size());
  }
  return std::max<std::size_t>(1, most_sweep_bytes / bytes);
}

}  // namespace neucasl::ngspice_plugin
