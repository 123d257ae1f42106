#include "mapping_cells.hpp"
#include "netlist_loads.hpp"
#include "neucasl/logic/technology_mapping.hpp"

namespace neucasl::logic {
namespace {

/// The net that clocks the flip-flops, when functions or outputs do not use it too.
std::optional<std::size_t> pure_clock(const CellNetlist& netlist, const CellLibrary& library) {
  std::optional<std::size_t> clock;
  for (const CellNetlist::Instance& instance : netlist.instances) {
    const Cell& cell = library.cells[instance.cell];
    if (cell.flip_flop) clock = instance.inputs[1 - data_input(cell)];
  }
  if (!clock) return std::nullopt;
  for (const CellNetlist::Instance& instance : netlist.instances) {
    const Cell& cell = library.cells[instance.cell];
    for (std::size_t i = 0; i < cell.inputs.size(); ++i) {
      if (instance.inputs[i] == *clock && !cell.inputs[i].clock) return std::nullopt;
    }
  }
  for (const CellNetlist::Port& output : netlist.outputs) {
    if (output.net == *clock) return std::nullopt;
  }
  return clock;
}

}  // namespace

Network to_network(const CellNetlist& netlist, const CellLibrary& library) {
  Network network;
  network.name = netlist.name;
  std::vector<NodeIndex> nodes(netlist.nets.size(), no_node);
  const std::optional<std::size_t> clock = pure_clock(netlist, library);
  for (const CellNetlist::Port& input : netlist.inputs) {
    if (input.net != clock) nodes[input.net] = network.add_input(input.name);
  }
  for (const CellNetlist::Instance& instance : netlist.instances) {
    if (!library.cells[instance.cell].flip_flop) continue;
    nodes[instance.output] = network.add_latch_output(netlist.nets[instance.output]);
  }
  for (const CellNetlist::Instance& instance : netlist.instances) {
    const Cell& cell = library.cells[instance.cell];
    if (cell.flip_flop) continue;
    std::vector<NodeIndex> fanins;
    for (const std::size_t net : instance.inputs) fanins.push_back(nodes[net]);
    nodes[instance.output] =
        network.add_function(netlist.nets[instance.output], std::move(fanins), cell.function);
  }
  for (const CellNetlist::Instance& instance : netlist.instances) {
    const Cell& cell = library.cells[instance.cell];
    if (!cell.flip_flop) continue;
    const std::size_t data = data_input(cell);
    network.add_latch({nodes[instance.inputs[data]],
                       nodes[instance.output],
                       instance.initial,
                       netlist.nets[instance.inputs[1 - data]],
                       {}});
  }
  for (const CellNetlist::Port& output : netlist.outputs) {
    network.add_output(output.name, nodes[output.net]);
  }
  return network;
}

}  // namespace neucasl::logic
