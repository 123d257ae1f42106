#pragma once

#include "neucasl/plugin/front_end.hpp"

/// \file
/// Circuit "chip_core": a core of a described chip as a circuit.

namespace neucasl::photonic {

/// One sum of a core, cut out of the chip's netlist with its modules as they are: of banks a guide
/// with its modulators, resonators and a photodiode at each drop, all weights 1; of crossings one
/// dot product with the modulators of both operands. Its light is what the description's link
/// budget leaves where the cut is. Expects the sum that the closed form of the series bank gives,
/// or the dot product; with a simulator also the crosstalk of the bank by simulation, beside the
/// system estimate's. \throws base::Error "photonic.layout" for cores whose light passes a network
/// that is not described, "architecture.*"; base::CheckFailed "photonic.core" when the crosstalk by
/// simulation differs from the closed form by more than the parameter "crosstalk_accuracy".
plugin::CircuitDesign build_chip_core(const plugin::CircuitRequest& request,
                                      plugin::Context& context);

}  // namespace neucasl::photonic
