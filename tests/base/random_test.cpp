#include "neucasl/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

namespace neucasl::base {
namespace {

using Block = std::array<std::uint32_t, 4>;

// kat_vectors of Random123 (D. E. Shaw Research), lines "philox4x32 10".
TEST(Philox, GivesThePublishedVectors) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox4x32({ones, ones, ones, ones}, {ones, ones}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(HashName, IsFnv1a) {
  EXPECT_EQ(hash_name(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(hash_name("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(hash_name("foobar"), 0x85944171f73967e8ULL);
}

std::vector<std::uint32_t> draws(std::uint64_t seed, const char* purpose, std::uint64_t sample) {
  RandomStream stream(seed, purpose, sample);
  std::vector<std::uint32_t> result;
  for (int i = 0; i < 50; ++i) result.push_back(stream.next_u32());
  return result;
}

TEST(RandomStream, DoesNotDependOnTheOrderOfSamples) {
  const auto later = draws(5, "test/a", 1000);
  const auto first = draws(5, "test/a", 0);
  EXPECT_EQ(draws(5, "test/a", 1000), later);
  EXPECT_EQ(draws(5, "test/a", 0), first);
  // Drawn alternately, two streams give what each gives alone.
  RandomStream a(5, "test/a", 0);
  RandomStream b(5, "test/a", 1000);
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(a.next_u32(), first[i]);
    EXPECT_EQ(b.next_u32(), later[i]);
  }
}

TEST(RandomStream, SeedPurposeAndSampleAllMatter) {
  const auto base = draws(1, "test/a", 0);
  EXPECT_NE(draws(2, "test/a", 0), base);
  EXPECT_NE(draws(1ULL << 32, "test/a", 0), base);
  EXPECT_NE(draws(1, "test/b", 0), base);
  EXPECT_NE(draws(1, "test/a", 1), base);
  EXPECT_NE(draws(1, "test/a", 1ULL << 32), base);
}

TEST(RandomStream, UniformHasItsMomentsAndNeverReachesTheEnds) {
  RandomStream stream(7, "test/uniform");
  constexpr int count = 200000;
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < count; ++i) {
    const double u = stream.uniform();
    ASSERT_GT(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
    squares += u * u;
  }
  const double mean = sum / count;
  // Five standard errors.
  EXPECT_NEAR(mean, 0.5, 5.0 / std::sqrt(12.0 * count));
  EXPECT_NEAR(squares / count - mean * mean, 1.0 / 12.0, 5.0 * std::sqrt(1.0 / 180.0 / count));
}

TEST(RandomStream, NormalHasItsMoments) {
  RandomStream stream(8, "test/normal");
  constexpr int count = 200000;
  double moment[5] = {};
  double last = 0.0;
  double neighbours = 0.0;
  for (int i = 0; i < count; ++i) {
    const double z = stream.normal();
    for (int k = 1; k <= 4; ++k) moment[k] += std::pow(z, k) / count;
    neighbours += z * last / count;
    last = z;
  }
  EXPECT_NEAR(moment[1], 0.0, 5.0 * std::sqrt(1.0 / count));
  EXPECT_NEAR(moment[2], 1.0, 5.0 * std::sqrt(2.0 / count));
  EXPECT_NEAR(moment[3], 0.0, 5.0 * std::sqrt(15.0 / count));
  EXPECT_NEAR(moment[4], 3.0, 5.0 * std::sqrt(96.0 / count));
  EXPECT_NEAR(neighbours, 0.0, 5.0 * std::sqrt(1.0 / count));
}

TEST(RandomStream, BelowIsUniform) {
  RandomStream stream(9, "test/below");
  for (const std::uint32_t bound : {1U, 2U, 3U, 10U, 97U}) {
    std::vector<double> seen(bound, 0.0);
    constexpr double count = 50000;
    for (int i = 0; i < static_cast<int>(count); ++i) {
      const std::uint32_t value = stream.below(bound);
      ASSERT_LT(value, bound);
      ++seen[value];
    }
    double chi_squared = 0.0;
    for (const double n : seen) {
      chi_squared += (n - count / bound) * (n - count / bound) / (count / bound);
    }
    const double freedom = bound - 1.0;
    EXPECT_LE(chi_squared, freedom + 5.0 * std::sqrt(2.0 * freedom)) << bound;
  }
  for (int i = 0; i < 1000; ++i) EXPECT_LT(stream.below(0xffffffffU), 0xffffffffU);
}

}  // namespace
}  // namespace neucasl::base
