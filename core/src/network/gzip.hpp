#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// \file
/// gzip streams (RFC 1952), inflated within a bound.

namespace neucasl::network {

/// What came out of a gzip stream.
struct Inflated {
  std::string bytes;      ///< At most the limit.
  bool complete = false;  ///< The stream ended within the limit and its checksum is right.
  bool bad = false;       ///< The stream is damaged, cut off, or followed by other bytes.
};

bool is_gzip(std::string_view bytes);

/// Inflates at most `limit` bytes; memory is bounded by `limit`.
Inflated inflate_gzip(std::string_view bytes, std::size_t limit);

}  // namespace neucasl::network
