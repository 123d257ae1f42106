#pragma once

#include <cstddef>

/// \file
/// The three matrix products of execution and training, on dense row-major float matrices.
///
/// Each result is a function of the sizes and the values only: not of addresses or threads.

namespace neucasl::network {

/// c (m x n) = a (m x k) b (k x n).
void multiply(const float* a, const float* b, float* c, std::size_t m, std::size_t k,
              std::size_t n);

/// c (k x n) = transpose of a (m x k) times b (m x n); the gradient with respect to a weight.
void multiply_left_transposed(const float* a, const float* b, float* c, std::size_t m,
                              std::size_t k, std::size_t n);

/// c (m x k) += a (m x n) times the transpose of b (k x n); the gradient with respect to an input.
void add_right_transposed(const float* a, const float* b, float* c, std::size_t m, std::size_t n,
                          std::size_t k);

}  // namespace neucasl::network
