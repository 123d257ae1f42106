#include <algorithm>
#include <charconv>

#include "deck.hpp"

namespace neucasl::ngspice_plugin {
namespace {

using circuit::Circuit;

/// The circuit's name for a name of the deck; empty when it is none.
std::string known_name(std::string_view word, const Circuit& circuit) {
  const std::size_t digits = word.find_first_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos || digits > 2) return {};
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(word.data() + digits, word.data() + word.size(), index);
  if (error != std::errc{} || end != word.data() + word.size()) return {};
  const auto pick = [&](const auto& list) {
    return index < list.size() ? list[index].name : std::string();
  };
  const std::string_view letters = word.substr(0, digits);
  if (letters == "n") return pick(circuit.nodes);
  if (letters == "r" || letters == "c" || letters == "l") return pick(circuit.passives);
  if (letters == "v" || letters == "i") return pick(circuit.sources);
  if (letters == "e" || letters == "g" || letters == "h" || letters == "f" || letters == "vc") {
    return pick(circuit.controlled);
  }
  if (letters == "b") return pick(circuit.behavioural);
  if (letters == "t") return pick(circuit.lines);
  if (letters == "a") return pick(circuit.devices);
  return {};
}

}  // namespace

std::string name_in_circuit(std::string_view text, const Circuit& circuit) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of(letters, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    result += word;
    if (const std::string name = known_name(word, circuit); !name.empty()) {
      result += " ('" + name + "')";
    }
    if (end < text.size()) result += text[end];
    at = end + 1;
  }
  return result;
}

}  // namespace neucasl::ngspice_plugin
