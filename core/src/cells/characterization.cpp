#include "neucasl/cells/characterization.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "arc_runs.hpp"
#include "flip_flop_runs.hpp"

namespace neucasl::cells {
namespace {

/// To a number of decimal digits: tables are part of files that people read, and no more accurate.
double rounded(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return std::strtod(text, nullptr);
}

constexpr int table_digits = 4;

void round_cell(logic::Cell& cell) {
  cell.leakage_power = rounded(cell.leakage_power, table_digits);
  for (logic::CellInput& input : cell.inputs) {
    input.capacitance = rounded(input.capacitance, table_digits);
  }
  for (logic::TimingArc& arc : cell.arcs) {
    for (logic::LoadTable* table : {&arc.rise_delay, &arc.fall_delay, &arc.rise_transition,
                                    &arc.fall_transition, &arc.rise_energy, &arc.fall_energy}) {
      for (double& value : table->value) value = rounded(value, table_digits);
    }
  }
}

/// Loads are stated in those of a cell of strength 1.
double window_of(const CharacterizationGrid& grid, double transition, double load) {
  const double fast = grid.transition.front();
  return 1.5 * transition + 12.0 * fast * (1.0 + 0.4 * load / grid.load.front());
}

logic::LoadTable empty_table(const CharacterizationGrid& grid, double strength) {
  logic::LoadTable table;
  table.transition = grid.transition;
  for (const double load : grid.load) table.load.push_back(load * strength);
  table.value.assign(table.transition.size() * table.load.size(), 0.0);
  return table;
}

logic::TimingArc empty_arc(std::size_t input, logic::TimingArc::Sense sense,
                           const CharacterizationGrid& grid, double strength) {
  logic::TimingArc arc;
  arc.input = input;
  arc.sense = sense;
  for (logic::LoadTable* table : {&arc.rise_delay, &arc.fall_delay, &arc.rise_transition,
                                  &arc.fall_transition, &arc.rise_energy, &arc.fall_energy}) {
    *table = empty_table(grid, strength);
  }
  return arc;
}

logic::Cell empty_cell(const TransistorPair& pair, const StandardCell& cell,
                       const CharacterizationGrid& grid) {
  logic::Cell result;
  result.name = cell.name;
  for (const std::string& input : cell.inputs) {
    result.inputs.push_back({input, 0.0, cell.kind == CellKind::flip_flop && input == "clk"});
  }
  result.output = cell.output;
  result.function = cell.function;
  result.flip_flop = cell.kind == CellKind::flip_flop;
  result.area = cell.area(pair);
  result.largest_load = grid.load.back() * cell.strength;
  result.transistors = cell.transistors() * static_cast<std::size_t>(pair.stacked);
  return result;
}

/// Tables of all combinational cells. Runs of one point of the tables form one campaign.
class ArcTables {
 public:
  ArcTables(const CharacterizationGrid& grid, std::vector<CellBench>& benches,
            std::vector<logic::Cell>& cells)
      : grid_(grid), benches_(benches), cells_(cells) {
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (benches[c].cell().kind == CellKind::combinational) add(c);
    }
  }

  [[nodiscard]] std::size_t simulations() const {
    return runs_.size() * grid_.transition.size() * grid_.load.size();
  }

  void run(plugin::CircuitSimulator& simulator, plugin::Context& context) {
    std::size_t done = 0;
    for (std::size_t t = 0; t < grid_.transition.size(); ++t) {
      for (std::size_t l = 0; l < grid_.load.size(); ++l) {
        for (std::size_t k = 0; k < runs_.size(); ++k) {
          runs_[k].load = grid_.load[l] * runs_[k].bench->cell().strength;
        }
        const double transition = grid_.transition[t];
        run_arcs(runs_, transition, window_of(grid_, transition, grid_.load[l]), simulator, context,
                 [&](std::size_t k, const ArcFigures& figures) {
                   store(k, t * grid_.load.size() + l, figures);
                   const bool middle =
                       t == grid_.transition.size() / 2 && l == grid_.load.size() / 2;
                   if (middle) add_capacitance(k, figures.input_capacitance);
                   if (context.progress) {
                     context.progress("characterising cells", ++done, simulations());
                   }
                 });
      }
    }
  }

 private:
  struct Place {
    std::size_t cell = 0;
    std::size_t arc = 0;
    double states = 0.0;  ///< Of its arc.
    double inputs = 0.0;  ///< States of its input, in both senses.
  };

