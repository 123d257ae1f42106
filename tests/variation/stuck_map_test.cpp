#include "neucasl/variation/stuck_map.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace neucasl::variation {
namespace {

constexpr FaultPattern all_patterns[] = {FaultPattern::cells, FaultPattern::regions,
                                         FaultPattern::satellites, FaultPattern::rows,
                                         FaultPattern::columns};

std::vector<StuckCell> draw(const FaultLaw& law, std::uint32_t rows, std::uint32_t columns,
                            std::uint64_t sample) {
  base::RandomStream random(11, "stuck", sample);
  return draw_stuck_cells(law, rows, columns, random);
}

/// Mean and variance of the count of stuck cells.
struct Moments {
  double mean = 0.0;
  double variance = 0.0;
};
Moments counts(const FaultLaw& law, std::uint32_t rows, std::uint32_t columns, int samples) {
  double sum = 0.0;
  double squares = 0.0;
  for (int k = 0; k < samples; ++k) {
    const auto n =
        static_cast<double>(draw(law, rows, columns, static_cast<std::uint64_t>(k)).size());
    sum += n;
    squares += n * n;
  }
  const double mean = sum / samples;
  return {mean, squares / samples - mean * mean};
}

TEST(StuckMap, CellsAreInOrderOnceAndInside) {
  for (const FaultPattern pattern : all_patterns) {
    FaultLaw law;
    law.pattern = pattern;
    law.probability = 0.2;
    const auto map = draw(law, 40, 30, 0);
    ASSERT_FALSE(map.empty());
    EXPECT_EQ(map, draw(law, 40, 30, 0));
    EXPECT_NE(map, draw(law, 40, 30, 1));
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    for (const StuckCell& cell : map) {
      EXPECT_LT(cell.row, 40U);
      EXPECT_LT(cell.column, 30U);
      EXPECT_TRUE(seen.insert({cell.row, cell.column}).second);
    }
    EXPECT_TRUE(std::is_sorted(map.begin(), map.end()));
  }
}

TEST(StuckMap, AnExactCountIsExact) {
  for (const FaultPattern pattern : all_patterns) {
    const bool line = pattern == FaultPattern::rows || pattern == FaultPattern::columns;
    for (const std::size_t count : {std::size_t{0}, std::size_t{7}, std::size_t{20}}) {
      FaultLaw law;
      law.pattern = pattern;
      law.count = count;
      const std::size_t length = pattern == FaultPattern::rows ? 25 : 20;
      EXPECT_EQ(draw(law, 20, 25, 3).size(), line ? count * length : count);
    }
  }
  FaultLaw full;
  full.count = 12;
  EXPECT_EQ(draw(full, 3, 4, 0).size(), 12U);
}

// Binomial: mean n p, variance n p (1 - p); 5 sigma of the means of 4,000 maps.
TEST(StuckMap, IndependentCellsAreBinomial) {
  FaultLaw law;
  law.probability = 0.05;
  constexpr int samples = 4000;
  const Moments found = counts(law, 20, 20, samples);
  EXPECT_NEAR(found.mean, 20.0, 5.0 * std::sqrt(19.0 / samples));
  EXPECT_NEAR(found.variance, 19.0, 5.0 * 19.0 * std::sqrt(2.0 / samples));
}

TEST(StuckMap, EveryCellIsAsLikely) {
  FaultLaw law;
  law.count = 5;
  std::vector<int> hits(25, 0);
  constexpr int samples = 10000;
  for (int k = 0; k < samples; ++k) {
    for (const StuckCell& cell : draw(law, 5, 5, static_cast<std::uint64_t>(k))) {
      ++hits[cell.row * 5 + cell.column];
    }
  }
  // 25 comparisons at 5 sigma.
  for (const int n : hits) EXPECT_NEAR(n, 2000.0, 5.0 * std::sqrt(samples * 0.2 * 0.8));
}

// One region: the count given the density is binomial, the density Gamma with clustering a; so the
// mean is n p and the variance n p (1 - p) + (n p)^2 / a - n p^2 / a (law of total variance).
TEST(StuckMap, RegionsAreNegativeBinomial) {
  FaultLaw law;
  law.pattern = FaultPattern::regions;
  law.probability = 0.02;
  law.clustering = 2.0;
  law.region_rows = 16;
  law.region_columns = 16;
  constexpr int samples = 20000;
  const Moments found = counts(law, 16, 16, samples);
  const double mean = 256 * 0.02;
  const double p2 = 0.02 * 0.02 * (1.0 + 1.0 / 2.0);
  const double variance = 256 * (0.02 - p2) + 256.0 * 256.0 * 0.02 * 0.02 / 2.0;
  EXPECT_NEAR(found.mean, mean, 5.0 * std::sqrt(variance / samples));
  EXPECT_NEAR(found.variance, variance, 0.1 * variance);
  // Maps without a fault: (1 + mean / a)^-a but for the binomial's step from the Poisson law.
  int none = 0;
  for (int k = 0; k < samples; ++k) {
    if (draw(law, 16, 16, static_cast<std::uint64_t>(k)).empty()) ++none;
  }
  const double yield = negative_binomial_yield(mean, 2.0);
  EXPECT_NEAR(static_cast<double>(none) / samples, yield,
              5.0 * std::sqrt(yield * (1.0 - yield) / samples) + 0.02 * yield);
  EXPECT_NEAR(negative_binomial_yield(1.0, INFINITY), std::exp(-1.0), 1e-15);
  EXPECT_NEAR(negative_binomial_yield(1.0, 1e9), std::exp(-1.0), 1e-8);
}

// Faults of satellites lie near each other: the share with another one among the eight neighbours
// is far above that of independent faults of the same count.
TEST(StuckMap, SatellitesCluster) {
  const auto touching = [](FaultPattern pattern) {
    FaultLaw law;
    law.pattern = pattern;
    law.count = 100;
    law.satellites = 8.0;
    law.radius = 1.0;
    std::size_t together = 0;
    for (std::uint64_t k = 0; k < 20; ++k) {
      const auto map = draw(law, 200, 200, k);
      for (const StuckCell& a : map) {
        together += std::any_of(map.begin(), map.end(), [&](const StuckCell& b) {
          const auto dr = std::abs(static_cast<int>(a.row) - static_cast<int>(b.row));
          const auto dc = std::abs(static_cast<int>(a.column) - static_cast<int>(b.column));
          return a != b && dr <= 1 && dc <= 1;
        });
      }
    }
    return static_cast<double>(together) / 2000.0;
  };
  EXPECT_GT(touching(FaultPattern::satellites), 0.5);
  EXPECT_LT(touching(FaultPattern::cells), 0.1);
}

TEST(StuckMap, RowsAndColumnsAreWhole) {
  FaultLaw law;
  law.pattern = FaultPattern::columns;
  law.count = 2;
  law.on_share = 0.5;
  const auto map = draw(law, 6, 9, 5);
  ASSERT_EQ(map.size(), 12U);
  for (const StuckCell& cell : map) {
    const auto same = std::count_if(map.begin(), map.end(), [&](const StuckCell& other) {
      return other.column == cell.column && other.at == cell.at;
    });
    EXPECT_EQ(same, 6);
  }
}

TEST(StuckMap, TheShareOfOnIsThatAskedFor) {
  FaultLaw law;
  law.count = 10000;
  law.on_share = 0.84;
  const auto map = draw(law, 100, 100, 0);
  const auto on = std::count_if(map.begin(), map.end(),
                                [](const StuckCell& cell) { return cell.at == StuckAt::on; });
  EXPECT_NEAR(static_cast<double>(on), 8400.0, 5.0 * std::sqrt(10000 * 0.84 * 0.16));
}

TEST(StuckMap, RefusesWhatCannotBe) {
  const auto refused = [](FaultLaw law, std::uint32_t rows = 4, std::uint32_t columns = 4) {
    law.where = {"card.xml", 9, 1};
    try {
      (void)draw(law, rows, columns, 0);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().where.line, 9U);
      return error.diagnostic().code + ": " + error.diagnostic().message;
    }
    return std::string("none");
  };
  FaultLaw many;
  many.count = 17;
  EXPECT_EQ(refused(many), "variation.faults: 17 faults are asked of 16 cells");
  many.pattern = FaultPattern::rows;
  EXPECT_EQ(refused(many), "variation.faults: 17 faults are asked of 4 rows");
  FaultLaw law;
  law.probability = 1.5;
  EXPECT_NE(refused(law), "none");
  law.probability = NAN;
  EXPECT_NE(refused(law), "none");
  EXPECT_NE(refused({}, 0, 4), "none");
  FaultLaw share;
  share.on_share = -0.1;
  EXPECT_NE(refused(share), "none");
  FaultLaw clustering;
  clustering.clustering = 0.0;
  EXPECT_NE(refused(clustering), "none");
  FaultLaw radius;
  radius.radius = 0.0;
  EXPECT_NE(refused(radius), "none");
  EXPECT_THROW((void)negative_binomial_yield(-1.0, 2.0), base::Error);
}

}  // namespace
}  // namespace neucasl::variation
