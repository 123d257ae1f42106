#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Numbers and arrays as bytes and back, for states that a later run of the same program goes on
/// from. Byte order and sizes are the processor's.

namespace neucasl::base {

class ByteWriter {
 public:
  template <class Number>
  void number(Number value) {
    static_assert(std::is_arithmetic_v<Number>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <class Number>
  void array(const std::vector<Number>& values) {
    static_assert(std::is_arithmetic_v<Number>);
    number(static_cast<std::uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Number));
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// \throws base::Error "base.bytes" when the bytes end before what is read, or an array has another
/// size than the one it is read into.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <class Number>
  [[nodiscard]] Number number() {
    static_assert(std::is_arithmetic_v<Number>);
    Number value{};
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  /// Fills an array of the size that was written.
  template <class Number>
  void array(std::vector<Number>& values) {
    static_assert(std::is_arithmetic_v<Number>);
    const auto size = number<std::uint64_t>();
    if (size != values.size()) refuse_size(size, values.size());
    if (size == 0) return;
    std::memcpy(values.data(), take(size * sizeof(Number)).data(), size * sizeof(Number));
  }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) {
      throw Error("base.bytes",
                  std::to_string(size) + " bytes are read where " + std::to_string(bytes_.size()) +
                      " are left",
                  "remove the file, so that the computation begins anew");
    }
    const std::string_view result = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return result;
  }
  [[noreturn]] static void refuse_size(std::size_t found, std::size_t wanted) {
    throw Error("base.bytes",
                "an array of " + std::to_string(found) + " numbers stands where " +
                    std::to_string(wanted) + " are expected",
                "remove the file, so that the computation begins anew");
  }

  std::string_view bytes_;
};

}  // namespace neucasl::base
