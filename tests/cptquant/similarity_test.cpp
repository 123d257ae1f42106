#include "cptquant/similarity.hpp"

#include <gtest/gtest.h>

#include <Eigen/QR>
#include <cmath>

#include "cptquant/features.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::cptquant_plugin {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

MatrixXd normal(Index rows, Index columns, std::uint64_t sample) {
  base::RandomStream random(7, "test/similarity", sample);
  MatrixXd result(rows, columns);
  for (Index j = 0; j < columns; ++j) {
    for (Index i = 0; i < rows; ++i) result(i, j) = random.normal();
  }
  return result;
}

/// Centred orthonormal columns.
MatrixXd orthonormal(Index rows, Index columns) {
  MatrixXd x = normal(rows, columns, 3);
  x.rowwise() -= x.colwise().mean().eval();
  const Eigen::HouseholderQR<MatrixXd> qr(x);
  return qr.householderQ() * MatrixXd::Identity(rows, columns);
}

MatrixXd orthogonal(Index size) {
  const Eigen::HouseholderQR<MatrixXd> qr(normal(size, size, 5));
  return qr.householderQ() * MatrixXd::Identity(size, size);
}

TEST(CanonicalCorrelation, IsTheCosineOfKnownAngles) {
  const MatrixXd base = orthonormal(40, 4);
  const double angle[] = {0.3, 1.1};
  MatrixXd y(40, 2);
  for (Index k = 0; k < 2; ++k) {
    y.col(k) = std::cos(angle[k]) * base.col(k) + std::sin(angle[k]) * base.col(k + 2);
  }
  const std::vector<double> rho = canonical_correlations(base.leftCols(2), y);
  ASSERT_EQ(rho.size(), 2U);
  EXPECT_NEAR(rho[0], std::cos(0.3), 1e-14);
  EXPECT_NEAR(rho[1], std::cos(1.1), 1e-14);
  EXPECT_NEAR(mean_canonical_correlation(base.leftCols(2), y),
              0.5 * (std::cos(0.3) + std::cos(1.1)), 1e-14);
}

TEST(CanonicalCorrelation, OfOneFeatureEachIsPearsons) {
  MatrixXd x(4, 1);
  MatrixXd y(4, 1);
  x << 1, 2, 3, 4;
  y << 2, 1, 4, 3;
  EXPECT_NEAR(canonical_correlations(x, y).front(), 0.6, 1e-15);
}

TEST(CanonicalCorrelation, DoesNotChangeUnderInvertibleMapsAndShifts) {
  const MatrixXd x = normal(200, 6, 1);
  const MatrixXd y = x * normal(6, 5, 2) + 0.5 * normal(200, 5, 4);
  MatrixXd moved = x * normal(6, 6, 8);
  moved.rowwise() += Eigen::RowVectorXd::Constant(6, 3.0);
  const std::vector<double> before = canonical_correlations(x, y);
  const std::vector<double> after = canonical_correlations(moved, y * normal(5, 5, 9));
  ASSERT_EQ(before.size(), 5U);
  for (std::size_t k = 0; k < before.size(); ++k) EXPECT_NEAR(before[k], after[k], 1e-12);
  EXPECT_NEAR(mean_canonical_correlation(x, x * normal(6, 6, 8)), 1.0, 1e-12);
}

TEST(CanonicalCorrelation, LeavesOutWhatDependsOnOthers) {
  const MatrixXd x = normal(50, 3, 1);
  MatrixXd wide(50, 5);
  wide << x, x.col(0) + x.col(1), MatrixXd::Constant(50, 1, 2.0);
  EXPECT_EQ(canonical_correlations(wide, wide).size(), 3U);
  EXPECT_NEAR(mean_canonical_correlation(wide, wide), 1.0, 1e-12);
  // A direction that one of equally many features has lost counts as 0.
  MatrixXd lost = x;
  lost.col(2).setZero();
  EXPECT_NEAR(mean_canonical_correlation(x, lost), 2.0 / 3.0, 1e-12);
  EXPECT_EQ(mean_canonical_correlation(x, MatrixXd::Ones(50, 3)), 0.0);
}

