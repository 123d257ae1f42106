#include "neucasl/transformer/unicode.hpp"

#include <algorithm>

#include "neucasl/base/diagnostics.hpp"
#include "unicode_tables.hpp"

namespace neucasl::transformer {
namespace {

constexpr char32_t after_last = 0x110000;

[[noreturn]] void refuse_byte(std::size_t at) {
  throw base::Error("tokenizer.text", "byte " + std::to_string(at) + " of the text is no UTF-8",
                    "give the text as UTF-8");
}

/// Bytes of a character by its first; 0 for none.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

char32_t read_character(std::string_view text, std::size_t at, std::size_t length) {
  constexpr unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t point = static_cast<unsigned char>(text[at]) & masks[length];
  for (std::size_t k = 1; k < length; ++k) {
    const auto byte = static_cast<unsigned char>(text[at + k]);
    if ((byte & 0xC0U) != 0x80U) refuse_byte(at + k);
    point = point << 6U | (byte & 0x3FU);
  }
  const bool too_long = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xD800 && point < 0xE000;
  if (too_long || surrogate || point >= after_last) refuse_byte(at);
  return point;
}

/// Syllables of Hangul decompose by rule (Unicode standard, section 3.12).
void append_hangul(char32_t point, std::u32string& result) {
  constexpr char32_t vowels = 21;
  constexpr char32_t finals = 28;
  const char32_t index = point - 0xAC00;
  const auto append = [&](char32_t part) { result.push_back(part); };
  append(0x1100 + index / (vowels * finals));
  append(0x1161 + index % (vowels * finals) / finals);
  if (index % finals != 0) append(0x11A7 + index % finals);
}

void append_folded(char32_t point, std::u32string& result) {
  if (point >= 0xAC00 && point < 0xD7A4) return append_hangul(point, result);
  const auto longer = long_foldings();
  const auto exact =
      std::lower_bound(longer.begin(), longer.end(), point,
                       [](const LongFolding& one, char32_t wanted) { return one.from < wanted; });
  if (exact != longer.end() && exact->from == point) {
    result += exact->to;
    return;
  }
  const auto runs = folding_runs();
  const auto after =
      std::upper_bound(runs.begin(), runs.end(), point,
                       [](char32_t wanted, const FoldingRun& one) { return wanted < one.first; });
  if (after != runs.begin()) {
    const FoldingRun& run = *(after - 1);
    const char32_t distance = point - run.first;
    if (distance % run.stride == 0 && distance / run.stride < run.count) {
      result.push_back(run.result + distance / run.stride * run.step);
      return;
    }
  }
  result += point;
}

}  // namespace

std::u32string from_utf8(std::string_view text) {
  std::u32string points;
  points.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_of(static_cast<unsigned char>(text[at]));
    if (length == 0 || length > text.size() - at) refuse_byte(at);
    points += read_character(text, at, length);
    at += length;
  }
  return points;
}

std::string to_utf8(char32_t point) {
  const auto tail = [&](unsigned shift) {
    return static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
  };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0U | (point >> 6U)), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xE0U | (point >> 12U)), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | (point >> 18U)), tail(12), tail(6), tail(0)};
}

std::string to_utf8(std::u32string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (const char32_t point : text) bytes += to_utf8(point);
  return bytes;
}

Category category_of(char32_t point) {
  const auto starts = category_starts();
  const auto after = std::upper_bound(
      starts.begin(), starts.end(), point,
      [](char32_t wanted, const CategoryStart& one) { return wanted < one.first; });
  return (after - 1)->category;
}

bool is_space(char32_t point) {
  if ((point >= 0x09 && point <= 0x0D) || point == 0x20 || point == 0x85 || point == 0xA0) {
    return true;
  }
  return point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 ||
         point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

std::u32string folded(std::u32string_view text) {
  std::u32string result;
  result.reserve(text.size());
  for (const char32_t point : text) {
    if (category_of(point) != Category::mark) append_folded(point, result);
  }
  return result;
}

}  // namespace neucasl::transformer
