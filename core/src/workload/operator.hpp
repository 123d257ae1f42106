#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "neucasl/workload/operator_graph.hpp"

/// \file
/// What the graph knows of each operator: its inputs and attributes, shape, execution and role in
/// a workload.

namespace neucasl::workload {

/// An input of a node while shapes are inferred or values computed.
struct NodeInput {
  const TensorType* type = nullptr;  ///< Nothing when the input is left out.
  const Tensor* value = nullptr;     ///< Nothing when it is not known.
  bool constant = false;
};

/// A node with what is known of its inputs.
class NodeView {
 public:
  NodeView(const OperatorGraph& graph, std::size_t node, std::vector<NodeInput> inputs)
      : graph_(graph), index_(node), inputs_(std::move(inputs)) {}

  [[nodiscard]] int opset() const { return graph_.opset; }
  [[nodiscard]] const OperatorNode& node() const { return graph_.nodes[index_]; }
  [[nodiscard]] std::size_t inputs() const { return inputs_.size(); }
  [[nodiscard]] std::size_t outputs() const { return node().outputs.size(); }
  [[nodiscard]] bool has_output(std::size_t k) const {
    return k < outputs() && node().outputs[k] != no_tensor;
  }
  [[nodiscard]] bool has(std::size_t k) const {
    return k < inputs_.size() && inputs_[k].type != nullptr;
  }
  [[nodiscard]] const NodeInput& input(std::size_t k) const { return inputs_[k]; }
  /// \throws base::Error "onnx.graph" when the input is left out.
  [[nodiscard]] const TensorType& type(std::size_t k) const;
  [[nodiscard]] const TensorShape& shape(std::size_t k) const { return type(k).shape; }
  /// \throws base::Error "onnx.dynamic-shape" when the value is not known; `what` names it.
  [[nodiscard]] const Tensor& value(std::size_t k, const char* what) const;
  /// Integers of a one-dimensional input. \throws base::Error as `value`; "onnx.type".
  [[nodiscard]] std::vector<std::int64_t> integers_of(std::size_t k, const char* what) const;

  [[nodiscard]] bool has_attribute(const std::string& name) const {
    return node().attributes.contains(name);
  }
  /// \throws base::Error "onnx.attribute" when it has another type.
  [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t otherwise) const;
  [[nodiscard]] double real(const std::string& name, double otherwise) const;
  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise) const;
  /// Empty when there is none.
  [[nodiscard]] std::vector<std::int64_t> integers(const std::string& name) const;
  /// Axes of a tensor of `rank` dimensions from input `k` or the attribute "axes", counted from the
  /// front, sorted; empty when there are none. \throws base::Error "onnx.attribute" for one out of
  /// range or twice there.
  [[nodiscard]] std::vector<std::size_t> axes(std::size_t k, std::size_t rank) const;
  /// One axis, where rank itself is allowed with `end`.
  [[nodiscard]] std::size_t axis(std::int64_t given, std::size_t rank, bool end = false) const;

  /// \throws base::Error "onnx.type" when input `k` has not the type of input 0.
  void require_same_type(std::size_t k) const;
  void require_floating(std::size_t k) const;
  [[noreturn]] void fail(const char* code, const std::string& what,
                         const std::string& remedy) const;

 private:
  template <class T>
  [[nodiscard]] const T* attribute(const std::string& name, const char* kind) const;

  const OperatorGraph& graph_;
  std::size_t index_;
  std::vector<NodeInput> inputs_;
};

/// What an operator is in a workload.
enum class Role {
  operation,  ///< One of its kind.
  movement,   ///< Moves data only.
  gather,     ///< A lookup when its table is constant, else movement.
  shape       ///< Constant whatever its input: it reads shapes only.
};

struct Operator {
  const char* name;
  std::size_t least_inputs;
  std::size_t most_inputs;
  std::size_t most_outputs;
  Role role;
  OperationKind kind;
  std::vector<const char*> attributes;
  /// Types of the outputs, as many as `most_outputs` or as the node has.
  std::vector<TensorType> (*infer)(const NodeView& node);
  /// All inputs have values; `outputs` are zeros of the inferred types.
  void (*execute)(const NodeView& node, std::vector<Tensor>& outputs);
  /// Of matrix operations; nothing for others.
  MatrixProduct (*product)(const NodeView& node) = nullptr;
};