TEST(SingularVectorCorrelation, DropsDirectionsOfLittleVariance) {
  const MatrixXd base = orthonormal(60, 6);
  // Shared directions of variance 100 each, others of 0.01.
  MatrixXd x(60, 4);
  MatrixXd y(60, 4);
  x << 10.0 * base.leftCols(2), 0.1 * base.middleCols(2, 2);
  y << 10.0 * base.leftCols(2), 0.1 * base.rightCols(2);
  EXPECT_NEAR(singular_vector_correlation(x, y, 0.99), 1.0, 1e-12);
  EXPECT_NEAR(singular_vector_correlation(x, y, 1.0), 0.5, 1e-12);
  EXPECT_NEAR(mean_canonical_correlation(x, y), 0.5, 1e-12);
}

TEST(ProjectionWeightedCorrelation, WeighsByWhatTheFeaturesHold) {
  const MatrixXd base = orthonormal(60, 4);
  MatrixXd x(60, 2);
  MatrixXd y(60, 2);
  // Canonical variables are the columns: weights 3 and 1, correlations 1 and 0.
  x << 3.0 * base.col(0), base.col(1);
  y << base.col(0), base.col(2);
  EXPECT_NEAR(projection_weighted_correlation(x, y), 0.75, 1e-12);
  EXPECT_NEAR(projection_weighted_correlation(y, x), 0.5, 1e-12);
  EXPECT_NEAR(projection_weighted_correlation(x, x * normal(2, 2, 1)), 1.0, 1e-12);
}

TEST(LinearKernelAlignment, DoesNotChangeUnderOrthogonalMapsAndScaling) {
  const MatrixXd x = normal(100, 5, 1);
  const MatrixXd y = x.leftCols(4) + normal(100, 4, 2);
  const double before = linear_kernel_alignment(x, y);
  EXPECT_NEAR(linear_kernel_alignment(2.5 * x * orthogonal(5), 0.1 * y * orthogonal(4)), before,
              1e-12);
  // Not so under another invertible map.
  EXPECT_GT(std::abs(linear_kernel_alignment(x * normal(5, 5, 6), y) - before), 1e-3);
}

TEST(LinearKernelAlignment, IsTheSameByEitherGramMatrix) {
  const MatrixXd base = orthonormal(6, 4);
  // |Y^T X|^2 = 4 + 0, |X^T X| = sqrt(16 + 1), |Y^T Y| = sqrt(1 + 1).
  MatrixXd x(6, 2);
  MatrixXd y(6, 2);
  x << 2.0 * base.col(0), base.col(1);
  y << base.col(0), base.col(2);
  const double expected = 4.0 / std::sqrt(17.0 * 2.0);
  EXPECT_NEAR(linear_kernel_alignment(x, y), expected, 1e-14);
  MatrixXd wide = MatrixXd::Zero(6, 9);  // more features than samples
  wide.leftCols(2) = x;
  EXPECT_NEAR(linear_kernel_alignment(wide, y), expected, 1e-14);
  EXPECT_EQ(linear_kernel_alignment(x, MatrixXd::Ones(6, 2)), 0.0);
}

TEST(Features, TakeChannelsOfImagesAndTheLastDimensionOfOthers) {
  workload::Tensor image({2, 2, 1, 2}, std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8});
  const MatrixXd rows = features({image});
  ASSERT_EQ(rows.rows(), 4);
  ASSERT_EQ(rows.cols(), 2);
  EXPECT_EQ(rows(1, 0), 2.0);
  EXPECT_EQ(rows(1, 1), 4.0);
  EXPECT_EQ(rows(2, 1), 7.0);
  const MatrixXd means = features({image, image}, true);
  ASSERT_EQ(means.rows(), 4);
  EXPECT_EQ(means(3, 1), 7.5);
  workload::Tensor tokens({1, 3, 2}, std::vector<float>{1, 2, 3, 4, 5, 6});
  const MatrixXd each = features({tokens}, true);
  ASSERT_EQ(each.rows(), 3);
  EXPECT_EQ(each(2, 1), 6.0);
}

TEST(Features, OfTooFewSamplesAreRefusedWithTheNumber) {
  try {
    require_rows(MatrixXd::Zero(49, 10), 5.0, "the output", "choose variant 'cka'");
    FAIL() << "accepted";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "precision.samples");
    EXPECT_NE(error.diagnostic().message.find("at least 50 samples"), std::string::npos);
    EXPECT_NE(error.diagnostic().remedy.find("cka"), std::string::npos);
  }
  EXPECT_NO_THROW(require_rows(MatrixXd::Zero(50, 10), 5.0, "the output", ""));
}

}  // namespace
}  // namespace neucasl::cptquant_plugin
