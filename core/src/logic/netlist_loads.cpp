#include "netlist_loads.hpp"

#include <algorithm>
#include <limits>

#include "table_operations.hpp"

namespace neucasl::logic {
namespace {

/// The outermost points of an axis are there for safety; between them lies what is usual.
double smallest_inner_transition(const CellLibrary& library) {
  double smallest = std::numeric_limits<double>::infinity();
  for (const Cell& cell : library.cells) {
    for (const TimingArc& arc : cell.arcs) {
      const std::vector<double>& axis = arc.rise_delay.transition;
      if (axis.empty()) continue;
      smallest = std::min(smallest, axis.size() < 3 ? axis.front() : axis[1]);
    }
  }
  return smallest < std::numeric_limits<double>::infinity() ? smallest : 0.0;
}

}  // namespace

std::vector<std::vector<NetSink>> sinks_of(const CellNetlist& netlist) {
  std::vector<std::vector<NetSink>> sinks(netlist.nets.size());
  for (std::size_t i = 0; i < netlist.instances.size(); ++i) {
    const std::vector<std::size_t>& inputs = netlist.instances[i].inputs;
    for (std::size_t k = 0; k < inputs.size(); ++k) sinks[inputs[k]].push_back({false, i, k});
  }
  for (std::size_t i = 0; i < netlist.outputs.size(); ++i) {
    sinks[netlist.outputs[i].net].push_back({true, i, 0});
  }
  return sinks;
}

double capacitance_of(const NetSink& sink, const CellNetlist& netlist, const CellLibrary& library,
                      double output_load) {
  if (sink.port) return output_load;
  return library.cells[netlist.instances[sink.index].cell].inputs[sink.input].capacitance;
}

std::vector<double> net_loads(const CellNetlist& netlist, const CellLibrary& library,
                              const TimingOptions& options) {
  std::vector<double> loads(netlist.nets.size(), options.wire_capacitance);
  for (const CellNetlist::Instance& instance : netlist.instances) {
    const std::vector<CellInput>& inputs = library.cells[instance.cell].inputs;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      loads[instance.inputs[k]] += inputs[k].capacitance;
    }
  }
  for (const CellNetlist::Port& output : netlist.outputs) loads[output.net] += options.output_load;
  return loads;
}

bool is_inverter(const Cell& cell) { return !cell.flip_flop && cell.function == TruthTable{1, 1}; }

bool is_buffer(const Cell& cell) { return !cell.flip_flop && cell.function == TruthTable{2, 1}; }

bool has_effect(const Cell& cell, std::size_t input) {
  if (cell.flip_flop) return cell.inputs[input].clock;
  return tables::depends_on(tables::stretched(cell.function.bits, cell.function.inputs),
                            static_cast<unsigned>(input));
}

const Cell* smallest_inverter(const CellLibrary& library) {
  const Cell* smallest = nullptr;
  for (const Cell& cell : library.cells) {
    if (!is_inverter(cell)) continue;
    const bool smaller =
        smallest == nullptr || cell.inputs[0].capacitance < smallest->inputs[0].capacitance;
    if (smaller) smallest = &cell;
  }
  return smallest;
}

TimingOptions with_defaults(TimingOptions options, const CellLibrary& library) {
  constexpr double usual_fan_out = 4.0;
  if (options.output_load == 0.0) {
    const Cell* inverter = smallest_inverter(library);
    if (inverter != nullptr) options.output_load = usual_fan_out * inverter->inputs[0].capacitance;
  }
  if (options.input_transition == 0.0) {
    options.input_transition = smallest_inner_transition(library);
  }
  return options;
}

void require_arcs(const CellNetlist& netlist, const CellLibrary& library) {
  std::vector<char> used(library.cells.size(), 0);
  for (const CellNetlist::Instance& instance : netlist.instances) used[instance.cell] = 1;
  for (std::size_t c = 0; c < library.cells.size(); ++c) {
    const Cell& cell = library.cells[c];
    for (std::size_t i = 0; used[c] != 0 && i < cell.inputs.size(); ++i) {
      const bool tabulated =
          std::ranges::any_of(cell.arcs, [&](const TimingArc& arc) { return arc.input == i; });
      if (tabulated || !has_effect(cell, i)) continue;
      throw base::Error("timing.arc",
                        "cell " + cell.name + " of library " + library.name +
                            " has no timing from input " + cell.inputs[i].name,
                        "add its tables of delay and transition");
    }
  }
}

}  // namespace neucasl::logic