/// Nothing for an unknown name.
const Operator* find_operator(const std::string& name);

// The families.
std::vector<Operator> elementwise_operators();
std::vector<Operator> unary_operators();
std::vector<Operator> matrix_operators();
std::vector<Operator> convolution_operators();
std::vector<Operator> pooling_operators();
std::vector<Operator> normalisation_operators();
std::vector<Operator> reduction_operators();
std::vector<Operator> reshaping_operators();
std::vector<Operator> selection_operators();
std::vector<Operator> constant_operators();
std::vector<Operator> quantisation_operators();

/// Any number of inputs or outputs.
inline constexpr std::size_t any_number = static_cast<std::size_t>(-1);

/// The type of input 0.
std::vector<TensorType> same_as_first(const NodeView& node);

/// Shape of tensors stretched to each other, sizes of 1 repeated, aligned at the last dimension.
/// \throws base::Error "onnx.shape" when they do not fit.
TensorShape broadcast_shape(const NodeView& node, const TensorShape& a, const TensorShape& b);

/// Product of the sizes from dimension `first` up to `end`.
std::size_t extent(const TensorShape& shape, std::size_t first, std::size_t end);

using Strides = std::vector<std::ptrdiff_t>;
/// Distances between neighbours along each dimension.
Strides row_major(const TensorShape& shape);
/// Distances in a tensor that is stretched to `to`: 0 along repeated dimensions.
Strides stretched(const TensorShape& from, const TensorShape& to);

/// Calls body(position, offsets) for each element of `shape` in row-major order, with the offset of
/// that element in N tensors of these strides.
template <std::size_t N, class Body>
void for_each_element(const TensorShape& shape, const std::array<Strides, N>& strides,
                      std::array<std::ptrdiff_t, N> offsets, const Body& body) {
  const std::size_t count = extent(shape, 0, shape.size());
  const std::size_t last = shape.empty() ? 0 : shape.size() - 1;
  const std::size_t run = shape.empty() ? 1 : shape[last];
  std::array<std::ptrdiff_t, N> steps{};
  for (std::size_t n = 0; n < N && !shape.empty(); ++n) steps[n] = strides[n][last];
  TensorShape index(shape.size(), 0);
  for (std::size_t position = 0; position < count;) {
    std::array<std::ptrdiff_t, N> at = offsets;
    for (std::size_t k = 0; k < run; ++k) {
      body(position++, at);
      for (std::size_t n = 0; n < N; ++n) at[n] += steps[n];
    }
    for (std::size_t d = last; d-- > 0;) {
      for (std::size_t n = 0; n < N; ++n) offsets[n] += strides[n][d];
      if (++index[d] < shape[d]) break;
      index[d] = 0;
      for (std::size_t n = 0; n < N; ++n) {
        offsets[n] -= strides[n][d] * static_cast<std::ptrdiff_t>(shape[d]);
      }
    }
  }
}

/// False for integers.
template <class T>
bool not_a_number(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::isnan(value);
  } else {
    return false;
  }
}

/// Values of a tensor of storage T.
template <class T>
const std::vector<T>& numbers(const Tensor& tensor) {
  return std::get<std::vector<T>>(tensor.values);
}
template <class T>
std::vector<T>& numbers(Tensor& tensor) {
  return std::get<std::vector<T>>(tensor.values);
}

/// Calls body(T()) with the storage type of the tensor.
template <class Body>
void with_storage(const Tensor& tensor, const Body& body) {
  std::visit(
      [&](const auto& values) { body(typename std::decay_t<decltype(values)>::value_type{}); },
      tensor.values);
}
/// As above for floating types, which the operator's inference has checked.
template <class Body>
void with_floating(const Tensor& tensor, const Body& body) {
  if (tensor.type.type == ElementType::float64) {
    body(double{});
  } else {
    body(float{});
  }
}

}  // namespace neucasl::workload
