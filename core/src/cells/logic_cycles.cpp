#include "logic_cycles.hpp"

#include <algorithm>

#include "arc_runs.hpp"
#include "cell_netlist.hpp"

namespace neucasl::cells {
namespace {

/// A cycle has three windows: after the inputs change, after the clock rises, after it falls.
struct CycleTimes {
  double window = 0.0;
  [[nodiscard]] double start(std::size_t cycle) const {
    return 3.0 * window * static_cast<double>(cycle);
  }
  [[nodiscard]] double rise(std::size_t cycle) const { return start(cycle) + window; }
  [[nodiscard]] double fall(std::size_t cycle) const { return start(cycle) + 2.0 * window; }
};

circuit::Circuit circuit_of(const CheckSetup& setup, const plugin::LogicDesign& design,
                            std::span<const std::uint64_t> rows, const CycleTimes& times) {
  LogicBench bench = setup.bench;
  const double transition = setup.timed.options.input_transition;
  for (std::size_t i = 0; i < setup.inputs; ++i) {
    std::vector<LogicBench::Level> levels;
    for (std::size_t c = 0; c < rows.size(); ++c) {
      levels.push_back({times.start(c), ((rows[c] >> i) & 1U) != 0});
    }
    bench.drive(i, levels, transition);
  }
  std::vector<LogicBench::Level> clock = {{0.0, false}};
  for (std::size_t c = 0; c < rows.size(); ++c) {
    clock.push_back({times.rise(c), true});
    clock.push_back({times.fall(c), false});
  }
  bench.drive(setup.inputs, clock, transition);
  for (const ir::Instance& instance : design.design.module(design.design.top).instances) {
    const StandardCell& cell = *find_standard_cell(design.design.module(instance.master).name);
    if (cell.kind != CellKind::flip_flop) continue;
    const auto found = std::ranges::find(setup.timed.netlist.instances, instance.name,
                                         &logic::CellNetlist::Instance::name);
    bench.store(instance.name, cell, found->initial.value_or(false));
  }
  return bench.circuit();
}

results::Table cycle_table(std::span<const std::uint64_t> rows,
                           const std::vector<CycleFigures>& simulated,
                           const std::vector<CycleFigures>& by_tables) {
  std::vector<std::int64_t> inputs;
  std::vector<double> delay, table_delay, energy;
  for (std::size_t c = 0; c < rows.size(); ++c) {
    inputs.push_back(static_cast<std::int64_t>(rows[c]));
    delay.push_back(simulated[c].delay);
    table_delay.push_back(by_tables[c].delay);
    energy.push_back(simulated[c].energy);
  }
  results::Table table{"cycles", "Clock cycles: outputs after the rising clock, energy", {}};
  table.add("inputs", inputs);
  table.add("delay", delay, base::dimension::time);
  table.add("table_delay", table_delay, base::dimension::time);
  table.add("energy", energy, base::dimension::energy);
  return table;
}

double slowest(const std::vector<CycleFigures>& cycles) {
  double delay = 0.0;
  for (const CycleFigures& cycle : cycles) delay = std::max(delay, cycle.delay);
  return delay;
}

}  // namespace

CheckSetup::CheckSetup(const LogicTask& task, const plugin::LogicDesign& design,
                       const logic::CellLibrary& library)
    : timed{read_netlist(design.design, library), &library, surroundings(task, library)},
      bench(design.design, task.pair, timed.options.output_load, task.context),
      inputs(task.request.network.inputs().size()) {
  if (!design.realised.combinational() && timed.netlist.inputs.size() != inputs + 1) {
    throw base::Error("cells.clock", "functions use the clock of the latches as a signal",
                      "cycles can be simulated when the clock goes to latches only",
                      task.request.network.latches().front().where);
  }
  const logic::TimingReport report = logic::static_timing(timed.netlist, library, timed.options);
  double slowest_transition = timed.options.input_transition;
  for (const logic::PathStep& step : report.critical) {
    slowest_transition = std::max(slowest_transition, step.transition);
  }
  // Tables are of edges that settle to within two per cent; the static delay is a bound.
  constexpr double margin = 2.0;
  constexpr double settling = 5.0;
  window = timed.options.input_transition + margin * report.delay + settling * slowest_transition;
}

plugin::SimulationOptions row_options() {
  plugin::SimulationOptions options;
  options.tolerances.relative = 1e-3;
  options.tolerances.voltage = 1e-5;
  return options;
}

void check_cycles(const CheckSetup& setup, const plugin::LogicDesign& design,
                  std::span<const std::uint64_t> rows, plugin::CircuitSimulator& simulator,
                  plugin::Context& context, plugin::LogicCheck& check) {
  const CycleTimes times{setup.window};
  std::vector<CycleFigures> simulated(rows.size());
  circuit::TransientAnalysis analysis;
  analysis.stop = times.start(rows.size());
  analysis.largest_step = setup.window / steps_of_a_window;
  run_all(
      {[&] { return circuit_of(setup, design, rows, times); }}, analysis, simulator, context,
      [&](std::size_t, const circuit::Result& result) {
        const double half = 0.5 * setup.timed.options.input_transition;
        for (std::size_t c = 0; c < rows.size(); ++c) {
          check.rows.push_back(read_row(setup, result, rows[c], times.rise(c)));
          const double rise = times.rise(c);
          const double last = last_output_change(setup, result, rise, times.fall(c));
          simulated[c].delay = last > rise ? last - rise - half : 0.0;
          simulated[c].energy =
              setup.bench.supply() * supply_charge(result, times.start(c), times.start(c + 1));
        }
        add_charts(setup, result, check);
      },
      row_options());
  const std::vector<CycleFigures> by_tables = cycle_figures(setup.timed, design.realised, rows);
  std::vector<double> energies;
  energies.reserve(simulated.size());
  for (const CycleFigures& cycle : simulated) energies.push_back(cycle.energy);
  check.delay = slowest(simulated);
  check.table_delay = slowest(by_tables);
  check.energy = mean(energies);
  check.tables.push_back(cycle_table(rows, simulated, by_tables));
  check.method =
      "One transient of all clock cycles from the initial state; voltages before the clock rises, "
      "low below 20 % and high above 80 % of the supply. Delay: from half the supply at the rising "
      "clock to half the supply at the last output, of the slowest cycle. Energy: mean charge from "
      "the supply over the cycles, above that at rest, times the supply.";
}

}  // namespace neucasl::cells
