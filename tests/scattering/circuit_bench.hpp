#pragma once

#include <complex>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "neucasl/base/random.hpp"
#include "neucasl/circuit/analysis.hpp"
#include "neucasl/circuit/circuit.hpp"
#include "neucasl/model/device_model.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"
#include "neucasl/plugin/host.hpp"

/// \file
/// Circuits of the device models of this build, made by hand, and their simulators.

namespace neucasl::scattering_test {

using Settings = std::map<std::string, double>;  ///< Parameters, SI.

/// Plugins and cards of this build, loaded once.
struct Plugins {
  plugin::Host host{{std::filesystem::path(NEUCASL_BINARY_FOLDER) / "lib" / "neucasl" / "plugins"}};
  device::Library cards{{std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices"}};

  static Plugins& all() {
    static Plugins plugins;
    return plugins;
  }
  static std::unique_ptr<plugin::CircuitSimulator> simulator(const std::string& name) {
    plugin::Host& host = all().host;
    return host.make_circuit_simulator(host.find(name, plugin::PluginKind::circuit_simulator));
  }
  /// Parameters of a card over the model's defaults, SI.
  static Settings card(const std::string& id) {
    Settings settings;
    for (const device::Number& number : all().cards.load(id).numbers) {
      if (!number.name.starts_with("published_")) settings[number.name] = number.value.value;
    }
    return settings;
  }
};

/// A circuit and how it is built. Nodes come to be when first named; "0" is the ground.
struct CircuitBench {
  circuit::Circuit circuit;
  model::Environment environment;

  explicit CircuitBench(const model::Environment& surroundings = {}) : environment(surroundings) {
    circuit.nodes.push_back({"0", circuit::NodeKind::electrical, 1.0, {}, 0.0});
    circuit.carriers = {environment.wavelength};
  }

  std::uint32_t node(const std::string& name,
                     circuit::NodeKind kind = circuit::NodeKind::electrical) {
    if (const auto found = circuit.find_node(name)) return *found;
    circuit.nodes.push_back({name, kind, 1.0, {}, 0.0});
    return static_cast<std::uint32_t>(circuit.nodes.size() - 1);
  }

  /// Nets by name, in the order of the model's terminals.
  std::size_t add(const std::string& model, const std::string& name,
                  const std::vector<std::string>& nets, const Settings& settings = {}) {
    const model::FoundModel found = Plugins::all().host.models().find(model, {});
    return add(*found.model, found.origin, name, nets, settings);
  }
  std::size_t add(const model::DeviceModel& model, const model::CodeOrigin& origin,
                  const std::string& name, const std::vector<std::string>& nets,
                  const Settings& settings = {}) {
    std::uint32_t index = 0;
    while (index < circuit.models.size() && circuit.models[index].model != &model) ++index;
    if (index == circuit.models.size()) circuit.models.push_back({&model, origin});
    const model::Specification& specification = model.specification();
    circuit::Device device;
    device.name = name;
    device.model = index;
    device.environment = environment;
    device.parameters = model::default_parameters(specification);
    for (const auto& [parameter, value] : settings) {
      device.parameters[model::parameter_index(specification, parameter)] = value;
    }
    for (std::size_t t = 0; t < specification.terminals.size(); ++t)
      add_terminal(specification.terminals[t].discipline, nets.at(t), device);
    for (const model::Internal& internal : specification.internals) {
      device.nodes.push_back(static_cast<std::uint32_t>(circuit.nodes.size()));
      circuit.nodes.push_back({name + '.' + internal.name, circuit::NodeKind::internal,
                               internal.scale, internal.kind, 0.0});
    }
    circuit.devices.push_back(device);
    circuit.refresh(circuit.devices.size() - 1);
    return circuit.devices.size() - 1;
  }

  circuit::Source& source(bool is_voltage, const std::string& name, const std::string& p,
                          const std::string& n, double rest) {
    circuit::Source one;
    one.name = name;
    one.is_voltage = is_voltage;
    one.p = node(p);
    one.n = node(n);
    one.rest = rest;
    circuit.sources.push_back(one);
    return circuit.sources.back();
  }
  circuit::Source& voltage(const std::string& name, const std::string& p, double volt) {
    return source(true, name, p, "0", volt);
  }
  /// Piecewise linear: time and value in turn.
  void drive(const std::string& name, const std::string& p, std::vector<double> points) {
    circuit::Source& one = voltage(name, p, points.at(1));
    one.waveform = {circuit::Waveform::Kind::piecewise_linear, std::move(points)};
  }
  void passive(circuit::PassiveKind kind, const std::string& name, const std::string& p,
               const std::string& n, double value) {
    circuit.passives.push_back({name, kind, node(p), node(n), value, {}});
  }
  void resistor(const std::string& name, const std::string& p, const std::string& n, double ohm) {
    passive(circuit::PassiveKind::resistor, name, p, n, ohm);
  }

 private:
  void add_terminal(ir::Discipline discipline, const std::string& net, circuit::Device& device) {
    switch (discipline) {
      case ir::Discipline::optical:
        device.nodes.push_back(node(net + ".re", circuit::NodeKind::optical_real));
        device.nodes.push_back(node(net + ".im", circuit::NodeKind::optical_imaginary));
        break;
      case ir::Discipline::thermal:
        device.nodes.push_back(net == "0" ? 0 : node(net, circuit::NodeKind::thermal));
        break;
      default:
        device.nodes.push_back(node(net));
    }
  }
};

/// One simulator with a context of its own.
struct SimulatorBench {
  base::DiagnosticSink sink;
  plugin::Context context;
  plugin::SimulationOptions options;
  std::unique_ptr<plugin::CircuitSimulator> simulator;

  explicit SimulatorBench(const std::string& name) : simulator(Plugins::simulator(name)) {
    context.diagnostics = &sink;
    context.devices = &Plugins::all().cards;
    context.models = &Plugins::all().host.models();
  }
  circuit::Result run(const CircuitBench& bench, const circuit::Analysis& analysis) {
    return simulator->simulate(bench.circuit, analysis, options, context);
  }
  circuit::Result rest(const CircuitBench& bench) {
    return run(bench, circuit::OperatingPointAnalysis{});
  }
  circuit::Result transient(const CircuitBench& bench, double stop, double largest = 0.0,
                            double output = 0.0) {
    return run(bench, circuit::TransientAnalysis{stop, largest, output, false, 0.0});
  }
};

inline const std::vector<double>& values(const circuit::Result& result, const std::string& node) {
  const circuit::Trace* trace = result.find(node, circuit::TraceKind::node);
  if (trace == nullptr) throw std::runtime_error("no node " + node);
  return trace->real;
}
inline const std::vector<double>& current(const circuit::Result& result,
                                          const std::string& element) {
  const circuit::Trace* trace = result.find(element, circuit::TraceKind::branch);
  if (trace == nullptr) throw std::runtime_error("no branch " + element);
  return trace->real;
}
inline std::complex<double> wave(const circuit::Result& result, const std::string& net,
                                 std::size_t point = 0) {
  return {values(result, net + ".re")[point], values(result, net + ".im")[point]};
}

/// Code of the error that `run` throws, or "none"; `message` becomes its text.
inline std::string code_of(auto&& run, std::string* message = nullptr) {
  try {
    run();
  } catch (const base::Error& error) {
    if (message != nullptr) {
      *message = error.diagnostic().message + " | " + error.diagnostic().remedy;
    }
    return error.diagnostic().code;
  }
  return "none";
}

}  // namespace neucasl::scattering_test
