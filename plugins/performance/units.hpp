#pragma once

#include <string>
#include <vector>

#include "neucasl/architecture/architecture.hpp"

/// \file
/// The components of an architecture with what they cost, numbers in SI units.

namespace neucasl::performance_plugin {

/// Where energy and time go.
enum class Phase {
  programming,    ///< Weights written into cells.
  communication,  ///< Buses, routers, links.
  memory,         ///< Buffers, registers, off-chip memory.
  compute,        ///< Arrays and what drives and holds their lines.
  conversion,     ///< Analog-to-digital converters and the shift-and-add behind them.
  digital,        ///< Accumulators, activation, pooling and vector units.
  light,          ///< Lasers, and what holds modulators, resonators and switches in place.
  leakage         ///< Other parts that are on whether they work or not.
};
inline constexpr std::size_t phase_count = 8;
std::string_view to_string(Phase phase);
Phase phase_of(architecture::ComponentKind kind);

struct Unit {
  std::string name;  ///< "tile/edram"
  architecture::ComponentKind kind = architecture::ComponentKind::control;
  architecture::LevelKind level = architecture::LevelKind::chip;
  double per_level = 1.0;           ///< Share of one copy of the level: count / shared_by.
  double copies = 1.0;              ///< On all chips.
  double energy = 0.0;              ///< J for one event.
  double time = 0.0;                ///< s for one event; 0 without events.
  double leakage = 0.0;             ///< W of one copy.
  double area = 0.0;                ///< m^2 of one copy.
  double width = 0.0;               ///< Bits of one event, 0 where none are moved.
  double hops = 1.0;                ///< Of a router.
  double capacity = 0.0;            ///< Bytes of a memory.
  bool weights = false;             ///< Encodes weights, not inputs.
  bool in_published_totals = true;  ///< Counted where a source states a sum of components.

  /// W of one copy that works without pause.
  [[nodiscard]] double peak_power() const { return leakage + (time > 0.0 ? energy / time : 0.0); }
};

/// Light, or leakage.
Phase phase_of_leakage(const Unit& unit);

/// All components, from the chip down.
std::vector<Unit> read_units(const architecture::Architecture& architecture, device::UseList& uses);

/// J of one event of a converter that works with `bits`, by its `scaling`; the same for all bits
/// where it has none.
/// \throws base::Error "link.converter" for bits or a rate beyond the reference.
double conversion_energy(const architecture::Component& converter, double bits,
                         device::UseList& uses);

/// The first unit of a kind; null when there is none.
const Unit* find_unit(const std::vector<Unit>& units, architecture::ComponentKind kind);

}  // namespace neucasl::performance_plugin
