#include "mitigated_tile.hpp"

#include <cmath>
#include <numeric>

#include "neucasl/base/quantity.hpp"
#include "neucasl/base/random_block.hpp"

namespace neucasl::plugin {
namespace {

/// Slots of things at places: their own, or for those at spare places the ones that are left.
std::vector<std::uint32_t> slots_of(const std::vector<std::uint32_t>& place) {
  const std::size_t count = place.size();
  std::vector<bool> taken(count, false);
  for (const std::uint32_t p : place) {
    if (p < count) taken[p] = true;
  }
  std::vector<std::uint32_t> result(count);
  std::uint32_t left = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (place[i] < count) {
      result[i] = place[i];
      continue;
    }
    while (taken[left]) ++left;
    result[i] = left++;
  }
  return result;
}

double total_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

std::string to_string(const Mitigation& mitigation) {
  std::string text;
  const auto add = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  const RepairOptions& r = mitigation.repair;
  if (r.spare_rows > 0) add("spare_rows " + std::to_string(r.spare_rows));
  if (r.spare_pairs > 0) add("spare_pairs " + std::to_string(r.spare_pairs));
  if (r.remap_rows) add("remap rows");
  if (r.remap_pairs) add("remap pairs");
  if (r.swap) add("swap");
  if (r.compensate) add("compensate");
  if (mitigation.verify.attempts > 1) {
    add("verify " + std::to_string(mitigation.verify.attempts) + " times to " +
        base::shortest(mitigation.verify.tolerance) + " S");
  }
  if (mitigation.drift_compensation) add("drift compensation");
  return text.empty() ? "none" : text;
}

std::vector<double> PlacedTile::sorted(const std::vector<double>& by_slot) const {
  const std::size_t columns = 2 * pair_slot.size();
  std::vector<double> result(by_slot.size());
  for (std::size_t row = 0; row < row_slot.size(); ++row) {
    const double* const from = by_slot.data() + row_slot[row] * columns;
    double* const to = result.data() + row * columns;
    for (std::size_t pair = 0; pair < pair_slot.size(); ++pair) {
      const double* const cells = from + 2 * pair_slot[pair];
      to[2 * pair] = factor * cells[swapped[pair]];
      to[2 * pair + 1] = factor * cells[1 - swapped[pair]];
    }
  }
  return result;
}

/// All cells of an array, (rows + spare rows) x 2 (pairs + spare pairs).
struct MitigatedTile::Built {
  std::size_t columns = 0;
  std::vector<double> normal;
  std::vector<CellState> state;
};

MitigatedTile::MitigatedTile(std::vector<double> target, const mapping::LayerView& layer,
                             const mapping::TileView& tile, const ProgrammingModel& model)
    : name_(tile.name),
      rows_(tile.rows),
      pairs_(tile.columns / 2),
      target_(std::move(target)),
      model_(model) {
  const auto slices = static_cast<std::size_t>(layer.slices);
  for (std::size_t pair = 0; pair < pairs_; ++pair) {
    significance_.push_back(std::ldexp(1.0, static_cast<int>(pair % slices) * layer.bits_per_cell));
  }
}

MitigatedTile::Built MitigatedTile::build(const ChipSample& chip,
                                          const RepairOptions& repair) const {
  Built built;
  built.columns = 2 * (pairs_ + repair.spare_pairs);
  const std::size_t rows = rows_ + repair.spare_rows;
  const std::size_t own = target_.size();
  const std::size_t spare = rows * built.columns - own;
  std::vector<double> normal(own);
  std::vector<double> spare_normal(spare);
  base::first_normals(chip.seed, "programming/" + name_, chip.sample, normal);
  base::first_normals(chip.seed, "spare programming/" + name_, chip.sample, spare_normal);
  std::vector<double> uniform(own, 1.0);
  std::vector<double> spare_uniform(spare, 1.0);
  if (has_stuck_cells(model_)) {
    base::first_uniforms(chip.seed, "stuck/" + name_, chip.sample, uniform);
    base::first_uniforms(chip.seed, "spare stuck/" + name_, chip.sample, spare_uniform);
  }
  built.normal.reserve(own + spare);
  built.state.reserve(own + spare);
  std::size_t next = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < built.columns; ++column) {
      const bool is_own = row < rows_ && column < 2 * pairs_;
      const std::size_t cell = is_own ? row * 2 * pairs_ + column : next++;
      built.normal.push_back(is_own ? normal[cell] : spare_normal[cell]);
      built.state.push_back(state_of(model_, is_own ? uniform[cell] : spare_uniform[cell]));
    }
  }
  return built;
}

