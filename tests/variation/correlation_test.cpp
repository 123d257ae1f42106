#include "neucasl/variation/correlation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/base/random.hpp"
#include "neucasl/variation/spatial_field.hpp"

namespace neucasl::variation {
namespace {

/// L L^T, from the images of unit vectors.
std::vector<double> covariance(const Correlation& correlation) {
  const std::size_t n = correlation.size();
  std::vector<std::vector<double>> columns;
  for (std::size_t k = 0; k < n; ++k) {
    std::vector<double> unit(n, 0.0), out(n);
    unit[k] = 1.0;
    correlation.apply(unit, out);
    columns.push_back(out);
  }
  std::vector<double> result(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) result[i * n + j] += columns[k][i] * columns[k][j];
    }
  }
  return result;
}

base::Diagnostic refused(const std::vector<double>& matrix) {
  try {
    const Correlation correlation(matrix, {"a", "b", "c"}, {"f.xml", 3, 1});
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  return {};
}

TEST(Correlation, IsThatOfTheMatrix) {
  const std::vector<double> matrix = {1.0, 0.6, -0.3, 0.6, 1.0, 0.2, -0.3, 0.2, 1.0};
  const std::vector<double> found = covariance(Correlation(matrix));
  for (std::size_t k = 0; k < matrix.size(); ++k) EXPECT_NEAR(found[k], matrix[k], 1e-15);
}

TEST(Correlation, EigenvaluesAreKnown) {
  // Equal correlations r: 1 + (n - 1) r once, 1 - r else.
  const std::vector<double> found =
      symmetric_eigenvalues(std::vector<double>{1.0, 0.4, 0.4, 0.4, 1.0, 0.4, 0.4, 0.4, 1.0});
  EXPECT_NEAR(found[0], 0.6, 1e-14);
  EXPECT_NEAR(found[1], 0.6, 1e-14);
  EXPECT_NEAR(found[2], 1.8, 1e-14);
}

TEST(Correlation, NotPositiveDefiniteNamesTheEigenvalueAndTheRemedy) {
  // Equal correlations r of three: 1 + 2 r is negative below -1/2, and -0.9 f > -1/2 for f <
  // 0.5556.
  const std::vector<double> bad = {1.0, -0.9, -0.9, -0.9, 1.0, -0.9, -0.9, -0.9, 1.0};
  const base::Diagnostic diagnostic = refused(bad);
  EXPECT_EQ(diagnostic.code, "variation.correlation");
  EXPECT_EQ(diagnostic.where.line, 3U);
  EXPECT_NE(diagnostic.message.find("smallest eigenvalue is -0.8"), std::string::npos)
      << diagnostic.message;
  EXPECT_NE(diagnostic.remedy.find("times 0.5555"), std::string::npos) << diagnostic.remedy;
  std::vector<double> mended = bad;
  for (const std::size_t k : {1U, 2U, 3U, 5U, 6U, 7U}) mended[k] *= 0.5555;
  EXPECT_NO_THROW(Correlation{mended});
}

TEST(Correlation, RefusesWhatIsNoCorrelation) {
  const auto code = [](const std::vector<double>& matrix) { return refused(matrix).code; };
  EXPECT_EQ(code({1.0, 0.5}), "variation.correlation");
  EXPECT_EQ(code({1.0, 0.5, 0.4, 1.0}), "variation.correlation");
  EXPECT_EQ(code({2.0, 0.5, 0.5, 1.0}), "variation.correlation");
  EXPECT_EQ(code({1.0, 1.5, 1.5, 1.0}), "variation.correlation");
  EXPECT_EQ(code({1.0, NAN, NAN, 1.0}), "variation.correlation");
  EXPECT_EQ(code({1.0, 1.0, 1.0, 1.0}), "variation.correlation");
  EXPECT_EQ(code({}), "variation.correlation");
}

TEST(VarianceShares, SplitAWaferADieAndADevice) {
  const VarianceShares shares{0.3, 0.5, 0.2};
  check_shares(shares);
  // Coefficients: their squares add up to 1, products give the correlations.
  const double wafer = split(shares, 1.0, 0.0, 0.0);
  const double die = split(shares, 0.0, 1.0, 0.0);
  const double device = split(shares, 0.0, 0.0, 1.0);
  EXPECT_NEAR(wafer * wafer + die * die + device * device, 1.0, 1e-15);
  EXPECT_NEAR(wafer * wafer + die * die, 0.8, 1e-15);
  EXPECT_THROW(check_shares({0.5, 0.5, 0.5}), base::Error);
  EXPECT_THROW(check_shares({-0.5, 0.5, 1.0}), base::Error);
}

TEST(SpatialCorrelation, IsThatOfTheDistance) {
  const std::vector<Position> positions = {
      {0.0, 0.0}, {1e-4, 0.0}, {0.0, 2e-4}, {3e-4, 1e-4}, {0.0, 0.0}};
  for (const Decay decay : {Decay::exponential, Decay::gaussian}) {
    const SpatialCorrelation space(positions, 1.5e-4, decay);
    const std::vector<double> found = covariance(space.correlation());
    for (std::size_t i = 0; i < positions.size(); ++i) {
      for (std::size_t j = 0; j < positions.size(); ++j) {
        const double d =
            std::hypot(positions[i].x - positions[j].x, positions[i].y - positions[j].y) / 1.5e-4;
        EXPECT_NEAR(found[i * positions.size() + j],
                    std::exp(decay == Decay::exponential ? -d : -d * d), 1e-12);
      }
    }
  }
  // Far more points than the field has degrees of freedom: no failure, and close to exact.
  std::vector<Position> line;
  for (int k = 0; k < 100; ++k) line.push_back({1e-6 * k, 0.0});
  const std::vector<double> dense =
      covariance(SpatialCorrelation(line, 1e-4, Decay::gaussian).correlation());
  for (std::size_t k = 0; k < 100; ++k) {
    EXPECT_NEAR(dense[k], std::exp(-1e-4 * static_cast<double>(k * k)), 1e-5);
    EXPECT_NEAR(dense[k * 101], 1.0, 1e-5);
  }
  EXPECT_THROW(SpatialCorrelation(positions, 0.0, Decay::gaussian), base::Error);
  EXPECT_THROW(
      SpatialCorrelation(std::vector<Position>{{NAN, 0.0}, {0.0, 0.0}}, 1.0, Decay::gaussian),
      base::Error);
  EXPECT_THROW(SpatialCorrelation(std::vector<Position>(5000), 1.0, Decay::gaussian), base::Error);
}

// 4,000 independent fields. Each correlation is within 5 / sqrt(4000) = 0.08: a chance of 6e-7.
TEST(SpatialField, HasItsVarianceAndCorrelation) {
  constexpr double length = 2e-4;
  constexpr int samples = 4000;
  const std::vector<Position> at = {
      {1.3e-4, -2e-5}, {1.8e-4, -2e-5}, {1.3e-4, 1.8e-4}, {-2.7e-4, -2e-5}};
  std::vector<double> products(at.size(), 0.0);
  double square = 0.0;
  for (int k = 0; k < samples; ++k) {
    const SpatialField field(length, 5, "test", static_cast<std::uint64_t>(k));
    const double first = field.at(at[0]);
    square += first * first;
    for (std::size_t i = 1; i < at.size(); ++i) products[i] += first * field.at(at[i]);
  }
  EXPECT_NEAR(square / samples, 1.0, 5.0 * std::sqrt(2.0 / samples));
  for (std::size_t i = 1; i < at.size(); ++i) {
    const double d = std::hypot(at[i].x - at[0].x, at[i].y - at[0].y) / length;
    EXPECT_NEAR(products[i] / samples, std::exp(-d * d), 0.08);
  }
}

TEST(SpatialField, AGridIsTheFieldAtItsPoints) {
  const SpatialField field(1e-4, 1, "grid", 3);
  const std::vector<double> grid = field.grid(3, 4, {1e-5, 2e-5}, 3e-5, 7e-5);
  EXPECT_EQ(grid[2 * 4 + 1], field.at({1e-5 + 3e-5, 2e-5 + 2 * 7e-5}));
  EXPECT_NE(grid[0], SpatialField(1e-4, 1, "grid", 4).at({1e-5, 2e-5}));
  // Smooth: neighbours a hundredth of a length apart differ little.
  EXPECT_NEAR(field.at({0.0, 0.0}), field.at({1e-6, 0.0}), 0.1);
  EXPECT_THROW(SpatialField(0.0, 1, "bad", 0), base::Error);
  EXPECT_THROW((void)field.at({1e9, 0.0}), base::Error);
  EXPECT_THROW((void)field.at({NAN, 0.0}), base::Error);
}

}  // namespace
}  // namespace neucasl::variation
