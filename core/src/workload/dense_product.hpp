#pragma once

#include <Eigen/Core>

/// \file
/// Products of dense matrices in row-major memory.

namespace neucasl::workload {

template <class T>
using RowMajor = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using ConstMatrix = Eigen::Map<const RowMajor<T>>;
template <class T>
using MutableMatrix = Eigen::Map<RowMajor<T>>;

inline Eigen::Index index(std::size_t value) { return static_cast<Eigen::Index>(value); }

/// c = a b, or c += a b with `add`. Tiny products are summed in order: Eigen's own way of them
/// follows the alignment of c, and so would the last bits.
template <bool add = false, class A, class B, class C>
void multiply_into(const A& a, const B& b, C&& c) {
  constexpr Eigen::Index tiny = 20;  // EIGEN_GEMM_TO_COEFFBASED_THRESHOLD
  if (a.cols() + c.rows() + c.cols() < tiny) {
    for (Eigen::Index i = 0; i < c.rows(); ++i) {
      for (Eigen::Index j = 0; j < c.cols(); ++j) {
        typename A::Scalar sum{0};
        for (Eigen::Index k = 0; k < a.cols(); ++k) sum += a.coeff(i, k) * b.coeff(k, j);
        c.coeffRef(i, j) = add ? c.coeff(i, j) + sum : sum;
      }
    }
  } else if constexpr (add) {
    c.noalias() += a * b;
  } else {
    c.noalias() = a * b;
  }
}

}  // namespace neucasl::workload
