#include "dense_product.hpp"
#include "derivative.hpp"
#include "matrix_plans.hpp"

namespace neucasl::workload {
namespace {

/// C = A B: adjoint of A = (adjoint of C) B^T, of B = A^T (adjoint of C), added where a matrix was
/// used several times (M. Giles, "Collected matrix derivative results for forward and reverse mode
/// algorithmic differentiation", 2008).
template <class T>
void reverse_stacks(ReverseNode& node, const Stacks& stacks) {
  const T* g = numbers<T>(node.seed()).data();
  const std::size_t left = stacks.rows * stacks.depth;
  const std::size_t right = stacks.depth * stacks.columns;
  const std::size_t result = stacks.rows * stacks.columns;
  for_each_element<2>(
      stacks.result,
      {stretched(stacks.left, stacks.result), stretched(stacks.right, stacks.result)}, {0, 0},
      [&](std::size_t position, const auto& offsets) {
        const std::size_t a = static_cast<std::size_t>(offsets[0]) * left;
        const std::size_t b = static_cast<std::size_t>(offsets[1]) * right;
        const ConstMatrix<T> c(g + position * result, index(stacks.rows), index(stacks.columns));
        if (node.wants(0)) {
          const ConstMatrix<T> other(numbers<T>(node.view().value(1, "a matrix")).data() + b,
                                     index(stacks.depth), index(stacks.columns));
          multiply_into<true>(c, other.transpose(),
                              MutableMatrix<T>(numbers<T>(node.adjoint(0)).data() + a,
                                               index(stacks.rows), index(stacks.depth)));
        }
        if (node.wants(1)) {
          const ConstMatrix<T> other(numbers<T>(node.view().value(0, "a matrix")).data() + a,
                                     index(stacks.rows), index(stacks.depth));
          multiply_into<true>(other.transpose(), c,
                              MutableMatrix<T>(numbers<T>(node.adjoint(1)).data() + b,
                                               index(stacks.depth), index(stacks.columns)));
        }
      });
}

/// A stack that meets one matrix only is one tall matrix.
Stacks joined(Stacks stacks) {
  if (extent(stacks.right, 0, stacks.right.size()) != 1) return stacks;
  stacks.rows *= extent(stacks.left, 0, stacks.left.size());
  stacks.left.clear();
  stacks.right.clear();
  stacks.result.clear();
  return stacks;
}

void reverse_matmul(ReverseNode& node) {
  const Stacks stacks = joined(stacks_of(node.view()));
  with_floating(node.seed(), [&](auto zero) { reverse_stacks<decltype(zero)>(node, stacks); });
}

/// target = x y, where `transposed` says that the target is held as its transpose.
template <class T, class X, class Y>
void assign(std::vector<T>& to, const TensorShape& shape, bool transposed, const X& x, const Y& y) {
  MutableMatrix<T> target(to.data(), index(shape[0]), index(shape[1]));
  if (transposed) {
    multiply_into(y.transpose(), x.transpose(), target);
  } else {
    multiply_into(x, y, target);
  }
}

template <class T>
void reverse_general_product(ReverseNode& node) {
  const NodeView& view = node.view();
  const GemmSizes sizes = gemm_sizes(view);
  const RowMajor<T> scaled =
      ConstMatrix<T>(numbers<T>(node.seed()).data(), index(sizes.rows), index(sizes.columns)) *
      static_cast<T>(view.real("alpha", 1.0));
  const auto matrix = [&](std::size_t k) {
    return ConstMatrix<T>(numbers<T>(view.value(k, "a matrix")).data(), index(view.shape(k)[0]),
                          index(view.shape(k)[1]));
  };
  if (node.wants(0)) {
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    if (sizes.right) {
      assign(to, view.shape(0), sizes.left, scaled, matrix(1));
    } else {
      assign(to, view.shape(0), sizes.left, scaled, matrix(1).transpose());
    }
  }
  if (node.wants(1)) {
    std::vector<T>& to = numbers<T>(node.adjoint(1));
    if (sizes.left) {
      assign(to, view.shape(1), sizes.right, matrix(0), scaled);
    } else {
      assign(to, view.shape(1), sizes.right, matrix(0).transpose(), scaled);
    }
  }
  if (node.wants(2)) {
    std::vector<T> contributions = numbers<T>(node.seed());
    const auto beta = static_cast<T>(view.real("beta", 1.0));
    for (T& one : contributions) one *= beta;
    add_stretched(contributions, node.seed().type.shape, node.adjoint(2));
  }
}

void reverse_gemm(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) { reverse_general_product<decltype(zero)>(node); });
}

}  // namespace

std::vector<Derivative> matrix_derivatives() {
  return {{"MatMul", reverse_matmul, reads_all}, {"Gemm", reverse_gemm, reads_all}};
}

}  // namespace neucasl::workload
