#include "neucasl/base/normal_field.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "neucasl/base/random.hpp"

namespace neucasl::base {
namespace {

std::vector<float> numbers(const NormalField& field, std::uint64_t row, std::size_t blocks) {
  std::vector<float> result(blocks * NormalField::block);
  field.fill(row, 0, blocks, result.data());
  return result;
}

TEST(NormalField, IsBoxAndMullersTransformOfPhilox) {
  const NormalField field(7, "test");
  const auto key = stream_key(7, "test");
  std::array<float, NormalField::block> out;
  const std::uint64_t row = (std::uint64_t{3} << 32) + 5;
  for (const std::uint64_t block : {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{1} << 33}) {
    field.fill(row, block, 1, out.data());
    for (std::uint32_t lane = 0; lane < 8; ++lane) {
      const std::uint64_t counter = block * 8 + lane;
      const auto words = philox4x32(
          {static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), 5U, 3U},
          key);
      for (std::size_t pair = 0; pair < 4; ++pair) {
        const double radius = std::sqrt(-2.0 * std::log((words[pair] + 0.5) * 0x1p-32));
        // Half a turn from its lower bits, the other half by the sign of the cosine.
        const std::uint32_t turn = words[pair] * 0x9E3779B9U;
        const double angle = std::numbers::pi * static_cast<std::int32_t>(turn << 1) * 0x1p-32;
        const double sign = (turn >> 31) != 0U ? -1.0 : 1.0;
        EXPECT_NEAR(out[16 * pair + lane], sign * radius * std::cos(angle), 1e-5);
        EXPECT_NEAR(out[16 * pair + 8 + lane], radius * std::sin(angle), 1e-5);
      }
    }
  }
}

TEST(NormalField, HasTheNormalLaw) {
  std::vector<float> z = numbers(NormalField(1, "law"), 2, 20000);
  const auto n = static_cast<double>(z.size());
  double moments[5] = {};
  for (const double x : z) {
    for (int k = 1; k <= 4; ++k) moments[k] += std::pow(x, k) / n;
  }
  const double sigma = 5.0 / std::sqrt(n);
  EXPECT_NEAR(moments[1], 0.0, sigma);
  EXPECT_NEAR(moments[2], 1.0, sigma * std::sqrt(2.0));
  EXPECT_NEAR(moments[3], 0.0, sigma * std::sqrt(15.0));
  EXPECT_NEAR(moments[4], 3.0, sigma * std::sqrt(96.0));
  // Kolmogorov's distance: above 1.95 / sqrt(n) with a probability of 1e-3.
  std::sort(z.begin(), z.end());
  double distance = 0.0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double p = 0.5 * std::erfc(-static_cast<double>(z[i]) / std::numbers::sqrt2);
    distance = std::max(distance, std::abs(p - (static_cast<double>(i) + 0.5) / n));
  }
  EXPECT_LT(distance, 1.95 / std::sqrt(n));
}

/// Both numbers of a pair fall into 32 x 32 cells of equal probability as independent ones do.
TEST(NormalField, NumbersOfAPairAreIndependent) {
  constexpr std::size_t side = 32;
  const std::vector<float> z = numbers(NormalField(3, "pairs"), 0, 20000);
  const auto cell = [](double x) {
    const double p = 0.5 * std::erfc(-x / std::numbers::sqrt2);
    return std::min(side - 1, static_cast<std::size_t>(side * p));
  };
  std::vector<double> count(side * side);
  for (std::size_t i = 0; i < z.size(); i += 16) {
    for (std::size_t lane = i; lane < i + 8; ++lane)
      ++count[cell(z[lane]) * side + cell(z[lane + 8])];
  }
  const double expected = static_cast<double>(z.size()) / 2.0 / static_cast<double>(count.size());
  double chi_square = 0.0;
  for (const double n : count) chi_square += (n - expected) * (n - expected) / expected;
  const double freedom = static_cast<double>(count.size()) - 1.0;
  EXPECT_LT(std::abs(chi_square - freedom), 4.0 * std::sqrt(2.0 * freedom));
}

TEST(NormalField, BlocksAreTheSameAloneAndTogether) {
  const NormalField field(1, "blocks");
  const std::vector<float> all = numbers(field, 4, 6);
  std::vector<float> part(2 * NormalField::block);
  field.fill(4, 3, 2, part.data());
  EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + 3 * NormalField::block));
  EXPECT_NE(numbers(field, 5, 6), all);
  EXPECT_NE(numbers(NormalField(2, "blocks"), 4, 6), all);
  EXPECT_NE(numbers(NormalField(1, "others"), 4, 6), all);
}

}  // namespace
}  // namespace neucasl::base
