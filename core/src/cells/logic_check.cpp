#include <algorithm>
#include <cmath>
#include <map>

#include "arc_runs.hpp"
#include "cell_netlist.hpp"
#include "logic_cycles.hpp"
#include "neucasl/circuit/waveform_charts.hpp"

namespace neucasl::cells {
namespace {

constexpr std::size_t changes_of_a_run = 16;

/// Rows [first, last] of a walk simulated in one transient: row `first` at rest, each change a
/// window later.
struct RowRun {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::vector<RowRun> runs_of(std::size_t rows) {
  std::vector<RowRun> runs;
  for (std::size_t first = 0; first + 1 < rows; first += changes_of_a_run) {
    runs.push_back({first, std::min(first + changes_of_a_run, rows - 1)});
  }
  if (rows == 1) runs.push_back({0, 0});
  return runs;
}

class RowSimulation {
 public:
  /// `rows` as they follow each other; must outlive the object.
  RowSimulation(const CheckSetup& setup, std::span<const std::uint64_t> rows)
      : setup_(setup), rows_(rows), energies_(rows.empty() ? 0 : rows.size() - 1) {}

  void run(plugin::CircuitSimulator& simulator, plugin::Context& context,
           plugin::LogicCheck& check) {
    const std::vector<RowRun> runs = runs_of(rows_.size());
    // Runs of equal length form one campaign; the last may be shorter.
    for (std::size_t begin = 0; begin < runs.size();) {
      const std::size_t length = runs[begin].last - runs[begin].first;
      std::size_t end = begin;
      while (end < runs.size() && runs[end].last - runs[end].first == length) ++end;
      run_some(std::span(runs).subspan(begin, end - begin), simulator, context, check);
      begin = end;
    }
  }

  [[nodiscard]] const std::vector<double>& energies() const { return energies_; }
  [[nodiscard]] const plugin::LogicRow& row(std::uint64_t inputs) const { return read_.at(inputs); }

 private:
  /// When row `first` + k begins, the first at 0.
  [[nodiscard]] double start(std::size_t k) const { return static_cast<double>(k) * setup_.window; }

  [[nodiscard]] circuit::Circuit circuit_of(const RowRun& run) const {
    LogicBench bench = setup_.bench;
    for (std::size_t i = 0; i < setup_.inputs; ++i) {
      std::vector<LogicBench::Level> levels;
      for (std::size_t k = run.first; k <= run.last; ++k) {
        levels.push_back({start(k - run.first), ((rows_[k] >> i) & 1U) != 0});
      }
      bench.drive(i, levels, setup_.timed.options.input_transition);
    }
    return bench.circuit();
  }

  void run_some(std::span<const RowRun> runs, plugin::CircuitSimulator& simulator,
                plugin::Context& context, plugin::LogicCheck& check) {
    std::vector<std::function<circuit::Circuit()>> circuits;
    circuits.reserve(runs.size());
    for (const RowRun& run : runs) {
      circuits.emplace_back([this, run] { return circuit_of(run); });
    }
    circuit::TransientAnalysis analysis;
    analysis.stop = start(runs.front().last - runs.front().first + 1);
    analysis.largest_step = setup_.window / steps_of_a_window;
    run_all(
        circuits, analysis, simulator, context,
        [&](std::size_t k, const circuit::Result& result) {
          take(runs[k], result, check);
          if (context.progress) {
            context.progress("simulating changes of inputs", runs[k].last + 1, rows_.size());
          }
        },
        row_options());
  }

  void take(const RowRun& run, const circuit::Result& result, plugin::LogicCheck& check) {
    // The first row of a later run was read as the last of the run before.
    for (std::size_t r = run.first + (run.first == 0 ? 0 : 1); r <= run.last; ++r) {
      read_.insert_or_assign(rows_[r],
                             read_row(setup_, result, rows_[r], start(r - run.first + 1)));
    }
    for (std::size_t r = run.first + 1; r <= run.last; ++r) {
      energies_[r - 1] = setup_.bench.supply() *
                         supply_charge(result, start(r - run.first), start(r - run.first + 1));
    }
    if (run.first == 0) add_charts(setup_, result, check);
  }

