#pragma once

#include "design_rules.hpp"
#include "neucasl/plugin/front_end.hpp"

/// \file
/// Boolean functions by MAGIC NORs or by implications on one crossbar row.

namespace neucasl::memristor_logic {

/// A function as a schedule with the device and the drive of its row.
struct RowPlan {
  LogicDevice device;
  Schedule schedule;
  RowDrive drive;
};

/// \throws base::Error what synthesis, scheduling and the design rules throw.
RowPlan plan_row(const plugin::LogicRequest& request, plugin::Context& context);

/// What `RowDynamics` says of one execution.
struct Prediction {
  std::vector<std::vector<double>> resistance;  ///< ohm, cycle x cell
  double energy = 0.0;                          ///< J, from the drivers
};
/// `cells`: values before the first cycle.
Prediction predict(const RowPlan& plan, const std::vector<bool>& cells);

/// A cell that does not hold what it should.
struct WrongCell {
  std::size_t cycle = 0;  ///< From 0.
  Cell cell = 0;
  bool expected = false;
  double resistance = 0.0;  ///< ohm
};
/// All of them in an execution whose cells had these values at first: a true cell has to be below
/// true_resistance, a false one above false_resistance.
std::vector<WrongCell> wrong_cells(const RowPlan& plan, const std::vector<bool>& cells,
                                   const std::vector<std::vector<double>>& resistance);

plugin::LogicDesign map_logic(const plugin::LogicRequest& request, plugin::Context& context);

plugin::LogicCheck check_logic(const plugin::LogicRequest& request,
                               std::span<const std::uint64_t> rows,
                               plugin::CircuitSimulator& simulator, plugin::Context& context);

/// Values of the cells that are not inputs before the first cycle of execution `index`: any, since
/// they are written before they are read.
std::vector<bool> former_content(const RowPlan& plan, std::uint64_t seed, std::uint64_t index);

}  // namespace neucasl::memristor_logic
