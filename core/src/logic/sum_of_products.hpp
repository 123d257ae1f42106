#pragma once

#include <cstdint>
#include <vector>

#include "neucasl/logic/network.hpp"

/// \file
/// Irredundant sums of products of tables.

namespace neucasl::logic {

/// The AND of variables (bits of `positive`) and inverted variables (bits of `negative`).
struct ProductTerm {
  std::uint8_t positive = 0;
  std::uint8_t negative = 0;
};

/// By the algorithm of S. Minato, "Fast generation of irredundant sum-of-products forms from binary
/// decision diagrams", SASIMI 1992 (after E. Morreale, 1970). No term and no literal can be left
/// out. Empty for false.
std::vector<ProductTerm> sum_of_products(TruthTable table);

}  // namespace neucasl::logic
