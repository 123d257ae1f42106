#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/plugin/cell_state.hpp"

/// \file
/// Repair of an array of differential pairs whose stuck cells are known, before it is programmed.
///
/// Nouns. A *pair* is two neighbouring columns whose currents are subtracted before they are
/// converted; a weight's digit is the difference of its two cells. A *place* is a row or a pair of
/// the array as it is built; *spare* places come after those that the weights need. A line that is
/// not in use is cut off from the others.
///
/// Measures (L. Xia et al., IEEE JETCAS 8:102, 2018; C. Liu et al., DAC 2017):
/// - spare rows and pairs take over weights of lines with stuck cells;
/// - remapping puts any row (pair) of weights on any place: inputs (outputs) are sorted in digital;
/// - swap turns the sign of a pair: its two columns change roles, the result is negated;
/// - compensation programs the sound cell of a pair so that the difference is as near to the digit
///   as the window of conductances allows.
///
/// The *harm* of an arrangement is the sum over all weights of (significance x error of the
/// digit)^2 by stuck cells alone, S^2. Rows, and pairs with their signs, are in turn assigned to
/// places such that the harm is least (linear assignment by shortest augmenting paths: R. Jonker
/// and A. Volgenant, Computing 38:325, 1987), until that gains nothing: the least harm when only
/// rows or only pairs may move, otherwise one that no change of the rows alone or of the pairs
/// alone makes less.

namespace neucasl::plugin {

struct RepairOptions {
  std::size_t spare_rows = 0;
  std::size_t spare_pairs = 0;
  bool remap_rows = false;
  bool remap_pairs = false;
  bool swap = false;
  bool compensate = false;

  /// Whether there is anything to do.
  [[nodiscard]] bool any() const {
    return spare_rows > 0 || spare_pairs > 0 || remap_rows || remap_pairs || swap || compensate;
  }
};

/// The caller owns the data.
struct RepairProblem {
  std::size_t rows = 0;
  std::size_t pairs = 0;
  std::span<const double> target;        ///< rows x 2 pairs, S
  std::span<const double> significance;  ///< Of each pair.
  /// (rows + spare_rows) x 2 (pairs + spare_pairs)
  std::span<const CellState> state;
  double conductance_min = 0.0;  ///< S, of cells that are stuck off
  double conductance_max = 0.0;  ///< S, of cells that are stuck on
};

/// Where the weights go.
struct Arrangement {
  std::vector<std::uint32_t> row;     ///< Place of each row of weights.
  std::vector<std::uint32_t> pair;    ///< Place of each pair.
  std::vector<std::uint8_t> swapped;  ///< By pair: 1 when its columns change roles.
};

/// Every row and pair in its own place.
NEUCASL_EXPORT Arrangement unchanged_arrangement(const RepairProblem& problem);

/// \throws base::Error "reliability.repair" for mismatched sizes or an empty window.
NEUCASL_EXPORT Arrangement repair(const RepairProblem& problem, const RepairOptions& options);

/// S^2
NEUCASL_EXPORT double harm(const RepairProblem& problem, const RepairOptions& options,
                           const Arrangement& arrangement);

/// What the two cells of weight (row, pair) are to be programmed to; index 0 is the first column of
/// its place. Stuck cells have targets that do not matter.
struct PairTarget {
  double cell[2];
};
NEUCASL_EXPORT PairTarget placed_target(const RepairProblem& problem, const RepairOptions& options,
                                        const Arrangement& arrangement, std::size_t row,
                                        std::size_t pair);

/// Least sum of cost[i][place[i]] over one-to-one assignments of `count` things to at least as many
/// places; `cost` is count x places. Infinite costs forbid; some assignment must be finite.
NEUCASL_EXPORT std::vector<std::uint32_t> least_assignment(std::span<const double> cost,
                                                           std::size_t count, std::size_t places);

}  // namespace neucasl::plugin
