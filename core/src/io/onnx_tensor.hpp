#pragma once

#include <filesystem>

#include "neucasl/onnx.pb.h"
#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Tensors of ONNX files.

namespace neucasl::io {

/// Where a tensor comes from: for errors and external data.
class OnnxPlace {
 public:
  /// `budget`: bytes that values may still take.
  OnnxPlace(std::filesystem::path file, std::size_t budget)
      : file_(std::move(file)), budget_(budget) {}

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  /// Takes bytes from the budget. \throws base::Error "onnx.size".
  void take(std::size_t bytes, const std::string& what);
  [[noreturn]] void fail(const char* code, const std::string& what,
                         const std::string& remedy) const;

 private:
  std::filesystem::path file_;
  std::size_t budget_;
};

/// \throws base::Error "onnx.file" for bytes that are no such message.
void parse_onnx(std::string_view bytes, google::protobuf::Message& message, const OnnxPlace& place);

/// The type with this number in TensorProto.DataType. \throws base::Error "onnx.type".
workload::ElementType element_type(int number, const std::string& what, const OnnxPlace& place);

/// `what` names the tensor: "tensor 'w'". \throws base::Error "onnx.type", "onnx.data",
/// "onnx.external-data", "onnx.size".
workload::Tensor decode_tensor(const onnx::v1::Tensor& message, const std::string& what,
                               OnnxPlace& place);

}  // namespace neucasl::io
