#include "dense_product.hpp"
#include "matrix_plans.hpp"

namespace neucasl::workload {

Stacks stacks_of(const NodeView& node) {
  TensorShape a = node.shape(0);
  TensorShape b = node.shape(1);
  if (a.empty() || b.empty()) {
    node.fail("onnx.shape", "multiplies a single number", "give at least one dimension");
  }
  if (a.size() == 1) a.insert(a.begin(), 1);
  if (b.size() == 1) b.push_back(1);
  Stacks stacks;
  stacks.rows = a[a.size() - 2];
  stacks.depth = a.back();
  stacks.columns = b.back();
  if (b[b.size() - 2] != stacks.depth) {
    node.fail("onnx.shape",
              "multiplies " + to_string(node.shape(0)) + " by " + to_string(node.shape(1)),
              "give as many rows to the second matrix as the first has columns");
  }
  stacks.left.assign(a.begin(), a.end() - 2);
  stacks.right.assign(b.begin(), b.end() - 2);
  stacks.result = broadcast_shape(node, stacks.left, stacks.right);
  return stacks;
}

GemmSizes gemm_sizes(const NodeView& node) {
  const TensorShape& a = node.shape(0);
  const TensorShape& b = node.shape(1);
  if (a.size() != 2 || b.size() != 2) {
    node.fail("onnx.shape", "multiplies " + to_string(a) + " by " + to_string(b),
              "give two matrices");
  }
  const bool left = node.integer("transA", 0) != 0;
  const bool right = node.integer("transB", 0) != 0;
  const GemmSizes sizes{left, right, a[left ? 1 : 0], a[left ? 0 : 1], b[right ? 0 : 1]};
  if (b[right ? 1 : 0] != sizes.depth) {
    node.fail("onnx.shape", "multiplies " + to_string(a) + " by " + to_string(b),
              "give as many rows to the second matrix as the first has columns, transposed as the "
              "attributes say");
  }
  return sizes;
}

namespace {

std::vector<TensorType> infer_matmul(const NodeView& node) {
  node.require_same_type(1);
  const Stacks stacks = stacks_of(node);
  TensorShape shape = stacks.result;
  if (node.shape(0).size() > 1) shape.push_back(stacks.rows);
  if (node.shape(1).size() > 1) shape.push_back(stacks.columns);
  return {{node.type(0).type, shape}};
}

template <class T>
void multiply(const NodeView& node, Tensor& output) {
  const Stacks stacks = stacks_of(node);
  const T* a = numbers<T>(node.value(0, "a matrix")).data();
  const T* b = numbers<T>(node.value(1, "a matrix")).data();
  T* c = numbers<T>(output).data();
  const std::size_t left = stacks.rows * stacks.depth;
  const std::size_t right = stacks.depth * stacks.columns;
  const std::size_t result = stacks.rows * stacks.columns;
  for_each_element<2>(
      stacks.result,
      {stretched(stacks.left, stacks.result), stretched(stacks.right, stacks.result)}, {0, 0},
      [&](std::size_t position, const auto& offsets) {
        const ConstMatrix<T> x(a + static_cast<std::size_t>(offsets[0]) * left, index(stacks.rows),
                               index(stacks.depth));
        const ConstMatrix<T> y(b + static_cast<std::size_t>(offsets[1]) * right,
                               index(stacks.depth), index(stacks.columns));
        multiply_into(
            x, y,
            MutableMatrix<T>(c + position * result, index(stacks.rows), index(stacks.columns)));
      });
}

void execute_matmul(const NodeView& node, std::vector<Tensor>& outputs) {
  with_storage(outputs[0], [&](auto zero) { multiply<decltype(zero)>(node, outputs[0]); });
}

MatrixProduct product_of_matmul(const NodeView& node) {
  const Stacks stacks = stacks_of(node);
  const std::size_t left = extent(stacks.left, 0, stacks.left.size());
  const std::size_t right = extent(stacks.right, 0, stacks.right.size());
  const std::size_t count = extent(stacks.result, 0, stacks.result.size());
  if (node.input(1).constant) {
    return {right, count / right * stacks.rows, stacks.depth, stacks.columns, true};
  }
  if (node.input(0).constant) {
    return {left, count / left * stacks.columns, stacks.depth, stacks.rows, true};
  }
  return {count, stacks.rows, stacks.depth, stacks.columns, false};
}

std::vector<TensorType> infer_gemm(const NodeView& node) {
  node.require_same_type(1);
  node.require_floating(0);
  const GemmSizes sizes = gemm_sizes(node);
  const TensorShape shape{sizes.rows, sizes.columns};
  if (node.has(2)) {
    node.require_same_type(2);
    if (broadcast_shape(node, node.shape(2), shape) != shape) {
      node.fail("onnx.shape",
                "adds " + to_string(node.shape(2)) + " to a product of " + to_string(shape),
                "give a bias of the product's shape, or sizes of 1");
    }
  }
  return {{node.type(0).type, shape}};
}

template <class T>
void general_product(const NodeView& node, Tensor& output) {
  const GemmSizes sizes = gemm_sizes(node);
  const Tensor& first = node.value(0, "a matrix");
  const Tensor& second = node.value(1, "a matrix");
  const ConstMatrix<T> a(numbers<T>(first).data(), index(first.type.shape[0]),
                         index(first.type.shape[1]));
  const ConstMatrix<T> b(numbers<T>(second).data(), index(second.type.shape[0]),
                         index(second.type.shape[1]));
  std::vector<T>& values = numbers<T>(output);
  MutableMatrix<T> c(values.data(), index(sizes.rows), index(sizes.columns));
  if (sizes.left && sizes.right) {
    multiply_into(a.transpose(), b.transpose(), c);
  } else if (sizes.left) {
    multiply_into(a.transpose(), b, c);
  } else if (sizes.right) {
    multiply_into(a, b.transpose(), c);
  } else {
    multiply_into(a, b, c);
  }
  c *= static_cast<T>(node.real("alpha", 1.0));
  if (!node.has(2)) return;
  const T beta = static_cast<T>(node.real("beta", 1.0));
  const std::vector<T>& bias = numbers<T>(node.value(2, "a bias"));
  for_each_element<1>(output.type.shape, {stretched(node.shape(2), output.type.shape)}, {0},
                      [&](std::size_t position, const auto& offsets) {
                        values[position] += beta * bias[static_cast<std::size_t>(offsets[0])];
                      });
}

void execute_gemm(const NodeView& node, std::vector<Tensor>& outputs) {
  with_floating(outputs[0], [&](auto zero) { general_product<decltype(zero)>(node, outputs[0]); });
}

MatrixProduct product_of_gemm(const NodeView& node) {
  const GemmSizes sizes = gemm_sizes(node);
  if (!node.input(1).constant && node.input(0).constant) {
    return {1, sizes.columns, sizes.depth, sizes.rows, true};
  }
  return {1, sizes.rows, sizes.depth, sizes.columns, node.input(1).constant};
}

}  // namespace

std::vector<Operator> matrix_operators() {
  return {{"MatMul",
           2,
           2,
           1,
           Role::operation,
           OperationKind::matrix,
           {},
           infer_matmul,
           execute_matmul,
           product_of_matmul},
          {"Gemm",
           2,
           3,
           1,
           Role::operation,
           OperationKind::matrix,
           {"alpha", "beta", "transA", "transB", "broadcast"},
           infer_gemm,
           execute_gemm,
           product_of_gemm}};
}

}  // namespace neucasl::workload
