#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Networks from ONNX files (https://onnx.ai; schema: proto/neucasl/onnx.proto).
///
/// Operators of the default domain, opset 1 to 21 where the attributes are those listed by the
/// operator (an attribute of an older or newer form that is not supported is refused by name).
/// Values come from initialisers and Constant nodes, as raw or typed data, or from files in the
/// folder of the model and below.

namespace neucasl::io {

struct OnnxOptions {
  /// Sizes for dimensions of inputs that the file leaves open: by their name in the file ("batch"),
  /// or by input and axis from 0 ("x.0").
  std::map<std::string, std::size_t> dimensions;
  /// Most bytes of the values of all stored tensors together.
  std::size_t memory = std::size_t{16} << 30;
};

/// \throws base::Error with the file, and the node or tensor: "base.file"; "onnx.file" for bytes
/// that are no model or end early; "onnx.opset"; "onnx.graph" for a graph without nodes, inputs or
/// outputs that are no tensors, and what OperatorGraph::check refuses ("onnx.operator",
/// "onnx.attribute"); "onnx.type" for elements that are neither floating, integers of up to 64 bits
/// (int64, not uint64) nor truths; "onnx.data" for a tensor whose data does not fit its shape;
/// "onnx.external-data" for a path that leaves the folder or a range beyond its file; "onnx.size"
/// for more than `memory`; "onnx.dynamic-shape" for an open dimension without a size in
/// `dimensions`; "onnx.dimension" for a size that no input asks for.
NEUCASL_EXPORT workload::OperatorGraph read_onnx(const std::filesystem::path& file,
                                                 const OnnxOptions& options = {});

/// A tensor that is stored by itself (a TensorProto), as test cases of ONNX have.
/// \throws base::Error "base.file", "onnx.file", "onnx.type", "onnx.data", "onnx.size".
NEUCASL_EXPORT workload::Tensor read_onnx_tensor(const std::filesystem::path& file);

}  // namespace neucasl::io
