#include "arc_runs.hpp"

#include <cmath>

namespace neucasl::cells {
namespace {

constexpr int most_doublings = 12;
constexpr double steps_of_a_run = 100.0;

/// The input goes up after a tenth of the window, and down a window after it has arrived.
struct ArcSchedule {
  double transition = 0.0;
  double window = 0.0;

  [[nodiscard]] double up() const { return 0.1 * window; }
  [[nodiscard]] double down() const { return up() + transition + window; }
  [[nodiscard]] double stop() const { return down() + transition + window; }
};

circuit::Circuit circuit_of_run(const ArcRun& run, const ArcSchedule& schedule) {
  CellBench bench = *run.bench;
  for (std::size_t i = 0; i < bench.cell().inputs.size(); ++i) {
    bench.hold(i, ((run.state.row >> i) & 1U) != 0);
  }
  bench.drive(run.state.input, {{schedule.up(), true}, {schedule.down(), false}},
              schedule.transition);
  bench.set_load(run.load);
  return bench.circuit();
}

std::optional<ArcFigures> arc_figures(const circuit::Result& result, const ArcRun& run,
                                      const ArcSchedule& schedule) {
  const double supply = run.bench->supply();
  const auto edge = [&](bool input_rising) {
    const double from = input_rising ? schedule.up() : schedule.down();
    const double to = input_rising ? schedule.down() : schedule.stop();
    return output_figures(result, supply, run.load, input_rising == run.state.positive,
                          from + 0.5 * schedule.transition, from, to);
  };
  const auto up = edge(true);
  const auto down = edge(false);
  if (!up || !down) return std::nullopt;
  ArcFigures figures;
  figures.rise = run.state.positive ? *up : *down;
  figures.fall = run.state.positive ? *down : *up;
  const WaveView current(result, CellBench::input_source(run.state.input),
                         circuit::TraceKind::branch);
  const double in = -current.integral(schedule.up(), schedule.down());
  const double out = current.integral(schedule.down(), schedule.stop());
  figures.input_capacitance = 0.5 * (in + out) / supply;
  return figures;
}

}  // namespace

plugin::SimulationOptions cell_options() {
  plugin::SimulationOptions options;
  options.tolerances.relative = 1e-4;
  options.tolerances.voltage = 1e-6;
  return options;
}

std::vector<ArcState> arc_states(const StandardCell& cell) {
  std::vector<ArcState> states;
  const unsigned rows = 1U << cell.inputs.size();
  for (std::size_t input = 0; input < cell.inputs.size(); ++input) {
    const unsigned bit = 1U << input;
    for (unsigned row = 0; row < rows; ++row) {
      if ((row & bit) != 0 || cell.function.at(row) == cell.function.at(row | bit)) continue;
      states.push_back({input, cell.function.at(row | bit), row});
    }
  }
  return states;
}

std::string arc_name(const ArcRun& run) {
  const StandardCell& cell = run.bench->cell();
  return cell.name + ", input " + cell.inputs[run.state.input];
}

void run_all(const std::vector<std::function<circuit::Circuit()>>& circuits,
             const circuit::Analysis& analysis, plugin::CircuitSimulator& simulator,
             plugin::Context& context,
             const std::function<void(std::size_t k, const circuit::Result&)>& take,
             const plugin::SimulationOptions& options) {
  simulator.simulate_batch(
      circuits.size(), [&](std::size_t k) { return circuits[k](); }, analysis, options,
      [&](std::size_t k, plugin::SimulationOutcome outcome) {
        if (outcome.failure) throw base::Error(*outcome.failure);
        take(k, *outcome.result);
      },
      context);
}

void run_arcs(const std::vector<ArcRun>& runs, double transition, double window,
              plugin::CircuitSimulator& simulator, plugin::Context& context,
              const std::function<void(std::size_t run, const ArcFigures&)>& take) {
  std::vector<std::size_t> open(runs.size());
  for (std::size_t k = 0; k < runs.size(); ++k) open[k] = k;
  ArcSchedule schedule{transition, window};
  for (int doubling = 0; !open.empty(); ++doubling) {
    if (doubling > most_doublings) {
      throw base::Error("cells.characterization",
                        arc_name(runs[open.front()]) + ": the output does not reach its rail",
                        "check cards, sizes and supply: the transistors must conduct at the supply "
                        "and block at none");
    }
    std::vector<std::function<circuit::Circuit()>> circuits;
    circuits.reserve(open.size());
    for (const std::size_t k : open) {
      circuits.emplace_back([&runs, k, schedule] { return circuit_of_run(runs[k], schedule); });
    }
    circuit::TransientAnalysis analysis;
    analysis.stop = schedule.stop();
    analysis.largest_step = schedule.stop() / steps_of_a_run;
    std::vector<std::size_t> unsettled;
    run_all(circuits, analysis, simulator, context,
            [&](std::size_t j, const circuit::Result& result) {
              if (const auto figures = arc_figures(result, runs[open[j]], schedule)) {
                take(open[j], *figures);
              } else {
                unsettled.push_back(open[j]);
              }
            });
    open = std::move(unsettled);
    schedule.window *= 2.0;
  }
}

}  // namespace neucasl::cells
