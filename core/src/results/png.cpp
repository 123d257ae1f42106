#include "png.hpp"

#include <algorithm>
#include <array>

namespace neucasl::results {
namespace {

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255U);
  return bytes;
}

std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1U ? 0xEDB88320U : 0U);
    table[i] = value;
  }
  return table;
}

std::uint32_t crc32(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> table = make_crc_table();
  std::uint32_t value = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    value = table[(value ^ static_cast<unsigned char>(byte)) & 255U] ^ value >> 8;
  }
  return ~value;
}

std::uint32_t adler32(std::string_view bytes) {
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (const char byte : bytes) {
    low = (low + static_cast<unsigned char>(byte)) % 65521U;
    high = (high + low) % 65521U;
  }
  return high << 16 | low;
}

// RFC 1950 around RFC 1951 stored blocks.
std::string zlib_stored(std::string_view bytes) {
  constexpr std::size_t most = 65535;
  std::string stream = "\x78\x01";
  std::size_t at = 0;
  do {
    const std::size_t length = std::min(most, bytes.size() - at);
    stream += at + length == bytes.size() ? '\1' : '\0';
    for (const std::size_t field : {length, ~length}) {
      stream += static_cast<char>(field & 255U);
      stream += static_cast<char>(field >> 8 & 255U);
    }
    stream += bytes.substr(at, length);
    at += length;
  } while (at < bytes.size());
  return stream + big_endian(adler32(bytes));
}

std::string chunk(std::string_view type, std::string_view data) {
  const std::string body = std::string(type) + std::string(data);
  return big_endian(static_cast<std::uint32_t>(data.size())) + body + big_endian(crc32(body));
}

}  // namespace

std::string encode_png(std::size_t width, std::size_t height,
                       const std::vector<std::uint8_t>& pixels, const std::vector<Rgb>& palette) {
  std::string head = big_endian(static_cast<std::uint32_t>(width)) +
                     big_endian(static_cast<std::uint32_t>(height));
  head += std::string("\x08\x03\x00\x00\x00", 5);  // 8 bits, palette, no filter, not interlaced.
  std::string colours;
  for (const Rgb& colour : palette) colours.append(colour.begin(), colour.end());
  std::string rows;
  for (std::size_t row = 0; row < height; ++row) {
    const auto first = pixels.begin() + static_cast<std::ptrdiff_t>(row * width);
    rows += '\0';
    rows.append(first, first + static_cast<std::ptrdiff_t>(width));
  }
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", head) + chunk("PLTE", colours) +
         chunk("IDAT", zlib_stored(rows)) + chunk("IEND", {});
}

std::string base64(std::string_view bytes) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= count ? letters[group >> (18 - 6 * i) & 63U] : '=';
    }
  }
  return text;
}

}  // namespace neucasl::results
