#include "products.hpp"

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the undefined operands of its own AVX-512 intrinsics for uninitialised variables.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

// Threads are ours to place; Eigen's own would change the order of sums.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>
#include <algorithm>

namespace neucasl::network {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Input = Eigen::Map<const RowMajor>;
using Output = Eigen::Map<RowMajor>;

Input view(const float* data, std::size_t rows, std::size_t columns) {
  return {data, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns)};
}

Output view(float* data, std::size_t rows, std::size_t columns) {
  return {data, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns)};
}

/// Eigen computes small products and vectors by reductions whose order follows the alignment of the
/// operands; plain loops do not.
bool small(std::size_t m, std::size_t k, std::size_t n) {
  return m == 1 || k == 1 || n == 1 || m + k + n < 32;
}

}  // namespace

void multiply(const float* a, const float* b, float* c, std::size_t m, std::size_t k,
              std::size_t n) {
  if (!small(m, k, n)) {
    view(c, m, n).noalias() = view(a, m, k) * view(b, k, n);
    return;
  }
  std::fill_n(c, m * n, 0.0F);
  for (std::size_t row = 0; row < m; ++row) {
    for (std::size_t i = 0; i < k; ++i) {
      const float factor = a[row * k + i];
      for (std::size_t j = 0; j < n; ++j) c[row * n + j] += factor * b[i * n + j];
    }
  }
}

void multiply_left_transposed(const float* a, const float* b, float* c, std::size_t m,
                              std::size_t k, std::size_t n) {
  if (!small(m, k, n)) {
    view(c, k, n).noalias() = view(a, m, k).transpose() * view(b, m, n);
    return;
  }
  std::fill_n(c, k * n, 0.0F);
  for (std::size_t row = 0; row < m; ++row) {
    for (std::size_t i = 0; i < k; ++i) {
      const float factor = a[row * k + i];
      for (std::size_t j = 0; j < n; ++j) c[i * n + j] += factor * b[row * n + j];
    }
  }
}

void add_right_transposed(const float* a, const float* b, float* c, std::size_t m, std::size_t n,
                          std::size_t k) {
  if (!small(m, n, k)) {
    view(c, m, k).noalias() += view(a, m, n) * view(b, k, n).transpose();
    return;
  }
  for (std::size_t row = 0; row < m; ++row) {
    for (std::size_t i = 0; i < k; ++i) {
      float sum = 0.0F;
      for (std::size_t j = 0; j < n; ++j) sum += a[row * n + j] * b[i * n + j];
      c[row * k + i] += sum;
    }
  }
}

}  // namespace neucasl::network
