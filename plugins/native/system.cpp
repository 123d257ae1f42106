#include "system.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::native_plugin {
namespace {

void require(bool good, const std::string& name, double value, const char* remedy) {
  if (good && std::isfinite(value)) return;
  throw base::Error("native.value", "'" + name + "' has the value " + base::shortest(value),
                    remedy);
}

void check_values(const circuit::Circuit& circuit) {
  for (const circuit::Passive& passive : circuit.passives) {
    const bool resistor = passive.kind == circuit::PassiveKind::resistor;
    require(!resistor || passive.value != 0.0, passive.name, passive.value,
            "give a finite value, of resistors one that is not zero");
  }
  const auto is_inductor = [&](std::uint32_t k) {
    return k < circuit.passives.size() &&
           circuit.passives[k].kind == circuit::PassiveKind::inductor;
  };
  for (const circuit::Coupling& coupling : circuit.couplings) {
    if (coupling.first == coupling.second || !is_inductor(coupling.first) ||
        !is_inductor(coupling.second)) {
      throw base::Error("native.value", "'" + coupling.name + "' does not couple two inductors",
                        "name two inductors");
    }
    require(std::abs(coupling.coefficient) <= 1.0, coupling.name, coupling.coefficient,
            "give a coupling coefficient from -1 to 1");
  }
  for (const circuit::Source& source : circuit.sources) {
    require(true, source.name, source.rest, "give a finite value");
  }
  for (const circuit::Controlled& source : circuit.controlled) {
    require(true, source.name, source.gain, "give a finite value");
  }
  for (const circuit::TransmissionLine& line : circuit.lines) {
    require(line.impedance > 0.0, line.name, line.impedance, "give a positive impedance");
    require(line.delay > 0.0, line.name, line.delay, "give a positive delay");
  }
}

bool behavioural_form(const plugin::SimulationOptions& options) {
  if (options.device_form == "compiled") return false;
  if (options.device_form == "behavioural") return true;
  throw base::Error("native.option", "device form '" + options.device_form + "' is not known",
                    base::suggest(options.device_form, {"compiled", "behavioural"}));
}

const circuit::Circuit& checked(const circuit::Circuit& circuit) {
  if (circuit.nodes.size() < 2) {
    throw base::Error("native.empty-circuit", "circuit '" + circuit.name + "' has no nodes",
                      "give it elements");
  }
  check_values(circuit);
  return circuit;
}

}  // namespace

System::System(const circuit::Circuit& circuit, const plugin::SimulationOptions& options)
    : circuit_(checked(circuit)),
      unknowns_(circuit),
      builder_(unknowns_.size()),
      linear_(circuit, unknowns_, builder_),
      devices_(circuit, unknowns_, builder_, behavioural_form(options)) {
  const std::uint32_t n = unknowns_.size();
  const std::uint32_t first_diagonal = builder_.add(0, 0);
  for (std::uint32_t i = 1; i < n; ++i) builder_.add(i, i);
  pattern_ = builder_.finish(slots_);
  builder_ = PatternBuilder(n);
  diagonal_.assign(slots_.begin() + first_diagonal, slots_.end());
  is_node_law_.assign(n, 0);
  for (std::uint32_t node = 1; node < circuit.nodes.size(); ++node) {
    is_node_law_[node - 1] = circuit.nodes[node].kind == circuit::NodeKind::internal ? 0 : 1;
  }
  equations_.flow.resize(n + 1);
  equations_.storage.resize(n + 1);
  equations_.flow_jacobian.resize(pattern_.entries() + 1);
  equations_.storage_jacobian.resize(pattern_.entries() + 1);
  std::vector<std::pair<std::uint32_t, double>> memories;
  for (std::uint32_t node = 1; node < circuit.nodes.size(); ++node) {
    if (circuit.nodes[node].kind == circuit::NodeKind::internal &&
        circuit.nodes[node].internal == model::InternalKind::memory) {
      memories.emplace_back(node - 1, 0.0);
    }
  }
  memories_ = make_held(memories);
  reload();
}

void System::reload() {
  linear_.reload(circuit_);
  devices_.reload(circuit_);
  for (Held& memory : memories_) memory.value = circuit_.nodes[memory.unknown + 1].initial;
  constant_flow_jacobian_.assign(pattern_.entries() + 1, 0.0);
  constant_storage_jacobian_.assign(pattern_.entries() + 1, 0.0);
  linear_.stamp(slots_, constant_flow_jacobian_, constant_storage_jacobian_, constants_travel_);
}

