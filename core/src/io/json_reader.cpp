#include "json_reader.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>

namespace neucasl::io {
namespace {

constexpr int deepest = 64;

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, const std::string& code)
      : text_(text), file_(file), code_(code) {}

  JsonValue read() {
    JsonValue value = read_value(0);
    skip_space();
    if (at_ < text_.size()) fail("there is something behind the value");
    return value;
  }

 private:
  /// Counts lines on from where it was asked last.
  [[nodiscard]] base::Location here() {
    for (; counted_ < at_ && counted_ < text_.size(); ++counted_) {
      if (text_[counted_] != '\n') continue;
      ++line_;
      line_begin_ = counted_ + 1;
    }
    return {file_, line_, static_cast<std::uint32_t>(at_ - line_begin_ + 1)};
  }
  [[noreturn]] void fail(const std::string& what) {
    throw base::Error(code_, "not JSON: " + what, "give JSON (RFC 8259)", here());
  }
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(std::string("'") + c + "' is missing");
  }
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  JsonValue read_value(int depth) {
    if (depth > deepest) fail("it is nested too deeply");
    skip_space();
    JsonValue value;
    value.where = here();
    if (take('{')) {
      value.value = read_object(depth);
    } else if (take('[')) {
      value.value = read_array(depth);
    } else if (take('"')) {
      value.value = read_string();
    } else if (take_word("true")) {
      value.value = true;
    } else if (take_word("false")) {
      value.value = false;
    } else if (!take_word("null")) {
      value.value = read_number();
    }
    return value;
  }

  JsonValue::Object read_object(int depth) {
    JsonValue::Object members;
    std::set<std::string> names;
    if (take('}')) return members;
    do {
      expect('"');
      std::string name = read_string();
      if (!names.insert(name).second) fail("the member '" + name + "' is there twice");
      expect(':');
      members.emplace_back(std::move(name), read_value(depth + 1));
    } while (take(','));
    expect('}');
    return members;
  }

  JsonValue::Array read_array(int depth) {
    JsonValue::Array values;
    if (take(']')) return values;
    do {
      values.push_back(read_value(depth + 1));
    } while (take(','));
    expect(']');
    return values;
  }

  double read_number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           std::string_view("+-.0123456789eE").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
    const std::string_view digits = text_.substr(begin, at_ - begin);
    const std::string_view magnitude = digits.substr(digits.starts_with('-') ? 1 : 0);
    double value = 0.0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool padded = magnitude.size() > 1 && magnitude[0] == '0' &&
                        std::isdigit(static_cast<unsigned char>(magnitude[1])) != 0;
    if (error != std::errc{} || end != digits.data() + digits.size() || padded ||
        std::isdigit(static_cast<unsigned char>(magnitude[0])) == 0 || digits.back() == '.') {
      at_ = begin;
      fail("a value is missing");
    }
    return value;
  }

  std::string read_string() {
    std::string result;
    while (true) {
      if (at_ >= text_.size()) fail("a string has no end");
      const char c = text_[at_++];
      if (c == '"') return result;
      if (static_cast<unsigned char>(c) < 0x20) fail("a string has a control character");
      if (c == '\\') {
        read_escape(result);
      } else {
        result += c;
      }
    }
  }

  void read_escape(std::string& result) {
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view characters = "\"\\/\b\f\n\r\t";
    if (c == 'u') return append_code_point(result, read_code_point());
    const std::size_t known = names.find(c);
    if (c == '\0' || known == std::string_view::npos) fail("a string has an unknown escape");
    result += characters[known];
  }

  unsigned read_hexadecimal() {
    unsigned value = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() < 4 || error != std::errc{} || end != digits.data() + 4) {
      fail("\\u needs four hexadecimal digits");
    }
    at_ += 4;
    return value;
  }

  unsigned read_code_point() {
    const unsigned first = read_hexadecimal();
    if (first < 0xD800 || first > 0xDFFF) return first;
    const bool low = first <= 0xDBFF && take_word("\\u");
    const unsigned second = low ? read_hexadecimal() : 0;
    if (second < 0xDC00 || second > 0xDFFF) fail("half of a surrogate pair stands alone");
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
  }

  static void append_code_point(std::string& result, unsigned code) {
    const auto byte = [&](unsigned value) { result += static_cast<char>(value); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) {
      byte(0xC0 | (code >> 6));
    } else {
      if (code < 0x10000) {
        byte(0xE0 | (code >> 12));
      } else {
        byte(0xF0 | (code >> 18));
        byte(0x80 | ((code >> 12) & 0x3F));
      }
      byte(0x80 | ((code >> 6) & 0x3F));
    }
    byte(0x80 | (code & 0x3F));
  }

  std::string_view text_;
  const std::string& file_;
  const std::string& code_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0;
  std::size_t line_begin_ = 0;
  std::uint32_t line_ = 1;
};

}  // namespace

template <class T>
const T& JsonValue::as(std::string_view name, const char* kind, const std::string& code) const {
  if (const T* found = std::get_if<T>(&value)) return *found;
  throw base::Error(code, "'" + std::string(name) + "' is not " + kind, std::string("give ") + kind,
                    where);
}

const JsonValue* JsonValue::find(std::string_view name) const {
  const auto* members = std::get_if<Object>(&value);
  if (members == nullptr) return nullptr;
  for (const Member& member : *members) {
    if (member.first == name) return member.second.is_null() ? nullptr : &member.second;
  }
  return nullptr;
}

bool JsonValue::truth(std::string_view name, const std::string& code) const {
  return as<bool>(name, "true or false", code);
}

int JsonValue::integer(std::string_view name, const std::string& code) const {
  const double number = as<double>(name, "a whole number", code);
  if (number == std::floor(number) && std::abs(number) <= std::numeric_limits<int>::max()) {
    return static_cast<int>(number);
  }
  throw base::Error(code, "'" + std::string(name) + "' is no whole number", "give a whole number",
                    where);
}

const std::string& JsonValue::text(std::string_view name, const std::string& code) const {
  return as<std::string>(name, "a string", code);
}
const JsonValue::Array& JsonValue::array(std::string_view name, const std::string& code) const {
  return as<Array>(name, "an array", code);
}
const JsonValue::Object& JsonValue::object(std::string_view name, const std::string& code) const {
  return as<Object>(name, "an object", code);
}

JsonValue read_json(std::string_view text, const std::string& file, const std::string& code) {
  return Reader(text, file, code).read();
}

}  // namespace neucasl::io
