#include "neucasl/precision/input_range.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/precision/test_networks.hpp"

namespace neucasl::precision {
namespace {

using test::failure;

std::vector<float> activations(std::size_t count, bool rectified) {
  std::mt19937 random(11);
  std::normal_distribution<float> normal;
  std::vector<float> numbers(count);
  for (float& x : numbers) {
    x = normal(random);
    if (rectified) x = std::max(x, 0.0F);
  }
  return numbers;
}

TEST(InputRange, CoversAllInputsAndKeepsZero) {
  const std::vector<float> x = activations(5000, false);
  InputRange range;
  range.observe(x);
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  EXPECT_EQ(range.all().low, static_cast<double>(*low));
  EXPECT_EQ(range.all().high, static_cast<double>(*high));
  for (int bits = least_bits; bits <= most_bits; ++bits) {
    for (const auto form : {ActivationForm::symmetric, ActivationForm::affine}) {
      const UniformQuantiser q = range.quantiser(form, bits);
      EXPECT_EQ(q.scale, static_cast<double>(static_cast<float>(q.scale)));
      EXPECT_EQ(q.rounded(0.0), 0.0);
      for (const float value : x) {
        ASSERT_LE(std::abs(q.rounded(static_cast<double>(value)) - static_cast<double>(value)),
                  0.5 * q.scale * (1 + 1e-6));
      }
    }
  }
}

TEST(InputRange, RectifiedInputsHaveUnsignedCodes) {
  InputRange range;
  range.observe(activations(5000, true));
  const UniformQuantiser q = range.quantiser(ActivationForm::not_negative, 4);
  EXPECT_EQ(q.zero_point, q.lowest);
  EXPECT_NEAR(q.scale, range.all().high / 15, 1e-7);
  range.observe(std::vector<float>{-0.25F});
  const base::Diagnostic negative =
      failure([&] { static_cast<void>(range.quantiser(ActivationForm::not_negative, 4)); });
  EXPECT_EQ(negative.code, "precision.calibration");
  EXPECT_NE(negative.message.find("-0.25"), std::string::npos);
}

TEST(InputRange, DoesNotDependOnTheOrderOfBatches) {
  std::vector<float> x = activations(3000, false);
  x[17] = 900.0F;
  InputRange one;
  one.observe(x);
  std::reverse(x.begin(), x.end());
  InputRange parts;
  for (std::size_t k = 0; k < x.size(); k += 100) {
    parts.observe({x.data() + k, 100});
  }
  for (const auto rule : {RangeRule::largest, RangeRule::percentile, RangeRule::squared_error}) {
    for (const auto form : {ActivationForm::symmetric, ActivationForm::affine}) {
      EXPECT_EQ(one.quantiser(form, 6, {rule, 99.0}), parts.quantiser(form, 6, {rule, 99.0}));
    }
  }
}

TEST(InputRange, PercentilesAreThoseOfTheSortedInputs) {
  std::vector<float> x = activations(20000, false);
  InputRange range;
  range.observe(x);
  const UniformQuantiser sides =
      range.quantiser(ActivationForm::affine, 16, {RangeRule::percentile, 99.0});
  std::sort(x.begin(), x.end());
  // The bound of the histogram is 8 here, its bins are 2 8 / 8192 wide.
  const double resolution = 2e-3;
  EXPECT_NEAR(sides.range().high, static_cast<double>(x[19799]), resolution);
  EXPECT_NEAR(sides.range().low, static_cast<double>(x[199]), resolution);
  const UniformQuantiser symmetric =
      range.quantiser(ActivationForm::symmetric, 16, {RangeRule::percentile, 99.0});
  for (float& value : x) value = std::abs(value);
  std::sort(x.begin(), x.end());
  EXPECT_NEAR(symmetric.range().high, static_cast<double>(x[19799]), resolution);
}

TEST(InputRange, LeastSquaresBeatsTheWholeRange) {
  std::vector<float> x = activations(20000, false);
  x[3] = 40.0F;
  InputRange range;
  range.observe(x);
  const auto error = [&](const RangeChoice& choice) {
    const UniformQuantiser q = range.quantiser(ActivationForm::symmetric, 4, choice);
    double sum = 0.0;
    for (const float value : x) {
      sum += std::pow(q.rounded(static_cast<double>(value)) - static_cast<double>(value), 2);
    }
    return sum;
  };
  EXPECT_LT(error({RangeRule::squared_error, 0.0}), 0.2 * error({}));
}

TEST(InputRange, FaultsAreNamed) {
  InputRange range;
  EXPECT_EQ(failure([&] { static_cast<void>(range.quantiser(ActivationForm::affine, 8)); }).code,
            "precision.calibration");
  const base::Diagnostic value = failure([&] {
    range.observe(std::vector<float>{0.0F, std::nanf("")});
  });
  EXPECT_EQ(value.code, "precision.value");
  EXPECT_NE(value.message.find("input 1"), std::string::npos);
  InputRange zeros;
  zeros.observe(std::vector<float>(3));
  EXPECT_EQ(zeros.quantiser(ActivationForm::affine, 8, {RangeRule::percentile, 99.0}).scale, 1.0);
  EXPECT_EQ(failure([&] { static_cast<void>(zeros.quantiser(ActivationForm::affine, 1)); }).code,
            "precision.bits");
}

}  // namespace
}  // namespace neucasl::precision
