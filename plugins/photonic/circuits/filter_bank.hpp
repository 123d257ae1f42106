#pragma once

#include "neucasl/plugin/front_end.hpp"

/// \file
/// Add-drop filter bank: resonators in a row on one bus, each of which drops one channel.
///
/// The light of the bus meets resonator 0 first. With T_j and D_j the amplitudes of resonator j
/// from its input to through and drop, channel l leaves at drop k with the share
///   |T_0 T_1 ... T_(k-1) D_k|^2
/// of its power, and stays on the bus with |T_0 ... T_(n-1)|^2: nothing returns, and no light is at
/// the add ports.

namespace neucasl::photonic {

/// \throws base::Error "photonic.channels" when the channels do not fit into the free spectral
/// range or are not resolved, saying how many fit; what cards throw.
plugin::CircuitDesign build_filter_bank(const plugin::CircuitRequest& request,
                                        plugin::Context& context);

}  // namespace neucasl::photonic
