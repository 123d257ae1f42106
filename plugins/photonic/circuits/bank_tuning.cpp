#include "bank_tuning.hpp"

#include <cmath>

#include "../optics.hpp"
#include "neucasl/base/quantity.hpp"
#include "neucasl/model/device_model.hpp"

namespace neucasl::photonic {
namespace {

// Half a step of 16 bits: the ends of the range are those of the closed form.
constexpr double range_slack = 1.0 / 65536.0;

[[noreturn]] void refuse(const TunedChannels& channels, int channel, double target,
                         const BankTuning& tuning) {
  throw base::Error(
      "photonic.weight",
      "channel " + std::to_string(channel) + " of a bank cannot weigh " + base::shortest(target),
      "alone its resonator goes from " +
          base::shortest(channels.lowest(channel) / tuning.full_scale) + " to " +
          base::shortest(channels.highest(channel) / tuning.full_scale) + "; lower the full scale",
      tuning.where);
}

}  // namespace

std::vector<double> tune_bank(const TunedChannels& channels, std::span<const double> targets,
                              const BankTuning& tuning) {
  std::vector<double> shares;
  shares.reserve(targets.size());
  for (const double target : targets) {
    const auto channel = static_cast<int>(shares.size());
    const double share = target * tuning.full_scale;
    if (!(share >= channels.lowest(channel) - range_slack &&
          share <= channels.highest(channel) + range_slack)) {
      refuse(channels, channel, target, tuning);
    }
    shares.push_back(share);
  }
  if (!tuning.calibrated) return channels.tune_alone(shares);
  CalibrationLimits limits;
  limits.accuracy = tuning.accuracy;
  limits.what = "weight";
  limits.unit = tuning.full_scale;
  limits.where = tuning.where;
  return calibrate(channels, shares, limits).tunings;
}

mapping::BankReceiver bank_receiver(const plugin::ParameterSet& parameters,
                                    const PhotodiodeValues& detector, double transmission) {
  mapping::BankReceiver receiver;
  receiver.full_scale = parameters.si("full_scale");
  receiver.line_current = detector.responsivity * parameters.si("power") * transmission;
  receiver.dark_current = detector.dark_current;
  receiver.bandwidth = parameters.si("bandwidth");
  receiver.intensity_noise = std::pow(10.0, parameters.si("relative_intensity_noise_db") / 10.0);
  receiver.thermal_noise =
      4.0 * boltzmann * model::Environment{}.temperature / parameters.si("load_resistance");
  return receiver;
}

}  // namespace neucasl::photonic
