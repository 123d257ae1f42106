#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "neucasl/base/parallel.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// A network as a graph of operators with values, its shapes and its reference execution.
///
/// A *tensor* is an array of elements of one type, row-major. A *node* applies an *operator* to
/// tensors; its inputs, outputs and attributes are those of the operator of the same name of ONNX
/// (default domain; https://onnx.ai/onnx/operators), in the version of the graph's *opset*. A
/// tensor is *constant* when it follows from stored values and shapes alone. All shapes are static;
/// tensors that give shapes (the second input of Reshape) must be constant.
///
/// Errors name the file of the graph and the node, and have the codes of the importer:
/// "onnx.operator", "onnx.attribute", "onnx.type", "onnx.shape", "onnx.dynamic-shape",
/// "onnx.graph", "onnx.value", "onnx.size".

namespace neucasl::workload {

enum class ElementType {
  float32,
  float64,
  float16,   ///< Computed in float32 and rounded behind each operator.
  bfloat16,  ///< As float16.
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  boolean
};

/// "float32", ..., "boolean".
NEUCASL_EXPORT std::string_view to_string(ElementType type);
NEUCASL_EXPORT bool is_floating(ElementType type);
/// The number that these bits are in float16 or bfloat16.
NEUCASL_EXPORT float from_half_bits(ElementType type, std::uint16_t bits);
/// The same for an array.
NEUCASL_EXPORT void from_half_bits(ElementType type, const std::uint16_t* bits, std::size_t count,
                                   float* values);
/// The bits in float16 or bfloat16 of the number nearest to `value`; infinite beyond the range.
NEUCASL_EXPORT std::uint16_t to_half_bits(ElementType type, float value);

/// Sizes from the outermost dimension inwards; empty for a single number.
using TensorShape = std::vector<std::size_t>;
/// "2 x 3"; "scalar" for a single number.
NEUCASL_EXPORT std::string to_string(const TensorShape& shape);

struct TensorType {
  ElementType type = ElementType::float32;
  TensorShape shape;
  bool operator==(const TensorType&) const = default;
  [[nodiscard]] NEUCASL_EXPORT std::size_t elements() const;
};

/// Most elements of one tensor.
inline constexpr std::size_t most_elements = std::size_t{1} << 31;

/// A tensor with its values: float for the floating types up to 32 bits, double for float64,
/// std::int64_t for integers and truths (0 or 1).
struct Tensor {
  TensorType type;
  std::variant<std::vector<float>, std::vector<double>, std::vector<std::int64_t>> values;

  Tensor() = default;
  /// Of zeros.
  NEUCASL_EXPORT explicit Tensor(TensorType of);
  NEUCASL_EXPORT Tensor(TensorShape shape, std::vector<float> values);
  NEUCASL_EXPORT Tensor(TensorShape shape, std::vector<std::int64_t> values);
  /// Values stored, whatever the shape says.
  [[nodiscard]] NEUCASL_EXPORT std::size_t size() const;
  /// Rounds or wraps each value to one that the type has.
  NEUCASL_EXPORT void round_to_type();
};

using Attribute = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>,
                               std::vector<double>, std::vector<std::string>, Tensor>;

/// Index of a tensor in its graph.
using TensorId = std::size_t;
/// Stands for an optional input or output that a node leaves out.
inline constexpr TensorId no_tensor = static_cast<TensorId>(-1);

struct OperatorNode {
  std::string name;  ///< May be empty.
  std::string type;  ///< "Conv"
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  std::map<std::string, Attribute> attributes;
};

struct GraphTensor {
  std::string name;
  std::optional<Tensor> value;         ///< Stored in the graph.
  std::optional<TensorType> declared;  ///< Of inputs.
};

/// Nodes in topological order.
struct NEUCASL_EXPORT OperatorGraph {
  std::string name;
  std::string file;  ///< Where it was read from; for errors.
  int opset = 17;    ///< Version of the operators.
  std::vector<GraphTensor> tensors;
  std::vector<OperatorNode> nodes;
  std::vector<TensorId> inputs;  ///< Without stored values.
  std::vector<TensorId> outputs;

  /// A tensor of that name, new or known.
  TensorId tensor(const std::string& tensor_name);
  /// "node 'conv1' (Conv)", or "node 3 (Conv)" when it has no name.
  [[nodiscard]] std::string title(std::size_t node) const;
  /// A name for each node that no other one has: its own, or "MatMul_3" for node 3 where it has
  /// none or an earlier node has the same.
  [[nodiscard]] std::vector<std::string> node_names() const;
  /// \throws base::Error "onnx.operator" for an unknown operator (with the known ones);
  /// "onnx.attribute" for an attribute that the operator does not have here; "onnx.graph" for a
  /// wrong number of inputs or outputs, a tensor that is read before it is written or written
  /// twice, or an output that nothing writes.
  void check() const;
};

/// Operators of shapes, execution and workloads, sorted.
NEUCASL_EXPORT std::vector<std::string> known_operators();

/// Types and shapes of all tensors that the nodes write or read; nothing for others. `inputs`:
/// types of the graph's inputs; default: as declared.
/// \throws base::Error as `check`; "onnx.type", "onnx.shape", "onnx.dynamic-shape" for a shape that
/// depends on values of the sample or an input without one, "onnx.size".
NEUCASL_EXPORT std::vector<std::optional<TensorType>> infer_shapes(
    const OperatorGraph& graph, const std::vector<TensorType>& inputs = {});

/// The outputs of the graph for these inputs; matrix products by Eigen, sums of reductions and
/// normalisations in double. On one thread.
/// \throws base::Error as `infer_shapes`, and "onnx.value" for an index out of range or a division
/// of integers by zero; base::Cancelled.
NEUCASL_EXPORT std::vector<Tensor> run(const OperatorGraph& graph,
                                       const std::vector<Tensor>& inputs,
                                       const base::CancelFlag& cancel = {});

/// What one run of the graph asks of hardware; with a batch size of 1, one sample. Operations on
/// constants are left out, and so are those that only move data (Reshape, Transpose, Concat, Cast,
/// ...), whose readers take the operations before them. Constant floating tensors of more than one
/// element are parameters, each counted once. A product with a constant matrix is stationary; a
/// Gather from a constant table is a lookup. Batch normalisation counts all four numbers of a
/// channel. A reduction (ReduceMean, ...) is pooling.
/// \throws base::Error as `infer_shapes`.
NEUCASL_EXPORT Workload to_workload(const OperatorGraph& graph);

}  // namespace neucasl::workload
