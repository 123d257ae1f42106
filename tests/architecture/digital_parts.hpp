#pragma once

#include "tests/architecture/parts.hpp"

/// \file
/// The small architecture of parts.hpp with a digital core of 4 inputs and 2 outputs in each tile
/// in place of the arrays: multipliers of 4 bits, weight memories of 64 bytes.

namespace neucasl::architecture::test {

inline std::string digital_description() {
  std::string text = description();
  const std::size_t begin = text.find("<array_group");
  const std::size_t end = text.find("</array_group>");
  text.replace(begin, end + 14 - begin,
               "<digital_core name='core'>\n" + number("count", "1", "1") +
                   number("inputs", "4", "1") + number("outputs", "2", "1") +
                   component("multiplier", "8", "2", "2", number("bits", "4", "1")) +
                   component("adder_tree", "8", "0.5", "1") +
                   component("weight_memory", "1", "6", "3",
                             number("width", "32", "1") + number("capacity", "64", "1")) +
                   "</digital_core>");
  return changed(text, "value='offset'/>\n",
                 "value='offset'/>\n<choice name='weight_gradient' value='digital-unit'/>\n");
}

}  // namespace neucasl::architecture::test
