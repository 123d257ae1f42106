#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "neucasl/base/export.hpp"

/// \file
/// SHA-256 (FIPS 180-4), used to name content: inputs, cached stages, pinned data sets.

namespace neucasl::base {

/// Streaming SHA-256.
class NEUCASL_EXPORT Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  /// Lower-case hexadecimal digest; the object may not be updated afterwards.
  [[nodiscard]] std::string hex();

 private:
  void compress(const unsigned char* block);

  std::array<std::uint32_t, 8> state_;
  std::array<unsigned char, 64> buffer_{};
  std::size_t buffered_ = 0;
  std::uint64_t length_ = 0;
};

NEUCASL_EXPORT std::string sha256(std::string_view bytes);

/// \throws Error "base.file" when the file cannot be read.
NEUCASL_EXPORT std::string sha256_file(const std::filesystem::path& path);

}  // namespace neucasl::base