  void add(std::size_t c) {
    const std::vector<ArcState> states = arc_states(benches_[c].cell());
    const std::size_t first = runs_.size();
    std::map<std::pair<std::size_t, bool>, std::size_t> arcs;
    for (const ArcState& state : states) {
      const auto [found, fresh] =
          arcs.try_emplace({state.input, state.positive}, cells_[c].arcs.size());
      if (fresh) {
        cells_[c].arcs.push_back(empty_arc(
            state.input,
            state.positive ? logic::TimingArc::Sense::positive : logic::TimingArc::Sense::negative,
            grid_, benches_[c].cell().strength));
      }
      runs_.push_back({&benches_[c], state, 0.0});
      places_.push_back({c, found->second});
    }
    for (std::size_t k = first; k < runs_.size(); ++k) {
      for (std::size_t j = first; j < runs_.size(); ++j) {
        places_[k].states += places_[j].arc == places_[k].arc ? 1.0 : 0.0;
        places_[k].inputs += runs_[j].state.input == runs_[k].state.input ? 1.0 : 0.0;
      }
    }
  }

  void store(std::size_t k, std::size_t point, const ArcFigures& figures) {
    logic::TimingArc& arc = cells_[places_[k].cell].arcs[places_[k].arc];
    const auto slower = [&](logic::LoadTable& table, double value) {
      table.value[point] = std::max(table.value[point], value);
    };
    slower(arc.rise_delay, figures.rise.delay);
    slower(arc.fall_delay, figures.fall.delay);
    slower(arc.rise_transition, figures.rise.transition);
    slower(arc.fall_transition, figures.fall.transition);
    arc.rise_energy.value[point] += figures.rise.energy / places_[k].states;
    arc.fall_energy.value[point] += figures.fall.energy / places_[k].states;
  }

  void add_capacitance(std::size_t k, double farad) {
    logic::Cell& cell = cells_[places_[k].cell];
    cell.inputs[runs_[k].state.input].capacitance += farad / places_[k].inputs;
  }

  const CharacterizationGrid& grid_;
  std::vector<CellBench>& benches_;
  std::vector<logic::Cell>& cells_;
  std::vector<ArcRun> runs_;
  std::vector<Place> places_;
};

void add_leakage(std::vector<CellBench>& benches, std::vector<logic::Cell>& cells,
                 plugin::CircuitSimulator& simulator, plugin::Context& context) {
  std::vector<std::function<circuit::Circuit()>> circuits;
  std::vector<std::size_t> owners;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (cells[c].flip_flop) continue;
    for (unsigned row = 0; row < (1U << cells[c].inputs.size()); ++row) {
      owners.push_back(c);
      circuits.emplace_back([&bench = benches[c], row] {
        for (std::size_t i = 0; i < bench.cell().inputs.size(); ++i) {
          bench.hold(i, ((row >> i) & 1U) != 0);
        }
        return bench.circuit();
      });
    }
  }
  run_all(circuits, circuit::OperatingPointAnalysis{}, simulator, context,
          [&](std::size_t k, const circuit::Result& result) {
            const circuit::Trace* current =
                result.find(CellBench::supply_source, circuit::TraceKind::branch);
            logic::Cell& cell = cells[owners[k]];
            cell.leakage_power += -current->real.front() * benches[owners[k]].supply() /
                                  static_cast<double>(1U << cell.inputs.size());
          });
}

void tabulate_flip_flop(const CellBench& bench, const CharacterizationGrid& grid, logic::Cell& cell,
                        plugin::CircuitSimulator& simulator, plugin::Context& context) {
  constexpr std::size_t clock = 1;
  // Nets between transistors that block settle by leakage alone.
  constexpr double resting_time = 1e6;
  const double strength = bench.cell().strength;
  logic::TimingArc arc = empty_arc(clock, logic::TimingArc::Sense::either, grid, strength);
  for (std::size_t t = 0; t < grid.transition.size(); ++t) {
    for (std::size_t l = 0; l < grid.load.size(); ++l) {
      const FlipFlopFigures figures = run_flip_flop(
          bench, grid.transition[t], grid.load[l] * strength,
          2.0 * window_of(grid, grid.transition[t], grid.load[l]), simulator, context);
      const std::size_t point = t * grid.load.size() + l;
      arc.rise_delay.value[point] = figures.rise.delay;
      arc.fall_delay.value[point] = figures.fall.delay;
      arc.rise_transition.value[point] = figures.rise.transition;
      arc.fall_transition.value[point] = figures.fall.transition;
      arc.rise_energy.value[point] = figures.rise.energy;
      arc.fall_energy.value[point] = figures.fall.energy;
      if (t == grid.transition.size() / 2 && l == grid.load.size() / 2) {
        cell.inputs[0].capacitance = figures.data_capacitance;
        cell.inputs[clock].capacitance = figures.clock_capacitance;
        cell.leakage_power = run_flip_flop(bench, grid.transition[t], grid.load[l] * strength,
                                           resting_time * grid.transition[t], simulator, context)
                                 .leakage_power;
      }
    }
  }
  cell.arcs.push_back(std::move(arc));
}

}  // namespace