std::vector<System::Held> System::make_held(
    const std::vector<std::pair<std::uint32_t, double>>& unknowns) const {
  std::vector<Held> held;
  std::vector<std::size_t> of_row(size(), unknowns.size());
  for (const auto& [unknown, value] : unknowns) {
    of_row[unknown] = held.size();
    held.push_back({unknown, value, {}});
  }
  for (std::uint32_t e = 0; e < pattern_.entries(); ++e) {
    const std::uint32_t row = pattern_.row[e];
    if (of_row[row] < held.size() && e != diagonal_[row]) held[of_row[row]].slots.push_back(e);
  }
  return held;
}

void System::force(const std::vector<std::pair<std::uint32_t, double>>& unknowns) {
  forced_ = make_held(unknowns);
}

void System::hold(const Held& held, std::span<const double> x, bool jacobian) {
  equations_.flow[held.unknown] = x[held.unknown] - held.value;
  equations_.storage[held.unknown] = 0.0;
  if (!jacobian) return;
  for (const std::uint32_t slot : held.slots) {
    equations_.flow_jacobian[slot] = 0.0;
    equations_.storage_jacobian[slot] = 0.0;
  }
  equations_.flow_jacobian[diagonal_[held.unknown]] = 1.0;
  equations_.storage_jacobian[diagonal_[held.unknown]] = 0.0;
}

void System::evaluate(const Excitation& excitation, std::span<const double> x, bool jacobian) {
  std::fill(equations_.flow.begin(), equations_.flow.end(), 0.0);
  std::fill(equations_.storage.begin(), equations_.storage.end(), 0.0);
  if (jacobian) {
    if (constants_travel_ != excitation.lines_travel) {
      constants_travel_ = excitation.lines_travel;
      reload();
    }
    std::copy(constant_flow_jacobian_.begin(), constant_flow_jacobian_.end(),
              equations_.flow_jacobian.begin());
    std::copy(constant_storage_jacobian_.begin(), constant_storage_jacobian_.end(),
              equations_.storage_jacobian.begin());
  }
  linear_.add(excitation, x, equations_.flow, equations_.storage);
  devices_.add(slots_, x, jacobian, equations_);
  if (memories_held_) {
    for (const Held& memory : memories_) hold(memory, x, jacobian);
  }
  for (const Held& node : forced_) hold(node, x, jacobian);
}

std::vector<System::VoltageLaw> System::voltage_laws() const {
  std::vector<VoltageLaw> laws;
  const auto add = [&](std::uint32_t p, std::uint32_t n, std::uint32_t branch,
                       std::uint32_t entry) {
    laws.push_back({branch, p, n, slots_[entry + 2], slots_[entry + 3]});
  };
  for (const auto* list : {&linear_.voltage_sources(), &linear_.inductors(), &linear_.shorts()}) {
    for (const auto& one : *list) add(one.p, one.n, one.branch, one.entry);
  }
  devices_.for_each_branch(add);
  return laws;
}

Excitation System::at_rest(double factor) const {
  Excitation excitation;
  for (const circuit::Source& source : circuit_.sources) {
    excitation.source.push_back(factor * source.rest);
  }
  excitation.wave.assign(linear_.ports().size(), 0.0);
  return excitation;
}

void System::set_time(double time, Excitation& excitation) const {
  for (std::size_t k = 0; k < circuit_.sources.size(); ++k) {
    excitation.source[k] = circuit_.sources[k].waveform.at(time, circuit_.sources[k].rest);
  }
}

std::vector<double> System::first_guess() const {
  std::vector<double> x(size() + 1, 0.0);
  for (std::uint32_t node = 1; node < circuit_.nodes.size(); ++node) {
    if (circuit_.nodes[node].kind == circuit::NodeKind::internal) {
      x[node - 1] = circuit_.nodes[node].initial;
    }
  }
  return x;
}

void System::explain_not_finite(std::span<const double> x) {
  const std::string fault = devices_.find_fault(circuit_, unknowns_, x);
  if (fault.empty()) return;
  throw base::Error("native.device", "a number that is not finite comes from " + fault,
                    "check its parameters, and whether these values lie in the model's range");
}

}  // namespace neucasl::native_plugin
