#pragma once

#include <string>
#include <vector>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/audit/design.hpp"

/// \file
/// Formulas over the numbers of a described chip, by the names that they have in its audit:
/// LEVEL_NUMBER and LEVEL_COMPONENT_NUMBER.

namespace neucasl::audit {

/// A component with its place.
struct ChipPart {
  const architecture::Level* level = nullptr;
  const architecture::Component* component = nullptr;

  [[nodiscard]] std::string name() const { return level->name + "_" + component->name; }
  [[nodiscard]] std::string number(std::string_view which) const {
    return name() + "_" + std::string(which);
  }
  [[nodiscard]] bool has(std::string_view which) const {
    return component->numbers.find(which) != nullptr;
  }
  [[nodiscard]] std::string number_or(std::string_view which, const std::string& absent) const {
    return has(which) ? number(which) : absent;
  }
};

class ChipFormulas {
 public:
  using Split = architecture::Split;

  explicit ChipFormulas(const architecture::Architecture& chip) : chip_(chip) {}

  /// All components, from the chip down.
  [[nodiscard]] std::vector<ChipPart> parts() const;
  /// The first of a kind; `weights`: the one that encodes weights. Its component may be null.
  [[nodiscard]] ChipPart part(architecture::ComponentKind kind, bool weights = false) const;

  /// LEVEL_NUMBER of the cores; `absent` where they do not state it.
  [[nodiscard]] std::string core(std::string_view number, const std::string& absent = "") const;
  /// Copies of a level on one chip.
  [[nodiscard]] std::string copies(const architecture::Level& level) const;
  /// Components of one kind on one chip.
  [[nodiscard]] std::string count(const ChipPart& part) const;

  /// Of a photonic unit (neucasl/architecture/photonic_plan.hpp).
  [[nodiscard]] std::string unit_rows() const { return split(core("rows"), Split::positions); }
  [[nodiscard]] std::string unit_depth() const {
    return split(core("channels") + " * " + core("guides", "1"), Split::depth);
  }
  [[nodiscard]] std::string unit_outputs() const { return split(core("columns"), Split::outputs); }
  /// Units of one chip.
  [[nodiscard]] std::string units() const { return split("1", Split::blocks); }

  /// Seconds in which all arrays, cores or units of one chip make `products()` products.
  [[nodiscard]] std::string cycle_time() const;
  [[nodiscard]] std::string products() const;

 private:
  /// Times the cores and tiles that are split so.
  [[nodiscard]] std::string split(std::string text, Split how) const;
  [[nodiscard]] std::string cells_of_weight() const;
  [[nodiscard]] std::string read_time() const;
  [[nodiscard]] std::string step_time() const;

  const architecture::Architecture& chip_;
};

}  // namespace neucasl::audit
