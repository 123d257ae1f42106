#include "neucasl/io/safetensors.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "json_object.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/text.hpp"
#include "safetensors_header.hpp"

namespace neucasl::io {
namespace {

using workload::ElementType;
using workload::Tensor;
namespace fs = std::filesystem;

constexpr const char* single_file = "model.safetensors";
constexpr const char* index_file = "model.safetensors.index.json";
/// Values converted and checked at a time, while they are in the cache; few pages of a file are
/// held.
constexpr std::size_t chunk_values = std::size_t{1} << 16;

std::size_t value_bytes(ElementType type) {
  if (type == ElementType::float64) return 8;
  return type == ElementType::float32 ? 4 : 2;
}

/// `room`: for halves, which headers of any length leave at any address.
void convert_chunk(ElementType type, const char* bytes, std::size_t count, float* values,
                   std::vector<std::uint16_t>& room) {
  if (type == ElementType::float32) {
    std::memcpy(values, bytes, count * sizeof(float));
  } else if (type == ElementType::float64) {
    for (std::size_t k = 0; k < count; ++k) {
      double value = 0.0;
      std::memcpy(&value, bytes + k * sizeof value, sizeof value);
      values[k] = static_cast<float>(value);
    }
  } else {
    room.resize(count);
    std::memcpy(room.data(), bytes, count * sizeof(std::uint16_t));
    workload::from_half_bits(type, room.data(), count, values);
  }
}

class SafetensorsWeights final : public transformer::Weights {
 public:
  void add(const fs::path& path) {
    auto file = std::make_unique<MappedFile>(path);
    for (auto& [name, tensor] : read_safetensors_header(*file)) {
      const auto [found, added] = tensors_.emplace(name, Place{std::move(tensor), file.get()});
      if (added) continue;
      throw base::Error(
          "safetensors.index",
          "the tensor '" + name + "' is also in " + found->second.file->path().filename().string(),
          "store it once", {path.string(), 0, 0});
    }
    files_.push_back(std::move(file));
  }

  [[nodiscard]] std::vector<std::string> names() const override {
    std::vector<std::string> names;
    names.reserve(tensors_.size());
    for (const auto& [name, place] : tensors_) names.push_back(name);
    return names;
  }
  [[nodiscard]] const workload::TensorType* find(const std::string& name) const override {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : &found->second.tensor.type;
  }
  [[nodiscard]] std::string file_of(const std::string& name) const override {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? std::string() : found->second.file->path().string();
  }

  [[nodiscard]] Tensor read(const std::string& name) const override {
    const Place& place = at(name);
    const ElementType type = place.tensor.type.type;
    if (!workload::is_floating(type)) {
      throw base::Error(
          "weights.type",
          "the tensor '" + name + "' has elements of " + std::string(workload::to_string(type)),
          "store floating numbers", {file_of(name), 0, 0});
    }
    Tensor result({ElementType::float32, place.tensor.type.shape});
    auto& values = std::get<std::vector<float>>(result.values);
    const std::string file = file_of(name);
    const std::size_t each = value_bytes(type);
    std::vector<std::uint16_t> room;
    for (std::size_t first = 0; first < values.size(); first += chunk_values) {
      const std::size_t count = std::min(chunk_values, values.size() - first);
      const std::size_t offset = place.tensor.offset + first * each;
      convert_chunk(type, place.file->bytes().data() + offset, count, values.data() + first, room);
      transformer::require_finite({values.data() + first, count}, name, file, first);
      place.file->release(offset, count * each);
    }
    return result;
  }

  [[nodiscard]] bool same(const std::string& a, const std::string& b) const override {
    const Place& first = at(a);
    const Place& second = at(b);
    if (first.tensor.type != second.tensor.type) return false;
    for (std::size_t k = 0; k < first.tensor.bytes; k += chunk_values) {
      const std::size_t count = std::min(chunk_values, first.tensor.bytes - k);
      const bool equal =
          std::memcmp(first.file->bytes().data() + first.tensor.offset + k,
                      second.file->bytes().data() + second.tensor.offset + k, count) == 0;
      first.file->release(first.tensor.offset + k, count);
      second.file->release(second.tensor.offset + k, count);
      if (!equal) return false;
    }
    return true;
  }

 private:
  struct Place {
    StoredTensor tensor;
    const MappedFile* file = nullptr;
  };

  [[nodiscard]] const Place& at(const std::string& name) const {
    const auto found = tensors_.find(name);
    if (found != tensors_.end()) return found->second;
    const std::string file = files_.empty() ? std::string() : files_.front()->path().string();
    throw base::Error("weights.missing", "there is no tensor '" + name + "'",
                      base::suggest(name, names()), {file, 0, 0});
  }

