#include "neucasl/precision/quantiser.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/precision/test_networks.hpp"

namespace neucasl::precision {
namespace {

using test::failure;
using test::form_of;

std::vector<float> normal_numbers(std::size_t count, unsigned seed, double mean = 0.0) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(mean, 1.0);
  std::vector<float> numbers(count);
  for (float& x : numbers) x = static_cast<float>(normal(random));
  return numbers;
}

double squared_error(const std::vector<float>& numbers, const std::vector<float>& rounded) {
  double sum = 0.0;
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    sum += std::pow(static_cast<double>(numbers[k]) - static_cast<double>(rounded[k]), 2);
  }
  return sum;
}

class QuantiserBits : public testing::TestWithParam<int> {};

TEST_P(QuantiserBits, AffineErrsByHalfAStepAndKeepsZero) {
  for (const double mean : {0.0, 2.0, -5.0}) {
    const std::vector<float> numbers = normal_numbers(2000, 3, mean);
    const UniformQuantiser q = quantiser_for(numbers, form_of(GetParam(), true));
    EXPECT_EQ(q.highest - q.lowest, (1 << GetParam()) - 1);
    EXPECT_GE(q.zero_point, q.lowest);
    EXPECT_LE(q.zero_point, q.highest);
    EXPECT_EQ(q.rounded(0.0), 0.0);
    EXPECT_EQ(q.code(0.0), q.zero_point);
    for (const float x : numbers) {
      ASSERT_LE(std::abs(q.rounded(static_cast<double>(x)) - static_cast<double>(x)),
                0.5 * q.scale * (1 + 1e-9))
          << x;
    }
    // Beyond the range: the last code.
    EXPECT_EQ(q.code(1e30), q.highest);
    EXPECT_EQ(q.code(-std::numeric_limits<double>::infinity()), q.lowest);
  }
}

