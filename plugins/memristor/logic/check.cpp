#include <algorithm>
#include <limits>

#include "neucasl/ir/flat_netlist.hpp"
#include "row_netlist.hpp"
#include "stateful_logic.hpp"

namespace neucasl::memristor_logic {
namespace {

constexpr double steps_of_a_cycle = 25.0;
constexpr std::size_t most_reported = 5;

double value_at(const circuit::Result& result, const std::vector<double>& values, double time) {
  const auto after = std::lower_bound(result.axis.begin(), result.axis.end(), time);
  if (after == result.axis.begin()) return values.front();
  if (after == result.axis.end()) return values.back();
  const auto k = static_cast<std::size_t>(after - result.axis.begin());
  const double share = (time - result.axis[k - 1]) / (result.axis[k] - result.axis[k - 1]);
  return values[k - 1] + share * (values[k] - values[k - 1]);
}

/// Energy that all voltage sources deliver, J, by the trapezoidal rule.
double delivered(const circuit::Circuit& circuit, const circuit::Result& result) {
  double energy = 0.0;
  for (const circuit::Source& source : circuit.sources) {
    const circuit::Trace* current = result.find(source.name, circuit::TraceKind::branch);
    if (current == nullptr) {
      throw base::Error("memristor.trace", "the simulator gave no current of '" + source.name + "'",
                        "this is a fault of the simulator plugin");
    }
    const auto power = [&](std::size_t k) {
      return -source.waveform.at(result.axis[k], source.rest) * current->real[k];
    };
    for (std::size_t k = 1; k < result.axis.size(); ++k) {
      energy += 0.5 * (result.axis[k] - result.axis[k - 1]) * (power(k) + power(k - 1));
    }
  }
  return energy;
}

class Execution {
 public:
  Execution(const RowPlan& plan, const plugin::LogicRequest& request,
            std::span<const std::uint64_t> rows, plugin::Context& context)
      : plan_(plan), request_(request), rows_(rows), context_(context) {
    const ir::Design design =
        row_design(plan.schedule, plan.drive, plan.device.card(), request.network.name);
    circuit_ = circuit::lower(ir::flatten(design), *context.models, *context.devices);
    stop_ = schedule_time(plan.schedule, plan.drive);
    worst_true_.assign(plan.schedule.cycles(), 0.0);
    worst_false_.assign(plan.schedule.cycles(), std::numeric_limits<double>::infinity());
    check_.rows.resize(rows.size());
  }

  plugin::LogicCheck run(plugin::CircuitSimulator& simulator) {
    const circuit::TransientAnalysis transient{stop_, plan_.drive.cycle_time() / steps_of_a_cycle};
    simulator.simulate_batch(
        rows_.size(), [&](std::size_t k) { return circuit_of(k); }, transient, {},
        [&](std::size_t k, plugin::SimulationOutcome outcome) { take(k, std::move(outcome)); },
        context_);
    describe();
    return std::move(check_);
  }

 private:
  [[nodiscard]] std::vector<bool> cells_before(std::size_t k) const {
    return first_values(plan_.schedule, rows_[k], former_content(plan_, context_.seed, rows_[k]));
  }

  [[nodiscard]] circuit::Circuit circuit_of(std::size_t k) const {
    circuit::Circuit circuit = circuit_;
    const std::vector<bool> cells = cells_before(k);
    for (Cell cell = 0; cell < plan_.schedule.cells; ++cell) {
      circuit.set(cell_element(cell) + ".initial_state", cells[cell] ? 0.0 : 1.0);
    }
    return circuit;
  }

  void take(std::size_t k, plugin::SimulationOutcome outcome) {
    if (outcome.failure) throw base::Error(*outcome.failure);
    const circuit::Result& result = *outcome.result;
    method_ = result.method;
    const std::vector<bool> cells = cells_before(k);
    const auto count = static_cast<double>(rows_.size());
    check_.energy += delivered(circuit_, result) / count;
    check_.table_energy += predict(plan_, cells).energy / count;
    const std::vector<std::vector<double>> resistance = resistances(result);
    note_worst(cells, resistance);
    const std::vector<WrongCell> wrong = wrong_cells(plan_, cells, resistance);
    for (const WrongCell& one : wrong) note_wrong(k, one);
    take_outputs(k, result, !wrong.empty());
    if (k + 1 == rows_.size()) draw(result);
  }

  [[nodiscard]] const std::vector<double>& states(const circuit::Result& result, Cell cell) const {
    const circuit::Trace* trace = result.find(state_node(cell), circuit::TraceKind::node);
    if (trace != nullptr) return trace->real;
    throw base::Error("memristor.trace", "the simulator gave no state of '" + cell_name(cell) + "'",
                      "this is a fault of the simulator plugin");
  }

  /// After each cycle, ohm.
  [[nodiscard]] std::vector<std::vector<double>> resistances(const circuit::Result& result) const {
    std::vector<std::vector<double>> history(plan_.schedule.cycles());
    for (Cell cell = 0; cell < plan_.schedule.cells; ++cell) {
      const std::vector<double>& trace = states(result, cell);
      for (std::size_t k = 0; k < history.size(); ++k) {
        const double end = static_cast<double>(k + 1) * plan_.drive.cycle_time();
        history[k].push_back(plan_.device.resistance(value_at(result, trace, end)));
      }
    }
    return history;
  }

