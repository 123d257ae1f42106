#include "menu.hpp"

#include <cmath>
#include <string>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/precision/precision_map.hpp"

namespace neucasl::precision {

void check_menu(std::span<const int> menu) {
  const auto fail = [](const std::string& what) {
    throw base::Error("precision.menu", what,
                      "give rising bit counts from " + std::to_string(least_bits) + " to " +
                          std::to_string(most_bits));
  };
  if (menu.empty()) fail("the menu of bits is empty");
  for (std::size_t k = 0; k < menu.size(); ++k) {
    if (menu[k] < least_bits || menu[k] > most_bits) {
      fail("the menu has " + std::to_string(menu[k]) + " bits");
    }
    if (k > 0 && menu[k] <= menu[k - 1]) {
      fail("the menu has " + std::to_string(menu[k]) + " bits behind " +
           std::to_string(menu[k - 1]));
    }
  }
}

void check_sensitivity(std::span<const double> sensitivity) {
  for (std::size_t layer = 0; layer < sensitivity.size(); ++layer) {
    if (std::isfinite(sensitivity[layer])) continue;
    throw base::Error("precision.score",
                      "the sensitivity of layer " + std::to_string(layer) + " is not finite",
                      "give a number for each layer");
  }
}

}  // namespace neucasl::precision
