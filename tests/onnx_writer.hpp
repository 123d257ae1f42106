#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// ONNX files byte by byte, with the field numbers of onnx.proto and without the code under test.

namespace neucasl::test {

/// A protobuf message in its wire form.
class Message {
 public:
  Message& integer(int field, std::uint64_t value) {
    tag(field, 0);
    varint(value);
    return *this;
  }
  Message& real(int field, float value) {
    tag(field, 5);
    append(&value, sizeof value);
    return *this;
  }
  Message& text(int field, std::string_view value) {
    tag(field, 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& message(int field, const Message& value) { return text(field, value.bytes_); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void tag(int field, unsigned wire) { varint(static_cast<std::uint64_t>(field) << 3U | wire); }
  void varint(std::uint64_t value) {
    for (; value >= 128; value >>= 7U) bytes_ += static_cast<char>((value & 127U) | 128U);
    bytes_ += static_cast<char>(value);
  }
  void append(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
  }

  std::string bytes_;
};

enum OnnxType { onnx_float = 1, onnx_int64 = 7 };

template <class T>
std::string raw_bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// TensorProto without data.
inline Message onnx_header(const std::string& name, const std::vector<std::size_t>& dims,
                           int type) {
  Message tensor;
  for (const std::size_t size : dims) tensor.integer(1, size);
  return tensor.integer(2, static_cast<std::uint64_t>(type)).text(8, name);
}

inline Message onnx_tensor(const std::string& name, const std::vector<std::size_t>& dims,
                           const std::vector<float>& values) {
  return onnx_header(name, dims, onnx_float).text(9, raw_bytes(values));
}

inline Message onnx_tensor(const std::string& name, const std::vector<std::int64_t>& values) {
  return onnx_header(name, {values.size()}, onnx_int64).text(9, raw_bytes(values));
}

/// ValueInfoProto; a dimension that starts with a letter is open and has that name, an empty one is
/// open without a name.
inline Message onnx_value(const std::string& name, const std::vector<std::string>& dims,
                          int type = onnx_float) {
  Message shape;
  for (const std::string& size : dims) {
    Message dim;
    if (!size.empty() && size[0] >= '0' && size[0] <= '9') {
      dim.integer(1, std::stoull(size));
    } else if (!size.empty()) {
      dim.text(2, size);
    }
    shape.message(1, dim);
  }
  const Message tensor = Message().integer(1, static_cast<std::uint64_t>(type)).message(2, shape);
  return Message().text(1, name).message(2, Message().message(1, tensor));
}

inline Message onnx_integers(const std::string& name, const std::vector<std::int64_t>& values) {
  Message attribute;
  attribute.text(1, name);
  for (const std::int64_t value : values) {
    attribute.integer(8, static_cast<std::uint64_t>(value));
  }
  return attribute.integer(20, 7);
}

inline Message onnx_node(const std::string& type, const std::string& name,
                         const std::vector<std::string>& inputs,
                         const std::vector<std::string>& outputs,
                         const std::vector<Message>& attributes = {}) {
  Message node;
  for (const std::string& input : inputs) node.text(1, input);
  for (const std::string& output : outputs) node.text(2, output);
  node.text(3, name).text(4, type);
  for (const Message& attribute : attributes) node.message(5, attribute);
  return node;
}

/// GraphProto and the model around it.
struct OnnxModel {
  std::string name = "model";
  std::vector<Message> nodes;
  std::vector<Message> initialisers;
  std::vector<Message> inputs;
  std::vector<Message> outputs;
  std::uint64_t opset = 17;

  [[nodiscard]] std::string bytes() const {
    Message graph;
    for (const Message& node : nodes) graph.message(1, node);
    graph.text(2, name);
    for (const Message& tensor : initialisers) graph.message(5, tensor);
    for (const Message& value : inputs) graph.message(11, value);
    for (const Message& value : outputs) graph.message(12, value);
    return Message()
        .integer(1, 8)
        .text(2, "a test")
        .message(7, graph)
        .message(8, Message().text(1, "").integer(2, opset))
        .bytes();
  }
};

}  // namespace neucasl::test
