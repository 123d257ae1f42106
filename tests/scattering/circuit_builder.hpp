#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "neucasl/circuit/circuit.hpp"
#include "neucasl/model/card_parameters.hpp"
#include "neucasl/model/device_model.hpp"
#include "photonic/models.hpp"

/// \file
/// Circuits of photonic models by net names, for tests and benchmarks.

namespace neucasl::scattering {

using Settings = std::map<std::string, double>;  ///< SI

/// "0" is the ground. With several carriers each device and each optical net has a copy for each,
/// named ".1", ".2", ..., as lowering makes them.
class CircuitBuilder {
 public:
  explicit CircuitBuilder(std::vector<double> carriers = {1.55e-6}) {
    circuit_.nodes.push_back({"0", circuit::NodeKind::electrical, 1.0, {}, 0.0});
    circuit_.carriers = std::move(carriers);
  }

  void add(const std::string& name, const std::string& model_name,
           const std::vector<std::string>& nets, const Settings& settings = {},
           std::uint32_t card = circuit::Device::no_card) {
    auto& entry = models_[model_name];
    if (!entry.second) {
      entry.second.reset(photonic::make_model(model_name));
      entry.first = static_cast<std::uint32_t>(circuit_.models.size());
      circuit_.models.push_back({entry.second.get(), {}});
    }
    const model::Specification& specification = entry.second->specification();
    bool optical = false;
    for (const auto& terminal : specification.terminals) {
      optical = optical || terminal.discipline == ir::Discipline::optical;
    }
    const std::size_t copies = optical ? circuit_.carriers.size() : 1;
    for (std::size_t copy = 0; copy < copies; ++copy) {
      const std::string suffix = copies > 1 ? '.' + std::to_string(copy + 1) : "";
      circuit::Device device;
      device.name = name + suffix;
      device.model = entry.first;
      device.card = card;
      device.environment.wavelength = circuit_.carriers[copy];
      device.environment.carriers = static_cast<int>(copies);
      device.parameters = model::default_parameters(specification);
      device::UseList uses;
      if (card != circuit::Device::no_card) {
        device.parameters = model::parameters_from(specification, circuit_.cards[card], uses);
      }
      for (const auto& [parameter, value] : settings) {
        device.parameters[model::parameter_index(specification, parameter)] = value;
      }
      add_nodes(specification, nets, suffix, device);
      circuit_.devices.push_back(std::move(device));
      circuit_.refresh(circuit_.devices.size() - 1);
    }
  }
  void voltage(const std::string& name, const std::string& net, double value) {
    circuit::Source source;
    source.name = name;
    source.p = node(net, circuit::NodeKind::electrical);
    source.rest = value;
    circuit_.sources.push_back(source);
  }
  void resistor(const std::string& name, const std::string& p, const std::string& n, double ohm) {
    circuit_.passives.push_back({name, circuit::PassiveKind::resistor,
                                 node(p, circuit::NodeKind::electrical),
                                 node(n, circuit::NodeKind::electrical), ohm, std::nullopt});
  }
  std::uint32_t card(device::Card card) {
    circuit_.cards.push_back(std::move(card));
    return static_cast<std::uint32_t>(circuit_.cards.size() - 1);
  }

  [[nodiscard]] circuit::Circuit& circuit() { return circuit_; }

 private:
  void add_nodes(const model::Specification& specification, const std::vector<std::string>& nets,
                 const std::string& suffix, circuit::Device& device) {
    for (std::size_t t = 0; t < nets.size(); ++t) {
      switch (specification.terminals[t].discipline) {
        case ir::Discipline::optical:
          device.nodes.push_back(node(nets[t] + suffix + ".re", circuit::NodeKind::optical_real));
          device.nodes.push_back(
              node(nets[t] + suffix + ".im", circuit::NodeKind::optical_imaginary));
          break;
        case ir::Discipline::thermal:
          device.nodes.push_back(node(nets[t], circuit::NodeKind::thermal));
          break;
        default:
          device.nodes.push_back(node(nets[t], circuit::NodeKind::electrical));
      }
    }
    for (const model::Internal& internal : specification.internals) {
      device.nodes.push_back(static_cast<std::uint32_t>(circuit_.nodes.size()));
      circuit_.nodes.push_back({device.name + '.' + internal.name, circuit::NodeKind::internal,
                                internal.scale, internal.kind, 0.0});
    }
  }
  std::uint32_t node(const std::string& name, circuit::NodeKind kind) {
    if (name == "0") return 0;
    const auto [found, made] =
        index_.emplace(name, static_cast<std::uint32_t>(circuit_.nodes.size()));
    if (made) circuit_.nodes.push_back({name, kind, 1.0, {}, 0.0});
    return found->second;
  }

  circuit::Circuit circuit_;
  std::map<std::string, std::pair<std::uint32_t, std::unique_ptr<model::DeviceModel>>> models_;
  std::map<std::string, std::uint32_t> index_;
};

/// A triangle of interferometers in the order of their columns: rows of column, upper line, inner
/// phase, outer phase. Lasers "laser0", ... at nets "in0", ...; ends at "out0", ...
inline void add_mesh(CircuitBuilder& builder, int lines,
                     const std::vector<std::vector<double>>& cells) {
  std::vector<int> part(static_cast<std::size_t>(lines), 0);
  std::vector<int> left(static_cast<std::size_t>(lines), 0);
  for (const auto& cell : cells) {
    ++left[static_cast<std::size_t>(cell[1])];
    ++left[static_cast<std::size_t>(cell[1]) + 1];
  }
  const std::vector<int> last = left;
  const auto name = [&](std::size_t line) {
    if (part[line] == 0) return "in" + std::to_string(line);
    if (part[line] == last[line]) return "out" + std::to_string(line);
    return "line" + std::to_string(line) + "_" + std::to_string(part[line]);
  };
  for (int line = 0; line < lines; ++line) {
    builder.add("laser" + std::to_string(line), "laser", {"in" + std::to_string(line)});
  }
  int count = 0;
  for (const auto& cell : cells) {
    const auto top = static_cast<std::size_t>(cell[1]);
    const std::string in_1 = name(top);
    const std::string in_2 = name(top + 1);
    ++part[top];
    ++part[top + 1];
    builder.add("cell" + std::to_string(count++), "mach_zehnder_interferometer",
                {in_1, in_2, name(top), name(top + 1)},
                {{"inner_phase", cell[2]}, {"outer_phase", cell[3]}});
  }
  for (int line = 0; line < lines; ++line) {
    builder.add("end" + std::to_string(line), "termination", {"out" + std::to_string(line)});
  }
}

/// Cells of a rectangular mesh (W. R. Clements et al., Optica 3:1460, 2016) with given phases.
template <class Phase>
std::vector<std::vector<double>> rectangular_cells(int lines, Phase phase) {
  std::vector<std::vector<double>> cells;
  for (int column = 0; column < lines; ++column) {
    for (int top = column % 2; top + 1 < lines; top += 2) {
      cells.push_back({static_cast<double>(column), static_cast<double>(top), phase(), phase()});
    }
  }
  return cells;
}

}  // namespace neucasl::scattering
