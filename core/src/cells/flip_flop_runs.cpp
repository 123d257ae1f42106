#include "flip_flop_runs.hpp"

#include <cmath>

namespace neucasl::cells {
namespace {

constexpr std::size_t data = 0;
constexpr std::size_t clock = 1;
constexpr int longest_doubling = 12;

/// Six phases: data up, clock up, clock down; data down, clock up, clock down.
struct CycleSchedule {
  double transition = 0.0;
  double window = 0.0;

  [[nodiscard]] double phase(int k) const { return (k + 0.1) * (transition + window); }
};

circuit::Circuit circuit_of_cycles(const CellBench& prototype, const CycleSchedule& schedule,
                                   double load) {
  CellBench bench = prototype;
  bench.drive(data, {{schedule.phase(0), true}, {schedule.phase(3), false}}, schedule.transition);
  bench.drive(clock,
              {{schedule.phase(1), true},
               {schedule.phase(2), false},
               {schedule.phase(4), true},
               {schedule.phase(5), false}},
              schedule.transition);
  bench.set_load(load);
  bench.store(false);
  return bench.circuit();
}

std::optional<EdgeFigures> cycle_figures(const circuit::Result& result, double supply, double load,
                                         const CycleSchedule& schedule, int first_phase) {
  const double edge = schedule.phase(first_phase + 1);
  auto figures =
      output_figures(result, supply, load, first_phase == 0, edge + 0.5 * schedule.transition, edge,
                     schedule.phase(first_phase + 2));
  if (!figures) return std::nullopt;
  figures->energy =
      supply * supply_charge(result, schedule.phase(first_phase), schedule.phase(first_phase + 3));
  if (first_phase == 0) figures->energy -= load * supply * supply;
  return figures;
}

double input_capacitance(const circuit::Result& result, double supply, std::size_t input,
                         double rise_from, double rise_to, double fall_from, double fall_to) {
  const WaveView current(result, CellBench::input_source(input), circuit::TraceKind::branch);
  return 0.5 * (current.integral(fall_from, fall_to) - current.integral(rise_from, rise_to)) /
         supply;
}

}  // namespace

FlipFlopFigures run_flip_flop(const CellBench& bench, double transition, double load, double window,
                              plugin::CircuitSimulator& simulator, plugin::Context& context) {
  const double supply = bench.supply();
  CycleSchedule schedule{transition, window};
  for (int doubling = 0; doubling <= longest_doubling; ++doubling, schedule.window *= 2.0) {
    circuit::TransientAnalysis analysis;
    analysis.stop = schedule.phase(6);
    analysis.largest_step = analysis.stop / 300.0;
    const circuit::Result result = simulator.simulate(circuit_of_cycles(bench, schedule, load),
                                                      analysis, cell_options(), context);
    const auto rise = cycle_figures(result, supply, load, schedule, 0);
    const auto fall = cycle_figures(result, supply, load, schedule, 3);
    if (!rise || !fall) continue;
    FlipFlopFigures figures{*rise, *fall, 0.0, 0.0, 0.0};
    const auto at = [&](int k) { return schedule.phase(k); };
    figures.data_capacitance = input_capacitance(result, supply, data, at(0), at(1), at(3), at(4));
    figures.clock_capacitance =
        input_capacitance(result, supply, clock, at(1), at(2), at(2), at(3));
    const WaveView current(result, CellBench::supply_source, circuit::TraceKind::branch);
    // Means over the second half of a rest: single points have the noise of the time steps.
    const double rest = 0.5 * (at(1) - at(0));
    figures.leakage_power =
        -0.5 * supply *
        (current.integral(at(3) - rest, at(3)) + current.integral(at(6) - rest, at(6))) / rest;
    return figures;
  }
  throw base::Error("cells.characterization", bench.cell().name + ": the output does not follow",
                    "check cards, sizes and supply");
}

}  // namespace neucasl::cells
