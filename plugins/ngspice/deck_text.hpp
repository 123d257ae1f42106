#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// \file
/// Words of a deck: node k is "n<k>", an element the letter of its kind and its index.

namespace neucasl::ngspice_plugin {

std::string node_name(std::uint32_t index);

class DeckText {
 public:
  DeckText& operator+=(std::string_view text) {
    text_ += text;
    return *this;
  }
  DeckText& operator+=(char letter) {
    text_ += letter;
    return *this;
  }
  /// " n<index>", or " 0" for ground.
  void node(std::uint32_t index);
  void integer(std::size_t value);
  /// A blank and the number, as short as it reads back the same.
  void number(double value);
  void setting(std::string_view name, double value);
  void element(std::string_view letter, std::size_t index, std::uint32_t p, std::uint32_t n);
  /// A line of the bridge: device `index` of the worker's table.
  void bridge(std::size_t index, std::span<const std::uint32_t> nodes);

  /// For what appends to a string.
  [[nodiscard]] std::string& string() { return text_; }

 private:
  std::string text_;
};

}  // namespace neucasl::ngspice_plugin
