#pragma once

#include "channel_tuning.hpp"
#include "neucasl/plugin/front_end.hpp"
#include "resonator_bank.hpp"

/// \file
/// Banks of the circuit "weight_bank" as the functional model of inference takes them.
///
/// Each realisation tunes the resonators to its targets, alone or together, moves every resonance
/// by a normal error of the parameter `resonance_error`, drawn by the number of the bank, and
/// evaluates the exact closed form of the row.

namespace neucasl::photonic {

/// A row whose resonators are tuned from their channel to half a spacing away.
/// `bank` must outlive the result.
TunedChannels tuned_channels(const ResonatorBank& bank);

/// Channels of a bank by the parameters wavelength and spacing of the circuit.
ChannelRequest bank_channels(const plugin::ParameterSet& parameters,
                             const AddDropResonator& resonator, int channels);

/// \throws base::Error "photonic.channels", "photonic.resonator", "photonic.card";
/// "photonic.calibration" and "photonic.weight" when targets are realised.
plugin::BankModel build_bank_model(const plugin::BankRequest& request, plugin::Context& context);

}  // namespace neucasl::photonic