TEST_P(QuantiserBits, PartsErrByHalfTheirOwnStep) {
  const WeightLayout layout{1, 7, 45, false};
  std::vector<float> weight = normal_numbers(layout.size(), 5);
  for (std::size_t n = 0; n < 7; ++n) {
    for (std::size_t k = 0; k < 45; ++k) {
      weight[layout.index(n, k)] *= static_cast<float>(std::pow(2.0, static_cast<double>(n)));
    }
  }
  for (const bool affine : {false, true}) {
    double worst = std::numeric_limits<double>::infinity();
    for (const auto granularity : {Granularity::tensor, Granularity::channel, Granularity::group}) {
      const QuantisedWeight q =
          quantise(weight, layout, form_of(GetParam(), affine, granularity, 16));
      const std::size_t groups = granularity == Granularity::group ? 3 : 1;
      EXPECT_EQ(q.groups(), groups);
      EXPECT_EQ(q.quantisers.size(), granularity == Granularity::tensor ? 1 : 7 * groups);
      const std::vector<float> values = q.values();
      for (std::size_t n = 0; n < 7; ++n) {
        for (std::size_t k = 0; k < 45; ++k) {
          const std::size_t at = layout.index(n, k);
          ASSERT_LE(std::abs(static_cast<double>(values[at]) - static_cast<double>(weight[at])),
                    0.5 * q.quantiser(n, k).scale * (1 + 1e-6));
        }
      }
      // Finer parts fit better, the outputs being of very different sizes.
      const double error = squared_error(weight, values);
      EXPECT_LT(error, worst);
      worst = error;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Bits, QuantiserBits, testing::Values(2, 3, 4, 5, 8, 11, 16));

TEST(QuantiserLayout, DepthFirstIsTheTransposedTensor) {
  const WeightLayout rows{2, 3, 8, false};
  const WeightLayout columns{2, 3, 8, true};
  const std::vector<float> weight = normal_numbers(rows.size(), 9);
  std::vector<float> transposed(weight.size());
  for (std::size_t n = 0; n < 6; ++n) {
    for (std::size_t k = 0; k < 8; ++k) {
      transposed[columns.index(n, k)] = weight[rows.index(n, k)];
    }
  }
  // A stack of two matrices of 8 x 3.
  EXPECT_EQ(columns.index(4, 5), 24U + 5 * 3 + 1);
  for (const auto granularity : {Granularity::tensor, Granularity::channel, Granularity::group}) {
    const QuantiserForm form = form_of(4, true, granularity, 3);
    const QuantisedWeight a = quantise(weight, rows, form);
    const QuantisedWeight b = quantise(transposed, columns, form);
    for (std::size_t n = 0; n < 6; ++n) {
      for (std::size_t k = 0; k < 8; ++k) {
        EXPECT_EQ(a.code[rows.index(n, k)], b.code[columns.index(n, k)]);
        EXPECT_EQ(a.quantiser(n, k), b.quantiser(n, k));
      }
    }
  }
}

TEST(QuantiserLayout, OneScaleIsTheSymmetricTensor) {
  const std::vector<float> weight = normal_numbers(500, 2);
  const QuantisedTensor tensor = quantise_symmetric(weight, 6);
  const QuantisedWeight all = quantise(weight, {1, 20, 25, false}, form_of(6, false));
  EXPECT_EQ(all.code, tensor.value);
  EXPECT_EQ(all.quantisers.front().scale, tensor.scale);
  // 500 codes and one scale of 16 bits; with groups of 10: 60 scales and zero points.
  EXPECT_DOUBLE_EQ(all.storage_bits(), 500 * 6 + 16);
  EXPECT_DOUBLE_EQ(
      quantise(weight, {1, 20, 25, false}, form_of(6, true, Granularity::group, 10)).storage_bits(),
      500 * 6 + 60 * (16 + 6));
}

TEST(QuantiserRange, PercentileLeavesOutTheLargest) {
  std::vector<float> numbers = normal_numbers(9999, 4);
  numbers.push_back(1000.0F);
  QuantiserForm form = form_of(8, false);
  EXPECT_NEAR(quantiser_for(numbers, form).range().high, 1000.0, 1e-9);
  form.range = RangeRule::percentile;
  form.percentile = 99.9;
  std::vector<float> magnitudes(numbers);
  for (float& x : magnitudes) x = std::abs(x);
  std::sort(magnitudes.begin(), magnitudes.end());
  EXPECT_NEAR(quantiser_for(numbers, form).range().high, static_cast<double>(magnitudes[9989]),
              1e-6);
  form.affine = true;
  const Range sides = quantiser_for(numbers, form).range();
  std::sort(numbers.begin(), numbers.end());
  const double step = (sides.high - sides.low) / 255;
  EXPECT_NEAR(sides.low, static_cast<double>(numbers[9]), step);
  EXPECT_NEAR(sides.high, static_cast<double>(numbers[9989]), step);
  form.percentile = 100.0;
  EXPECT_NEAR(quantiser_for(numbers, form).range().high, 1000.0, 5.0);
}

TEST(QuantiserRange, SquaredErrorIsTheLeastOfItsCandidates) {
  const std::vector<float> numbers = normal_numbers(4000, 6);
  QuantiserForm form = form_of(3, false);
  const UniformQuantiser widest = quantiser_for(numbers, form);
  form.range = RangeRule::squared_error;
  const UniformQuantiser best = quantiser_for(numbers, form);
  const auto error = [&](const UniformQuantiser& q) {
    double sum = 0.0;
    for (const float x : numbers) {
      sum += std::pow(q.rounded(static_cast<double>(x)) - static_cast<double>(x), 2);
    }
    return sum;
  };
  double least = std::numeric_limits<double>::infinity();
  for (int k = 1; k <= range_candidates; ++k) {
    least =
        std::min(least, error(symmetric_quantiser(widest.range().high * k / range_candidates, 3)));
  }
  EXPECT_DOUBLE_EQ(error(best), least);
  EXPECT_LT(error(best), 0.9 * error(widest));
  // J. Max, IRE Trans. Inf. Theory 6:7, 1960, table II: a uniform quantiser of 7 levels is best for
  // a normal variable at steps of 0.6508 (mid-tread).
  EXPECT_NEAR(best.scale, 0.6508, 0.05);
}

TEST(QuantiserFaults, AreNamed) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinite = std::numeric_limits<float>::infinity();
  const auto of = [](std::vector<float> numbers, const QuantiserForm& form) {
    return failure([&] {
      static_cast<void>(quantise(numbers, {1, 1, numbers.size(), false}, form));
    });
  };
  const base::Diagnostic not_a_number = of({1.0F, nan}, form_of(8, false));
  EXPECT_EQ(not_a_number.code, "precision.value");
  EXPECT_NE(not_a_number.message.find("number 1 to quantise is not a number"), std::string::npos);
  EXPECT_NE(of({1.0F, 2.0F, infinite}, form_of(8, true)).message.find("number 2"),
            std::string::npos);
  EXPECT_EQ(of({1.0F}, form_of(1, false)).code, "precision.bits");
  EXPECT_EQ(of({1.0F}, form_of(17, true)).code, "precision.bits");
  EXPECT_EQ(of({1.0F}, form_of(8, true, Granularity::group)).code, "precision.granularity");
  QuantiserForm percentile = form_of(8, false);
  percentile.range = RangeRule::percentile;
  for (const double wrong : {50.0, 100.1, std::nan("")}) {
    percentile.percentile = wrong;
    EXPECT_EQ(of({1.0F}, percentile).code, "precision.range") << wrong;
  }
  EXPECT_EQ(failure([] {
              static_cast<void>(quantise(std::vector<float>(5), {1, 2, 3, false}, {}));
            }).code,
            "precision.size");
  EXPECT_EQ(failure([] { static_cast<void>(symmetric_quantiser(-1.0, 8)); }).code,
            "precision.range");
  EXPECT_EQ(failure([] {
              static_cast<void>(affine_quantiser({1.0, -1.0}, 8));
            }).code,
            "precision.range");
  EXPECT_EQ(failure([] {
              static_cast<void>(affine_quantiser({0.0, std::nan("")}, 8));
            }).code,
            "precision.range");
}

TEST(QuantiserFaults, EmptyAndTinyRangesHaveAScale) {
  EXPECT_EQ(affine_quantiser({0.0, 0.0}, 8).scale, 1.0);
  EXPECT_EQ(affine_quantiser({0.0, 0.0}, 8).rounded(0.0), 0.0);
  EXPECT_EQ(symmetric_quantiser(5e-324, 8).scale, 1.0);
  const UniformQuantiser tiny = quantiser_for(std::vector<float>{1e-45F, 0.0F}, form_of(8, true));
  EXPECT_GT(tiny.scale, 0.0);
  EXPECT_TRUE(quantise(std::vector<float>{}, {1, 0, 5, false}, form_of(8, false)).code.empty());
}

TEST(QuantiserNames, ReadBack) {
  for (const auto one : {Granularity::tensor, Granularity::channel, Granularity::group}) {
    EXPECT_EQ(granularity_from(to_string(one)), one);
  }
  for (const auto one : {RangeRule::largest, RangeRule::percentile, RangeRule::squared_error}) {
    EXPECT_EQ(range_rule_from(to_string(one)), one);
  }
  for (const auto one :
       {ActivationForm::not_negative, ActivationForm::symmetric, ActivationForm::affine}) {
    EXPECT_EQ(activation_form_from(to_string(one)), one);
  }
  EXPECT_FALSE(granularity_from("block"));
}

}  // namespace
}  // namespace neucasl::precision
