#include "neucasl/plugin/analog_chip.hpp"

#include <algorithm>
#include <cmath>

#include "cell_programming.hpp"
#include "neucasl/base/parallel.hpp"
#include "neucasl/base/random_block.hpp"

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

void read_spread(const device::Card& card, device::UseList& uses, ProgrammingModel& model) {
  const device::Number* const most = card.find("conductance_max");
  const bool lognormal =
      most != nullptr && most->spread && most->spread->distribution == "lognormal";
  if (card.polynomials.empty() && lognormal) {
    if (most->spread->low || most->spread->high) {
      throw base::Error("device.range",
                        "the spread of 'conductance_max' has bounds, and stands for all targets",
                        "remove its low and high", most->where);
    }
    model.log_sigma = most->spread->sigma;
    return;
  }
  model.sigma = card.polynomial("programming_sigma", uses);
  if (model.sigma.unit.dimension != base::dimension::conductance ||
      model.sigma.scale.dimension != base::dimension::conductance) {
    throw base::Error("device.unit", "'programming_sigma' is not a conductance over a conductance",
                      "give unit and scale_unit in siemens", model.sigma.where);
  }
}

}  // namespace

void check_time(const ProgrammingModel& model, double time) {
  if (time == 0.0 || (time > 0.0 && std::isfinite(time) && model.drift)) return;
  if (time > 0.0 && std::isfinite(time)) {
    throw base::Error("device.drift",
                      "the device's card has no drift, the time is " + base::shortest(time) + " s",
                      "use a card with drift_reference_time, or the time 0");
  }
  throw base::Error("device.drift", "the time since programming is " + base::shortest(time) + " s",
                    "give a finite time >= 0");
}

std::vector<double> target_spreads(std::span<const double> target, const ProgrammingModel& model) {
  std::vector<double> result;
  if (model.log_sigma > 0.0) return result;
  // Targets take few distinct values, which are worth remembering.
  constexpr std::size_t most = 16;
  std::vector<std::pair<double, double>> known;
  result.reserve(target.size());
  for (const double g : target) {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.first == g; });
    if (found != known.end()) {
      result.push_back(found->second);
      continue;
    }
    result.push_back(model.sigma(g));
    if (known.size() < most) known.emplace_back(g, result.back());
  }
  return result;
}

double programmed_cell(const ProgrammingModel& model, double target, double sigma, double normal) {
  if (model.log_sigma > 0.0) return target * std::exp(model.log_sigma * normal);
  return std::max(0.0, target + sigma * normal);
}

void drift_cells(const ProgrammingModel& model, std::span<const double> target,
                 std::span<const double> normal, double time, std::span<double> conductance) {
  const double age = std::log(std::max(1.0, time / model.drift->reference_time));
  for (std::size_t k = 0; k < conductance.size(); ++k) {
    if (target[k] <= 0.0) continue;
    const double share = std::min(target[k] / model.conductance_max, 1.0);
    const double nu = std::abs(model.drift->mean(share) + model.drift->sigma(share) * normal[k]);
    conductance[k] *= std::exp(-nu * age);
  }
}

CellState state_of(const ProgrammingModel& model, double uniform) {
  if (uniform >= model.stuck_on + model.stuck_off) return CellState::sound;
  return uniform < model.stuck_on ? CellState::stuck_on : CellState::stuck_off;
}

TileCells::TileCells(std::vector<double> target, std::string tile, const ProgrammingModel& model)
    : target_(std::move(target)),
      sigma_(target_spreads(target_, model)),
      tile_(std::move(tile)),
      model_(model) {}

std::vector<double> TileCells::programmed(const ChipSample& chip) const {
  check_time(model_, chip.time);
  const std::size_t cells = target_.size();
  std::vector<double> conductance(cells);
  base::first_normals(chip.seed, "programming/" + tile_, chip.sample, conductance);
  for (std::size_t k = 0; k < cells; ++k) {
    conductance[k] =
        programmed_cell(model_, target_[k], sigma_.empty() ? 0.0 : sigma_[k], conductance[k]);
  }
  std::vector<double> draws;
  if (chip.time > 0.0) {
    draws.resize(cells);
    base::first_normals(chip.seed, "drift/" + tile_, chip.sample, draws);
    drift_cells(model_, target_, draws, chip.time, conductance);
  }
  if (!has_stuck_cells(model_)) return conductance;
  draws.resize(cells);
  base::first_uniforms(chip.seed, "stuck/" + tile_, chip.sample, draws);
  for (std::size_t k = 0; k < cells; ++k) {
    const CellState state = state_of(model_, draws[k]);
    if (state == CellState::sound) continue;
    conductance[k] = state == CellState::stuck_on ? model_.conductance_max : model_.conductance_min;
  }
  return conductance;
}

ProgrammingModel read_programming_model(const device::Card& card, device::UseList& uses) {
  ProgrammingModel model;
  read_spread(card, uses, model);
  model.stuck_on = probability(card, "stuck_on_probability", uses);
  model.stuck_off = probability(card, "stuck_off_probability", uses);
  model.conductance_min = card.si("conductance_min", base::dimension::conductance, uses);
  model.conductance_max = card.si("conductance_max", base::dimension::conductance, uses);
  model.drift = mapping::drift_of(card, uses);
  model.read_noise = mapping::read_noise_of(card, uses);
  return model;
}

std::vector<double> program_tile(std::span<const double> target, const std::string& tile,
                                 const ProgrammingModel& model, const ChipSample& chip) {
  return TileCells({target.begin(), target.end()}, tile, model).programmed(chip);
}

mapping::TileMatrices program_chip(const ir::Design& design, const mapping::ChipView& view,
                                   const ProgrammingModel& model, const ChipSample& chip) {
  mapping::TileMatrices result;
  for (const mapping::TileView* tile : tiles_of(view)) {
    result.push_back(program_tile(mapping::conductances(design, *tile), tile->name, model, chip));
  }
  return result;
}

mapping::TileMatrices program_chip(const ir::Design& design, const mapping::ChipView& chip,
                                   const ProgrammingModel& model, std::uint64_t seed,
                                   std::uint64_t sample) {
  return program_chip(design, chip, model, {seed, sample, 0.0});
}

std::function<double(double)> read_noise_at(const ProgrammingModel& model, double time) {
  if (!model.read_noise) return {};
  const mapping::ReadNoise noise = *model.read_noise;
  const double since =
      std::max({time, model.drift ? model.drift->reference_time : 0.0, noise.read_time});
  return [noise, since, most = model.conductance_max](double conductance) {
    return conductance > 0.0 ? conductance * noise.relative(conductance / most, since) : 0.0;
  };
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
    options.cancel = cancel;
    result[t] = solver.effective_matrix(problem, options).value;
  });
  return result;
}

}  // namespace neucasl::plugin
