#pragma once

#include <cstdint>
#include <vector>

#include "sparse_pattern.hpp"

/// \file
/// Order of elimination of a sparse matrix.

namespace neucasl::native_plugin {

struct EliminationOrder {
  std::vector<std::uint32_t> column;     ///< Step k eliminates column `column[k]`.
  std::vector<std::uint32_t> pivot_row;  ///< Preferred pivot row of each column.
};

/// Rows are first matched with columns so that the diagonal has entries (augmenting paths, Duff,
/// ACM Trans. Math. Softw. 7:315, 1981); then approximate minimum degree on the symmetric pattern
/// of the matched matrix. `usable` says which entries are not zero. A column that cannot be matched
/// keeps any free row.
EliminationOrder elimination_order(const SparsePattern& pattern, const std::vector<char>& usable);

}  // namespace neucasl::native_plugin
