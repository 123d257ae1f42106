#include "neucasl/base/disjoint_sets.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/random.hpp"

namespace neucasl::base {
namespace {

TEST(DisjointSets, JoinsLikeColouring) {
  constexpr std::size_t count = 60;
  RandomStream stream(3, "disjoint sets");
  DisjointSets sets(count);
  std::vector<std::size_t> colour(count);
  for (std::size_t i = 0; i < count; ++i) colour[i] = i;
  for (int round = 0; round < 45; ++round) {
    const std::size_t a = stream.below(count);
    const std::size_t b = stream.below(count);
    sets.join(a, b);
    const std::size_t from = colour[b];
    for (std::size_t& one : colour) {
      if (one == from) one = colour[a];
    }
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) {
        ASSERT_EQ(sets.same(i, j), colour[i] == colour[j]) << round << ' ' << i << ' ' << j;
      }
    }
  }
}

TEST(DisjointSets, RootsAreMembers) {
  DisjointSets sets(5);
  sets.join(1, 4);
  sets.join(4, 2);
  EXPECT_EQ(sets.root(1), sets.root(2));
  EXPECT_EQ(sets.root(sets.root(2)), sets.root(2));
  EXPECT_EQ(sets.root(3), 3U);
}

}  // namespace
}  // namespace neucasl::base
