#pragma once

#include <string>
#include <vector>

#include "neucasl/audit/design.hpp"
#include "neucasl/results/table.hpp"

/// \file
/// Recomputes what a design's own parameters imply, and holds its claims against that.
///
/// What is recomputed, by the names that formulas may use:
///
///   link      insertion_loss_db, laser_optical_power, laser_power (of one laser, from the supply)
///   bank      channel_spacing, channels_in_range, printed_crosstalk, printed_bits (CrossLight's
///             equations as printed), series_crosstalk, crosstalk_bits (exact), resonance_bits
///   receiver  shot_bits, thermal_bits, intensity_bits, converter_bits
///             combined_bits: the exact crosstalk and all other causes that are given
///   rate      peak_multiply_accumulates, in one second
///   parts     count_of_PART, power_of_PART, area_of_PART, energy_of_PART; total_power, total_area,
///             total_energy

namespace neucasl::audit {

struct Recomputed {
  std::string name;
  base::Quantity value;
  std::string equation;
};

struct Finding {
  std::string claim;
  Relation relation = Relation::equals;
  base::Quantity stated;
  base::Quantity recomputed;
  double difference = 0.0;  ///< (recomputed - stated) / |stated|; NaN for a stated 0.
  bool follows = false;
  std::string equation;
  std::string source;   ///< Citation key and place.
  std::string nearest;  ///< "NAME = VALUE" that would keep the claim; empty when there is none.
  base::Location where;
};

struct NEUCASL_EXPORT Audit {
  std::string title;
  std::vector<Recomputed> recomputed;
  std::vector<Finding> findings;
  device::UseList uses;  ///< Numbers that formulas took.

  [[nodiscard]] bool all_follow() const;
  /// Table `claims`: one row a finding.
  [[nodiscard]] results::Table claims() const;
  /// Table `recomputed`: name, value, unit, equation.
  [[nodiscard]] results::Table quantities() const;
};

/// In the order of the list above.
/// \throws base::Error "ir.expression" for a formula, "audit.dimension" for one of the wrong
/// dimension, "audit.count" for channels that are no whole number, "audit.name" for a part whose
/// name is a number's, "audit.rate" for cycles without a rate, "link.*" for values without meaning;
/// with file and line.
NEUCASL_EXPORT std::vector<Recomputed> recompute(const Design& design);

/// Throws as recompute; "audit.dimension" when claim and formula differ in dimension.
NEUCASL_EXPORT Audit audit(const Design& design);

}  // namespace neucasl::audit
