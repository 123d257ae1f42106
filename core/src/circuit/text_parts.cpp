#include "text_parts.hpp"

#include <cctype>

#include "neucasl/ir/spice_formula.hpp"

namespace neucasl::circuit {

std::vector<std::string> split_words(std::string_view text, bool equals) {
  std::vector<std::string> words;
  std::string word;
  int depth = 0;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const char c : text) {
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) --depth;
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      if (depth == 0) finish();
    } else if (equals && c == '=' && depth == 0) {
      finish();
      words.emplace_back("=");
    } else {
      word += c;
    }
  }
  finish();
  return words;
}

namespace {

std::optional<base::Quantity> as_quantity(std::string_view text) {
  try {
    return base::parse_quantity(text);
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

}  // namespace

double read_number(std::string_view text, const std::optional<base::Dimension>& dimension,
                   const std::string& code, const base::Location& where) {
  const std::size_t end = text.find_last_of("0123456789.") + 1;  // 0 when there is no digit
  const std::string_view tail = text.substr(end);
  const auto quantity = as_quantity(text);
  if (quantity && tail.empty()) return quantity->value;
  if (quantity && dimension && quantity->dimension == *dimension) return quantity->value;
  const auto suffix = ir::spice_suffix(tail);
  const auto digits = as_quantity(text.substr(0, end));
  // A capital A or F is rather an ampere or a farad than atto or femto.
  const bool unit_rather = !dimension && quantity && (tail == "A" || tail == "F");
  if (suffix && digits && !unit_rather) return base::scaled(digits->value, {*suffix, {}}).value;
  if (quantity && !dimension) return quantity->value;
  const std::string unit = dimension ? base::unit_symbol(*dimension) : std::string();
  throw base::Error(code, "'" + std::string(text) + "' is not a number here",
                    "write a number, with a SPICE suffix (1k, 10meg, 1u)" +
                        (unit.empty() ? std::string(" or a unit") : " or in " + unit),
                    where);
}

}  // namespace neucasl::circuit
