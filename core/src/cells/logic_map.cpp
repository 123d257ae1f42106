#include <algorithm>
#include <map>

#include "cell_netlist.hpp"
#include "cell_tables.hpp"
#include "logic_timing.hpp"

namespace neucasl::cells {
namespace {

using base::dimension::time;

struct Mapped {
  ir::Design design;
  CellTables tables;
};

ir::Design mapped_design(const LogicTask& task, const logic::CellLibrary& library) {
  const logic::TimingOptions around = surroundings(task, library);
  logic::MappingOptions options;
  options.goal = task.request.parameters.text("goal") == "area"
                     ? logic::MappingOptions::Goal::area
                     : logic::MappingOptions::Goal::delay;
  options.output_load = around.output_load;
  options.input_transition = around.input_transition;
  const logic::CellNetlist netlist = logic::map_to_cells(task.request.network, library, options);
  return design_of(netlist, library, task.pair);
}

/// What tables need beside the cells of the netlist to be a library that any function can be mapped
/// to; loads are stated in the inverter's input.
void add_basic_cells(std::vector<StandardCell>& cells) {
  for (const char* name : {"INV_X1", "NAND2_X1"}) {
    if (std::ranges::find(cells, name, &StandardCell::name) == cells.end()) {
      cells.push_back(*find_standard_cell(name));
    }
  }
}

Mapped map_by_new_tables(const LogicTask& task) {
  const CellScale scale = measure_scale(task.pair, task.request.simulator, task.context);
  Mapped mapped;
  if (whole_library(task)) {
    mapped.tables = new_tables(task, candidates(task), grid_of(scale));
    mapped.design = mapped_design(task, mapped.tables.library);
    return mapped;
  }
  std::optional<CellTables> guess = scaled_tables(task, scale);
  if (!guess) guess = new_tables(task, candidates(task), coarse_grid_of(scale));
  mapped.design = mapped_design(task, guess->library);
  std::vector<StandardCell> cells = cells_in(mapped.design);
  add_basic_cells(cells);
  mapped.tables = new_tables(task, cells, grid_of(scale));
  mapped.tables.method += " of the cells used, which were chosen by " + guess->method;
  return mapped;
}

Mapped map_by_tables(const LogicTask& task) {
  std::optional<CellTables> tables = tables_from_file(task);
  if (!tables) return map_by_new_tables(task);
  Mapped mapped;
  mapped.design = mapped_design(task, tables->library);
  mapped.tables = std::move(*tables);
  return mapped;
}

results::Table path_table(const TimedNetlist& timed, const logic::TimingReport& report) {
  results::Table table{"critical_path", "Slowest path by static timing", {}};
  std::vector<std::string> net, direction, driver;
  std::vector<double> arrival, transition, load;
  for (const logic::PathStep& step : report.critical) {
    net.push_back(timed.netlist.nets[step.net]);
    direction.emplace_back(step.rising ? "rising" : "falling");
    const auto found =
        std::ranges::find(timed.netlist.instances, step.net, &logic::CellNetlist::Instance::output);
    driver.push_back(
        found == timed.netlist.instances.end() ? "input" : timed.library->cells[found->cell].name);
    arrival.push_back(step.arrival);
    transition.push_back(step.transition);
    load.push_back(step.load);
  }
  table.add("net", net).add("driver", driver).add("direction", direction);
  table.add("arrival", arrival, time).add("transition", transition, time);
  table.add("load", load, base::dimension::capacitance);
  return table;
}

results::Table cell_table(const TimedNetlist& timed) {
  std::map<std::string, std::int64_t> counts;
  for (const logic::CellNetlist::Instance& instance : timed.netlist.instances) {
    ++counts[timed.library->cells[instance.cell].name];
  }
  std::vector<std::string> name;
  std::vector<std::int64_t> count, transistors;
  std::vector<double> area, leakage;
  for (const auto& [cell_name, number] : counts) {
    const logic::Cell& cell = *timed.library->find(cell_name);
    name.push_back(cell_name);
    count.push_back(number);
    transistors.push_back(number * static_cast<std::int64_t>(cell.transistors));
    area.push_back(static_cast<double>(number) * cell.area);
    leakage.push_back(static_cast<double>(number) * cell.leakage_power);
  }
  results::Table table{"cells", "Cells by type", {}};
  table.add("cell", name).add("number", count).add("transistors", transistors);
  table.add("area", area, base::dimension::area);
  table.add("leakage_power", leakage, base::dimension::power);
  return table;
}

results::Figure figure(const char* key, const char* label, double value,
                       const base::Dimension& dimension, const std::string& method) {
  results::Figure result;
  result.key = key;
  result.label = label;
  result.value = value;
  result.dimension = dimension;
  result.method = method;
  result.plugin = "cells";
  return result;
}

std::size_t transistors_in(const ir::Design& design) {
  std::size_t count = 0;
  for (const auto& [name, number] : ir::statistics(design).leaves) {
    if (name.starts_with("transistor_")) count += number;
  }
  return count;
}

void add_figures(const TimedNetlist& timed, const logic::TimingReport& report,
                 plugin::LogicDesign& design) {
  design.figures = {
      figure("transistors", "Transistors", static_cast<double>(transistors_in(design.design)), {},
             "Count over the netlist"),
      figure("area", "Area of the cells", report.area, base::dimension::area,
             "Columns of transistors times gate pitch and row height, without wires"),
      figure("leakage_power", "Power at rest", report.leakage_power, base::dimension::power,
             "Cell tables, mean over the states of each cell's inputs"),
      figure("output_load", "Load of each output", timed.options.output_load,
             base::dimension::capacitance, "Given, or four times the input of INV_X1"),
      figure("input_transition", "Transition of the inputs", timed.options.input_transition, time,
             "Given, or the second point of the tables"),
  };
}

double typical_energy(const LogicTask& task, const TimedNetlist& timed,
                      const logic::Network& realised) {
  const std::vector<std::uint64_t> rows = typical_rows(task.request.network, task.context.seed);
  if (realised.combinational()) return mean(row_energies(timed, rows));
  std::vector<double> energies;
  for (const CycleFigures& cycle : cycle_figures(timed, realised, rows)) {
    energies.push_back(cycle.energy);
  }
  return mean(energies);
}

std::string method_of(const LogicTask& task, const CellTables& tables) {
  return "Delay of static timing, energy of timed simulation, with " + tables.method +
         "; energy is the mean over " +
         (task.request.network.combinational() ? "changes of one input" : "clock cycles") +
         ", without what the inputs deliver and without leakage";
}

}  // namespace

logic::TimingOptions surroundings(const LogicTask& task, const logic::CellLibrary& library) {
  constexpr double fan_out = 4.0;
  logic::TimingOptions options;
  options.output_load = task.request.parameters.si("output_load");
  options.input_transition = task.request.parameters.si("input_transition");
  const logic::Cell* inverter = library.find("INV_X1");
  if (inverter == nullptr || inverter->arcs.empty()) {
    throw base::Error("cells.library", "the library '" + library.name + "' has no cell INV_X1",
                      "use a library with this cell", task.request.parameters.where("library"));
  }
  if (options.output_load == 0.0) {
    options.output_load = fan_out * inverter->inputs.front().capacitance;
  }
  if (options.input_transition == 0.0) {
    const std::vector<double>& axis = inverter->arcs.front().rise_delay.transition;
    options.input_transition = axis[std::min<std::size_t>(1, axis.size() - 1)];
  }
  return options;
}

plugin::LogicDesign map_logic(const LogicTask& task) {
  Mapped mapped = map_by_tables(task);
  const logic::CellLibrary& library = mapped.tables.library;
  plugin::LogicDesign design;
  const TimedNetlist timed{read_netlist(mapped.design, library), &library,
                           surroundings(task, library)};
  design.design = std::move(mapped.design);
  design.realised = logic::to_network(timed.netlist, library);
  design.cells = timed.netlist.instances.size();
  design.cell_name = "standard cells";
  const logic::TimingReport report = logic::static_timing(timed.netlist, library, timed.options);
  design.delay = report.delay;
  design.energy = typical_energy(task, timed, design.realised);
  design.method = method_of(task, mapped.tables);
  add_figures(timed, report, design);
  design.tables = {path_table(timed, report), cell_table(timed)};
  design.files.emplace_back("cells.lib", logic::print_liberty(library));
  design.uses.add(uses_of(task.pair, *task.context.devices, *task.context.models));
  return design;
}

}  // namespace neucasl::cells
