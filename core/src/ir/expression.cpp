#include "neucasl/ir/expression.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace neucasl::ir {
namespace {

using base::Quantity;

class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, const NameLookup& lookup, const base::Location& where)
      : text_(text), lookup_(lookup), where_(where) {}

  Quantity parse() {
    const Quantity result = sum();
    skip_space();
    if (position_ < text_.size()) fail("unexpected '" + std::string(1, text_[position_]) + "'");
    if (!std::isfinite(result.value)) fail("the value is not finite");
    return result;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw base::Error("ir.expression",
                      "expression '" + std::string(text_) + "', column " +
                          std::to_string(position_ + 1) + ": " + what,
                      "write a formula over parameters such as '2 * width + 10 [nm]'", where_);
  }

  void skip_space() {
    while (position_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[position_]))) {
      ++position_;
    }
  }

  bool accept(char c) {
    skip_space();
    if (position_ >= text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail(std::string("expected '") + c + "'");
  }

  Quantity sum() {
    Quantity left = product();
    for (;;) {
      const bool plus = accept('+');
      if (!plus && !accept('-')) return left;
      const Quantity right = product();
      if (left.dimension != right.dimension) {
        fail("cannot add '" + base::unit_symbol(left.dimension) + "' and '" +
             base::unit_symbol(right.dimension) + "'");
      }
      left.value += plus ? right.value : -right.value;
    }
  }

  Quantity product() {
    Quantity left = factor();
    for (;;) {
      if (accept('*')) {
        left = left * factor();
      } else if (accept('/')) {
        left = left / factor();
      } else {
        return left;
      }
    }
  }

  /// Every way to nest passes through here, signs and powers included.
  Quantity factor() {
    if (++depth_ > 200) fail("nesting is too deep");
    Quantity result;
    if (accept('-')) {
      result = factor();
      result.value = -result.value;
    } else {
      result = atom();
      if (accept('^')) result = raise(result, factor());
    }
    --depth_;
    return result;
  }

  Quantity raise(const Quantity& root, const Quantity& exponent) {
    if (!exponent.dimension.dimensionless()) fail("an exponent must have no unit");
    if (root.dimension.dimensionless()) return {std::pow(root.value, exponent.value), {}};
    if (exponent.value != std::rint(exponent.value) || std::abs(exponent.value) > 9) {
      fail("a quantity with a unit takes an integer exponent from -9 to 9");
    }
    Quantity result{1.0, {}};
    for (int i = 0; i < static_cast<int>(std::abs(exponent.value)); ++i) {
      result = exponent.value > 0 ? result * root : result / root;
    }
    return result;
  }

  Quantity atom() {
    Quantity result;
    skip_space();
    if (position_ >= text_.size()) fail("the expression ends too early");
    const char c = text_[position_];
    if (accept('(')) {
      result = sum();
      expect(')');
    } else if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') {
      result = number();
    } else if (std::isalpha(static_cast<unsigned char>(c)) || c == '_') {
      result = named();
    } else {
      fail("unexpected '" + std::string(1, c) + "'");
    }
    return result;
  }

  Quantity number() {
    double value = 0.0;
    const auto [end, code] =
        std::from_chars(text_.data() + position_, text_.data() + text_.size(), value);
    if (code != std::errc{}) fail("bad number");
    position_ = static_cast<std::size_t>(end - text_.data());
    if (!accept('[')) return {value, {}};
    const auto close = text_.find(']', position_);
    if (close == std::string_view::npos) fail("expected ']'");
    const Quantity unit = unit_of(text_.substr(position_, close - position_));
    position_ = close + 1;
    return Quantity{value, {}} * unit;
  }

  Quantity unit_of(std::string_view symbol) const {
    try {
      return base::parse_unit(symbol, where_);
    } catch (const base::Error& failure) {
      fail(failure.diagnostic().message);
    }
  }

  Quantity named() {
    const std::size_t start = position_;
    while (position_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[position_])) || text_[position_] == '_' ||
            text_[position_] == '.')) {
      ++position_;
    }
    const std::string_view name = text_.substr(start, position_ - start);
    if (accept('(')) return call(name);
    const std::optional<Quantity> value = lookup_(name);
    if (!value) fail("unknown name '" + std::string(name) + "'");
    return *value;
  }

  Quantity call(std::string_view name) {
    std::vector<Quantity> arguments{sum()};
    while (accept(',')) arguments.push_back(sum());
    expect(')');
    if (name == "min" || name == "max") {
      if (arguments.size() != 2) fail("wrong number of arguments of '" + std::string(name) + "'");
      if (arguments[0].dimension != arguments[1].dimension) fail("arguments differ in unit");
      const bool first = (arguments[0].value < arguments[1].value) == (name == "min");
      return first ? arguments[0] : arguments[1];
    }
    if (arguments.size() != 1) fail("wrong number of arguments of '" + std::string(name) + "'");
    Quantity x = arguments[0];
    if (name == "abs") return {std::abs(x.value), x.dimension};
    if (name == "sqrt") {
      for (auto& exponent : x.dimension.exponent) {
        if (exponent % 2 != 0) fail("the square root has no integer dimension");
        exponent = static_cast<std::int8_t>(exponent / 2);
      }
      return {std::sqrt(x.value), x.dimension};
    }
    if (!x.dimension.dimensionless()) fail("'" + std::string(name) + "' takes a pure number");
    if (name == "exp") return {std::exp(x.value), {}};
    if (name == "log") return {std::log(x.value), {}};
    if (name == "floor") return {std::floor(x.value), {}};
    if (name == "ceil") return {std::ceil(x.value), {}};
    fail("unknown function '" + std::string(name) + "'");
  }

  std::string_view text_;
  const NameLookup& lookup_;
  const base::Location& where_;
  std::size_t position_ = 0;
  int depth_ = 0;
};

}  // namespace

Quantity evaluate(const Expression& expression, const NameLookup& lookup,
                  const base::Location& where) {
  return ExpressionParser(expression.text, lookup, where).parse();
}

}  // namespace neucasl::ir
