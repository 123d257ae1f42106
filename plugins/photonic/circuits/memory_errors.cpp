#include "memory_errors.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::photonic {
namespace {

bool has_statistics(const device::Card& card) {
  return card.find("programming_sigma_0") != nullptr ||
         card.find("drift_reference_time") != nullptr ||
         std::any_of(card.polynomials.begin(), card.polynomials.end(),
                     [](const device::Polynomial& p) { return p.name == "programming_sigma"; });
}

}  // namespace

MemoryErrors::MemoryErrors(const plugin::ParameterSet& parameters, const ConductanceMemory& memory,
                           const plugin::Context& context, device::UseList& uses)
    : lowest_(memory.lowest()),
      highest_(memory.highest()),
      window_sigma_(parameters.si("programming_error") * (highest_ - lowest_)),
      age_(parameters.si("memory_age")) {
  if (memory.card().empty()) return;
  const device::Card card = context.devices->load(memory.card(), parameters.where("memory"));
  if (!has_statistics(card)) return;
  const mapping::SynapseDevice device = mapping::read_synapse_device(card, uses);
  sigma_ = device.programming_sigma;
  drift_ = device.drift;
}

double MemoryErrors::held(double conductance) const {
  return std::clamp(conductance, lowest_, highest_);
}

double MemoryErrors::programmed(double target, double normal) const {
  const double card = sigma_ ? (*sigma_)(target) : 0.0;
  return held(target + std::hypot(card, window_sigma_) * normal);
}

double MemoryErrors::drifted(double programmed, double target, double normal) const {
  if (!drifts()) return programmed;
  const double g = target / highest_;
  const double exponent = std::abs(drift_->mean(g) + drift_->sigma(g) * normal);
  return held(programmed * std::pow(age_ / drift_->reference_time, -exponent));
}

}  // namespace neucasl::photonic
