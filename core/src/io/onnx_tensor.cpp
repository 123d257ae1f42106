#include "onnx_tensor.hpp"

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <limits>

#include "neucasl/base/file.hpp"
#include "neucasl/io/onnx.hpp"

namespace neucasl::io {
namespace {

using workload::ElementType;
using workload::Tensor;
using workload::TensorShape;
namespace fs = std::filesystem;

std::size_t bytes_of(ElementType type) {
  switch (type) {
    case ElementType::boolean:
    case ElementType::int8:
    case ElementType::uint8:
      return 1;
    case ElementType::float16:
    case ElementType::bfloat16:
    case ElementType::int16:
    case ElementType::uint16:
      return 2;
    case ElementType::float32:
    case ElementType::int32:
    case ElementType::uint32:
      return 4;
    case ElementType::float64:
    case ElementType::int64:
      return 8;
  }
  return 8;
}

TensorShape shape_of(const onnx::v1::Tensor& message, const std::string& what,
                     const OnnxPlace& place) {
  TensorShape shape;
  std::size_t count = 1;
  for (const std::int64_t size : message.dims()) {
    if (size < 0) {
      place.fail("onnx.data", what + " has a size of " + std::to_string(size),
                 "give sizes of at least 0");
    }
    // Also bounds the product of the next step.
    if (static_cast<std::uint64_t>(size) > workload::most_elements ||
        (count *= static_cast<std::size_t>(size)) > workload::most_elements) {
      place.fail("onnx.size",
                 what + " has more than " + std::to_string(workload::most_elements) + " elements",
                 "split it");
    }
    shape.push_back(static_cast<std::size_t>(size));
  }
  return shape;
}

/// Little-endian numbers of type Stored, `bytes` being as long as `values` needs.
template <class Stored, class Value>
void read_numbers(std::string_view bytes, std::vector<Value>& values) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    Stored number;
    std::memcpy(&number, bytes.data() + k * sizeof(Stored), sizeof(Stored));
    values[k] = static_cast<Value>(number);
  }
}

/// Numbers of a 16 bit floating type in place of their bits.
void from_bits(Tensor& tensor) {
  for (float& value : std::get<std::vector<float>>(tensor.values)) {
    const auto bits = static_cast<std::uint16_t>(static_cast<std::int32_t>(value));
    value = workload::from_half_bits(tensor.type.type, bits);
  }
}

void read_raw(std::string_view bytes, Tensor& tensor) {
  auto* floats = std::get_if<std::vector<float>>(&tensor.values);
  auto* integers = std::get_if<std::vector<std::int64_t>>(&tensor.values);
  switch (tensor.type.type) {
    case ElementType::float32:
      return read_numbers<float>(bytes, *floats);
    case ElementType::float64:
      return read_numbers<double>(bytes, std::get<std::vector<double>>(tensor.values));
    case ElementType::float16:
    case ElementType::bfloat16:
      read_numbers<std::uint16_t>(bytes, *floats);
      return from_bits(tensor);
    case ElementType::int8:
      read_numbers<std::uint8_t>(bytes, *integers);
      return tensor.round_to_type();
    case ElementType::int16:
      return read_numbers<std::int16_t>(bytes, *integers);
    case ElementType::int32:
      return read_numbers<std::int32_t>(bytes, *integers);
    case ElementType::int64:
      return read_numbers<std::int64_t>(bytes, *integers);
    case ElementType::uint8:
    case ElementType::boolean:
      return read_numbers<std::uint8_t>(bytes, *integers);
    case ElementType::uint16:
      return read_numbers<std::uint16_t>(bytes, *integers);
    case ElementType::uint32:
      return read_numbers<std::uint32_t>(bytes, *integers);
  }
}

std::size_t offset_of(const std::string& text, const std::string& key, const std::string& what,
                      const OnnxPlace& place) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    place.fail("onnx.external-data", what + " has the " + key + " '" + text + "'",
               "give a number of bytes");
  }
  return value;
}

/// The file beside the model that holds the data.
fs::path external_file(const std::string& location, const std::string& what,
                       const OnnxPlace& place) {
  const fs::path relative(location);
  fs::path folder = place.file().parent_path();
  if (folder.empty()) folder = ".";
  std::error_code code;
  const fs::path home = fs::weakly_canonical(folder, code);
  fs::path target = fs::weakly_canonical(folder / relative, code);
  const auto [last, unused] = std::mismatch(home.begin(), home.end(), target.begin(), target.end());
  // The canonical form has followed symbolic links, so these cannot lead out either.
  if (location.empty() || relative.is_absolute() || code || last != home.end()) {
    place.fail("onnx.external-data", what + " has its data in '" + location + "'",
               "give a file in the folder of the model");
  }
  if (!fs::is_regular_file(target, code)) {
    place.fail("onnx.external-data", what + " has its data in '" + location + "', which is no file",
               "put the file beside the model");
  }
  return target;
}

