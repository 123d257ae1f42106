#pragma once

#include "neucasl/plugin/front_end.hpp"

/// \file
/// A photonic chip as a netlist, from its description, a network and its precision map.
///
/// Top module "system" (role "chip", cores "photonic"): the chips, and for each matrix layer of the
/// network a *program* (role "program"), which feeds them: the layer's quantised weights, w / w_max
/// in the table "weights" (depth x outputs), and how they run on the cores (photonic_plan.hpp):
/// depth_blocks, output_blocks, position_blocks, blocks, copies, rounds, symbols. Below a chip the
/// hierarchy is that of the description (chip_levels.hpp), each component as often as described.

namespace neucasl::photonic {

/// \throws base::Error "photonic.description" for a description without photonic cores,
/// "photonic.layout", "photonic.precision" for a layer with more bits than the converters have;
/// "architecture.*".
plugin::ChipDesign build_photonic_chip(const plugin::ChipRequest& request);

}  // namespace neucasl::photonic
