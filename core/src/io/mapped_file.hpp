#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

/// \file
/// A file's bytes in the address space, without a copy.

namespace neucasl::io {

class MappedFile {
 public:
  /// \throws base::Error "base.file" when it is missing, no regular file, or cannot be mapped.
  explicit MappedFile(std::filesystem::path path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string_view bytes() const { return {data_, size_}; }
  /// Gives the memory of whole pages back; they are read again when they are needed.
  void release(std::size_t offset, std::size_t size) const;

 private:
  std::filesystem::path path_;
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace neucasl::io
