#pragma once

#include <map>

#include "chip_levels.hpp"

namespace neucasl::photonic {

/// A component as one level has it.
struct LevelPart {
  PlacedPart part;
  std::size_t count = 0;  ///< In one copy of this level.
  ir::ModuleId master;
  std::string array;  ///< Name of its instance array.
};

/// Components of a level: its own, and those that copies of the level below share.
class LevelParts {
 public:
  LevelParts(const ChipPlan& plan, const architecture::Level& level);

  [[nodiscard]] const std::vector<LevelPart>& all() const { return parts_; }
  /// Null when the level has none; `weights`: that which encodes weights.
  [[nodiscard]] const LevelPart* find(architecture::ComponentKind kind, bool weights = false) const;
  /// 0 when the level has none.
  [[nodiscard]] std::size_t count(architecture::ComponentKind kind, bool weights = false) const;

 private:
  void add(const ChipPlan& plan, const PlacedPart& part, std::size_t count);

  std::vector<LevelPart> parts_;
};

}  // namespace neucasl::photonic
