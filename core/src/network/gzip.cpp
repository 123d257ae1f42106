#include "gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace neucasl::network {
namespace {

/// A zlib inflate state that is always freed.
class Inflater {
 public:
  Inflater() {
    // 15 bits of window, and 16 for "expect a gzip header" (zlib.h).
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

uInt portion(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

Inflated inflate_gzip(std::string_view bytes, std::size_t limit) {
  Inflated result;
  result.bytes.resize(limit);
  Inflater inflater;
  z_stream& stream = inflater.stream();
  std::size_t taken = 0;
  std::size_t made = 0;
  int code = Z_OK;
  while (code == Z_OK) {
    // zlib's interface is not const-correct; it only reads the input.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + taken));
    stream.avail_in = portion(bytes.size() - taken);
    stream.next_out = reinterpret_cast<Bytef*>(result.bytes.data() + made);
    stream.avail_out = portion(limit - made);
    const uInt offered = stream.avail_in;
    const uInt room = stream.avail_out;
    code = inflate(&stream, Z_NO_FLUSH);
    taken += offered - stream.avail_in;
    made += room - stream.avail_out;
  }
  result.bytes.resize(made);
  const bool ended = code == Z_STREAM_END;
  const bool full = made == limit && code == Z_BUF_ERROR && taken < bytes.size();
  result.complete = ended && taken == bytes.size();
  result.bad = !result.complete && !full;
  return result;
}

}  // namespace neucasl::network