PlacedTile MitigatedTile::program(const ChipSample& chip, const Mitigation& mitigation,
                                  MitigationCost& cost) const {
  check_time(model_, chip.time);
  const Built built = build(chip, mitigation.repair);
  const RepairProblem problem{rows_,
                              pairs_,
                              target_,
                              significance_,
                              built.state,
                              model_.conductance_min,
                              model_.conductance_max};
  const Arrangement arrangement = repair(problem, mitigation.repair);
  PlacedTile tile;
  tile.row_slot = slots_of(arrangement.row);
  tile.pair_slot = slots_of(arrangement.pair);
  tile.swapped = arrangement.swapped;
  std::vector<double> target(target_.size());
  std::vector<std::size_t> cell_of_slot(target_.size());
  for (std::size_t row = 0; row < rows_; ++row) {
    for (std::size_t pair = 0; pair < pairs_; ++pair) {
      const PairTarget wanted = placed_target(problem, mitigation.repair, arrangement, row, pair);
      const std::size_t slot = (tile.row_slot[row] * pairs_ + tile.pair_slot[pair]) * 2;
      const std::size_t cell = arrangement.row[row] * built.columns + 2 * arrangement.pair[pair];
      for (std::size_t side = 0; side < 2; ++side) {
        target[slot + side] = wanted.cell[side];
        cell_of_slot[slot + side] = cell + side;
      }
    }
  }
  for (std::size_t row = 0; row < rows_; ++row) {
    for (std::size_t column = 0; column < 2 * pairs_; ++column) {
      if (built.state[row * built.columns + column] != CellState::sound) cost.stuck_cells += 1.0;
    }
  }
  cost.cells += static_cast<double>(target_.size());
  cost.spare_cells += static_cast<double>(built.state.size() - target_.size());
  write(chip, mitigation, built, cell_of_slot, target, tile, cost);
  return tile;
}

void MitigatedTile::write(const ChipSample& chip, const Mitigation& mitigation, const Built& built,
                          const std::vector<std::size_t>& cell_of_slot,
                          const std::vector<double>& target, PlacedTile& tile,
                          MitigationCost& cost) const {
  const std::size_t cells = target.size();
  const std::vector<double> sigma = target_spreads(target, model_);
  const auto programmed = [&](std::size_t k, double normal) {
    return programmed_cell(model_, target[k], sigma.empty() ? 0.0 : sigma[k], normal);
  };
  const auto is_sound = [&](std::size_t k) {
    return built.state[cell_of_slot[k]] == CellState::sound;
  };
  std::vector<double>& conductance = tile.conductance;
  conductance.resize(cells);
  for (std::size_t k = 0; k < cells; ++k)
    conductance[k] = programmed(k, built.normal[cell_of_slot[k]]);
  cost.pulses += static_cast<double>(cells);
  std::vector<double> draws(cells);
  for (std::size_t attempt = 1; attempt < mitigation.verify.attempts; ++attempt) {
    base::first_normals(chip.seed, "verify " + std::to_string(attempt) + '/' + name_, chip.sample,
                        draws);
    for (std::size_t k = 0; k < cells; ++k) {
      if (!is_sound(k) || std::abs(conductance[k] - target[k]) <= mitigation.verify.tolerance) {
        continue;
      }
      conductance[k] = programmed(k, draws[k]);
      cost.pulses += 1.0;
    }
  }
  const auto stick = [&] {
    for (std::size_t k = 0; k < cells; ++k) {
      const CellState state = built.state[cell_of_slot[k]];
      if (state == CellState::sound) continue;
      conductance[k] =
          state == CellState::stuck_on ? model_.conductance_max : model_.conductance_min;
    }
  };
  stick();
  if (chip.time == 0.0) return;
  const double before = total_of(conductance);
  base::first_normals(chip.seed, "drift/" + name_, chip.sample, draws);
  drift_cells(model_, target, draws, chip.time, conductance);
  stick();
  const double now = total_of(conductance);
  if (mitigation.drift_compensation && now > 0.0) tile.factor = before / now;
}

}  // namespace neucasl::plugin
