#include "neucasl/plugin/analog_chip.hpp"

#include <algorithm>

#include "neucasl/base/parallel.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::plugin {
namespace {

double probability(const device::Card& card, std::string_view name, device::UseList& uses) {
  const double value = card.si(name, base::dimension::none, uses);
  if (value >= 0.0 && value <= 1.0) return value;
  throw base::Error("device.range", "'" + std::string(name) + "' is not a probability",
                    "give a number from 0 to 1", card.find(name)->where);
}

std::vector<const mapping::TileView*> tiles_of(const mapping::ChipView& chip) {
  std::vector<const mapping::TileView*> tiles;
  for (const mapping::LayerView& layer : chip.layers) {
    for (const mapping::TileView& tile : layer.tiles) tiles.push_back(&tile);
  }
  return tiles;
}

}  // namespace

ProgrammingModel read_programming_model(const device::Card& card, device::UseList& uses) {
  ProgrammingModel model;
  model.sigma = card.polynomial("programming_sigma", uses);
  if (model.sigma.unit.dimension != base::dimension::conductance ||
      model.sigma.scale.dimension != base::dimension::conductance) {
    throw base::Error("device.unit", "'programming_sigma' is not a conductance over a conductance",
                      "give unit and scale_unit in siemens", model.sigma.where);
  }
  model.stuck_on = probability(card, "stuck_on_probability", uses);
  model.stuck_off = probability(card, "stuck_off_probability", uses);
  model.conductance_min = card.si("conductance_min", base::dimension::conductance, uses);
  model.conductance_max = card.si("conductance_max", base::dimension::conductance, uses);
  return model;
}

mapping::TileMatrices program_chip(const ir::Design& design, const mapping::ChipView& chip,
                                   const ProgrammingModel& model, std::uint64_t seed,
                                   std::uint64_t sample) {
  mapping::TileMatrices result;
  for (const mapping::TileView* tile : tiles_of(chip)) {
    std::vector<double> values = mapping::conductances(design, *tile);
    // Targets take few distinct values, so sigma is worth remembering.
    double known_target = -1.0;
    double known_sigma = 0.0;
    base::RandomStream programming(seed, "programming/" + tile->name, sample);
    for (double& g : values) {
      if (g != known_target) {
        known_target = g;
        known_sigma = model.sigma(g);
      }
      g = std::max(0.0, g + known_sigma * programming.normal());
    }
    if (model.stuck_on > 0.0 || model.stuck_off > 0.0) {
      base::RandomStream faults(seed, "stuck/" + tile->name, sample);
      for (double& g : values) {
        const double u = faults.uniform();
        if (u < model.stuck_on) {
          g = model.conductance_max;
        } else if (u < model.stuck_on + model.stuck_off) {
          g = model.conductance_min;
        }
      }
    }
    result.push_back(std::move(values));
  }
  return result;
}

mapping::TileMatrices effective_matrices(const mapping::ChipView& chip,
                                         const mapping::TileMatrices& conductance,
                                         const ArraySolver& solver, double tolerance, int threads,
                                         const base::CancelFlag& cancel) {
  const std::vector<const mapping::TileView*> tiles = tiles_of(chip);
  mapping::TileMatrices result(tiles.size());
  base::parallel_for(tiles.size(), threads, cancel, [&](std::size_t t) {
    const mapping::TileView& tile = *tiles[t];
    const ArrayProblem problem{tile.rows, tile.columns, conductance[t], tile.row_segment_resistance,
                               tile.column_segment_resistance};
    ArraySolveOptions options;
    options.tolerance = tolerance;
    result[t] = solver.effective_matrix(problem, options).value;
  });
  return result;
}

}  // namespace neucasl::plugin
