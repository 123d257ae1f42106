#include "neucasl/ir/spice_formula.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "neucasl/base/quantity.hpp"

namespace neucasl::ir {
namespace {

using Kind = SpiceFormula::Kind;
using Node = SpiceFormula::Node;

constexpr int deepest = 200;
constexpr std::size_t most_nodes = 10'000;  // A chain of sums is as deep as it is long.

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool in_name(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '#'; }

struct Suffix {
  std::string_view text;
  double factor;
};
// Longer ones first: "meg" and "mil" begin with "m".
constexpr std::array<Suffix, 11> suffixes = {{{"meg", 1e6},
                                              {"mil", 25.4e-6},
                                              {"t", 1e12},
                                              {"g", 1e9},
                                              {"k", 1e3},
                                              {"m", 1e-3},
                                              {"u", 1e-6},
                                              {"n", 1e-9},
                                              {"p", 1e-12},
                                              {"f", 1e-15},
                                              {"a", 1e-18}}};

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

struct Operator {
  std::string_view text;
  Kind kind;
  int strength;
};
// Longer ones first.
constexpr std::array<Operator, 16> operators = {{{"**", Kind::power, 8},
                                                 {"||", Kind::logical_or, 2},
                                                 {"&&", Kind::logical_and, 3},
                                                 {"==", Kind::equal, 4},
                                                 {"!=", Kind::not_equal, 4},
                                                 {"<>", Kind::not_equal, 4},
                                                 {"<=", Kind::less_equal, 5},
                                                 {">=", Kind::greater_equal, 5},
                                                 {"<", Kind::less, 5},
                                                 {">", Kind::greater, 5},
                                                 {"+", Kind::add, 6},
                                                 {"-", Kind::subtract, 6},
                                                 {"*", Kind::multiply, 7},
                                                 {"/", Kind::divide, 7},
                                                 {"^", Kind::power, 8},
                                                 {"?", Kind::conditional, 1}}};
constexpr int sign_strength = 8;  // A sign takes powers only: -2^2 is -4.

class FormulaParser {
 public:
  FormulaParser(std::string_view text, const std::string& code, const base::Location& where)
      : text_(text), code_(code), where_(where) {
    formula_.text = text;
  }