std::string read_external(const onnx::v1::Tensor& message, std::size_t bytes,
                          const std::string& what, const OnnxPlace& place) {
  std::string location;
  std::size_t offset = 0;
  std::size_t length = bytes;
  for (const onnx::v1::StringEntry& entry : message.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") offset = offset_of(entry.value(), "offset", what, place);
    if (entry.key() == "length") length = offset_of(entry.value(), "length", what, place);
  }
  const fs::path file = external_file(location, what, place);
  const std::uintmax_t size = fs::file_size(file);
  if (length != bytes || offset > size || bytes > size - offset) {
    place.fail("onnx.external-data",
               what + " has " + std::to_string(length) + " bytes at " + std::to_string(offset) +
                   " of '" + location + "', which has " + std::to_string(size),
               "give " + std::to_string(bytes) + " bytes within the file");
  }
  std::string data(bytes, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  stream.read(data.data(), static_cast<std::streamsize>(bytes));
  if (!stream) {
    place.fail("onnx.external-data", what + ": cannot read '" + location + "'",
               "give a file that can be read");
  }
  return data;
}

template <class Field>
void read_field(const Field& field, Tensor& tensor, const std::string& what,
                const OnnxPlace& place) {
  if (static_cast<std::size_t>(field.size()) != tensor.size()) {
    place.fail("onnx.data",
               what + " of shape " + workload::to_string(tensor.type.shape) + " has " +
                   std::to_string(field.size()) + " numbers of its type",
               "give " + std::to_string(tensor.size()) + ", as raw or typed data");
  }
  std::visit(
      [&](auto& values) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        for (std::size_t k = 0; k < values.size(); ++k) {
          values[k] = static_cast<Value>(field[static_cast<int>(k)]);
        }
      },
      tensor.values);
}

void read_typed(const onnx::v1::Tensor& message, Tensor& tensor, const std::string& what,
                const OnnxPlace& place) {
  switch (tensor.type.type) {
    case ElementType::float32:
      return read_field(message.float_data(), tensor, what, place);
    case ElementType::float64:
      return read_field(message.double_data(), tensor, what, place);
    case ElementType::int64:
      return read_field(message.int64_data(), tensor, what, place);
    case ElementType::uint32:
      return read_field(message.uint64_data(), tensor, what, place);
    case ElementType::float16:
    case ElementType::bfloat16:
      read_field(message.int32_data(), tensor, what, place);
      return from_bits(tensor);
    default:
      read_field(message.int32_data(), tensor, what, place);
      tensor.round_to_type();
  }
}

}  // namespace

void OnnxPlace::take(std::size_t bytes, const std::string& what) {
  if (bytes > budget_) {
    fail("onnx.size", what + " exceeds the memory allowed for stored values",
         "allow more, or give a smaller model");
  }
  budget_ -= bytes;
}

void OnnxPlace::fail(const char* code, const std::string& what, const std::string& remedy) const {
  throw base::Error(code, what, remedy, {file_.string(), 0, 0});
}

ElementType element_type(int number, const std::string& what, const OnnxPlace& place) {
  constexpr ElementType types[] = {ElementType::float32, ElementType::float32, ElementType::uint8,
                                   ElementType::int8,    ElementType::uint16,  ElementType::int16,
                                   ElementType::int32,   ElementType::int64,   ElementType::float32,
                                   ElementType::boolean, ElementType::float16, ElementType::float64,
                                   ElementType::uint32,  ElementType::float32, ElementType::float32,
                                   ElementType::float32, ElementType::bfloat16};
  const bool known = (number >= 1 && number <= 12 && number != 8) || number == 16;
  if (!known) {
    place.fail("onnx.type", what + " has elements of type " + std::to_string(number),
               "give a floating type, an integer of up to 64 bits other than uint64, or bool");
  }
  return types[number];
}

Tensor decode_tensor(const onnx::v1::Tensor& message, const std::string& what, OnnxPlace& place) {
  workload::TensorType type{element_type(message.data_type(), what, place),
                            shape_of(message, what, place)};
  const std::size_t bytes = type.elements() * bytes_of(type.type);
  const bool single = workload::is_floating(type.type) && type.type != ElementType::float64;
  const std::size_t stored = single ? sizeof(float) : sizeof(double);
  // Data first: a small file must not make a large tensor.
  std::string external;
  std::string_view raw = message.raw_data();
  const bool outside = message.data_location() == 1;
  if (outside) {
    place.take(2 * bytes, what);
    external = read_external(message, bytes, what, place);
    raw = external;
  }
  const bool typed = !outside && raw.empty();
  std::size_t numbers = 0;
  for (const int size :
       {message.float_data_size(), message.double_data_size(), message.int32_data_size(),
        message.int64_data_size(), message.uint64_data_size()}) {
    numbers += static_cast<std::size_t>(size);
  }
  if (typed ? numbers != type.elements() : raw.size() != bytes) {
    place.fail(
        "onnx.data",
        what + " of shape " + workload::to_string(type.shape) + " has " +
            (typed ? std::to_string(numbers) + " numbers" : std::to_string(raw.size()) + " bytes"),
        "give " + std::to_string(typed ? type.elements() : bytes) +
            (typed ? ", as raw or typed data" : ""));
  }
  place.take(type.elements() * stored, what);
  Tensor tensor(std::move(type));
  if (typed) {
    read_typed(message, tensor, what, place);
  } else {
    read_raw(raw, tensor);
  }
  if (tensor.type.type == ElementType::boolean) tensor.round_to_type();
  return tensor;
}

void parse_onnx(std::string_view bytes, google::protobuf::Message& message,
                const OnnxPlace& place) {
  const google::protobuf::LogSilencer silent;  // the library never prints
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    place.fail("onnx.file", "the file has more bytes than a message may have",
               "store the values as external data");
  }
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    place.fail("onnx.file", "the bytes are not ONNX, or end early",
               "give a whole .onnx file; copy or export it again");
  }
}

Tensor read_onnx_tensor(const fs::path& file) {
  OnnxPlace place(file, OnnxOptions{}.memory);
  onnx::v1::Tensor message;
  parse_onnx(base::read_file(file), message, place);
  return decode_tensor(message, "tensor '" + message.name() + "'", place);
}

}  // namespace neucasl::io
