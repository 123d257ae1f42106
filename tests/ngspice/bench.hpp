#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "neucasl/circuit/analysis.hpp"
#include "neucasl/model/model_library.hpp"

namespace neucasl::ngspice_plugin {

/// A circuit made by hand, for tests.
class Bench {
 public:
  explicit Bench(model::ModelLibrary* models = nullptr) : models_(models) {
    circuit.name = "test";
    circuit.nodes.push_back({"0", circuit::NodeKind::electrical, 1.0, {}, 0.0});
  }

  std::uint32_t node(const std::string& name,
                     circuit::NodeKind kind = circuit::NodeKind::electrical) {
    circuit.nodes.push_back({name, kind, 1.0, {}, 0.0});
    return static_cast<std::uint32_t>(circuit.nodes.size() - 1);
  }
  void passive(circuit::PassiveKind kind, const std::string& name, std::uint32_t p, std::uint32_t n,
               double value) {
    circuit.passives.push_back({name, kind, p, n, value, std::nullopt});
  }
  void resistor(const std::string& name, std::uint32_t p, std::uint32_t n, double value) {
    passive(circuit::PassiveKind::resistor, name, p, n, value);
  }
  void capacitor(const std::string& name, std::uint32_t p, std::uint32_t n, double value) {
    passive(circuit::PassiveKind::capacitor, name, p, n, value);
  }
  void inductor(const std::string& name, std::uint32_t p, std::uint32_t n, double value) {
    passive(circuit::PassiveKind::inductor, name, p, n, value);
  }
  circuit::Source& source(bool is_voltage, const std::string& name, std::uint32_t p,
                          std::uint32_t n, double rest) {
    circuit::Source one;
    one.name = name;
    one.is_voltage = is_voltage;
    one.p = p;
    one.n = n;
    one.rest = rest;
    circuit.sources.push_back(one);
    return circuit.sources.back();
  }
  circuit::Source& voltage(const std::string& name, std::uint32_t p, std::uint32_t n, double rest) {
    return source(true, name, p, n, rest);
  }
  circuit::Source& current(const std::string& name, std::uint32_t p, std::uint32_t n, double rest) {
    return source(false, name, p, n, rest);
  }
  /// Parameters in SI units.
  void device(const std::string& name, const std::string& model,
              std::vector<std::uint32_t> terminals, const std::map<std::string, double>& parameters,
              const model::Environment& environment = {}) {
    const model::FoundModel found = models_->find(model);
    const model::Specification& specification = found.model->specification();
    circuit::Device one;
    one.name = name;
    one.model = index_of(found);
    one.environment = environment;
    one.parameters = model::default_parameters(specification);
    for (const auto& [parameter, value] : parameters) {
      one.parameters[model::parameter_index(specification, parameter)] = value;
    }
    one.nodes = std::move(terminals);
    for (const model::Internal& internal : specification.internals) {
      one.nodes.push_back(node(name + '.' + internal.name, circuit::NodeKind::internal));
      circuit.nodes.back().scale = internal.scale;
      circuit.nodes.back().internal = internal.kind;
    }
    circuit.devices.push_back(std::move(one));
    circuit.refresh(circuit.devices.size() - 1);
  }

  circuit::Circuit circuit;

 private:
  std::uint32_t index_of(const model::FoundModel& found) {
    for (std::uint32_t i = 0; i < circuit.models.size(); ++i) {
      if (circuit.models[i].model == found.model) return i;
    }
    circuit.models.push_back({found.model, found.origin});
    return static_cast<std::uint32_t>(circuit.models.size() - 1);
  }

  model::ModelLibrary* models_;
};

}  // namespace neucasl::ngspice_plugin