  SpiceFormula run() {
    expression(1);
    skip_space();
    if (at_ < text_.size()) fail("unexpected '" + std::string(1, text_[at_]) + "'");
    return std::move(formula_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw formula_error(code_, text_, column(), what,
                        "write a formula such as '2*v(in) + 1k*i(v1)'", where_);
  }
  [[nodiscard]] std::uint32_t column() const { return static_cast<std::uint32_t>(at_ + 1); }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool accept(std::string_view word) {
    skip_space();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void expect(std::string_view word) {
    if (!accept(word)) fail("expected '" + std::string(word) + "'");
  }

  std::uint32_t add(Kind kind, std::vector<std::uint32_t> operands, std::uint32_t column) {
    if (formula_.nodes.size() >= most_nodes) fail("the formula is too long");
    Node node;
    node.kind = kind;
    node.operands = std::move(operands);
    node.column = column;
    formula_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(formula_.nodes.size() - 1);
  }

  [[nodiscard]] const Operator* peek_operator() {
    skip_space();
    for (const Operator& one : operators) {
      if (text_.substr(at_).starts_with(one.text)) return &one;
    }
    return nullptr;
  }

  /// Operators that bind at least this strongly. Every way to nest passes through here.
  std::uint32_t expression(int strength) {
    if (++depth_ > deepest) fail("nesting is too deep");
    std::uint32_t left = prefix();
    for (const Operator* one = peek_operator(); one && one->strength >= strength;
         one = peek_operator()) {
      const std::uint32_t place = column();
      at_ += one->text.size();
      if (one->kind == Kind::conditional) {
        const std::uint32_t yes = expression(1);
        expect(":");
        left = add(one->kind, {left, yes, expression(1)}, place);
      } else {
        left = add(one->kind, {left, expression(one->strength + 1)}, place);
      }
    }
    --depth_;
    return left;
  }

  std::uint32_t prefix() {
    skip_space();
    const std::uint32_t place = column();
    if (accept("-")) return add(Kind::negate, {expression(sign_strength)}, place);
    if (accept("+")) return expression(sign_strength);
    if (!text_.substr(at_).starts_with("!=") && accept("!")) {
      return add(Kind::logical_not, {expression(sign_strength)}, place);
    }
    return atom();
  }

  std::uint32_t atom() {
    skip_space();
    if (at_ >= text_.size()) fail("the formula ends too early");
    const std::uint32_t place = column();
    if (accept("(")) {
      const std::uint32_t inner = expression(1);
      expect(")");
      return inner;
    }
    const char c = text_[at_];
    if (is_digit(c) || c == '.') {
      const auto number = read_spice_number(text_.substr(at_));
      if (!number) fail("bad number");
      at_ += number->length;
      if (at_ < text_.size() && in_name(text_[at_])) fail("bad number");
      const std::uint32_t node = add(Kind::number, {}, place);
      formula_.nodes[node].value = number->value;
      return node;
    }
    if (is_letter(c) || c == '_') return named(place);
    fail("unexpected '" + std::string(1, c) + "'");
  }

  std::uint32_t named(std::uint32_t place) {
    const std::size_t start = at_;
    while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    const std::string name(text_.substr(start, at_ - start));
    if (!accept("(")) {
      const std::uint32_t node = add(Kind::name, {}, place);
      formula_.nodes[node].name = name;
      return node;
    }
    if (name == "v" || name == "V" || name == "i" || name == "I") return probe(name, place);
    std::vector<std::uint32_t> arguments{expression(1)};
    while (accept(",")) arguments.push_back(expression(1));
    expect(")");
    const std::uint32_t node = add(Kind::call, std::move(arguments), place);
    formula_.nodes[node].name = name;
    return node;
  }

  std::uint32_t probe(const std::string& letter, std::uint32_t place) {
    const bool voltage = letter == "v" || letter == "V";
    std::string first = probed_name();
    std::string second;
    if (voltage && accept(",")) second = probed_name();
    expect(")");
    const std::uint32_t node = add(voltage ? Kind::voltage : Kind::current, {}, place);
    formula_.nodes[node].name = std::move(first);
    formula_.nodes[node].second = std::move(second);
    return node;
  }

  std::string probed_name() {
    skip_space();
    const std::size_t start = at_;
    while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != ',' && text_[at_] != '(' &&
           text_[at_] != ')') {
      ++at_;
    }
    if (at_ == start) fail("expected a name");
    return std::string(text_.substr(start, at_ - start));
  }

  std::string_view text_;
  const std::string& code_;
  const base::Location& where_;
  SpiceFormula formula_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::optional<double> spice_suffix(std::string_view text) {
  for (const Suffix& suffix : suffixes) {
    if (text.size() == suffix.text.size() && starts_with_ignoring_case(text, suffix.text)) {
      return suffix.factor;
    }
  }
  return std::nullopt;
}

std::optional<SpiceNumber> read_spice_number(std::string_view text) {
  std::size_t start = 0;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) start = 1;
  if (start >= text.size() || !(is_digit(text[start]) || text[start] == '.')) return std::nullopt;
  double value = 0.0;
  const char* const last = text.data() + text.size();
  const auto [end, code] = std::from_chars(text.data() + start, last, value);
  if (code != std::errc{}) return std::nullopt;
  auto length = static_cast<std::size_t>(end - text.data());
  for (const Suffix& suffix : suffixes) {
    if (!starts_with_ignoring_case(text.substr(length), suffix.text)) continue;
    value = base::scaled(value, {suffix.factor, {}}).value;
    break;
  }
  while (length < text.size() && is_letter(text[length])) ++length;
  if (!std::isfinite(value)) return std::nullopt;
  return SpiceNumber{text[0] == '-' ? -value : value, length};
}

base::Error formula_error(const std::string& code, std::string_view text, std::uint32_t column,
                          const std::string& what, const std::string& remedy,
                          const base::Location& where) {
  constexpr std::size_t shown = 60;
  std::string excerpt(text.substr(0, shown));
  if (text.size() > shown) excerpt += "...";
  return base::Error(code,
                     "formula '" + excerpt + "', column " + std::to_string(column) + ": " + what,
                     remedy, where);
}

SpiceFormula parse_spice_formula(std::string_view text, const std::string& code,
                                 const base::Location& where) {
  return FormulaParser(text, code, where).run();
}

}  // namespace neucasl::ir
