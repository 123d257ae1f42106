#pragma once

#include <string>
#include <vector>

#include "neucasl/architecture/photonic_plan.hpp"
#include "neucasl/link/bank.hpp"

/// \file
/// What a description says of its photonic cores, as far as their circuit needs it.

namespace neucasl::photonic {

/// How a core multiplies.
enum class CoreKind {
  banks,      ///< Modulated light passes resonators that hold weights.
  crossings,  ///< Light of two modulators interferes: dot products of two modulated operands.
  network     ///< Light passes two modulators, over a network that is not described.
};

struct DescribedCore {
  CoreKind kind = CoreKind::banks;
  std::size_t channels = 0;
  std::size_t guides = 1;  ///< Of one position.
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> wavelengths;  ///< m
  link::SeriesBank bank;            ///< Of cores with banks.

  /// Guides that modulated inputs come on.
  [[nodiscard]] std::size_t input_guides() const { return rows * guides; }
};

/// \throws base::Error "photonic.layout" where counts do not lay out: what is there, what would do,
/// and the place.
DescribedCore read_core(const architecture::Architecture& chip, device::UseList& uses);

/// Where a component stands.
struct PlacedPart {
  const architecture::Level* level = nullptr;
  const architecture::Component* component = nullptr;

  [[nodiscard]] bool at(const architecture::Level& wanted) const { return level == &wanted; }
  [[nodiscard]] std::string name() const { return level->name + "_" + component->name; }
};
/// As architecture::find_component; the component is null where there is none.
PlacedPart find_placed(const architecture::Architecture& chip, architecture::ComponentKind kind,
                       bool weights = false);

}  // namespace neucasl::photonic
