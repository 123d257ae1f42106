#pragma once

#include "neucasl/plugin/front_end.hpp"

namespace neucasl::photonic {

/// Circuit "convolution_unit": a kernel over a small patch by disk modulators, weight disks with a
/// memristor memory and a balanced receiver, after D. Dang et al., "LiteCON", arXiv 2206.13861, of
/// which only the abstract is at hand: each number comes from a card or a parameter of the manifest
/// that names its source or says that it is assumed. One symbol for each place of the kernel, at
/// rest.
/// \throws base::Error "photonic.weight", "photonic.input", "photonic.matrix", "photonic.kernel",
/// "photonic.memory", "photonic.channels", "photonic.calibration".
plugin::CircuitDesign build_convolution_unit(const plugin::CircuitRequest& request,
                                             plugin::Context& context);

}  // namespace neucasl::photonic
