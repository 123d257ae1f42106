#pragma once

#include <cstdint>
#include <vector>

#include "neucasl/logic/simulation.hpp"
#include "neucasl/plugin/front_end.hpp"
#include "neucasl/results/findings.hpp"

/// \file
/// A Boolean function through a front end: mapped, proven equivalent, simulated as a circuit.

namespace neucasl::flow {

/// How many rows of the truth table to simulate.
struct RowChoice {
  static constexpr std::uint64_t all_up_to = 1024;
  /// 0: all, or `sample` random ones when there are more than `all_up_to`.
  std::uint64_t count = 0;
  bool all = false;  ///< However many there are.
  static constexpr std::uint64_t sample = 256;
};

/// "" | "all" | a number. \throws base::Error "logic.rows".
NEUCASL_EXPORT RowChoice parse_rows(const std::string& text, const base::Location& where = {});

struct LogicJob {
  const logic::Network& network;
  const plugin::ParameterSet& parameters;
  plugin::FrontEnd& front_end;
  plugin::CircuitSimulator& characterizer;        ///< For cells without tables.
  plugin::CircuitSimulator* simulator = nullptr;  ///< Null: no circuit simulation.
  RowChoice rows;
};

/// A sequential network's rows are the inputs of successive clock cycles from its initial state.
struct LogicRun {
  plugin::LogicDesign design;
  logic::Equivalence equivalence;
  bool checked = false;
  plugin::LogicCheck check;
  std::vector<std::vector<bool>> expected;  ///< By row of the check, then by output.
  std::size_t rows_correct = 0;

  [[nodiscard]] bool correct() const {
    return equivalence.holds() && (!checked || rows_correct == check.rows.size());
  }
  /// By simulation where there was one, else by tables.
  [[nodiscard]] double delay() const { return checked ? check.delay : design.delay; }
  [[nodiscard]] double energy() const { return checked ? check.energy : design.energy; }
};

/// \throws base::Error what the front end throws; "logic.rows" for more rows than there are, or for
/// all rows of more than 20 inputs.
NEUCASL_EXPORT LogicRun run_logic(const LogicJob& job, plugin::Context& context);

/// Inputs, expected and simulated outputs, levels.
NEUCASL_EXPORT results::Table truth_table(const LogicRun& run, const logic::Network& network);

NEUCASL_EXPORT results::Findings to_findings(const LogicRun& run, const logic::Network& network,
                                             const std::string& front_end,
                                             const std::string& simulator);

/// What is wrong with the run, for an error message; empty when nothing is.
NEUCASL_EXPORT std::string faults_of(const LogicRun& run, const logic::Network& network);

}  // namespace neucasl::flow
