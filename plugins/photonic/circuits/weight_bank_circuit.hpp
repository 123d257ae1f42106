#pragma once

#include "neucasl/plugin/front_end.hpp"

namespace neucasl::photonic {

/// Circuit "weight_bank": a bank of add-drop rings or disks with a balanced receiver, twice: each
/// resonator tuned as if it stood alone, and calibrated on the exact closed form of the bank or in
/// the loop with the simulator. Measures the summed weights, and of the calibrated bank both
/// outputs on every channel; with a simulator also all weights of both.
/// \throws base::Error "photonic.weight" for a weight that the bank cannot express,
/// "photonic.channels", "photonic.calibration", "photonic.resonator".
/// \throws base::CheckFailed "photonic.bank" when simulated weights differ from the closed form by
/// more than the parameter "accuracy".
plugin::CircuitDesign build_weight_bank(const plugin::CircuitRequest& request,
                                        plugin::Context& context);

}  // namespace neucasl::photonic
