#pragma once

#include "chip_parts.hpp"

/// \file
/// The hierarchy of a photonic chip, chip > tile > core, from its description.
///
/// What passes from level to level goes in *bundles*: light of lasers, modulated inputs, modulated
/// weights, sums as light, their currents, and amplified sums. The level that has the component
/// which takes a bundle ends it, the one which makes it feeds it, others pass it on. Lasers that
/// stand below what they feed send one guide each up (`surplus`). Cores and tiles whose sums are
/// added (cores_split, tiles_split "depth") share the nets of their currents. A component that
/// several copies of a level share stands in the level above, once for each of these groups, the
/// last of which may be smaller.

namespace neucasl::photonic {

/// A module and the widths of its bundles, 0 for none. Ports: in, out (digital), high, low
/// (electrical, biases of the photodiodes), and one for each bundle.
struct LevelModule {
  ir::ModuleId id;
  std::size_t light = 0, inputs = 0, weights = 0;               ///< Into it.
  std::size_t surplus = 0, sums = 0, currents = 0, analog = 0;  ///< Out of it.
};

/// What the modules of all levels are made from.
struct ChipPlan {
  ir::Design& design;
  const architecture::Architecture& chip;
  const DescribedCore& core;
  device::UseList& uses;
};

/// The module of a level; `inside` is that of the level below, null for a core.
/// \throws base::Error "photonic.layout" for sums and amplifiers or converters that do not divide.
LevelModule add_level(const ChipPlan& plan, const architecture::Level& level,
                      const LevelModule* inside);

}  // namespace neucasl::photonic
