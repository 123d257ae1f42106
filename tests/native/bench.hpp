#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "neucasl/model/equations.hpp"
#include "simulator.hpp"

/// \file
/// Circuits built by hand, and device models with known solutions.

namespace neucasl::native_test {

using circuit::Circuit;

/// A circuit and how it is built. Nodes come to be when first named; "0" is the ground.
struct Bench {
  Circuit circuit;

  Bench() { circuit.nodes.push_back({"0", circuit::NodeKind::electrical, 1.0, {}, 0.0}); }

  std::uint32_t node(const std::string& name,
                     circuit::NodeKind kind = circuit::NodeKind::electrical) {
    if (const auto found = circuit.find_node(name)) return *found;
    circuit.nodes.push_back({name, kind, 1.0, {}, 0.0});
    return static_cast<std::uint32_t>(circuit.nodes.size() - 1);
  }
  void passive(circuit::PassiveKind kind, const std::string& name, const std::string& p,
               const std::string& n, double value, std::optional<double> initial = {}) {
    circuit.passives.push_back({name, kind, node(p), node(n), value, initial});
  }
  void resistor(const std::string& name, const std::string& p, const std::string& n, double ohm) {
    passive(circuit::PassiveKind::resistor, name, p, n, ohm);
  }
  void capacitor(const std::string& name, const std::string& p, const std::string& n, double farad,
                 std::optional<double> initial = {}) {
    passive(circuit::PassiveKind::capacitor, name, p, n, farad, initial);
  }
  void inductor(const std::string& name, const std::string& p, const std::string& n, double henry,
                std::optional<double> initial = {}) {
    passive(circuit::PassiveKind::inductor, name, p, n, henry, initial);
  }
  circuit::Source& source(bool is_voltage, const std::string& name, const std::string& p,
                          const std::string& n, double rest) {
    circuit::Source source;
    source.name = name;
    source.is_voltage = is_voltage;
    source.p = node(p);
    source.n = node(n);
    source.rest = rest;
    circuit.sources.push_back(source);
    return circuit.sources.back();
  }
  circuit::Source& voltage(const std::string& name, const std::string& p, const std::string& n,
                           double rest) {
    return source(true, name, p, n, rest);
  }
  circuit::Source& current(const std::string& name, const std::string& p, const std::string& n,
                           double rest) {
    return source(false, name, p, n, rest);
  }
  void controlled(circuit::ControlledKind kind, const std::string& name, const std::string& p,
                  const std::string& n, const std::string& cp, const std::string& cn, double gain) {
    circuit.controlled.push_back({name, kind, node(p), node(n), node(cp), node(cn), gain});
  }
  void behavioural(bool is_voltage, const std::string& name, const std::string& p,
                   const std::string& n, const std::vector<std::string>& inputs,
                   model::Symbol formula) {
    circuit::Behavioural one{name, is_voltage, node(p), node(n), {}, std::move(formula)};
    for (const std::string& input : inputs) one.inputs.push_back(node(input));
    circuit.behavioural.push_back(std::move(one));
  }
  /// Parameters as the model's defaults unless given.
  std::size_t device(const model::DeviceModel& model, const std::string& name,
                     const std::vector<std::string>& terminals,
                     std::vector<double> parameters = {}) {
    std::uint32_t index = 0;
    while (index < circuit.models.size() && circuit.models[index].model != &model) ++index;
    if (index == circuit.models.size()) circuit.models.push_back({&model, {}});
    circuit::Device device;
    device.name = name;
    device.model = index;
    const model::Specification& specification = model.specification();
    device.parameters =
        parameters.empty() ? model::default_parameters(specification) : std::move(parameters);
    for (std::size_t t = 0; t < terminals.size(); ++t) {
      switch (specification.terminals[t].discipline) {
        case ir::Discipline::optical:
          device.nodes.push_back(node(terminals[t] + ".re", circuit::NodeKind::optical_real));
          device.nodes.push_back(node(terminals[t] + ".im", circuit::NodeKind::optical_imaginary));
          break;
        case ir::Discipline::thermal:
          device.nodes.push_back(node(terminals[t], circuit::NodeKind::thermal));
          break;
        default:
          device.nodes.push_back(node(terminals[t]));
      }
    }
    for (const model::Internal& internal : specification.internals) {
      const std::string label = name + '.' + internal.name;
      device.nodes.push_back(static_cast<std::uint32_t>(circuit.nodes.size()));
      circuit.nodes.push_back(
          {label, circuit::NodeKind::internal, internal.scale, internal.kind, 0.0});
    }
    circuit.devices.push_back(device);
    circuit.refresh(circuit.devices.size() - 1);
    return circuit.devices.size() - 1;
  }
};

/// Simulates; a context of its own.
struct Engine {
  base::DiagnosticSink sink;
  plugin::Context context;
  plugin::SimulationOptions options;
  native_plugin::NativeSimulator simulator;

