#pragma once

#include <span>
#include <vector>

#include "channel_tuning.hpp"
#include "neucasl/mapping/photonic_inference.hpp"
#include "neucasl/plugin/parameters.hpp"
#include "photodiode_values.hpp"

/// \file
/// What the functional models of banks share: tunings of target weights, and the receiver.

namespace neucasl::photonic {

struct BankTuning {
  double full_scale = 1.0;                         ///< Share of a weight of 1.
  bool calibrated = true;                          ///< False: each resonator as if it stood alone.
  base::Location where;                            ///< For messages.
  double accuracy = CalibrationLimits{}.accuracy;  ///< Of a calibrated share.
};

/// Tunings of a row for one target weight in [-1, 1] for each channel.
/// \throws base::Error "photonic.weight" for a weight that a resonator alone cannot reach;
/// "photonic.calibration" as `calibrate`.
std::vector<double> tune_bank(const TunedChannels& channels, std::span<const double> targets,
                              const BankTuning& tuning);

/// By the parameters full_scale, power, bandwidth, relative_intensity_noise_db and
/// load_resistance. `transmission` is the share of a line's power that an input of 1 has.
mapping::BankReceiver bank_receiver(const plugin::ParameterSet& parameters,
                                    const PhotodiodeValues& detector, double transmission);

}  // namespace neucasl::photonic
