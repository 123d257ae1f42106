#pragma once

#include "neucasl/mapping/calibration.hpp"
#include "neucasl/mapping/slicing.hpp"
#include "periphery.hpp"

namespace neucasl::memristor_plugin {

/// What all tiles of a chip share.
struct ChipParts {
  ir::Design& design;
  const mapping::Architecture& architecture;
  const mapping::CellLevels& levels;
  const Periphery& periphery;
};

/// Adds tile `index` of a layer (role "tile") with its array (role "array"); ports in and out,
/// digital.
ir::ModuleId add_tile(const ChipParts& parts, const mapping::LayerPlan& plan, std::size_t index,
                      const mapping::LayerCalibration& calibration);

}  // namespace neucasl::memristor_plugin
