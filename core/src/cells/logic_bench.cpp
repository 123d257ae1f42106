#include "logic_bench.hpp"

#include <algorithm>

#include "neucasl/circuit/circuit.hpp"
#include "neucasl/ir/flat_netlist.hpp"

namespace neucasl::cells {
namespace {

using ir::Discipline;

std::vector<std::string> ports_of_direction(const ir::Design& design, ir::Direction direction) {
  const ir::Module& top = design.module(design.top);
  std::vector<std::string> names;
  for (const ir::Port& port : top.ports) {
    if (port.direction == direction) names.push_back(top.nets[port.net.index].name);
  }
  return names;
}

std::string input_node(std::size_t k) { return "in_" + std::to_string(k); }
std::string output_node(std::size_t k) { return "out_" + std::to_string(k); }

ir::Design bench_design(ir::Design design, double supply_voltage, double load,
                        const std::vector<std::string>& inputs,
                        const std::vector<std::string>& outputs) {
  const ir::ModuleId master = design.top;
  const ir::ModuleId source = two_terminal(design, "voltage_source", "voltage_source", "voltage",
                                           {0.0, base::dimension::voltage});
  const ir::ModuleId capacitor = two_terminal(design, "capacitor", "capacitor", "capacitance",
                                              {load, base::dimension::capacitance});
  ir::ModuleBuilder top(design, "logic_bench");
  const ir::NetRef ground = top.net("ground", Discipline::electrical, 1, true);
  const ir::NetRef supply = top.net("supply", Discipline::electrical);
  ir::ModuleBuilder::Connections pins = {{"vdd", supply}, {"vss", ground}};
  top.instance(CellBench::supply_source, source, {{"p", supply}, {"n", ground}},
               {{"voltage", base::Quantity{supply_voltage, base::dimension::voltage}}});
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ir::NetRef net = top.net(input_node(i), Discipline::electrical);
    top.instance(CellBench::input_source(i), source, {{"p", net}, {"n", ground}});
    pins.emplace_back(inputs[i], net);
  }
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const ir::NetRef net = top.net(output_node(o), Discipline::electrical);
    top.instance("load_" + std::to_string(o), capacitor, {{"p", net}, {"n", ground}});
    pins.emplace_back(outputs[o], net);
  }
  top.instance("circuit", master, pins);
  design.top = top.id();
  return design;
}

}  // namespace

LogicBench::LogicBench(const ir::Design& design, const TransistorPair& pair, double output_load,
                       plugin::Context& context)
    : supply_(pair.supply),
      inputs_(ports_of_direction(design, ir::Direction::input)),
      outputs_(ports_of_direction(design, ir::Direction::output)),
      circuit_(circuit::lower(
          ir::flatten(bench_design(design, pair.supply, output_load, inputs_, outputs_)),
          *context.models, *context.devices)) {}

void LogicBench::drive(std::size_t input, const std::vector<Level>& levels, double transition) {
  circuit::Source& source =
      *std::ranges::find(circuit_.sources, CellBench::input_source(input), &circuit::Source::name);
  std::vector<InputEdge> edges;
  for (std::size_t k = 1; k < levels.size(); ++k) {
    if (levels[k].high != levels[k - 1].high) edges.push_back({levels[k].time, levels[k].high});
  }
  source.waveform = {};
  source.rest = !levels.empty() && levels.front().high ? supply_ : 0.0;
  if (!edges.empty()) set_edges(source, edges, transition, supply_);
}

void LogicBench::store(const std::string& instance, const StandardCell& cell, bool high) {
  const auto node = circuit_.find_node("circuit." + instance + "." + cell.state);
  circuit_.initial_voltages.emplace_back(node.value(), high ? 0.0 : supply_);
}

WaveView LogicBench::output(const circuit::Result& result, std::size_t output) const {
  return {result, output_node(output), circuit::TraceKind::node};
}

circuit::Result LogicBench::ports_of(const circuit::Result& result) const {
  circuit::Result ports = result;
  ports.traces.clear();
  const auto add = [&](const std::string& node, const std::string& name) {
    ports.traces.push_back(*result.find(node, circuit::TraceKind::node));
    ports.traces.back().name = name;
  };
  for (std::size_t i = 0; i < inputs_.size(); ++i) add(input_node(i), inputs_[i]);
  for (std::size_t o = 0; o < outputs_.size(); ++o) add(output_node(o), outputs_[o]);
  return ports;
}

}  // namespace neucasl::cells