  const CheckSetup& setup_;
  std::span<const std::uint64_t> rows_;
  std::vector<double> energies_;  ///< J, of each change.
  std::map<std::uint64_t, plugin::LogicRow> read_;
};

/// The slowest change by tables, in the circuit: both delays.
void measure_slowest(const CheckSetup& setup, plugin::CircuitSimulator& simulator,
                     plugin::Context& context, plugin::LogicCheck& check) {
  const TimedNetlist& timed = setup.timed;
  const SlowestChange slowest = slowest_change(timed, context.seed);
  check.table_delay = slowest.delay;
  if (slowest.before == slowest.after) return;
  const std::uint64_t before = slowest.before;
  const std::uint64_t after = slowest.after;
  LogicBench bench = setup.bench;
  for (std::size_t i = 0; i < setup.inputs; ++i) {
    bench.drive(i, {{0.0, ((before >> i) & 1U) != 0}, {setup.window, ((after >> i) & 1U) != 0}},
                timed.options.input_transition);
  }
  circuit::TransientAnalysis analysis;
  analysis.stop = 2.0 * setup.window;
  analysis.largest_step = setup.window / steps_of_a_window;
  run_all({[&] { return bench.circuit(); }}, analysis, simulator, context,
          [&](std::size_t, const circuit::Result& result) {
            check.delay = last_output_change(setup, result, setup.window, 2.0 * setup.window) -
                          setup.window - 0.5 * timed.options.input_transition;
          });
}

results::Table change_table(std::span<const std::uint64_t> rows,
                            const std::vector<double>& simulated,
                            const std::vector<double>& by_tables) {
  std::vector<std::int64_t> before, after;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    before.push_back(static_cast<std::int64_t>(rows[r - 1]));
    after.push_back(static_cast<std::int64_t>(rows[r]));
  }
  results::Table table{"changes", "Energy of each change of the inputs", {}};
  table.add("row_before", before).add("row_after", after);
  table.add("energy", simulated, base::dimension::energy);
  table.add("table_energy", by_tables, base::dimension::energy);
  return table;
}

void check_rows(const CheckSetup& setup, std::span<const std::uint64_t> rows,
                plugin::CircuitSimulator& simulator, plugin::Context& context,
                plugin::LogicCheck& check) {
  const std::vector<std::uint64_t> walk = walk_through(rows, setup.inputs);
  RowSimulation simulation(setup, walk);
  simulation.run(simulator, context, check);
  for (const std::uint64_t row : rows) check.rows.push_back(simulation.row(row));
  measure_slowest(setup, simulator, context, check);
  const std::vector<double> by_tables = row_energies(setup.timed, walk);
  check.energy = mean(simulation.energies());
  check.table_energy = mean(by_tables);
  check.tables.push_back(change_table(walk, simulation.energies(), by_tables));
  check.method =
      "Transients in which one input changes at a time, up to 16 changes in each; voltages at "
      "rest, "
      "low below 20 % and high above 80 % of the supply. Delay: from half the supply at the input "
      "to half the supply at the last output that ends at another level, of the change of one "
      "input "
      "that is slowest by tables. Energy: mean over the changes of the charge from the supply "
      "above "
      "that at rest, times the supply.";
}

}  // namespace

plugin::LogicRow read_row(const CheckSetup& setup, const circuit::Result& result,
                          std::uint64_t inputs, double time) {
  constexpr double low = 0.2;
  constexpr double high = 0.8;
  plugin::LogicRow row;
  row.inputs = inputs;
  for (std::size_t o = 0; o < setup.bench.outputs(); ++o) {
    const double level = setup.bench.output(result, o).at(time);
    row.level.push_back(level);
    const double share = level / setup.bench.supply();
    row.value.push_back(share < low    ? plugin::LogicLevel::low
                        : share > high ? plugin::LogicLevel::high
                                       : plugin::LogicLevel::undefined);
  }
  return row;
}

double last_output_change(const CheckSetup& setup, const circuit::Result& result, double from,
                          double to) {
  double last = from;
  for (std::size_t o = 0; o < setup.bench.outputs(); ++o) {
    const WaveView wave = setup.bench.output(result, o);
    const double half = 0.5 * setup.bench.supply();
    if ((wave.at(from) > half) == (wave.at(to) > half)) continue;
    for (const bool rising : {false, true}) {
      const auto crossing = wave.last_crossing(half, rising, from, to);
      last = std::max(last, crossing.value_or(from));
    }
  }
  return last;
}

void add_charts(const CheckSetup& setup, const circuit::Result& result, plugin::LogicCheck& check) {
  std::size_t left_out = 0;
  for (auto& [name, chart] :
       circuit::waveform_charts(setup.bench.ports_of(result), "logic", left_out)) {
    check.section.items.emplace_back(std::move(chart));
  }
}

plugin::LogicCheck check_logic(const LogicTask& task, const plugin::LogicDesign& design,
                               std::span<const std::uint64_t> rows,
                               plugin::CircuitSimulator& simulator) {
  const std::string& liberty = design.files.front().second;
  const logic::CellLibrary library = logic::parse_liberty(liberty, design.files.front().first);
  const CheckSetup setup(task, design, library);
  plugin::LogicCheck check;
  check.quantity = "voltage";
  check.dimension = base::dimension::voltage;
  if (design.realised.combinational()) {
    check_rows(setup, rows, simulator, task.context, check);
  } else {
    check_cycles(setup, design, rows, simulator, task.context, check);
  }
  return check;
}

}  // namespace neucasl::cells
