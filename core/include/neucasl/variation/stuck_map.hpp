#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

/// \file
/// Maps of stuck cells in an array.
///
/// A *stuck* cell keeps its lowest or highest conductance whatever is written. A map is drawn from
/// a pattern: *cells* independent of each other, *clusters*, whole *rows* or whole *columns*;
/// either each of them with a probability, or an exact count of them.

namespace neucasl::variation {

enum class StuckAt : std::uint8_t { off, on };  ///< Lowest, highest conductance.

struct StuckCell {
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  StuckAt at = StuckAt::off;
  auto operator<=>(const StuckCell&) const = default;
};

enum class FaultPattern : std::uint8_t {
  cells,
  /// *Regions* of region_rows x region_columns cells: the density of faults is the same in a
  /// region and Gamma from region to region, so that the count of a large region is negative
  /// binomial with the parameter `clustering` (C. H. Stapper, F. M. Armstrong, K. Saji, Proc. IEEE
  /// 71(4):453, 1983).
  regions,
  /// Centres at random, around each a Poisson count of satellites, normal with `radius` (J. Neyman,
  /// E. L. Scott, J. R. Stat. Soc. B 20:1, 1958; M. Thomas, Biometrika 36:18, 1949).
  satellites,
  rows,
  columns,
};

struct FaultLaw {
  FaultPattern pattern = FaultPattern::cells;
  /// Of a cell (cells, regions, satellites), a row or a column; or `count` of them exactly.
  double probability = 0.0;
  std::optional<std::size_t> count;
  double on_share = 0.5;    ///< Of the faults that are stuck at on; a row or column as one.
  double clustering = 2.0;  ///< regions: the smaller, the more clustered.
  std::uint32_t region_rows = 16;
  std::uint32_t region_columns = 16;
  double satellites = 4.0;  ///< satellites: mean count of a centre, itself included; >= 1.
  double radius = 1.5;      ///< In cells.
  base::Location where;
};

/// The stuck cells of one array, in order of row and column, each once.
/// \throws base::Error "variation.faults": no cells, more faults than cells (rows, columns), a
/// probability or share outside 0 to 1, parameters not positive.
NEUCASL_EXPORT std::vector<StuckCell> draw_stuck_cells(const FaultLaw& law, std::uint32_t rows,
                                                       std::uint32_t columns,
                                                       base::RandomStream& random);

/// That an area with `mean` faults on average has none, (1 + mean / clustering)^-clustering;
/// exp(-mean) for infinite clustering parameter (Poisson).
NEUCASL_EXPORT double negative_binomial_yield(double mean, double clustering);

}  // namespace neucasl::variation
