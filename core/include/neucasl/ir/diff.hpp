#pragma once

#include <string>
#include <vector>

#include "neucasl/ir/design.hpp"

/// \file
/// What differs between two designs.

namespace neucasl::ir {

enum class Change : std::uint8_t { added, removed, changed };

/// One difference, named by its path: "module cell / instance memory / parameter resistance".
struct Difference {
  Change change = Change::changed;
  std::string path;
  std::string before;  ///< Empty when added.
  std::string after;   ///< Empty when removed.
  /// Of the object in each design, as far as its source locations are known.
  base::Location where_before;
  base::Location where_after;
};

/// Compares modules, nets, ports, instances, arrays, tables, parameters and attributes by their
/// names; order, source locations and the design's name do not count. A table that differs is one
/// difference, with how many of its values do and the first of them. Both designs have passed
/// `verify`.
NEUCASL_EXPORT std::vector<Difference> diff(const Design& before, const Design& after);

}  // namespace neucasl::ir
