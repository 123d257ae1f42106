#pragma once

#include "neucasl/plugin/front_end.hpp"

/// \file
/// Photonic neurons in a chain: a ring modulator driven by balanced photodetectors
/// (`neuron_law.hpp` has the equations), its output at the exciting detector of the next.

namespace neucasl::photonic {

/// \throws base::Error "photonic.neuron" when light would take a photodiode or a modulator out of
/// reverse bias, saying what fits; what cards throw.
plugin::CircuitDesign build_photonic_neuron(const plugin::CircuitRequest& request,
                                            plugin::Context& context);

}  // namespace neucasl::photonic