  Engine() { context.diagnostics = &sink; }
  circuit::Result run(const Bench& bench, const circuit::Analysis& analysis) {
    return simulator.simulate(bench.circuit, analysis, options, context);
  }
  circuit::Result op(const Bench& bench) { return run(bench, circuit::OperatingPointAnalysis{}); }
  circuit::Result tran(const Bench& bench, double stop, double largest = 0.0, double output = 0.0,
                       bool uic = false) {
    return run(bench, circuit::TransientAnalysis{stop, largest, output, uic, 0.0});
  }
};

inline std::vector<double> v(const circuit::Result& result, const std::string& node) {
  const circuit::Trace* trace = result.find(node, circuit::TraceKind::node);
  if (trace == nullptr) throw std::runtime_error("no node " + node);
  return trace->real;
}
inline std::vector<double> i(const circuit::Result& result, const std::string& element) {
  const circuit::Trace* trace = result.find(element, circuit::TraceKind::branch);
  if (trace == nullptr) throw std::runtime_error("no branch " + element);
  return trace->real;
}

inline std::string code_of(auto&& run) {
  try {
    run();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "none";
}
inline std::string message_of(auto&& run) {
  try {
    run();
  } catch (const base::Error& error) {
    return error.diagnostic().message;
  }
  return "none";
}

// --- device models
// ---------------------------------------------------------------------------------

inline model::Specification two_terminals(const std::string& name) {
  model::Specification specification;
  specification.name = name;
  specification.title = name;
  specification.family = "test";
  specification.terminals = {{"p", ir::Discipline::electrical, ir::Direction::inout, 2.0},
                             {"n", ir::Discipline::electrical, ir::Direction::inout, 2.0}};
  return specification;
}

/// I = I0 (exp(V / (n VT)) - 1), Q = C V; shot noise.
struct DiodeEquations {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double saturation, thermal, capacitance;
  };
  static model::Specification specification() {
    model::Specification s = two_terminals("test_diode");
    s.parameters = {{"saturation", "A", 1e-14, 1e-20, 1e-3, ""},
                    {"capacitance", "F", 0.0, 0.0, 1.0, ""}};
    return s;
  }
  static Derived derive(std::span<const double> p, const model::Environment& environment) {
    return {p[0], 8.617333262e-5 * environment.temperature, p[1]};
  }
  static std::array<double, internals> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, model::Terms<S, 2, 0>& y) {
    using namespace model::functions;
    const S v = x[0] - x[1];
    const S current = d.saturation * (limited_exp(S(v / d.thermal)) - 1.0);
    y.current[0] += current;
    y.current[1] -= current;
    y.charge[0] += d.capacitance * v;
    y.charge[1] -= d.capacitance * v;
  }
};

template <class Equations>
class TestModel : public model::EquationModel<Equations> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double>, const model::Environment&,
      std::span<const model::PublishedFigure>) const override {
    return {};
  }
};

class DiodeModel final : public TestModel<DiodeEquations> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(std::span<const double> derived,
                                                      std::span<const double> x,
                                                      const model::Environment&) const override {
    const DiodeEquations::Derived d = derived_from(derived);
    const double current = d.saturation * (std::exp((x[0] - x[1]) / d.thermal) - 1.0);
    return {{"shot", 0, 1, 2.0 * 1.602176634e-19 * current, 1e-3 * current * current}};
  }
};

/// Conductance g0 + (g1 - g0) s with the memory ds/dt = rate V, s(0) = 0.25.
struct MemristorEquations {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 1;
  struct Derived {
    double off, on, rate, start;
  };
  static model::Specification specification() {
    model::Specification s = two_terminals("test_memristor");
    s.internals = {{"state", model::InternalKind::memory, {}, 1.0, 0.0, 1.0, ""}};
    s.parameters = {{"off", "S", 1e-6, 1e-9, 1.0, ""},
                    {"on", "S", 1e-4, 1e-9, 1.0, ""},
                    {"rate", "1", 1e3, 0.0, 1e12, ""},
                    {"start", "1", 0.25, 0.0, 1.0, ""}};
    return s;
  }
  static Derived derive(std::span<const double> p, const model::Environment&) {
    return {p[0], p[1], p[2], p[3]};
  }
  static std::array<double, internals> initial(const Derived& d) { return {d.start}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 3>& x, model::Terms<S, 2, 1>& y) {
    const S v = x[0] - x[1];
    const S current = (d.off + (d.on - d.off) * x[2]) * v;
    y.current[0] += current;
    y.current[1] -= current;
    y.rate[0] = d.rate * v;
  }
};
using MemristorModel = TestModel<MemristorEquations>;

}  // namespace neucasl::native_test
