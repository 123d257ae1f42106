#include "cell_tables.hpp"

#include <algorithm>
#include <filesystem>

#include "neucasl/base/file.hpp"

namespace neucasl::cells {
namespace {

namespace fs = std::filesystem;

std::string library_name(const TransistorPair& pair) { return pair.n_card + "_" + pair.p_card; }

CellTables tables_of(const fs::path& file, const std::string& text) {
  CellTables tables;
  tables.library = logic::parse_liberty(text, file.string());
  std::erase_if(tables.library.cells,
                [](const logic::Cell& cell) { return find_standard_cell(cell.name) == nullptr; });
  tables.method = "tables of " + file.filename().string();
  return tables;
}

CellTables named_tables(const LogicTask& task, const std::string& file) {
  const base::Location where = task.request.parameters.where("library");
  CellTables tables = tables_of(file, base::read_file(file, where));
  if (!fits(tables.library, task.pair, *task.context.devices)) {
    throw base::Error(
        "cells.library",
        "the tables of '" + file + "' are of " +
            (tables.library.origin.empty() ? "unknown transistors" : tables.library.origin),
        "here it takes tables of " + identity_of(task.pair, *task.context.devices) +
            "; leave 'library' out to have the cells characterised",
        where);
  }
  return tables;
}

std::vector<fs::path> files_beside(const fs::path& card) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(card.parent_path())) {
    if (entry.path().extension() == ".lib") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

bool whole_library(const LogicTask& task) {
  return task.request.parameters.text("tables") == "new";
}

std::optional<CellTables> tables_from_file(const LogicTask& task) {
  if (whole_library(task)) return std::nullopt;
  const std::string& named = task.request.parameters.text("library");
  if (!named.empty()) return named_tables(task, named);
  const std::string identity = identity_of(task.pair, *task.context.devices);
  for (const fs::path& file : files_beside(task.context.devices->file_of(task.pair.n_card))) {
    const std::string text = base::read_file(file);
    // Others in the folder need not even be readable.
    if (text.find(identity) == std::string::npos) continue;
    CellTables tables = tables_of(file, text);
    if (fits(tables.library, task.pair, *task.context.devices)) return tables;
  }
  return std::nullopt;
}

namespace {

void scale_table(logic::LoadTable& table, double time, double load, double value) {
  for (double& x : table.transition) x *= time;
  for (double& x : table.load) x *= load;
  for (double& x : table.value) x *= value;
}

/// Energies go with the capacitance: they matter less for the choice than delays.
void scale_library(logic::CellLibrary& library, double time, double load) {
  for (logic::Cell& cell : library.cells) {
    cell.largest_load *= load;
    for (logic::CellInput& input : cell.inputs) input.capacitance *= load;
    for (logic::TimingArc& arc : cell.arcs) {
      for (logic::LoadTable* table :
           {&arc.rise_delay, &arc.fall_delay, &arc.rise_transition, &arc.fall_transition}) {
        scale_table(*table, time, load, time);
      }
      for (logic::LoadTable* table : {&arc.rise_energy, &arc.fall_energy}) {
        scale_table(*table, time, load, load);
      }
    }
  }
}

bool has_all_cells(const logic::CellLibrary& library) {
  return std::ranges::all_of(standard_cells(), [&](const StandardCell& cell) {
    return cell.kind == CellKind::latch || library.find(cell.name) != nullptr;
  });
}

}  // namespace

std::optional<CellTables> scaled_tables(const LogicTask& task, const CellScale& scale) {
  constexpr double fan_out = 4.0;
  for (const fs::path& file : files_beside(task.context.devices->file_of(task.pair.n_card))) {
    CellTables tables = tables_of(file, base::read_file(file));
    if (!has_all_cells(tables.library)) continue;
    const logic::Cell& inverter = *tables.library.find("INV_X1");
    const double capacitance = inverter.inputs.front().capacitance;
    const logic::TimingArc& arc = inverter.arcs.front();
    // The scale's inverter is driven by, and drives four of, its like.
    const std::vector<double>& axis = arc.rise_transition.transition;
    const double transition = axis[std::min<std::size_t>(2, axis.size() - 1)];
    const double delay = 0.5 * (arc.rise_delay.at(transition, fan_out * capacitance) +
                                arc.fall_delay.at(transition, fan_out * capacitance));
    scale_library(tables.library, scale.delay / delay, scale.input_capacitance / capacitance);
    tables.method += " scaled to the inverter";
    return tables;
  }
  return std::nullopt;
}

std::vector<StandardCell> candidates(const LogicTask& task) {
  std::vector<StandardCell> cells;
  for (const StandardCell& cell : standard_cells()) {
    const bool flip_flop = cell.kind == CellKind::flip_flop;
    if (cell.kind == CellKind::latch) continue;
    if (flip_flop && task.request.network.combinational() && !whole_library(task)) continue;
    cells.push_back(cell);
  }
  return cells;
}

CellTables new_tables(const LogicTask& task, const std::vector<StandardCell>& cells,
                      const CharacterizationGrid& grid) {
  CellTables tables;
  tables.library = characterize_library(library_name(task.pair), task.pair, cells, grid,
                                        task.request.simulator, task.context);
  const std::string& origin = tables.library.origin;
  tables.method = "new tables by " + origin.substr(0, origin.find(';'));
  return tables;
}

}  // namespace neucasl::cells
