#include "weight_bank_model.hpp"

#include <memory>
#include <utility>

#include "bank_tuning.hpp"
#include "card_values.hpp"
#include "neucasl/base/random.hpp"
#include "photodiode_values.hpp"

namespace neucasl::photonic {
namespace {

/// What a tuned bank is made with.
struct BankParts {
  mapping::BankReceiver receiver;
  double resonance_error = 0.0;  ///< m
  BankTuning tuning;
  std::uint64_t seed = 1;
};

class TunedBank final : public mapping::WeightBank {
 public:
  TunedBank(const TunedBank&) = delete;  // channels_ points to bank_
  TunedBank& operator=(const TunedBank&) = delete;
  TunedBank(ResonatorBank bank, BankParts parts)
      : bank_(std::move(bank)), channels_(tuned_channels(bank_)), parts_(std::move(parts)) {}

  [[nodiscard]] std::size_t channels() const override {
    return static_cast<std::size_t>(bank_.channels());
  }
  [[nodiscard]] mapping::BankReceiver receiver() const override { return parts_.receiver; }

  [[nodiscard]] mapping::RealisedWeights realise(std::span<const double> targets,
                                                 std::uint64_t number) const override {
    std::vector<double> tunings = tune_bank(channels_, targets, parts_.tuning);
    if (parts_.resonance_error > 0.0) {
      base::RandomStream random(parts_.seed, "photonic/bank_resonances",
                                mapping::bank_number(number));
      for (double& tuning : tunings) tuning += parts_.resonance_error * random.normal();
    }
    mapping::RealisedWeights result;
    for (const double wavelength : bank_.plan().wavelengths) {
      const BankOutputs out = bank_.outputs(wavelength, tunings);
      result.weight.push_back(out.share() / parts_.receiver.full_scale);
      result.collected.push_back(std::norm(out.drop) + std::norm(out.through));
    }
    return result;
  }

 private:
  ResonatorBank bank_;
  TunedChannels channels_;
  BankParts parts_;
};

}  // namespace

TunedChannels tuned_channels(const ResonatorBank& bank) {
  TunedChannels channels;
  channels.count = bank.channels();
  channels.alone = [&bank](int channel, double shift) { return bank.share_alone(channel, shift); };
  channels.together = [&bank](const std::vector<double>& shifts) { return bank.shares(shifts); };
  channels.first = 0.0;
  channels.last = 0.5 * bank.plan().spacing;
  return channels;
}

ChannelRequest bank_channels(const plugin::ParameterSet& parameters,
                             const AddDropResonator& resonator, int channels) {
  ChannelRequest plan;
  plan.centre = parameters.si("wavelength");
  plan.spacing = parameters.si("spacing");
  plan.channels = channels;
  plan.free_spectral_range = resonator.free_spectral_range(plan.centre);
  plan.width = resonator.width(plan.centre);
  plan.where = parameters.where("channels");
  return plan;
}

plugin::BankModel build_bank_model(const plugin::BankRequest& request, plugin::Context& context) {
  const plugin::ParameterSet& parameters = request.parameters;
  plugin::BankModel result;
  const AddDropResonator resonator(*context.devices, parameters.text("resonator"), result.uses,
                                   parameters.where("resonator"));
  const PhotodiodeValues detector = photodiode_values(*context.devices, parameters.text("detector"),
                                                      result.uses, parameters.where("detector"));
  const GuideSection guide(*context.devices, parameters.text("guide"), parameters.si("pitch"),
                           result.uses, parameters.where("guide"));
  using Imperfection = plugin::BankImperfection;
  const Imperfection asked = request.imperfection;
  const bool all = asked == Imperfection::all;
  BankParts parts;
  parts.receiver = bank_receiver(parameters, detector, 1.0);
  if (all || asked == Imperfection::resonance) {
    parts.resonance_error = parameters.si("resonance_error");
  }
  parts.tuning = {parts.receiver.full_scale,
                  request.calibrated || !(all || asked == Imperfection::crosstalk),
                  parameters.where("full_scale")};
  parts.seed = context.seed;
  if (!all && parts.tuning.calibrated && parts.resonance_error == 0.0) return result;
  ResonatorBank bank(
      plan_channels(
          bank_channels(parameters, resonator, static_cast<int>(parameters.integer("channels")))),
      [resonator](double at, double channel, double shift) {
        return resonator.response(at, channel, shift);
      },
      guide);
  result.bank = std::make_shared<const TunedBank>(std::move(bank), parts);
  return result;
}

}  // namespace neucasl::photonic
