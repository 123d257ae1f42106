#include "neucasl/precision/tolerance_search.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::precision {
namespace {

using Bits = std::vector<int>;

std::optional<Bits> whole(double budget) { return Bits{static_cast<int>(budget)}; }

ToleranceSearch budgets(double least, double most, std::size_t steps) {
  return {least, most, steps, 2};
}

TEST(CheapestTolerable, IsTheFirstBudgetThatHolds) {
  for (int limit = 2; limit <= 16; ++limit) {
    const auto found = cheapest_tolerable(budgets(2, 16, 14), whole,
                                          [&](const Bits& bits) { return bits[0] >= limit; });
    ASSERT_TRUE(found) << limit;
    EXPECT_EQ(found->bits, Bits{limit});
    EXPECT_EQ(found->budget, limit);
    EXPECT_LE(found->runs, 8U);
  }
}

TEST(CheapestTolerable, LooksBelowWhatFails) {
  // 7 fails although 6 and 5 hold.
  const auto found = cheapest_tolerable(
      budgets(0, 16, 16), whole, [](const Bits& bits) { return bits[0] >= 5 && bits[0] != 7; });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bits, Bits{5});
}

TEST(CheapestTolerable, JudgesEachBitsOnce) {
  std::multiset<Bits> judged;
  const auto coarse = [](double budget) -> std::optional<Bits> {
    if (budget < 3.0) return std::nullopt;  // nothing keeps it
    return Bits{static_cast<int>(budget) / 4};
  };
  const auto found = cheapest_tolerable(budgets(0, 16, 64), coarse, [&](const Bits& bits) {
    judged.insert(bits);
    return bits[0] >= 1;
  });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bits, Bits{1});
  EXPECT_EQ(found->budget, 4.0);
  for (const Bits& bits : judged) EXPECT_EQ(judged.count(bits), 1U);
  EXPECT_EQ(found->runs, judged.size());
}

TEST(CheapestTolerable, GivesNothingWhereNothingHolds) {
  EXPECT_FALSE(cheapest_tolerable(budgets(0, 4, 4), whole, [](const Bits&) { return false; }));
  const auto refused = [](const ToleranceSearch& search) {
    EXPECT_THROW(cheapest_tolerable(search, whole, [](const Bits&) { return true; }), base::Error);
  };
  refused(budgets(4, 2, 4));
  refused(budgets(0, 4, 0));
  refused(budgets(0, std::numeric_limits<double>::quiet_NaN(), 4));
}

}  // namespace
}  // namespace neucasl::precision
