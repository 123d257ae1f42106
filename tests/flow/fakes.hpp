#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "neucasl/ir/builder.hpp"
#include "neucasl/logic/design.hpp"
#include "neucasl/logic/simulation.hpp"
#include "neucasl/plugin/front_end.hpp"

/// \file
/// A front end and a simulator whose faults are ordered by parameters.

namespace neucasl::test {

/// The same network, the first function in the negative when `faulty`.
inline logic::Network copy_of(const logic::Network& network, bool faulty) {
  logic::Network copy;
  copy.name = network.name;
  for (const logic::Node& node : network.nodes()) {
    switch (node.kind) {
      case logic::NodeKind::constant:
        copy.add_constant(node.name, node.function.at(0));
        break;
      case logic::NodeKind::input:
        copy.add_input(node.name);
        break;
      case logic::NodeKind::latch_output:
        copy.add_latch_output(node.name);
        break;
      case logic::NodeKind::function: {
        logic::TruthTable table = node.function;
        if (faulty) table.bits = ~table.bits & logic::TruthTable::mask(table.inputs);
        faulty = false;
        copy.add_function(node.name, node.fanins, table);
      }
    }
  }
  for (const logic::Output& output : network.outputs()) copy.add_output(output.name, output.node);
  for (const logic::Latch& latch : network.latches()) copy.add_latch(latch);
  return copy;
}

/// Logic by evaluation. Parameter `fault`: "none"; "function": another function is realised;
/// "row": the simulation of the last row gives the first output undefined. Circuit "divider": 2 V
/// over two resistors, `ratio` of it expected to be `expected` (0: the right value).
class FakeFrontEnd final : public plugin::FrontEnd {
 public:
  plugin::LogicDesign map_logic(const plugin::LogicRequest& request,
                                plugin::Context& /*context*/) override {
    plugin::LogicDesign design;
    design.realised = copy_of(request.network, request.parameters.text("fault") == "function");
    design.design = logic::to_design(request.network);
    design.cells = request.network.functions();
    design.cell_name = "gates";
    design.delay = 2e-12;
    design.energy = 3e-15;
    design.method = "As the test wants it";
    design.files = {{"gates.txt", "gates\n"}};
    return design;
  }

  plugin::LogicCheck check_logic(const plugin::LogicRequest& request,
                                 const plugin::LogicDesign& /*design*/,
                                 std::span<const std::uint64_t> rows,
                                 plugin::CircuitSimulator& /*simulator*/,
                                 plugin::Context& /*context*/) override {
    const logic::Network& network = request.network;
    plugin::LogicCheck check;
    check.quantity = "voltage";
    check.dimension = base::dimension::voltage;
    check.method = "Evaluated";
    check.delay = 1e-12;
    check.energy = 4e-15;
    std::vector<std::uint64_t> state;
    for (const logic::Latch& latch : network.latches()) {
      state.push_back(latch.initial.value_or(false) ? 1 : 0);
    }
    for (const std::uint64_t row : rows) {
      std::vector<std::uint64_t> words;
      for (std::size_t i = 0; i < network.inputs().size(); ++i) words.push_back((row >> i) & 1U);
      words.insert(words.end(), state.begin(), state.end());
      const std::vector<std::uint64_t> values = logic::simulate_nodes(network, words);
      plugin::LogicRow result{row, {}, {}};
      for (const logic::Output& output : network.outputs()) {
        const bool high = (values[output.node] & 1U) != 0;
        result.level.push_back(high ? 0.7 : 0.0);
        result.value.push_back(high ? plugin::LogicLevel::high : plugin::LogicLevel::low);
      }
      for (std::size_t i = 0; i < state.size(); ++i) {
        state[i] = values[network.latches()[i].input] & 1U;
      }
      check.rows.push_back(std::move(result));
    }
    if (request.parameters.text("fault") == "row") {
      check.rows.back().value.front() = plugin::LogicLevel::undefined;
    }
    return check;
  }

  plugin::CircuitDesign build_circuit(const plugin::CircuitRequest& request,
                                      plugin::Context& /*context*/) override {
    const double ratio = request.parameters.si("ratio");
    const double expected = request.parameters.si("expected");
    plugin::CircuitDesign design;
    design.design = divider(ratio);
    design.analyses = {"op"};
    design.measurements = {{0, {"tap", "tap max v(tap)", {}}, "Voltage of the tap"}};
    design.expectations = {
        {"tap", 2.0 * (expected > 0.0 ? expected : ratio), 1e-3, 0.0, "2 V times the ratio"}};
    design.files = {{"notes.txt", "a divider\n"}};
    return design;
  }

  /// 2 V over `1 - ratio` and `ratio` kohm.
  static ir::Design divider(double ratio) {
    namespace dim = base::dimension;
    ir::Design design;
    design.name = "divider";
    const auto primitive = [&design](const std::string& element, const std::string& parameter,
                                     const base::Dimension& dimension) {
      ir::ModuleBuilder builder(design, element, true);
      builder.attribute("element", element);
      builder.parameter(parameter, base::Quantity{1.0, dimension});
      builder.port("p", ir::Discipline::electrical, ir::Direction::inout);
      builder.port("n", ir::Discipline::electrical, ir::Direction::inout);
      return builder.id();
    };
    const ir::ModuleId source = primitive("voltage_source", "voltage", dim::voltage);
    const ir::ModuleId resistor = primitive("resistor", "resistance", dim::resistance);
    ir::ModuleBuilder top(design, "bench");
    design.top = top.id();
    const ir::NetRef ground = top.net("ground", ir::Discipline::electrical, 1, true);
    const ir::NetRef supply = top.net("supply", ir::Discipline::electrical);
    const ir::NetRef tap = top.net("tap", ir::Discipline::electrical);
    top.instance("drive", source, {{"p", supply}, {"n", ground}},
                 {{"voltage", base::Quantity{2.0, dim::voltage}}});
    top.instance("upper", resistor, {{"p", supply}, {"n", tap}},
                 {{"resistance", base::Quantity{1000.0 * (1.0 - ratio), dim::resistance}}});
    top.instance("lower", resistor, {{"p", tap}, {"n", ground}},
                 {{"resistance", base::Quantity{1000.0 * ratio, dim::resistance}}});
    return design;
  }
};

/// Solves the divider above, and is wrong by a factor.
class FakeSimulator final : public plugin::CircuitSimulator {
 public:
  explicit FakeSimulator(double factor) : factor_(factor) {}

  plugin::OperatingPoint operating_point(const ir::Design& /*design*/, ir::ModuleId /*top*/,
                                         plugin::Context& /*context*/) override {
    throw std::logic_error("not needed");
  }
  circuit::Result simulate(const circuit::Circuit& circuit, const circuit::Analysis& /*analysis*/,
                           const plugin::SimulationOptions& /*options*/,
                           plugin::Context& /*context*/) override {
    const double upper = circuit.passives.at(0).value;
    const double lower = circuit.passives.at(1).value;
    const double supply = circuit.sources.at(0).rest;
    circuit::Result result;
    result.analysis = "op";
    result.method = "Ohm's law";
    for (const auto& [name, value] :
         {std::pair("supply", supply), std::pair("tap", supply * lower / (upper + lower))}) {
      result.traces.push_back(
          {name, circuit::TraceKind::node, base::dimension::voltage, {value * factor_}, {}});
    }
    return result;
  }

 private:
  double factor_;
};

}  // namespace neucasl::test
