#include "neucasl/precision/integer_product.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/precision/test_networks.hpp"

namespace neucasl::precision {
namespace {

struct Case {
  std::size_t rows;
  std::size_t depth;
  std::size_t outputs;
  int weight_bits;
  int input_bits;
  bool affine;
  std::size_t group;  ///< 0: one scale for an output.
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.rows << " x " << c.depth << " x " << c.outputs << ", " << c.weight_bits << " and "
       << c.input_bits << " bits" << (c.affine ? ", affine" : "") << ", groups of " << c.group;
}

/// Codes up to both ends of their range.
std::vector<std::int16_t> random_codes(std::size_t count, int lowest, int highest,
                                       std::mt19937& random) {
  std::uniform_int_distribution<int> code(lowest, highest);
  std::vector<std::int16_t> codes(count);
  for (std::int16_t& c : codes) c = static_cast<std::int16_t>(code(random));
  if (count > 1) {
    codes[0] = static_cast<std::int16_t>(lowest);
    codes[1] = static_cast<std::int16_t>(highest);
  }
  return codes;
}

/// A weight with random codes, scales and zero points, whatever numbers these came from.
QuantisedWeight random_weight(const Case& c, std::mt19937& random) {
  QuantisedWeight weight;
  weight.layout = {1, c.outputs, c.depth, c.outputs % 2 == 0};
  weight.form.bits = c.weight_bits;
  weight.form.affine = c.affine;
  weight.form.granularity = c.group > 0 ? Granularity::group : Granularity::channel;
  weight.form.group_size = c.group;
  const int highest = (1 << (c.weight_bits - 1)) - 1;
  const int lowest = c.affine ? -highest - 1 : -highest;
  weight.code = random_codes(c.outputs * c.depth, lowest, highest, random);
  std::uniform_int_distribution<int> zero(lowest, highest);
  std::uniform_real_distribution<double> scale(0.5, 2.0);
  for (std::size_t k = 0; k < c.outputs * weight.groups(); ++k) {
    weight.quantisers.push_back({scale(random), c.affine ? zero(random) : 0, lowest, highest});
  }
  return weight;
}

class IntegerProduct : public testing::TestWithParam<Case> {};

TEST_P(IntegerProduct, IsTheSumOfTheProducts) {
  const Case c = GetParam();
  std::mt19937 random(5);
  const QuantisedWeight weight = random_weight(c, random);
  const int lowest = -(1 << (c.input_bits - 1));
  const UniformQuantiser input{0.25, lowest / 2, lowest, -lowest - 1};
  const std::vector<std::int16_t> x = random_codes(c.rows * c.depth, lowest, -lowest - 1, random);
  const IntegerMatrix matrix(weight, 0, c.outputs, input);
  std::vector<float> y(c.rows * c.outputs, std::nanf(""));
  matrix.multiply(x, c.rows, input, y.data());
  for (std::size_t r = 0; r < c.rows; ++r) {
    for (std::size_t n = 0; n < c.outputs; ++n) {
      double sum = 0.0;
      double size = 0.0;
      for (std::size_t k = 0; k < c.depth; ++k) {
        const double term = input.value(x[r * c.depth + k]) *
                            weight.quantiser(n, k).value(weight.code[weight.layout.index(n, k)]);
        sum += term;
        size += std::abs(term);
      }
      // Rounded once to single precision, and in double between groups.
      ASSERT_NEAR(static_cast<double>(y[r * c.outputs + n]), sum,
                  6e-8 * std::abs(sum) + 1e-13 * size)
          << r << ", " << n;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, IntegerProduct,
    testing::Values(Case{1, 1, 1, 2, 2, false, 0}, Case{7, 33, 17, 8, 8, false, 0},
                    Case{13, 64, 48, 8, 8, true, 0}, Case{6, 100, 20, 4, 6, true, 16},
                    Case{5, 45, 9, 3, 8, false, 7}, Case{4, 300, 16, 12, 10, true, 0},
                    Case{9, 51, 5, 16, 16, false, 0}, Case{3, 50, 8, 16, 16, true, 10},
                    Case{2, 4096, 33, 8, 16, true, 128}));

TEST(IntegerProductSums, DoNotOverflowAtTheEndsOfTheCodes) {
  // All terms are (-2^(b-1))^2, so that sums are as large as they can be.
  for (const int bits : {8, 12, 16}) {
    const std::size_t depth = bits == 8 ? 200000 : 1000;
    const int lowest = -(1 << (bits - 1));
    QuantisedWeight weight;
    weight.layout = {1, 1, depth, false};
    weight.form.bits = bits;
    weight.form.affine = true;
    weight.form.granularity = Granularity::channel;
    weight.code.assign(depth, static_cast<std::int16_t>(lowest));
    weight.quantisers = {{1.0, 0, lowest, -lowest - 1}};
    const UniformQuantiser input{1.0, 0, lowest, -lowest - 1};
    float y = 0.0F;
    IntegerMatrix(weight, 0, 1, input).multiply(weight.code, 1, input, &y);
    const double exact = static_cast<double>(depth) * std::ldexp(1.0, 2 * bits - 2);
    EXPECT_EQ(static_cast<double>(y), static_cast<double>(static_cast<float>(exact))) << bits;
  }
}

TEST(IntegerProductSums, CodesTakeAByteUpToEightBits) {
  std::mt19937 random(1);
  const UniformQuantiser input{1.0, 0, -128, 127};
  const QuantisedWeight narrow = random_weight({1, 64, 32, 8, 8, false, 0}, random);
  EXPECT_EQ(IntegerMatrix(narrow, 0, 32, input).code_bytes(), 64U * 32U);
  const QuantisedWeight wide = random_weight({1, 64, 32, 9, 8, false, 0}, random);
  EXPECT_EQ(IntegerMatrix(wide, 0, 32, input).code_bytes(), 2U * 64U * 32U);
  for (const std::size_t first : {1U, 33U}) {
    EXPECT_EQ(
        test::failure([&] { static_cast<void>(IntegerMatrix(narrow, first, 32, input)); }).code,
        "precision.size");
  }
}

}  // namespace
}  // namespace neucasl::precision