  void note_worst(const std::vector<bool>& cells,
                  const std::vector<std::vector<double>>& resistance) {
    const std::vector<std::vector<bool>> expected = cell_values(plan_.schedule, cells);
    for (std::size_t k = 0; k < expected.size(); ++k) {
      for (Cell cell = 0; cell < plan_.schedule.cells; ++cell) {
        if (expected[k][cell]) {
          worst_true_[k] = std::max(worst_true_[k], resistance[k][cell]);
        } else {
          worst_false_[k] = std::min(worst_false_[k], resistance[k][cell]);
        }
      }
    }
  }

  void note_wrong(std::size_t row, const WrongCell& wrong) {
    wrong_row_.push_back(static_cast<std::int64_t>(rows_[row]));
    wrong_cycle_.push_back(static_cast<std::int64_t>(wrong.cycle + 1));
    wrong_cell_.push_back(cell_name(wrong.cell));
    wrong_expected_.push_back(wrong.expected ? 1 : 0);
    wrong_resistance_.push_back(wrong.resistance);
    if (wrong_row_.size() > most_reported) return;
    context_.diagnostics->warning(
        "memristor.cell-state",
        "row " + std::to_string(rows_[row]) + " of the truth table: after cycle " +
            std::to_string(wrong.cycle + 1) + ", " + cell_name(wrong.cell) + " holds " +
            base::to_engineering({wrong.resistance, base::dimension::resistance}) +
            " where it should be " + (wrong.expected ? "true" : "false"),
        "", request_.parameters.where("device"));
  }

  /// Outputs of a row with a wrong intermediate state do not count.
  void take_outputs(std::size_t k, const circuit::Result& result, bool spoilt) {
    plugin::LogicRow& row = check_.rows[k];
    row.inputs = rows_[k];
    for (const Cell cell : plan_.schedule.outputs) {
      const double r = plan_.device.resistance(states(result, cell).back());
      row.level.push_back(r);
      row.value.push_back(spoilt                             ? plugin::LogicLevel::undefined
                          : r < plan_.drive.true_resistance  ? plugin::LogicLevel::high
                          : r > plan_.drive.false_resistance ? plugin::LogicLevel::low
                                                             : plugin::LogicLevel::undefined);
    }
  }

  void describe() {
    check_.quantity = "resistance";
    check_.dimension = base::dimension::resistance;
    check_.delay = static_cast<double>(plan_.schedule.cycles()) * plan_.drive.cycle_time();
    check_.table_delay = check_.delay;
    check_.method =
        "Transient of the whole schedule for each row of the truth table, from random contents of "
        "the cells that are no inputs; the resistance of every cell is compared with its value "
        "after every cycle. Delay: the end of the last cycle, whose length the controller sets. "
        "Energy: what all voltage sources deliver, mean over the rows. " +
        method_;
    check_.tables.push_back(state_table());
    if (wrong_row_.empty()) return;
    results::Table table{"wrong_cells", "Cells that did not hold their value", {}};
    table.add("row", wrong_row_).add("cycle", wrong_cycle_).add("cell", wrong_cell_);
    table.add("expected", wrong_expected_);
    table.add("resistance", wrong_resistance_, base::dimension::resistance);
    check_.tables.push_back(std::move(table));
  }

  [[nodiscard]] results::Table state_table() const {
    std::vector<std::int64_t> cycle;
    std::vector<double> largest_true = worst_true_;
    std::vector<double> smallest_false = worst_false_;
    for (std::size_t k = 0; k < plan_.schedule.cycles(); ++k) {
      cycle.push_back(static_cast<std::int64_t>(k + 1));
      if (!(smallest_false[k] < std::numeric_limits<double>::infinity())) smallest_false[k] = 0.0;
    }
    results::Table table{"cell_states",
                         "Largest resistance of true and smallest of false cells after each cycle "
                         "over all rows; 0: there was none",
                         {}};
    table.add("cycle", cycle);
    table.add("largest_true", largest_true, base::dimension::resistance);
    table.add("smallest_false", smallest_false, base::dimension::resistance);
    return table;
  }

  void draw(const circuit::Result& result) {
    constexpr std::size_t most_curves = 8;
    check_.section.title = "Execution of the schedule";
    results::LineChart chart;
    chart.caption = "States of the cells for the last row of the truth table; 0 is true.";
    chart.x_axis = {"Time", "ns", false};
    chart.y_axis = {"State", "", false};
    std::vector<double> time = result.axis;
    for (double& t : time) t *= 1e9;
    for (Cell cell = 0; cell < std::min(plan_.schedule.cells, most_curves); ++cell) {
      chart.series.push_back({cell_name(cell), time, states(result, cell), false});
    }
    check_.section.items.emplace_back(std::move(chart));
  }

  const RowPlan& plan_;
  const plugin::LogicRequest& request_;
  std::span<const std::uint64_t> rows_;
  plugin::Context& context_;
  circuit::Circuit circuit_;
  double stop_ = 0.0;
  plugin::LogicCheck check_;
  std::string method_;
  std::vector<double> worst_true_, worst_false_;  // by cycle
  std::vector<std::int64_t> wrong_row_, wrong_cycle_, wrong_expected_;
  std::vector<std::string> wrong_cell_;
  std::vector<double> wrong_resistance_;
};

}  // namespace

plugin::LogicCheck check_logic(const plugin::LogicRequest& request,
                               std::span<const std::uint64_t> rows,
                               plugin::CircuitSimulator& simulator, plugin::Context& context) {
  const RowPlan plan = plan_row(request, context);
  return Execution(plan, request, rows, context).run(simulator);
}

}  // namespace neucasl::memristor_logic
