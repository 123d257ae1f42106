#pragma once

#include "neucasl/plugin/front_end.hpp"

namespace neucasl::photonic {

/// Circuit "mzi_mesh": a real matrix, from a file or random, as two meshes of interferometers and
/// attenuators between them. Measures the product with an input vector, or all elements one after
/// the other; with a simulator and the verification "matrix", also the whole matrix.
/// \throws base::Error "photonic.matrix", "photonic.vector".
/// \throws base::CheckFailed "photonic.mesh" when the simulated matrix differs from the computed
/// one by more than the parameter "accuracy".
plugin::CircuitDesign build_mzi_mesh(const plugin::CircuitRequest& request,
                                     plugin::Context& context);

}  // namespace neucasl::photonic
