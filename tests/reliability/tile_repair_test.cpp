#include "neucasl/plugin/tile_repair.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "neucasl/base/random.hpp"
#include "tests/mapping/parts.hpp"

namespace neucasl::plugin {
namespace {

constexpr double low = 1.0;
constexpr double high = 5.0;

/// An array with many stuck cells, small enough for all arrangements to be tried.
struct SmallArray {
  std::size_t rows = 0;
  std::size_t pairs = 0;
  std::vector<double> target;
  std::vector<double> significance;
  std::vector<CellState> state;

  SmallArray(std::uint64_t sample, std::size_t row_count, std::size_t pair_count,
             const RepairOptions& options)
      : rows(row_count), pairs(pair_count) {
    base::RandomStream random(3, "repair", sample);
    for (std::size_t k = 0; k < rows * pairs; ++k) {
      const double level = low + random.below(5);
      const bool negative = random.below(2) == 1;
      target.push_back(negative ? low : level);
      target.push_back(negative ? level : low);
    }
    for (std::size_t k = 0; k < pairs; ++k) significance.push_back(k % 2 == 0 ? 1.0 : 4.0);
    const std::size_t built = 2 * (rows + options.spare_rows) * (pairs + options.spare_pairs);
    for (std::size_t k = 0; k < built; ++k) {
      const std::uint32_t draw = random.below(10);
      state.push_back(draw == 0   ? CellState::stuck_on
                      : draw == 1 ? CellState::stuck_off
                                  : CellState::sound);
    }
  }
  [[nodiscard]] RepairProblem problem() const {
    return {rows, pairs, target, significance, state, low, high};
  }
};

/// Calls visit with every order of `places` numbers.
template <class Visit>
void for_each_order(std::size_t places, const Visit& visit) {
  std::vector<std::uint32_t> order(places);
  std::iota(order.begin(), order.end(), 0U);
  do {
    visit(order);
  } while (std::next_permutation(order.begin(), order.end()));
}

/// Things in their own places or in spare ones.
bool stay_or_go_to_spares(const std::vector<std::uint32_t>& order, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (order[i] != i && order[i] < count) return false;
  }
  return true;
}

TEST(TileRepair, RowsAreMovedWithTheLeastHarm) {
  for (std::uint64_t sample = 0; sample < 40; ++sample) {
    RepairOptions options;
    options.remap_rows = sample % 2 == 0;
    options.spare_rows = 2;
    const SmallArray array(sample, 4, 3, options);
    const RepairProblem problem = array.problem();
    double least = harm(problem, options, unchanged_arrangement(problem));
    const double before = least;
    for_each_order(6, [&](const std::vector<std::uint32_t>& order) {
      if (!options.remap_rows && !stay_or_go_to_spares(order, 4)) return;
      Arrangement tried = unchanged_arrangement(problem);
      std::copy_n(order.begin(), 4, tried.row.begin());
      least = std::min(least, harm(problem, options, tried));
    });
    const double reached = harm(problem, options, repair(problem, options));
    EXPECT_NEAR(reached, least, 1e-9) << sample;
    EXPECT_LE(reached, before);
  }
}

TEST(TileRepair, PairsAndTheirSignsAreChosenWithTheLeastHarm) {
  for (std::uint64_t sample = 0; sample < 40; ++sample) {
    RepairOptions options;
    options.remap_pairs = sample % 2 == 0;
    options.spare_pairs = 1;
    options.swap = sample % 3 != 0;
    options.compensate = sample % 5 == 0;
    const SmallArray array(sample, 5, 3, options);
    const RepairProblem problem = array.problem();
    double least = harm(problem, options, unchanged_arrangement(problem));
    for_each_order(4, [&](const std::vector<std::uint32_t>& order) {
      if (!options.remap_pairs && !stay_or_go_to_spares(order, 3)) return;
      for (unsigned signs = 0; signs < (options.swap ? 8U : 1U); ++signs) {
        Arrangement tried = unchanged_arrangement(problem);
        std::copy_n(order.begin(), 3, tried.pair.begin());
        for (std::size_t k = 0; k < 3; ++k) {
          tried.swapped[k] = static_cast<std::uint8_t>(signs >> k & 1U);
        }
        least = std::min(least, harm(problem, options, tried));
      }
    });
    EXPECT_NEAR(harm(problem, options, repair(problem, options)), least, 1e-9) << sample;
  }
}

TEST(TileRepair, RowsAndPairsTogetherAreNoWorseThanEitherAlone) {
  double together = 0.0;
  double alone = 0.0;
  for (std::uint64_t sample = 0; sample < 40; ++sample) {
    RepairOptions rows;
    rows.remap_rows = true;
    RepairOptions both = rows;
    both.remap_pairs = both.swap = true;
    const SmallArray array(sample, 6, 4, rows);
    const RepairProblem problem = array.problem();
    const double best = harm(problem, both, repair(problem, both));
    EXPECT_LE(best, harm(problem, rows, repair(problem, rows)) + 1e-9);
    together += best;
    alone += harm(problem, rows, repair(problem, rows));
  }
  EXPECT_LT(together, 0.9 * alone);
}

TEST(TileRepair, TheSoundCellOfAPairMakesUpForTheStuckOne) {
  RepairOptions options;
  options.compensate = true;
  // Digits +1, -2 and +3; the first cells stuck on, the third pair's stuck off.
  const std::vector<double> target = {2.0, 1.0, 1.0, 3.0, 4.0, 1.0};
  const std::vector<CellState> state = {CellState::stuck_on,  CellState::sound,
                                        CellState::stuck_on,  CellState::sound,
                                        CellState::stuck_off, CellState::sound};
  const std::vector<double> significance = {1.0, 1.0, 1.0};
  const RepairProblem problem{1, 3, target, significance, state, low, high};
  const Arrangement arrangement = repair(problem, options);
  // 5 - 4 = 1; 5 - 5 = 0 is as near to -2 as it can be; 1 - 1 = 0 as near to 3.
  EXPECT_EQ(placed_target(problem, options, arrangement, 0, 0).cell[1], 4.0);
  EXPECT_EQ(placed_target(problem, options, arrangement, 0, 1).cell[1], 5.0);
  EXPECT_EQ(placed_target(problem, options, arrangement, 0, 2).cell[1], 1.0);
  EXPECT_EQ(harm(problem, options, arrangement), 4.0 + 9.0);
  options.compensate = false;
  EXPECT_EQ(harm(problem, options, arrangement), 9.0 + 16.0 + 9.0);
}

TEST(TileRepair, ASwapPutsTheWeightOnTheSoundSide) {
  RepairOptions options;
  options.swap = true;
  const std::vector<double> target = {4.0, 1.0, 3.0, 1.0};  // two rows of one pair
  const std::vector<CellState> state = {CellState::stuck_off, CellState::sound, CellState::sound,
                                        CellState::sound};
  const std::vector<double> significance = {1.0};
  const RepairProblem problem{2, 1, target, significance, state, low, high};
  const Arrangement arrangement = repair(problem, options);
  EXPECT_EQ(arrangement.swapped.at(0), 1);
  EXPECT_EQ(harm(problem, options, arrangement), 0.0);
  EXPECT_EQ(placed_target(problem, options, arrangement, 0, 0).cell[1], 4.0);
}

TEST(TileRepair, AssignmentsAreTheLeastOfAll) {
  base::RandomStream random(4, "assignment");
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> cost(3 * 5);
    for (double& c : cost) c = random.below(10);
    const auto sum = [&](const std::vector<std::uint32_t>& place) {
      return cost[place[0]] + cost[5 + place[1]] + cost[10 + place[2]];
    };
    double least = 1e9;
    for_each_order(5, [&](const auto& order) { least = std::min(least, sum(order)); });
    EXPECT_EQ(sum(least_assignment(cost, 3, 5)), least);
  }
}

TEST(TileRepair, MisfitsAreRefused) {
  const SmallArray array(1, 2, 2, {});
  RepairProblem problem = array.problem();
  RepairOptions spare;
  spare.spare_rows = 1;
  const auto code = [&](const RepairOptions& options) {
    return mapping::test::failure([&] { static_cast<void>(repair(problem, options)); }).code;
  };
  EXPECT_EQ(code(spare), "reliability.repair");  // no states of the spare cells
  problem.conductance_max = problem.conductance_min;
  EXPECT_EQ(code({}), "reliability.repair");
}

}  // namespace
}  // namespace neucasl::plugin
