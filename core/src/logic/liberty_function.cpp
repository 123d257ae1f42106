#include <algorithm>
#include <bit>
#include <cctype>

#include "liberty_text.hpp"
#include "sum_of_products.hpp"
#include "table_operations.hpp"

namespace neucasl::logic {
namespace {

constexpr unsigned deepest_parentheses = 64;

/// Recursive descent over tables of six variables.
class LibertyFunctionParser {
 public:
  LibertyFunctionParser(std::string_view text, const std::vector<std::string>& pins,
                        const base::Location& where)
      : text_(text), pins_(pins), where_(where) {}

  std::uint64_t whole() {
    const std::uint64_t result = any();
    if (peek() != '\0') fail();
    return result;
  }

 private:
  [[noreturn]] void fail() const {
    throw base::Error("liberty.syntax",
                      "the function '" + std::string(text_) + "' is malformed at character " +
                          std::to_string(position_ + 1),
                      "use pins, ! ^ & | and parentheses", where_);
  }

  char peek() {
    while (position_ < text_.size() &&
           std::isspace(static_cast<unsigned char>(text_[position_])) != 0) {
      ++position_;
    }
    return position_ < text_.size() ? text_[position_] : '\0';
  }

  static bool letter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '[' || c == ']' ||
           c == '.' || c == '\\' || c == '$';
  }

  std::uint64_t any() {
    std::uint64_t result = all();
    while (peek() == '|' || peek() == '+') {
      ++position_;
      result |= all();
    }
    return result;
  }

  std::uint64_t all() {
    std::uint64_t result = odd();
    for (char c = peek(); c == '&' || c == '*' || c == '!' || c == '(' || letter(c); c = peek()) {
      if (c == '&' || c == '*') ++position_;
      result &= odd();
    }
    return result;
  }

  std::uint64_t odd() {
    std::uint64_t result = operand();
    while (peek() == '^') {
      ++position_;
      result ^= operand();
    }
    return result;
  }

  std::uint64_t operand() {
    bool inverse = false;
    while (peek() == '!') {
      ++position_;
      inverse = !inverse;
    }
    std::uint64_t result = 0;
    if (peek() == '(') {
      if (++depth_ > deepest_parentheses) fail();
      ++position_;
      result = any();
      if (peek() != ')') fail();
      ++position_;
      --depth_;
    } else {
      result = name();
    }
    while (peek() == '\'') {
      ++position_;
      inverse = !inverse;
    }
    return inverse ? ~result : result;
  }

  std::uint64_t name() {
    if (!letter(peek())) fail();
    const std::size_t start = position_;
    while (position_ < text_.size() && letter(text_[position_])) ++position_;
    const std::string_view word = text_.substr(start, position_ - start);
    const auto found = std::ranges::find(pins_, word);
    if (found != pins_.end()) return tables::variable[found - pins_.begin()];
    if (word == "0") return 0;
    if (word == "1") return ~std::uint64_t{0};
    throw base::Error("liberty.value",
                      "'" + std::string(word) + "' in a function is no input pin of the cell",
                      base::suggest(word, pins_), where_);
  }

  std::string_view text_;
  const std::vector<std::string>& pins_;
  const base::Location& where_;
  std::size_t position_ = 0;
  unsigned depth_ = 0;
};

std::size_t literals_of(const std::vector<ProductTerm>& terms) {
  std::size_t count = 0;
  for (const ProductTerm& term : terms) {
    count += static_cast<std::size_t>(std::popcount(term.positive) + std::popcount(term.negative));
  }
  return count;
}

std::string print_term(const ProductTerm& term, const std::vector<std::string>& pins) {
  std::string text;
  for (std::size_t i = 0; i < pins.size(); ++i) {
    const bool positive = ((term.positive >> i) & 1U) != 0;
    if (!positive && ((term.negative >> i) & 1U) == 0) continue;
    text += text.empty() ? "" : " & ";
    text += (positive ? "" : "!") + pins[i];
  }
  return text;
}

}  // namespace

TruthTable parse_liberty_function(std::string_view text, const std::vector<std::string>& pins,
                                  const base::Location& where) {
  const std::uint64_t table = LibertyFunctionParser(text, pins, where).whole();
  const auto inputs = static_cast<std::uint8_t>(pins.size());
  return {table & TruthTable::mask(inputs), inputs};
}

std::string print_liberty_function(TruthTable function, const std::vector<std::string>& pins) {
  const std::uint64_t mask = TruthTable::mask(function.inputs);
  if (function.bits == 0) return "0";
  if (function.bits == mask) return "1";
  std::vector<ProductTerm> terms = sum_of_products(function);
  std::vector<ProductTerm> inverse = sum_of_products({~function.bits & mask, function.inputs});
  const bool inverted = literals_of(inverse) < literals_of(terms) ||
                        (literals_of(inverse) == literals_of(terms) && terms.size() > 1 &&
                         inverse.size() < terms.size());
  if (inverted) terms.swap(inverse);
  std::string text;
  for (const ProductTerm& term : terms) {
    text += text.empty() ? "" : " | ";
    const std::string product = print_term(term, pins);
    const bool single = terms.size() == 1 || product.find(' ') == std::string::npos;
    text += single ? product : "(" + product + ")";
  }
  return inverted ? "!(" + text + ")" : text;
}

}  // namespace neucasl::logic