namespace {

CharacterizationGrid grid_of_multiples(const CellScale& scale,
                                       const std::vector<double>& transitions,
                                       const std::vector<double>& loads) {
  constexpr int digits = 3;
  CharacterizationGrid grid;
  for (const double factor : transitions) {
    grid.transition.push_back(rounded(factor * scale.transition, digits));
  }
  for (const double factor : loads) {
    grid.load.push_back(rounded(factor * scale.input_capacitance, digits));
  }
  return grid;
}

}  // namespace

CharacterizationGrid grid_of(const CellScale& scale) {
  return grid_of_multiples(scale, {0.25, 0.6, 1.2, 2.5, 6.0}, {1.0, 2.5, 5.0, 10.0, 20.0});
}

CharacterizationGrid coarse_grid_of(const CellScale& scale) {
  return grid_of_multiples(scale, {0.6, 2.5}, {2.5, 20.0});
}

CellScale measure_scale(const TransistorPair& pair, plugin::CircuitSimulator& simulator,
                        plugin::Context& context) {
  constexpr double shortest_window = 1e-12;
  constexpr double least_load = 1e-18;
  constexpr int rounds = 4;
  constexpr double fan_out = 4.0;
  const CellBench bench(pair, *find_standard_cell("INV_X1"), context);
  const ArcState state = arc_states(bench.cell()).front();
  CellScale scale;
  double window = shortest_window;
  for (int round = 0; round < rounds; ++round) {
    const double transition = round == 0 ? 0.1 * window : scale.transition;
    const double load = std::max(least_load, fan_out * scale.input_capacitance);
    run_arcs({{&bench, state, load}}, transition, window, simulator, context,
             [&](std::size_t, const ArcFigures& figures) {
               scale.input_capacitance = figures.input_capacitance;
               scale.transition = 0.5 * (figures.rise.transition + figures.fall.transition);
               scale.delay = 0.5 * (figures.rise.delay + figures.fall.delay);
             });
    window = std::max(window, 10.0 * scale.transition);
  }
  return scale;
}

std::vector<logic::Cell> characterize(const TransistorPair& pair,
                                      const std::vector<StandardCell>& cells,
                                      const CharacterizationGrid& grid,
                                      plugin::CircuitSimulator& simulator,
                                      plugin::Context& context) {
  std::vector<logic::Cell> result;
  std::vector<CellBench> benches;
  for (const StandardCell& cell : cells) {
    if (cell.kind == CellKind::latch) continue;
    result.push_back(empty_cell(pair, cell, grid));
    benches.emplace_back(pair, cell, context);
  }
  ArcTables(grid, benches, result).run(simulator, context);
  add_leakage(benches, result, simulator, context);
  for (std::size_t c = 0; c < result.size(); ++c) {
    context.cancel.throw_if_requested();
    if (result[c].flip_flop) {
      tabulate_flip_flop(benches[c], grid, result[c], simulator, context);
    }
    round_cell(result[c]);
  }
  return result;
}

logic::CellLibrary characterize_library(const std::string& name, const TransistorPair& pair,
                                        const std::vector<StandardCell>& cells,
                                        const CharacterizationGrid& grid,
                                        plugin::CircuitSimulator& simulator,
                                        plugin::Context& context) {
  const CellBench inverter(pair, *find_standard_cell("INV_X1"), context);
  const circuit::Result rest = simulator.simulate(
      inverter.circuit(), circuit::OperatingPointAnalysis{}, cell_options(), context);
  logic::CellLibrary library;
  library.name = name;
  library.voltage = pair.supply;
  library.temperature = circuit::LoweringOptions{}.temperature;
  library.origin = rest.method + "; " + identity_of(pair, *context.devices);
  library.cells = characterize(pair, cells, grid, simulator, context);
  return library;
}

bool fits(const logic::CellLibrary& library, const TransistorPair& pair,
          const device::Library& cards) {
  return library.origin.find(identity_of(pair, cards)) != std::string::npos;
}

}  // namespace neucasl::cells
