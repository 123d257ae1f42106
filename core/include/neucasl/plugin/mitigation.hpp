#pragma once

#include <string>

#include "neucasl/plugin/tile_repair.hpp"

/// \file
/// What is done against the errors and faults of cells.

namespace neucasl::plugin {

/// A cell is read after it was programmed, and programmed again while it is further than
/// `tolerance` from its target, at most `attempts` times in all; the last attempt stays. Each
/// attempt has an error of its own of the card's spread, so that after many of them the error has
/// the law of the card cut off at the tolerance.
struct WriteVerify {
  std::size_t attempts = 1;
  double tolerance = 0.0;  ///< S
};

struct Mitigation {
  RepairOptions repair;
  WriteVerify verify;
  /// The currents of each array are scaled by what its conductances have lost since programming, in
  /// the mean over its cells (V. Joshi et al., Nat. Commun. 11:2473, 2020: global drift
  /// compensation), as a converter with a reference from the array does.
  bool drift_compensation = false;

  [[nodiscard]] bool any() const {
    return repair.any() || verify.attempts > 1 || drift_compensation;
  }
};

/// The measures in words, and all that results depend on: "spare_rows 2, swap".
NEUCASL_EXPORT std::string to_string(const Mitigation& mitigation);

/// What a chip has and what its mitigation takes.
struct MitigationCost {
  double cells = 0.0;        ///< Of weights.
  double spare_cells = 0.0;  ///< Built beside them.
  double stuck_cells = 0.0;  ///< Among those of the weights' own lines.
  double pulses = 0.0;       ///< Attempts to program a cell.
};

}  // namespace neucasl::plugin
