#include "sum_of_products.hpp"

#include "table_operations.hpp"

namespace neucasl::logic {
namespace {

/// Adds terms that cover `lower` and stay within `upper`; returns what they cover. Only variables
/// below `variables` matter.
std::uint64_t cover_between(std::uint64_t lower, std::uint64_t upper, unsigned variables,
                            ProductTerm term, std::vector<ProductTerm>& terms) {
  if (lower == 0) return 0;
  if (upper == ~std::uint64_t{0}) {
    terms.push_back(term);
    return ~std::uint64_t{0};
  }
  unsigned x = variables - 1;
  while (!tables::depends_on(lower, x) && !tables::depends_on(upper, x)) --x;
  const std::uint64_t lower_0 = tables::cofactor_0(lower, x);
  const std::uint64_t lower_1 = tables::cofactor_1(lower, x);
  const std::uint64_t upper_0 = tables::cofactor_0(upper, x);
  const std::uint64_t upper_1 = tables::cofactor_1(upper, x);
  ProductTerm with_0 = term;
  ProductTerm with_1 = term;
  with_0.negative |= static_cast<std::uint8_t>(1U << x);
  with_1.positive |= static_cast<std::uint8_t>(1U << x);
  const std::uint64_t only_0 = cover_between(lower_0 & ~upper_1, upper_0, x, with_0, terms);
  const std::uint64_t only_1 = cover_between(lower_1 & ~upper_0, upper_1, x, with_1, terms);
  const std::uint64_t rest = (lower_0 & ~only_0) | (lower_1 & ~only_1);
  const std::uint64_t both = cover_between(rest, upper_0 & upper_1, x, term, terms);
  return both | (only_0 & ~tables::variable[x]) | (only_1 & tables::variable[x]);
}

}  // namespace

std::vector<ProductTerm> sum_of_products(TruthTable table) {
  std::vector<ProductTerm> terms;
  const std::uint64_t bits = tables::stretched(table.bits, table.inputs);
  cover_between(bits, bits, most_table_inputs, {}, terms);
  return terms;
}

}  // namespace neucasl::logic
