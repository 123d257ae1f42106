#include "safetensors_header.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <tuple>
#include <vector>

#include "json_object.hpp"
#include "neucasl/base/text.hpp"

namespace neucasl::io {
namespace {

using workload::ElementType;

constexpr std::size_t length_bytes = 8;
/// Of the format's own reader.
constexpr std::size_t longest_header = 100'000'000;

struct NumberForm {
  const char* name;
  ElementType type;
  std::size_t bytes;
};
constexpr NumberForm number_forms[] = {
    {"BOOL", ElementType::boolean, 1},  {"U8", ElementType::uint8, 1},
    {"I8", ElementType::int8, 1},       {"U16", ElementType::uint16, 2},
    {"I16", ElementType::int16, 2},     {"F16", ElementType::float16, 2},
    {"BF16", ElementType::bfloat16, 2}, {"U32", ElementType::uint32, 4},
    {"I32", ElementType::int32, 4},     {"F32", ElementType::float32, 4},
    {"I64", ElementType::int64, 8},     {"F64", ElementType::float64, 8}};

class HeaderReader {
 public:
  explicit HeaderReader(const MappedFile& file) : file_(file) {}

  std::map<std::string, StoredTensor> read() {
    const std::string_view text = header();
    begin_ = length_bytes + text.size();
    data_bytes_ = file_.bytes().size() - begin_;
    const JsonFields fields = JsonFields::parse(text, "safetensors.header", file_.path().string());
    std::map<std::string, StoredTensor> tensors;
    for (const std::string& name : fields.names()) {
      if (name == "__metadata__") continue;
      tensors.emplace(name, tensor(name, fields.object(name)));
    }
    check_cover(tensors);
    return tensors;
  }

 private:
  [[noreturn]] void fail(const char* code, const std::string& what,
                         const std::string& remedy) const {
    throw base::Error(code, what, remedy, {file_.path().string(), 0, 0});
  }

  [[nodiscard]] std::string_view header() const {
    const std::string_view bytes = file_.bytes();
    if (bytes.size() < length_bytes) {
      fail("safetensors.file", "the file has " + std::to_string(bytes.size()) + " bytes",
           "give a safetensors file, which begins with eight bytes of length");
    }
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), length_bytes);
    if (length > bytes.size() - length_bytes || length > longest_header) {
      fail("safetensors.header",
           "the header claims " + std::to_string(length) + " bytes, and the file has " +
               std::to_string(bytes.size() - length_bytes) + " behind its length",
           "give a whole safetensors file, with a header of at most " +
               std::to_string(longest_header) + " bytes");
    }
    if (length == 0 || bytes[length_bytes] != '{') {
      fail("safetensors.header", "the header does not begin with '{'", "give a safetensors file");
    }
    return bytes.substr(length_bytes, static_cast<std::size_t>(length));
  }

  [[nodiscard]] StoredTensor tensor(const std::string& name, const JsonFields& fields) const {
    const std::string title = "the tensor '" + name + '\'';
    for (const std::string& field : fields.names()) {
      if (field == "dtype" || field == "shape" || field == "data_offsets") continue;
      fail("safetensors.header", base::concatenate({title, " has the field '", field, "'"}),
           "give dtype, shape and data_offsets only");
    }
    const NumberForm& form = form_of(title, fields.text("dtype"));
    StoredTensor stored;
    stored.type.type = form.type;
    stored.type.shape = fields.counts("shape");
    const std::size_t bytes = bytes_of_shape(title, stored.type.shape, form.bytes);
    const std::vector<std::size_t> range = fields.counts("data_offsets");
    if (range.size() != 2 || range[0] > range[1] || range[1] > data_bytes_) {
      fail("safetensors.range",
           title + " has the range " + range_text(range) + ", and the file has " +
               std::to_string(data_bytes_) + " bytes of values",
           "give a first byte and an end inside the file");
    }
    if (range[1] - range[0] != bytes) {
      fail("safetensors.size",
           title + " is " + workload::to_string(stored.type.shape) + " of " + form.name + ", " +
               std::to_string(bytes) + " bytes, and has the range " + range_text(range),
           "give the shape and the range the same size");
    }
    stored.offset = begin_ + range[0];
    stored.bytes = bytes;
    return stored;
  }

  [[nodiscard]] const NumberForm& form_of(const std::string& title, const std::string& name) const {
    std::string known;
    for (const NumberForm& form : number_forms) {
      if (name == form.name) return form;
      known += (known.empty() ? "" : ", ") + std::string(form.name);
    }
    fail("safetensors.type", title + " has the type '" + name + '\'', "known: " + known);
  }

  [[nodiscard]] std::size_t bytes_of_shape(const std::string& title,
                                           const workload::TensorShape& shape,
                                           std::size_t each) const {
    std::size_t bytes = each;
    for (const std::size_t size : shape) {
      if (size != 0 && bytes > std::numeric_limits<std::size_t>::max() / size) {
        fail("safetensors.range", title + " has a shape of " + workload::to_string(shape),
             "give sizes whose product is a number of bytes");
      }
      bytes *= size;
    }
    return bytes;
  }

  static std::string range_text(const std::vector<std::size_t>& range) {
    std::string text = "[";
    for (const std::size_t one : range) text += (text.size() > 1 ? ", " : "") + std::to_string(one);
    return text + ']';
  }

  /// Each byte of the values belongs to one tensor.
  void check_cover(const std::map<std::string, StoredTensor>& tensors) const {
    std::vector<std::tuple<std::size_t, std::size_t, const std::string*>> ranges;
    ranges.reserve(tensors.size());
    for (const auto& [name, one] : tensors) ranges.emplace_back(one.offset, one.bytes, &name);
    std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) {
      return std::tie(std::get<0>(a), std::get<1>(a), *std::get<2>(a)) <
             std::tie(std::get<0>(b), std::get<1>(b), *std::get<2>(b));
    });
    std::size_t end = begin_;
    const std::string* before = nullptr;
    for (const auto& [offset, bytes, name] : ranges) {
      if (offset < end) {
        fail("safetensors.overlap",
             "the tensors '" + *before + "' and '" + *name + "' share " +
                 std::to_string(end - offset) + " bytes or more",
             "give each its own range");
      }
      if (offset > end) refuse_gap(end, offset);
      end = offset + bytes;
      before = name;
    }
    if (end != file_.bytes().size()) refuse_gap(end, file_.bytes().size());
  }

  [[noreturn]] void refuse_gap(std::size_t begin, std::size_t end) const {
    fail("safetensors.gap",
         "the bytes " + std::to_string(begin) + " to " + std::to_string(end) +
             " of the file belong to no tensor",
         "give ranges without gaps, and a file that ends with the last");
  }

  const MappedFile& file_;
  std::size_t begin_ = 0;
  std::size_t data_bytes_ = 0;
};

}  // namespace

std::map<std::string, StoredTensor> read_safetensors_header(const MappedFile& file) {
  return HeaderReader(file).read();
}

}  // namespace neucasl::io
