#pragma once

#include <string>
#include <vector>

#include "cell_programming.hpp"
#include "neucasl/mapping/chip.hpp"
#include "neucasl/plugin/mitigation.hpp"

namespace neucasl::plugin {

/// The cells of a tile of pairs of columns, repaired and programmed. Lines in use stand in as many
/// *slots* as the weights have lines: a line in its own kind of place in that slot, one that moved
/// to a spare place in a slot that was left, in order; so wires are taken as if the spare line
/// stood where the line is that it replaces.
struct PlacedTile {
  std::vector<double> conductance;      ///< rows x columns, S, by slot.
  std::vector<std::uint32_t> row_slot;  ///< Of each row of weights.
  std::vector<std::uint32_t> pair_slot;
  std::vector<std::uint8_t> swapped;
  double factor = 1.0;  ///< Of the currents, by drift compensation.

  /// A matrix by slots in the order of the weights, times the factor.
  [[nodiscard]] std::vector<double> sorted(const std::vector<double>& by_slot) const;
};

/// One tile on all chips. Without mitigation its cells are those of `TileCells`; spare cells and
/// further attempts have random streams of their own.
class MitigatedTile {
 public:
  MitigatedTile(std::vector<double> target, const mapping::LayerView& layer,
                const mapping::TileView& tile, const ProgrammingModel& model);

  [[nodiscard]] PlacedTile program(const ChipSample& chip, const Mitigation& mitigation,
                                   MitigationCost& cost) const;

 private:
  struct Built;
  [[nodiscard]] Built build(const ChipSample& chip, const RepairOptions& repair) const;
  void write(const ChipSample& chip, const Mitigation& mitigation, const Built& built,
             const std::vector<std::size_t>& cell_of_slot, const std::vector<double>& target,
             PlacedTile& tile, MitigationCost& cost) const;

  std::string name_;
  std::size_t rows_;
  std::size_t pairs_;
  std::vector<double> target_;
  std::vector<double> significance_;
  ProgrammingModel model_;
};

}  // namespace neucasl::plugin
