#include "neucasl/variation/stuck_map.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_set>

#include "neucasl/base/quantity.hpp"
#include "variates.hpp"

namespace neucasl::variation {
namespace {

[[noreturn]] void refuse(const FaultLaw& law, const std::string& message,
                         const std::string& remedy) {
  throw base::Error("variation.faults", message, remedy, law.where);
}

bool is_share(double value) { return value >= 0.0 && value <= 1.0; }

void check(const FaultLaw& law, std::uint32_t rows, std::uint32_t columns) {
  if (rows == 0 || columns == 0) {
    refuse(law, "an array of " + std::to_string(rows) + " x " + std::to_string(columns) + " cells",
           "give at least one row and one column");
  }
  if (!is_share(law.probability)) {
    refuse(law, "the probability of a fault is " + base::shortest(law.probability),
           "give a number from 0 to 1");
  }
  if (!is_share(law.on_share)) {
    refuse(law, "the share of faults stuck at on is " + base::shortest(law.on_share),
           "give a number from 0 to 1");
  }
  if (!(law.clustering > 0.0) || law.region_rows == 0 || law.region_columns == 0) {
    refuse(law, "the clustering of faults is not positive",
           "give a clustering parameter and regions above 0");
  }
  if (!(law.satellites >= 1.0 && law.satellites <= 1e6) ||
      !(law.radius > 0.0 && law.radius <= 1e6)) {
    refuse(law,
           "clusters of " + base::shortest(law.satellites) + " faults with the radius " +
               base::shortest(law.radius),
           "give at least one fault to a cluster and a radius above 0, both at most 1e6");
  }
  const bool whole_rows = law.pattern == FaultPattern::rows;
  const bool lines = whole_rows || law.pattern == FaultPattern::columns;
  const std::uint64_t places = lines ? std::uint64_t{whole_rows ? rows : columns}
                                     : std::uint64_t{rows} * std::uint64_t{columns};
  if (law.count && *law.count > places) {
    const std::string what = lines ? (whole_rows ? " rows" : " columns") : " cells";
    refuse(law,
           std::to_string(*law.count) + " faults are asked of " + std::to_string(places) + what,
           "give at most " + std::to_string(places));
  }
}

/// Numbers below `bound`, ascending: each with a probability, or `count` of them.
std::vector<std::uint64_t> draw_numbers(std::uint64_t bound, double probability,
                                        const std::optional<std::size_t>& count,
                                        base::RandomStream& random) {
  std::vector<std::uint64_t> result;
  if (count) {
    // R. Floyd's sampling without repetition (Comm. ACM 30(9):754, 1987).
    std::unordered_set<std::uint64_t> chosen;
    for (std::uint64_t last = bound - *count; last < bound; ++last) {
      const std::uint64_t pick = below(last + 1, random);
      result.push_back(chosen.insert(pick).second ? pick : last);
      chosen.insert(result.back());
    }
    std::sort(result.begin(), result.end());
    return result;
  }
  if (probability <= 0.0) return result;
  // The gap to the next fault is geometric.
  const double log_good = std::log1p(-probability);
  double at = -1.0;
  for (;;) {
    at += 1.0 + (probability < 1.0 ? std::floor(std::log(random.uniform()) / log_good) : 0.0);
    if (!(at < static_cast<double>(bound))) return result;
    result.push_back(static_cast<std::uint64_t>(at));
  }
}

StuckAt draw_state(const FaultLaw& law, base::RandomStream& random) {
  return random.uniform() < law.on_share ? StuckAt::on : StuckAt::off;
}

using Cells = std::vector<std::uint64_t>;  // row x columns + column

/// Each cell of a region with the region's own probability.
Cells draw_regions(const FaultLaw& law, std::uint32_t rows, std::uint32_t columns,
                   base::RandomStream& random) {
  Cells cells;
  for (std::uint32_t top = 0; top < rows; top += std::min(law.region_rows, rows - top)) {
    const std::uint32_t height = std::min(law.region_rows, rows - top);
    for (std::uint32_t left = 0; left < columns;
         left += std::min(law.region_columns, columns - left)) {
      const std::uint32_t width = std::min(law.region_columns, columns - left);
      const double density =
          law.probability * gamma_variate(law.clustering, random) / law.clustering;
      const std::uint64_t region = std::uint64_t{height} * std::uint64_t{width};
      for (const std::uint64_t k : draw_numbers(region, std::min(density, 1.0), {}, random)) {
        cells.push_back((top + k / width) * columns + left + k % width);
      }
    }
  }
  return cells;
}

/// A cell near a centre, or nothing beyond the array's edges.
std::optional<std::uint64_t> draw_satellite(double row, double column, double radius,
                                            std::uint32_t rows, std::uint32_t columns,
                                            base::RandomStream& random) {
  const double i = std::round(row + radius * random.normal());
  const double j = std::round(column + radius * random.normal());
  if (!(i >= 0.0 && i < rows && j >= 0.0 && j < columns)) return std::nullopt;
  return static_cast<std::uint64_t>(i) * columns + static_cast<std::uint64_t>(j);
}

/// Clusters until a number of different cells is stuck: a Poisson one, or the exact one.
Cells draw_satellites(const FaultLaw& law, std::uint32_t rows, std::uint32_t columns,
                      base::RandomStream& random) {
  const std::uint64_t cells = std::uint64_t{rows} * std::uint64_t{columns};
  std::unordered_set<std::uint64_t> stuck;
  const auto cluster = [&](std::size_t most) {
    const std::uint64_t centre = below(cells, random);
    if (stuck.size() < most) stuck.insert(centre);
    const std::uint64_t row = centre / columns;
    const std::uint64_t column = centre % columns;
    const std::uint64_t members = poisson_variate(law.satellites - 1.0, random);
    for (std::uint64_t k = 0; k < members; ++k) {
      const auto cell = draw_satellite(static_cast<double>(row), static_cast<double>(column),
                                       law.radius, rows, columns, random);
      if (cell && stuck.size() < most) stuck.insert(*cell);
    }
  };
  if (law.count) {
    while (stuck.size() < *law.count) cluster(*law.count);
  } else {
    const double mean = law.probability * static_cast<double>(cells) / law.satellites;
    const std::uint64_t clusters = poisson_variate(mean, random);
    for (std::uint64_t k = 0; k < clusters; ++k) cluster(static_cast<std::size_t>(cells));
  }
  return {stuck.begin(), stuck.end()};
}

/// Regions redrawn at random among the cells of clustered ones until the count is exact: fewer are
/// kept by chance, missing ones come from further maps of the same law.
Cells draw_counted_regions(FaultLaw law, std::uint32_t rows, std::uint32_t columns,
                           base::RandomStream& random) {
  const std::uint64_t cells = std::uint64_t{rows} * std::uint64_t{columns};
  const std::size_t count = *law.count;
  law.count.reset();
  law.probability = static_cast<double>(count) / static_cast<double>(cells);
  std::unordered_set<std::uint64_t> stuck;
  std::vector<std::uint64_t> order;
  while (order.size() < count) {
    for (const std::uint64_t cell : draw_regions(law, rows, columns, random)) {
      if (stuck.insert(cell).second) order.push_back(cell);
    }
  }
  Cells kept;
  kept.reserve(count);
  for (const std::uint64_t k : draw_numbers(order.size(), 0.0, count, random)) {
    kept.push_back(order[k]);
  }
  return kept;
}

Cells draw_cells(const FaultLaw& law, std::uint32_t rows, std::uint32_t columns,
                 base::RandomStream& random) {
  switch (law.pattern) {
    case FaultPattern::regions:
      return law.count ? draw_counted_regions(law, rows, columns, random)
                       : draw_regions(law, rows, columns, random);
    case FaultPattern::satellites:
      return draw_satellites(law, rows, columns, random);
    default:
      return draw_numbers(std::uint64_t{rows} * std::uint64_t{columns}, law.probability, law.count,
                          random);
  }
}

}  // namespace

std::vector<StuckCell> draw_stuck_cells(const FaultLaw& law, std::uint32_t rows,
                                        std::uint32_t columns, base::RandomStream& random) {
  check(law, rows, columns);
  std::vector<StuckCell> result;
  if (law.pattern == FaultPattern::rows || law.pattern == FaultPattern::columns) {
    const bool whole_rows = law.pattern == FaultPattern::rows;
    const std::uint32_t length = whole_rows ? columns : rows;
    for (const std::uint64_t line :
         draw_numbers(whole_rows ? rows : columns, law.probability, law.count, random)) {
      const StuckAt at = draw_state(law, random);
      const auto number = static_cast<std::uint32_t>(line);
      for (std::uint32_t k = 0; k < length; ++k) {
        result.push_back(whole_rows ? StuckCell{number, k, at} : StuckCell{k, number, at});
      }
    }
    std::sort(result.begin(), result.end());
    return result;
  }
  Cells cells = draw_cells(law, rows, columns, random);
  // States are drawn in the order of the cells, which a set does not keep.
  std::sort(cells.begin(), cells.end());
  result.reserve(cells.size());
  for (const std::uint64_t cell : cells) {
    result.push_back({static_cast<std::uint32_t>(cell / columns),
                      static_cast<std::uint32_t>(cell % columns), draw_state(law, random)});
  }
  return result;
}

double negative_binomial_yield(double mean, double clustering) {
  if (!(mean >= 0.0) || !(clustering > 0.0)) {
    throw base::Error("variation.faults",
                      "a mean of " + base::shortest(mean) + " faults with the clustering " +
                          base::shortest(clustering),
                      "give a mean of 0 or more and a clustering above 0");
  }
  if (std::isinf(clustering)) return std::exp(-mean);
  return std::exp(-clustering * std::log1p(mean / clustering));
}

}  // namespace neucasl::variation
