#pragma once

#include <vector>

#include "neucasl/mapping/analog_inference.hpp"
#include "neucasl/mapping/calibration.hpp"

/// \file
/// A chip before a netlist is written: what the functional model needs, from the plans themselves.
/// For networks whose netlist would not fit: VGG-16 at 8 bits in cells of 2 bits has 1.1e9 cells.

namespace neucasl::mapping {

/// As `read_chip` of the front end's design of these plans gives it, but for the modules and tables
/// that it refers to and the row activities, which are empty.
NEUCASL_EXPORT ChipView planned_chip(const std::vector<LayerPlan>& plans,
                                     const std::vector<LayerCalibration>& calibration,
                                     const Architecture& architecture, const CellLevels& levels);

/// The conductances that the plans ask of each tile's cells. `plans` must outlive the source.
NEUCASL_EXPORT TileSource planned_conductances(const std::vector<LayerPlan>& plans,
                                               const Architecture& architecture,
                                               const CellLevels& levels);

/// The results of `streamed_analog_backend` on this chip and these conductances, bit for bit, from
/// the quantised weights themselves: cells that stand exactly on their levels need no matrix of
/// conductances. `plans` must outlive the backend.
/// \throws base::Error as `analog_backend`.
NEUCASL_EXPORT std::unique_ptr<network::MatrixBackend> planned_analog_backend(
    const network::Network& network, const std::vector<LayerPlan>& plans,
    const std::vector<LayerCalibration>& calibration, const Architecture& architecture,
    const CellLevels& levels, const AnalogOptions& options = {});

}  // namespace neucasl::mapping
