#include "convolution_bank.hpp"

#include <utility>

#include "neucasl/base/random.hpp"

namespace neucasl::photonic {
namespace {

// Far below a level of any memory.
constexpr double share_accuracy = 1e-9;

}  // namespace

BankFlaws BankFlaws::of(plugin::BankImperfection imperfection) {
  using Imperfection = plugin::BankImperfection;
  if (imperfection == Imperfection::all) return {};
  return {imperfection == Imperfection::crosstalk, imperfection == Imperfection::memory_levels,
          imperfection == Imperfection::memory_programming,
          imperfection == Imperfection::memory_drift, imperfection == Imperfection::resonance};
}

ConvolutionBank::ConvolutionBank(const std::shared_ptr<const ConvolutionParts>& parts,
                                 const plugin::ParameterSet& parameters, bool calibrated,
                                 const plugin::Context& context, device::UseList& uses)
    : ConvolutionBank(
          parts,
          Numbers{bank_receiver(parameters, parts->detector(), parts->input_scale()),
                  {parts->full_scale(), calibrated, parameters.where("full_scale"), share_accuracy},
                  MemoryErrors(parameters, parts->memory().memory(), context, uses),
                  static_cast<int>(parameters.integer("memory_bits")),
                  parameters.si("resonance_error"),
                  context.seed},
          {}) {}

ConvolutionBank::ConvolutionBank(std::shared_ptr<const ConvolutionParts> parts, Numbers numbers,
                                 const BankFlaws& flaws)
    : parts_(std::move(parts)),
      numbers_(std::move(numbers)),
      receiver_(numbers_.receiver),
      flaws_(flaws),
      row_(parts_->bank()),
      tuned_(parts_->weights(row_)) {}

std::shared_ptr<const ConvolutionBank> ConvolutionBank::with(const BankFlaws& flaws) const {
  return std::shared_ptr<const ConvolutionBank>(new ConvolutionBank(parts_, numbers_, flaws));
}

bool ConvolutionBank::imperfect() const {
  return (flaws_.crosstalk && !numbers_.tuning.calibrated) ||
         (flaws_.levels && numbers_.memory_bits > 0) ||
         (flaws_.programming && numbers_.memory.spreads()) ||
         (flaws_.drift && numbers_.memory.drifts()) ||
         (flaws_.resonance && numbers_.resonance_error > 0.0);
}

BankSetting ConvolutionBank::set(std::span<const double> targets, std::uint64_t number) const {
  BankTuning tuning = numbers_.tuning;
  tuning.calibrated = tuning.calibrated || !flaws_.crosstalk;
  BankSetting setting{tune_bank(tuned_, targets, tuning), {}};
  const ConductanceMemory& memory = parts_->memory().memory();
  base::RandomStream cells(numbers_.seed, "photonic/weight_memory", number);
  for (double& g : setting.conductances) {
    if (flaws_.levels) g = memory.level(g, numbers_.memory_bits);
    const double target = g;
    const double programming = cells.normal();
    const double drift = cells.normal();
    if (flaws_.programming) g = numbers_.memory.programmed(target, programming);
    if (flaws_.drift) g = numbers_.memory.drifted(g, target, drift);
  }
  if (!flaws_.resonance || numbers_.resonance_error == 0.0) return setting;
  base::RandomStream resonances(numbers_.seed, "photonic/bank_resonances",
                                mapping::bank_number(number));
  for (std::size_t k = 0; k < targets.size(); ++k) {
    setting.errors.push_back(numbers_.resonance_error * resonances.normal());
  }
  return setting;
}

mapping::RealisedWeights ConvolutionBank::realised(const BankSetting& setting) const {
  const ResonatorBank row = parts_->bank(setting.errors);
  mapping::RealisedWeights result;
  for (const double wavelength : row.plan().wavelengths) {
    const BankOutputs out = row.outputs(wavelength, setting.conductances);
    result.weight.push_back(out.share() / receiver_.full_scale);
    result.collected.push_back(std::norm(out.drop) + std::norm(out.through));
  }
  return result;
}

mapping::RealisedWeights ConvolutionBank::realise(std::span<const double> targets,
                                                  std::uint64_t number) const {
  return realised(set(targets, number));
}

plugin::BankModel build_convolution_bank(const plugin::BankRequest& request,
                                         plugin::Context& context) {
  const plugin::ParameterSet& parameters = request.parameters;
  plugin::BankModel result;
  const auto parts = std::make_shared<const ConvolutionParts>(
      parameters, static_cast<int>(parameters.integer("channels")), parameters.where("channels"),
      context, result.uses);
  const ConvolutionBank whole(parts, parameters, request.calibrated, context, result.uses);
  const auto bank = whole.with(BankFlaws::of(request.imperfection));
  if (request.imperfection == plugin::BankImperfection::all || bank->imperfect()) {
    result.bank = bank;
  }
  return result;
}

}  // namespace neucasl::photonic