  std::vector<std::unique_ptr<MappedFile>> files_;
  std::map<std::string, Place> tensors_;
};

/// The files that the index of a folder names, with their tensors checked against it.
std::unique_ptr<SafetensorsWeights> read_shards(const fs::path& index) {
  const std::string file = index.string();
  const JsonFields fields = JsonFields::parse(base::read_file(index), "safetensors.index", file);
  const JsonFields map = fields.object("weight_map");
  auto weights = std::make_unique<SafetensorsWeights>();
  std::set<std::string> shards;
  for (const std::string& name : map.names()) {
    const std::string shard = map.text(name);
    if (shard.empty() || shard.front() == '.' || shard.find('/') != std::string::npos) {
      map.fail(base::concatenate({"the tensor '", name, "' is said to be in '", shard, "'"}),
               "name a file beside the index");
    }
    if (shards.insert(shard).second) weights->add(index.parent_path() / shard);
  }
  for (const std::string& name : map.names()) {
    const fs::path found = weights->file_of(name);
    if (found.filename() == map.text(name)) continue;
    map.fail("the tensor '" + name + "' is not in " + map.text(name),
             "write the index of these files");
  }
  for (const std::string& name : weights->names()) {
    if (map.has(name)) continue;
    map.fail("the tensor '" + name + "' of " + weights->file_of(name) + " is not in the index",
             "write the index of these files");
  }
  return weights;
}

void append_number(std::string& bytes, StoredNumber form, float value) {
  const auto append = [&](auto number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  };
  switch (form) {
    case StoredNumber::float32:
      return append(value);
    case StoredNumber::float64:
      return append(static_cast<double>(value));
    case StoredNumber::float16:
      return append(workload::to_half_bits(ElementType::float16, value));
    case StoredNumber::bfloat16:
      return append(workload::to_half_bits(ElementType::bfloat16, value));
  }
}

ElementType element_type_of(StoredNumber form) {
  switch (form) {
    case StoredNumber::float16:
      return ElementType::float16;
    case StoredNumber::bfloat16:
      return ElementType::bfloat16;
    case StoredNumber::float64:
      return ElementType::float64;
    case StoredNumber::float32:
      break;
  }
  return ElementType::float32;
}

const char* name_of(StoredNumber form) {
  constexpr const char* names[] = {"F32", "F16", "BF16", "F64"};
  return names[static_cast<std::size_t>(form)];
}

/// The values of a tensor, finite in the form that they are stored in.
const std::vector<float>& storable(const std::string& name, const Tensor& tensor, StoredNumber form,
                                   const fs::path& file) {
  const auto* values = std::get_if<std::vector<float>>(&tensor.values);
  if (values == nullptr || values->size() != tensor.type.elements()) {
    throw base::Error("weights.type", "the tensor '" + name + "' has no float32 values",
                      "give float32 values, as many as its shape says", {file.string(), 0, 0});
  }
  Tensor rounded = tensor;
  rounded.type.type = element_type_of(form);
  if (form == StoredNumber::float16 || form == StoredNumber::bfloat16) rounded.round_to_type();
  transformer::require_finite(std::get<std::vector<float>>(rounded.values), name, file.string());
  return *values;
}

}  // namespace

std::unique_ptr<transformer::Weights> read_safetensors(const fs::path& path) {
  if (!fs::is_directory(path)) {
    auto weights = std::make_unique<SafetensorsWeights>();
    weights->add(path);
    return weights;
  }
  if (fs::exists(path / single_file)) return read_safetensors(path / single_file);
  if (fs::exists(path / index_file)) return read_shards(path / index_file);
  throw base::Error(
      "safetensors.file", "the folder has no weights as safetensors",
      std::string("store them in ") + single_file + " or in the files of " + index_file,
      {path.string(), 0, 0});
}

void write_safetensors(const fs::path& file, const std::map<std::string, Tensor>& tensors,
                       StoredNumber form) {
  std::string header = R"({"__metadata__":{"format":"pt"})";
  std::string values;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t begin = values.size();
    for (const float value : storable(name, tensor, form, file)) {
      append_number(values, form, value);
    }
    header += ',' + quoted_json(name) + R"(:{"dtype":")" + name_of(form) + R"(","shape":[)";
    for (std::size_t k = 0; k < tensor.type.shape.size(); ++k) {
      header += (k == 0 ? "" : ",") + std::to_string(tensor.type.shape[k]);
    }
    header += R"(],"data_offsets":[)" + std::to_string(begin) + ',' +
              std::to_string(values.size()) + "]}";
  }
  header += '}';
  // Values at whole multiples of eight bytes.
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char*>(&length), sizeof length);
  base::write_file(file, bytes + header + values);
}

}  // namespace neucasl::io
