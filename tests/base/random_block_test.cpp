#include "neucasl/base/random_block.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "neucasl/base/random.hpp"

namespace neucasl::base {
namespace {

constexpr std::uint64_t large_sample = 0x123456789ABCDEFULL;

TEST(RandomBlock, UniformsAreThoseOfTheStreamToTheBit) {
  for (const std::size_t count : {0U, 1U, 2U, 23U, 24U, 25U, 1001U}) {
    std::vector<double> many(count);
    first_uniforms(7, "test", large_sample, many);
    RandomStream stream(7, "test", large_sample);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(many[i], stream.uniform()) << i;
  }
}

TEST(RandomBlock, NormalsAreThoseOfTheStream) {
  std::vector<double> many(200001);
  first_normals(8, "test", 3, many);
  RandomStream stream(8, "test", 3);
  double most = 0.0;
  for (const double one : many) {
    const double expected = stream.normal();
    ASSERT_NEAR(one, expected, 1e-14);
    most = std::max(most, std::abs(expected));
  }
  EXPECT_GT(most, 4.0);  // tails are there
}

TEST(RandomBlock, AShorterBlockIsTheBeginningOfALongerOne) {
  std::vector<double> longer(100);
  first_normals(9, "test", 1, longer);
  for (std::size_t count = 0; count < longer.size(); ++count) {
    std::vector<double> shorter(count);
    first_normals(9, "test", 1, shorter);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(shorter[i], longer[i]);
  }
}

}  // namespace
}  // namespace neucasl::base
