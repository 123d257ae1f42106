#include "deck_text.hpp"

#include <charconv>
#include <iterator>

#include "neucasl/circuit/spice_export.hpp"

namespace neucasl::ngspice_plugin {

std::string node_name(std::uint32_t index) {
  return index == 0 ? "0" : 'n' + std::to_string(index);
}

void DeckText::node(std::uint32_t index) {
  if (index == 0) {
    text_ += " 0";
  } else {
    text_ += " n";
    integer(index);
  }
}

void DeckText::integer(std::size_t value) {
  char digits[24];
  text_.append(digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
}

void DeckText::number(double value) {
  text_ += ' ';
  circuit::append_spice_number(text_, value);
}

void DeckText::setting(std::string_view name, double value) {
  text_ += name;
  circuit::append_spice_number(text_, value);
}

void DeckText::element(std::string_view letter, std::size_t index, std::uint32_t p,
                       std::uint32_t n) {
  text_ += letter;
  integer(index);
  node(p);
  node(n);
}

void DeckText::bridge(std::size_t index, std::span<const std::uint32_t> nodes) {
  text_ += 'a';
  integer(index);
  text_ += " [";
  for (const std::uint32_t one : nodes) node(one);
  text_ += " ] bridge\n";
}

}  // namespace neucasl::ngspice_plugin
