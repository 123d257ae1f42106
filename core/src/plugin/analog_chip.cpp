#include "neucasl/plugin/analog_chip.hpp"

#include <algorithm>
#include <cmath>

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

/// sigma of each target. Targets take few distinct values, which are worth remembering.
std::vector<double> spreads(std::span<const double> target, const device::Polynomial& sigma) {
  constexpr std::size_t most = 16;
  std::vector<std::pair<double, double>> known;
  std::vector<double> result;
  result.reserve(target.size());
  for (const double g : target) {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.first == g; });
    if (found != known.end()) {
      result.push_back(found->second);
      continue;
    }
    result.push_back(sigma(g));
    if (known.size() < most) known.emplace_back(g, result.back());
  }
  return result;
}

}  // namespace

TileCells::TileCells(std::vector<double> target, std::string tile, const ProgrammingModel& model)
    : target_(std::move(target)), tile_(std::move(tile)), model_(model) {
  if (model_.log_sigma <= 0.0) sigma_ = spreads(target_, model_.sigma);
}

std::vector<double> TileCells::programmed(const ChipSample& chip) const {
  check_time(model_, chip.time);
  std::vector<double> conductance(target_.size());
  base::first_normals(chip.seed, "programming/" + tile_, chip.sample, conductance);
  if (model_.log_sigma > 0.0) {
    for (std::size_t k = 0; k < target_.size(); ++k) {
      conductance[k] = target_[k] * std::exp(model_.log_sigma * conductance[k]);
    }
  } else {
    for (std::size_t k = 0; k < target_.size(); ++k) {
      conductance[k] = std::max(0.0, target_[k] + sigma_[k] * conductance[k]);
    }
  }
  if (chip.time > 0.0) drift(conductance, chip);
  if (model_.stuck_on > 0.0 || model_.stuck_off > 0.0) stick(conductance, chip);
  return conductance;
}

void TileCells::drift(std::vector<double>& conductance, const ChipSample& chip) const {
  const double age = std::log(std::max(1.0, chip.time / model_.drift->reference_time));
  std::vector<double> exponents(conductance.size());
  base::first_normals(chip.seed, "drift/" + tile_, chip.sample, exponents);
  for (std::size_t k = 0; k < conductance.size(); ++k) {
    if (target_[k] <= 0.0) continue;
    const double share = std::min(target_[k] / model_.conductance_max, 1.0);
    const double nu =
        std::abs(model_.drift->mean(share) + model_.drift->sigma(share) * exponents[k]);
    conductance[k] *= std::exp(-nu * age);
  }
}

void TileCells::stick(std::vector<double>& conductance, const ChipSample& chip) const {
  std::vector<double> uniform(conductance.size());
  base::first_uniforms(chip.seed, "stuck/" + tile_, chip.sample, uniform);
  for (std::size_t k = 0; k < conductance.size(); ++k) {
    if (uniform[k] >= model_.stuck_on + model_.stuck_off) continue;
    conductance[k] = uniform[k] < model_.stuck_on ? model_.conductance_max : model_.conductance_min;
  }
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
