#include "sparse_lu.hpp"

#include <gtest/gtest.h>

#include <Eigen/Sparse>
#include <Eigen/SparseLU>

#include "neucasl/base/random.hpp"

namespace neucasl::native_plugin {
namespace {

struct Matrix {
  SparsePattern pattern;
  std::vector<double> values;
  Eigen::SparseMatrix<double> eigen;
};

/// A matrix as circuits have it: a ladder, branch equations with empty diagonals, far couplings.
Matrix random_matrix(std::uint32_t size, std::uint64_t sample) {
  base::RandomStream random(3, "sparse_lu", sample);
  Matrix matrix;
  PatternBuilder builder(size);
  std::vector<Eigen::Triplet<double>> triplets;
  std::vector<double> values;
  const auto add = [&](std::uint32_t row, std::uint32_t column) {
    const double value = std::exp(6.0 * random.normal()) * (random.uniform() < 0.5 ? -1.0 : 1.0);
    builder.add(row, column);
    values.push_back(value);
    triplets.emplace_back(static_cast<int>(row), static_cast<int>(column), value);
  };
  for (std::uint32_t k = 0; k < size; ++k) {
    // Every third unknown is a branch current: no diagonal, but an entry either side.
    if (k % 3 != 2) add(k, k);
    if (k + 1 < size) {
      add(k, k + 1);
      add(k + 1, k);
    }
    add(k, random.below(size));
  }
  if (size % 3 == 0) add(size - 1, size - 1);
  std::vector<std::uint32_t> slots;
  matrix.pattern = builder.finish(slots);
  matrix.values.assign(matrix.pattern.entries(), 0.0);
  for (std::size_t k = 0; k < values.size(); ++k) matrix.values[slots[k]] += values[k];
  matrix.eigen.resize(static_cast<int>(size), static_cast<int>(size));
  matrix.eigen.setFromTriplets(triplets.begin(), triplets.end());
  return matrix;
}

/// |A x - b| over |A| |x| + |b|, row by row.
double backward_error(const Eigen::SparseMatrix<double>& a, const Eigen::VectorXd& x,
                      const Eigen::VectorXd& b) {
  const Eigen::VectorXd residual = (a * x - b).cwiseAbs();
  const Eigen::VectorXd size = a.cwiseAbs() * x.cwiseAbs() + b.cwiseAbs();
  return (residual.array() / size.array()).maxCoeff();
}

TEST(SparseLu, SolvesAsEigenDoes) {
  for (std::uint64_t sample = 0; sample < 40; ++sample) {
    const std::uint32_t size = 3 + 7 * static_cast<std::uint32_t>(sample);
    const Matrix matrix = random_matrix(size, sample);
    const std::vector<double> scale(size, 1.0);
    SparseLu<double> factors(matrix.pattern, scale);
    ASSERT_TRUE(factors.factor(matrix.values));
    const Eigen::VectorXd b = Eigen::VectorXd::Random(static_cast<int>(size));
    std::vector<double> x(b.begin(), b.end());
    factors.solve(x);
    const Eigen::VectorXd mine = Eigen::Map<Eigen::VectorXd>(x.data(), b.size());
    EXPECT_LT(backward_error(matrix.eigen, mine, b), 1e-6) << size;
    std::vector<double> y(b.begin(), b.end());
    factors.solve_transposed(y);
    const Eigen::VectorXd transposed = Eigen::Map<Eigen::VectorXd>(y.data(), b.size());
    EXPECT_LT(backward_error(matrix.eigen.transpose(), transposed, b), 1e-6) << size;

    Eigen::SparseLU<Eigen::SparseMatrix<double>> reference(matrix.eigen);
    ASSERT_EQ(reference.info(), Eigen::Success);
    const Eigen::VectorXd theirs = reference.solve(b);
    // Where the matrix lets two solvers agree at all, they do.
    if (backward_error(matrix.eigen, theirs, b) < 1e-14) {
      EXPECT_LT((mine - theirs).norm(), 1e-3 * theirs.norm()) << size;
    }
  }
}

TEST(SparseLu, NewValuesReuseTheOrderAndASingularMatrixIsNamed) {
  Matrix matrix = random_matrix(60, 99);
  const std::vector<double> scale(60, 1.0);
  SparseLu<double> factors(matrix.pattern, scale);
  ASSERT_TRUE(factors.factor(matrix.values));
  std::vector<double> twice = matrix.values;
  for (double& value : twice) value *= 2.0;
  ASSERT_TRUE(factors.factor(twice));
  std::vector<double> a(60, 1.0);
  factors.solve(a);
  ASSERT_TRUE(factors.factor(matrix.values));
  std::vector<double> b(60, 1.0);
  factors.solve(b);
  for (std::size_t k = 0; k < 60; ++k) EXPECT_NEAR(2.0 * a[k], b[k], 1e-9 * std::abs(b[k]));

  for (std::uint32_t e = matrix.pattern.column_start[7]; e < matrix.pattern.column_start[8]; ++e) {
    matrix.values[e] = 0.0;
  }
  EXPECT_FALSE(factors.factor(matrix.values));
  EXPECT_EQ(factors.singular_column(), 7U);
}

}  // namespace
}  // namespace neucasl::native_plugin
