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
