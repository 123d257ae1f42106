#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gate_network.hpp"
#include "neucasl/results/table.hpp"

/// \file
/// Which cells of a crossbar row do what in which cycle.
///
/// Nouns. A *cell* is one memristor; true is low resistance. An *operation* takes one *cycle*:
/// - *prepare* writes true (MAGIC) or false (implication) into any number of cells;
/// - *nor* (MAGIC): output := output and not (a or b or ...), since the output cell can only leave
///   its low resistance;
/// - *imply*: q := q or not p, since q can only leave its high resistance.
/// A cell is *reused* when it is prepared again after its value is dead.

namespace neucasl::memristor_logic {

using Cell = std::uint32_t;

struct Operation {
  enum class Kind : std::uint8_t { prepare, nor, imply };
  Kind kind = Kind::prepare;
  std::vector<Cell> inputs;   ///< Of nor and imply.
  std::vector<Cell> outputs;  ///< One, but for prepare.

  bool operator==(const Operation&) const = default;
};

struct Schedule {
  Family family = Family::magic;
  std::size_t cells = 0;
  std::vector<Cell> inputs;   ///< By input of the function.
  std::vector<Cell> outputs;  ///< By output of the function.
  std::vector<Operation> operations;

  [[nodiscard]] std::size_t cycles() const { return operations.size(); }
  [[nodiscard]] std::size_t prepare_cycles() const;
  /// Cells written by all prepare operations.
  [[nodiscard]] std::size_t preparations() const;
  /// Largest number of inputs of one nor; 1 for implication.
  [[nodiscard]] std::size_t most_fanins() const;
};

struct RowOptions {
  std::size_t row_size = 64;  ///< Cells on the row.
  bool keep_inputs = true;    ///< Input cells hold their values to the end.
};

/// Orders the gates so that few cells are live (depth first, the fan-in that needs more cells
/// first, as in R. Ben-Hur et al., IEEE TCAD 39:2434, 2020), gives each a cell, and prepares all
/// dead cells of the row in one cycle whenever no prepared one is left.
/// \throws base::Error "memristor.row" when the row is too small, naming how many cells this order
/// needs.
Schedule schedule_gates(const GateNetwork& network, Family family, const RowOptions& options);

/// Fewest cells for the gates in the order that `schedule_gates` takes.
std::size_t least_cells(const GateNetwork& network, const RowOptions& options);

/// What the schedule computes, from its operations alone. Names are those of `interface`, whose
/// inputs and outputs the schedule's are.
/// \throws std::logic_error when an operation reads a cell that nothing was written to.
logic::Network realised_network(const Schedule& schedule, const logic::Network& interface);

/// Value of each cell after each cycle (cycle x cell). `cells` are the values before the first.
std::vector<std::vector<bool>> cell_values(const Schedule& schedule, std::vector<bool> cells);
/// Values before the first cycle: inputs by bit i of `inputs`, the others by `rest`.
std::vector<bool> first_values(const Schedule& schedule, std::uint64_t inputs,
                               const std::vector<bool>& rest);

/// Name of a cell in netlists and tables.
std::string cell_name(Cell cell);
/// Columns: cycle, operation, inputs, outputs.
results::Table schedule_table(const Schedule& schedule);
/// Columns: cell, signals ("input a", "output sum"), writes.
results::Table cell_table(const Schedule& schedule, const logic::Network& interface);

}  // namespace neucasl::memristor_logic
