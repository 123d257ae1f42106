#include "idx.hpp"

#include <algorithm>
#include <array>

#include "gzip.hpp"
#include "neucasl/base/file.hpp"

namespace neucasl::network {
namespace {

/// Bytes of one IDX file; far above any data set of this kind and below what memory holds.
constexpr std::size_t largest_file = std::size_t{1} << 31;
/// Deflate makes at most 1032 bytes of one (zlib's technical notes, zlib.net/zlib_tech.html).
constexpr std::size_t largest_expansion = 1032;

constexpr std::uint32_t image_magic = 0x00000803;
constexpr std::uint32_t label_magic = 0x00000801;

[[noreturn]] void fail(const FileBytes& file, const std::string& message,
                       const std::string& remedy) {
  throw base::Error("network.idx", "'" + file.path.string() + "' " + message, remedy);
}

std::uint32_t big_endian(std::string_view bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(offset, 4)) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

std::string hexadecimal(std::uint32_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) text += digits[(value >> shift) & 15U];
  return text;
}

/// The first `length` bytes of the content, fewer when there are no more.
std::string content(const FileBytes& file, std::size_t length) {
  if (!is_gzip(file.bytes)) return file.bytes.substr(0, length);
  Inflated inflated = inflate_gzip(file.bytes, length);
  if (inflated.bad) fail(file, "is a damaged gzip stream", "fetch the file again");
  return std::move(inflated.bytes);
}

/// Sizes of the dimensions in the header.
std::vector<std::size_t> read_header(const FileBytes& file, std::uint32_t magic,
                                     std::size_t dimensions) {
  const std::size_t length = 4 + 4 * dimensions;
  const std::string header = content(file, length);
  if (header.size() < length) {
    fail(file, "has " + std::to_string(header.size()) + " bytes",
         "an IDX file starts with a header of " + std::to_string(length) + " bytes");
  }
  if (big_endian(header, 0) != magic) {
    fail(file, "starts with " + hexadecimal(big_endian(header, 0)),
         "give an IDX file that starts with " + hexadecimal(magic));
  }
  std::vector<std::size_t> sizes(dimensions);
  for (std::size_t i = 0; i < dimensions; ++i) sizes[i] = big_endian(header, 4 + 4 * i);
  return sizes;
}

/// Header and content length the header promises, refused when no file of this size can hold it.
std::size_t promised_length(const FileBytes& file, const std::vector<std::size_t>& sizes) {
  const std::size_t header = 4 + 4 * sizes.size();
  std::size_t length = 1;
  for (const std::size_t size : sizes) {
    if (size == 0) fail(file, "has a dimension of size 0", "give at least one image");
    if (size > largest_file / length) {
      fail(file, "promises more than " + std::to_string(largest_file) + " bytes",
           "check its header");
    }
    length *= size;
  }
  const std::size_t most =
      is_gzip(file.bytes) ? file.bytes.size() * largest_expansion : file.bytes.size();
  if (header + length > most) {
    fail(file,
         "is truncated: it holds at most " + std::to_string(most) + " bytes, its header promises " +
             std::to_string(header + length),
         "fetch the file again");
  }
  return header + length;
}

/// The values after the header, exactly as many as promised. Releases the file's bytes.
std::string take_values(FileBytes& file, const std::vector<std::size_t>& sizes) {
  const std::size_t length = promised_length(file, sizes);
  std::string values = content(file, length + 1);
  if (values.size() != length) {
    fail(file,
         values.size() < length
             ? "is truncated: it holds " + std::to_string(values.size()) +
                   " bytes, its header promises " + std::to_string(length)
             : "goes on after the " + std::to_string(length) + " bytes its header promises",
         "fetch the file again");
  }
  file.bytes = {};
  values.erase(0, 4 + 4 * sizes.size());
  return values;
}

std::vector<float> to_pixels(const std::string& bytes) {
  std::array<float, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<float>(i) / 255.0F;
  std::vector<float> pixels(bytes.size());
  std::transform(bytes.begin(), bytes.end(), pixels.begin(),
                 [&](char byte) { return table[static_cast<unsigned char>(byte)]; });
  return pixels;
}

}  // namespace

FileBytes read_bytes(const std::filesystem::path& path, const base::Location& where) {
  std::error_code code;
  const auto size = std::filesystem::file_size(path, code);
  if (!code && size > largest_file) {
    throw base::Error(
        "network.idx", "'" + path.string() + "' has " + std::to_string(size) + " bytes",
        "give an IDX file of at most " + std::to_string(largest_file) + " bytes", where);
  }
  return {path, base::read_file(path, where)};
}

LabelledImages parse_idx(FileBytes images, FileBytes labels) {
  const auto image_sizes = read_header(images, image_magic, 3);
  const auto label_sizes = read_header(labels, label_magic, 1);
  if (image_sizes[0] != label_sizes[0]) {
    fail(labels, "has " + std::to_string(label_sizes[0]) + " labels",
         "'" + images.path.string() + "' has " + std::to_string(image_sizes[0]) +
             " images; give the files of one set");
  }
  LabelledImages result;
  result.shape = {image_sizes[1], image_sizes[2], 1};
  const std::string values = take_values(labels, label_sizes);
  result.labels.assign(values.begin(), values.end());
  const auto wrong = std::find_if(result.labels.begin(), result.labels.end(),
                                  [](unsigned char label) { return label > 9; });
  if (wrong != result.labels.end()) {
    fail(labels,
         "has label " + std::to_string(*wrong) + " at image " +
             std::to_string(wrong - result.labels.begin()),
         "labels are 0 to 9");
  }
  result.pixels = to_pixels(take_values(images, image_sizes));
  return result;
}

LabelledImages read_idx(const std::filesystem::path& images, const std::filesystem::path& labels) {
  FileBytes image_bytes = read_bytes(images, {});
  return parse_idx(std::move(image_bytes), read_bytes(labels, {}));
}

}  // namespace neucasl::network
