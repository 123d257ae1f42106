#include "tensor_store.hpp"

#include <fstream>

namespace neucasl::cptquant_plugin {
namespace {

using workload::Batches;
using workload::Tensor;

std::size_t bytes_of(const Tensor& tensor) {
  return std::visit([](const auto& values) { return values.size() * sizeof(values.front()); },
                    tensor.values);
}

std::size_t bytes_of(const Batches& batches) {
  std::size_t bytes = 0;
  for (const Tensor& one : batches) bytes += bytes_of(one);
  return bytes;
}

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  throw base::Error("cptquant.store", "'" + file.string() + "' cannot be " + what,
                    "check the space on the disk, or give more memory", {file.string(), 0, 0});
}

}  // namespace

std::filesystem::path TensorStore::file_of(std::size_t key) const {
  return folder_ / ("kept_" + std::to_string(key) + ".bin");
}

void TensorStore::put(std::size_t key, Batches batches) {
  const std::size_t bytes = bytes_of(batches);
  if (held_ + bytes <= memory_) {
    held_ += bytes;
    in_memory_[key] = std::move(batches);
    return;
  }
  std::ofstream out(file_of(key), std::ios::binary);
  std::vector<workload::TensorType>& types = on_disk_[key];
  types.clear();
  for (const Tensor& one : batches) {
    types.push_back(one.type);
    std::visit(
        [&](const auto& values) {
          out.write(reinterpret_cast<const char*>(values.data()),
                    static_cast<std::streamsize>(bytes_of(one)));
        },
        one.values);
  }
  out.close();
  if (!out) fail(file_of(key), "written");
}

Batches TensorStore::take(std::size_t key) {
  if (const auto found = in_memory_.find(key); found != in_memory_.end()) {
    Batches batches = std::move(found->second);
    in_memory_.erase(found);
    held_ -= bytes_of(batches);
    return batches;
  }
  std::ifstream in(file_of(key), std::ios::binary);
  Batches batches;
  for (const workload::TensorType& type : on_disk_.at(key)) {
    Tensor one(type);
    std::visit(
        [&](auto& values) {
          in.read(reinterpret_cast<char*>(values.data()),
                  static_cast<std::streamsize>(bytes_of(one)));
        },
        one.values);
    batches.push_back(std::move(one));
  }
  if (!in) fail(file_of(key), "read");
  on_disk_.erase(key);
  std::error_code code;
  std::filesystem::remove(file_of(key), code);
  return batches;
}

}  // namespace neucasl::cptquant_plugin
