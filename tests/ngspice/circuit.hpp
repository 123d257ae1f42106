#pragma once

#include <string>
#include <utility>

#include "neucasl/ir/builder.hpp"

namespace neucasl::ngspice_plugin {

/// A design of two-pin elements, for tests.
class Circuit {
 public:
  Circuit() {
    design_.name = "test";
    resistor_ = primitive("resistor", "resistance", base::dimension::resistance);
    conductance_ = primitive("conductance", "conductance", base::dimension::conductance);
    capacitor_ = primitive("capacitor", "capacitance", base::dimension::capacitance);
    inductor_ = primitive("inductor", "inductance", base::dimension::inductance);
    voltage_ = primitive("voltage_source", "voltage", base::dimension::voltage);
    current_ = primitive("current_source", "current", base::dimension::current);
    ir::ModuleBuilder top(design_, "top");
    design_.top = top.id();
    ground_ = top.net("ground", ir::Discipline::electrical, 1, true);
  }

  [[nodiscard]] const ir::Design& design() const { return design_; }
  [[nodiscard]] ir::ModuleId top() const { return design_.top; }
  [[nodiscard]] ir::NetRef ground() const { return ground_; }

  ir::NetRef bus(const std::string& name, std::uint32_t width) {
    design_.module(design_.top)
        .nets.push_back({name, ir::Discipline::electrical, width, false, {}});
    return {ir::NetId(design_.module(design_.top).nets.size() - 1), 0};
  }
  ir::NetRef net(const std::string& name) { return bus(name, 1); }

  void resistor(const std::string& name, ir::NetRef p, ir::NetRef n, double value) {
    element(resistor_, name, p, n, "resistance", value, base::dimension::resistance);
  }
  void conductance(const std::string& name, ir::NetRef p, ir::NetRef n, double value) {
    element(conductance_, name, p, n, "conductance", value, base::dimension::conductance);
  }
  void capacitor(const std::string& name, ir::NetRef p, ir::NetRef n, double value) {
    element(capacitor_, name, p, n, "capacitance", value, base::dimension::capacitance);
  }
  void inductor(const std::string& name, ir::NetRef p, ir::NetRef n, double value) {
    element(inductor_, name, p, n, "inductance", value, base::dimension::inductance);
  }
  void voltage(const std::string& name, ir::NetRef p, ir::NetRef n, double value) {
    element(voltage_, name, p, n, "voltage", value, base::dimension::voltage);
  }
  void current(const std::string& name, ir::NetRef p, ir::NetRef n, double value) {
    element(current_, name, p, n, "current", value, base::dimension::current);
  }

 private:
  ir::ModuleId primitive(const std::string& name, const std::string& parameter,
                         const base::Dimension& dimension) {
    ir::ModuleBuilder builder(design_, name, true);
    builder.port("p", ir::Discipline::electrical, ir::Direction::inout);
    builder.port("n", ir::Discipline::electrical, ir::Direction::inout);
    builder.attribute("element", name);
    builder.parameter(parameter, base::Quantity{1.0, dimension});
    return builder.id();
  }
  void element(ir::ModuleId master, const std::string& name, ir::NetRef p, ir::NetRef n,
               const std::string& parameter, double value, const base::Dimension& dimension) {
    ir::Instance instance;
    instance.name = name;
    instance.master = master;
    instance.connections = {{0, p.net, p.bit}, {1, n.net, n.bit}};
    instance.parameters = {{parameter, base::Quantity{value, dimension}, {}}};
    design_.module(design_.top).instances.push_back(std::move(instance));
  }

  ir::Design design_;
  ir::ModuleId resistor_, conductance_, capacitor_, inductor_, voltage_, current_;
  ir::NetRef ground_;
};

/// A divider of `voltage` with the node "middle" at a third of it.
inline Circuit divider(double voltage = 3.0) {
  Circuit circuit;
  const auto input = circuit.net("input");
  const auto middle = circuit.net("middle");
  circuit.voltage("supply", input, circuit.ground(), voltage);
  circuit.resistor("upper", input, middle, 2000.0);
  circuit.resistor("lower", middle, circuit.ground(), 1000.0);
  return circuit;
}

/// An array of cells between row and column wires; rows are driven from the left, columns end in
/// sources of 0 V at the bottom.
struct Crossbar {
  std::uint32_t size = 8;
  double wire = 2.0;  // ohm per segment
  [[nodiscard]] double cell(std::uint32_t i, std::uint32_t j) const {
    return 1e-5 * (1.0 + (7 * i + 13 * j) % 10);
  }
  [[nodiscard]] double input(std::uint32_t i) const { return 0.1 * (1.0 + i % 5); }

  [[nodiscard]] Circuit circuit() const {
    Circuit result;
    const auto row = result.bus("row", size * size);
    const auto column = result.bus("column", size * size);
    const auto drive = result.bus("drive", size);
    const auto at = [&](ir::NetRef bus, std::uint32_t i, std::uint32_t j) {
      return ir::NetRef{bus.net, i * size + j};
    };
    for (std::uint32_t i = 0; i < size; ++i) {
      const std::string name = std::to_string(i);
      const ir::NetRef input_net{drive.net, i};
      result.voltage("drive" + name, input_net, result.ground(), input(i));
      result.resistor("feed" + name, input_net, at(row, i, 0), wire);
      result.voltage("sense" + name, at(column, size - 1, i), result.ground(), 0.0);
      for (std::uint32_t j = 0; j < size; ++j) {
        const std::string cell_name = name + "_" + std::to_string(j);
        result.conductance("cell" + cell_name, at(row, i, j), at(column, i, j), cell(i, j));
        if (j + 1 < size) result.resistor("r" + cell_name, at(row, i, j), at(row, i, j + 1), wire);
        if (i + 1 < size) {
          result.resistor("c" + cell_name, at(column, i, j), at(column, i + 1, j), wire);
        }
      }
    }
    return result;
  }
};

}  // namespace neucasl::ngspice_plugin
