#include "memristor_synapses.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/random.hpp"

namespace neucasl::spiking_plugin {
namespace {

/// The sample number of draw `k` of copy `copy`.
std::uint64_t sample_of(std::size_t copy, std::uint32_t k) {
  return (static_cast<std::uint64_t>(copy) << 32U) | k;
}

double nearest_level(const mapping::SynapseDevice& device, std::int64_t levels,
                     double conductance) {
  const double step =
      (device.conductance_max - device.conductance_min) / static_cast<double>(levels - 1);
  return device.conductance_min + step * std::round((conductance - device.conductance_min) / step);
}

}  // namespace

MemristorSynapses::MemristorSynapses(const mapping::SynapseProjection& projection,
                                     std::size_t targets, std::uint64_t seed)
    : projection_(projection),
      synapse_(*projection.memristive),
      seed_(seed),
      read_purpose_("spiking/read/" + projection.name),
      update_purpose_("spiking/update/" + projection.name),
      scale_(synapse_.polarity * synapse_.read_voltage * synapse_.read_time) {
  program(seed);
  if (plastic()) {
    state_.resize(conductance_.size());
    target_.resize(targets);
  }
}

void MemristorSynapses::program(std::uint64_t seed) {
  const mapping::SynapseDevice& device = synapse_.device;
  const std::size_t copies = projection_.weight.size();
  conductance_ = projection_.weight;
  if (synapse_.drift) drift_exponent_.resize(copies);
  if (synapse_.read_noise) read_factor_.resize(copies);
  for (std::size_t copy = 0; copy < copies; ++copy) {
    double& g = conductance_[copy];
    if (g == 0.0) continue;
    if (synapse_.levels > 0) g = nearest_level(device, synapse_.levels, g);
    if (synapse_.drift) {
      const double share = g / device.conductance_max;
      base::RandomStream stream(seed, "spiking/drift/" + projection_.name, copy);
      drift_exponent_[copy] = static_cast<float>(
          std::abs(device.drift->mean(share) + device.drift->sigma(share) * stream.normal()));
    }
    if (synapse_.programming_noise) {
      base::RandomStream stream(seed, "spiking/programming/" + projection_.name, copy);
      g = std::max(0.0, g + (*device.programming_sigma)(g)*stream.normal());
      if (plastic()) g = std::clamp(g, device.conductance_min, device.conductance_max);
    }
    if (synapse_.read_noise) {
      // The law over g holds inside the window.
      const double share =
          std::clamp(g, device.conductance_min, device.conductance_max) / device.conductance_max;
      const mapping::ReadNoise& noise = *device.read_noise;
      read_factor_[copy] =
          static_cast<float>(std::min(noise.factor * std::pow(share, -noise.exponent), noise.most));
    }
  }
}

std::vector<double> MemristorSynapses::conductances() const {
  std::vector<double> result = conductance_;
  for (std::size_t copy = 0; copy < result.size(); ++copy) {
    if (projection_.weight[copy] == 0.0) result[copy] = 0.0;
  }
  return result;
}

MemristorSynapses::Read::Read(const MemristorSynapses& synapses, double time, std::uint32_t ordinal)
    : synapses_(synapses), ordinal_(ordinal) {
  const mapping::MemristiveSynapse& synapse = synapses.synapse_;
  const double since = synapse.age + time;
  if (synapse.drift) {
    log_time_ = std::max(0.0, std::log(since / synapse.device.drift->reference_time));
  }
  if (synapse.read_noise) {
    const double read = synapse.device.read_noise->read_time;
    noise_ = std::sqrt(std::max(0.0, std::log((since + read) / (2.0 * read))));
  }
}

double MemristorSynapses::Read::charge(std::size_t copy) const {
  double g = synapses_.conductance_[copy];
  if (synapses_.synapse_.drift) {
    g *= std::exp(-static_cast<double>(synapses_.drift_exponent_[copy]) * log_time_);
  }
  if (synapses_.synapse_.read_noise) {
    base::RandomStream stream(synapses_.seed_, synapses_.read_purpose_, sample_of(copy, ordinal_));
    g *= 1.0 + static_cast<double>(synapses_.read_factor_[copy]) * noise_ * stream.normal();
  }
  return synapses_.charge(g);
}

void MemristorSynapses::update(std::size_t copy, double pulses, bool potentiation) {
  if (!(pulses > 0.0)) return;
  const mapping::SynapseDevice& device = synapse_.device;
  double& g = conductance_[copy];
  g = potentiation ? device.potentiated(g, pulses) : device.depressed(g, pulses);
  if (device.update->sigma == 0.0) return;
  base::RandomStream stream(seed_, update_purpose_, sample_of(copy, state_[copy].updates++));
  const double window = device.conductance_max - device.conductance_min;
  g += device.update->sigma * window * std::sqrt(pulses) * stream.normal();
  g = std::clamp(g, device.conductance_min, device.conductance_max);
}

void MemristorSynapses::catch_up(std::size_t copy, const std::vector<double>& history) {
  const mapping::Plasticity& rule = *synapse_.plasticity;
  PlasticState& state = state_[copy];
  for (; state.seen < history.size(); ++state.seen) {
    const double since = history[state.seen] - state.last;
    update(copy, rule.potentiation_pulses * state.trace * std::exp(-since / rule.potentiation_time),
           true);
  }
}

double MemristorSynapses::arrive(std::size_t copy, std::size_t target, double time,
                                 const std::vector<double>& history) {
  const mapping::Plasticity& rule = *synapse_.plasticity;
  catch_up(copy, history);
  PlasticState& state = state_[copy];
  state.trace = state.trace * std::exp(-(time - state.last) / rule.potentiation_time) + 1.0;
  state.last = time;
  TargetTrace& trace = target_[target];
  for (; trace.seen < history.size(); ++trace.seen) {
    const double spike = history[trace.seen];
    trace.value = trace.value * std::exp(-(spike - trace.last) / rule.depression_time) + 1.0;
    trace.last = spike;
  }
  update(
      copy,
      rule.depression_pulses * trace.value * std::exp(-(time - trace.last) / rule.depression_time),
      false);
  return charge(conductance_[copy]);
}

std::size_t MemristorSynapses::bytes() const {
  return conductance_.capacity() * sizeof(double) + drift_exponent_.capacity() * sizeof(float) +
         read_factor_.capacity() * sizeof(float) + state_.capacity() * sizeof(PlasticState) +
         target_.capacity() * sizeof(TargetTrace);
}

}  // namespace neucasl::spiking_plugin
