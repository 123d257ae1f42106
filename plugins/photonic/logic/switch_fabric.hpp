#pragma once

#include <complex>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tuned_disk.hpp"

/// \file
/// Switches that lead the light of a laser to a detector where a function is true.
///
/// A *fabric* is a binary decision diagram made of light paths: the light of net 0 passes one
/// switch for each variable that it meets. A switch whose variable is 1 is on resonance and light
/// crosses to the other bus (input to drop, add to through); else it stays on its bus (input to
/// through, add to drop). Light that the function's 1 is reached by ends at a detector, other light
/// in an absorber. Two parts of the diagram whose branches are exchanged share one switch, by its
/// two inputs; no other paths are joined, since a junction of guides would lose half of the light.

namespace neucasl::photonic {

struct FabricSwitch {
  std::uint32_t variable = 0;  ///< Position in the function's support.
  std::uint32_t input = 0;     ///< Net.
  std::int64_t add = -1;       ///< Net; -1: no light.
  std::uint32_t through = 0;
  std::uint32_t drop = 0;
};

struct SwitchFabric {
  std::vector<FabricSwitch> switches;    ///< Light comes from earlier ones.
  std::vector<std::uint32_t> detectors;  ///< Nets where the function is 1.
  std::vector<std::uint32_t> absorbers;  ///< Nets where it is 0.
  std::uint32_t nets = 1;
};

/// A function as text, row m at position m, bit i of m being variable i; a power of two of '0' and
/// '1'. \p order names the variable that is met first, second, ... With `shared`, switches are used
/// by both inputs. \return A fabric with no switch but more than `most` stops: nets is 0 then.
SwitchFabric make_fabric(const std::string& table, std::span<const unsigned> order, bool shared,
                         std::size_t most);

/// A choice of order and sharing.
struct FabricChoice {
  std::vector<unsigned> order;
  bool shared = true;
  SwitchFabric fabric;
};
/// The best orders for both ways, fewest switches first: every order up to five variables, beyond
/// by moving one variable after the other to its best place.
std::vector<FabricChoice> fabric_choices(const std::string& table, std::size_t most);

/// What a fabric's detectors receive.
class FabricOptics {
 public:
  /// \param on, off Response of a switch whose variable is 1 or 0.
  FabricOptics(DiskResponse on, DiskResponse off) : on_(on), off_(off) {}
  /// Share of the laser's power that each detector receives; bit i of `row` is variable i.
  [[nodiscard]] std::vector<double> detected(const SwitchFabric& fabric, std::uint64_t row) const;
  /// All detectors together, since their currents add.
  [[nodiscard]] double total(const SwitchFabric& fabric, std::uint64_t row) const;

 private:
  DiskResponse on_, off_;
};

/// Disks whose fields follow when one variable changes, on the light's way to the detector.
struct FollowingFields {
  int filled = 0;  ///< On resonance, from the changing switch on; without `turned`.
  int turned = 0;  ///< Behind it, lit from their other side before: the field turns its sign.
  int passed = 0;  ///< 1 when the changing switch is off resonance: light passes its disk by.
};
/// For a row in which the function is 1; nothing when its light does not meet the variable.
std::optional<FollowingFields> fields_behind(const SwitchFabric& fabric, std::uint64_t row,
                                             unsigned variable);

}  // namespace neucasl::photonic
