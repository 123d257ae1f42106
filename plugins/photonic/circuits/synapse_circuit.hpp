#pragma once

#include "neucasl/plugin/front_end.hpp"

namespace neucasl::photonic {

/// Circuit "synapse_array": a comb whose lines carry the inputs, sent to one bank of weights for
/// each neuron; each bank's balanced receiver drives a disk modulator with a laser of its own
/// (A. N. Tait et al., Silicon photonic modulator neuron, Physical Review Applied 11:064043, 2019).
/// Measures weighted sums and neuron outputs.
/// \throws base::Error "photonic.weight", "photonic.input", "photonic.matrix", "photonic.neuron"
/// (a sum would bias a neuron's junction forward), "photonic.channels", "photonic.calibration".
plugin::CircuitDesign build_synapse_array(const plugin::CircuitRequest& request,
                                          plugin::Context& context);

}  // namespace neucasl::photonic
