#include "training_cells.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "neucasl/base/quantity.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::mapping {
namespace {

namespace dim = base::dimension;

/// Straight to the precision of the update: the slopes at the ends of the window differ by it.
constexpr double straight = 1e6;

/// Devices with fewer pulses than this share of the card's do not occur in a spread.
constexpr double least_share = 0.05;

/// By how far the asymptote of an update curve lies outside the window, in windows.
double asymptote(double curvature) { return 1.0 / std::expm1(1.0 / curvature); }

std::optional<device::Spread> spread_of(const device::Card& card, const std::string& name) {
  const device::Number* const number = card.find(name);
  return number != nullptr ? number->spread : std::nullopt;
}

double positive(const device::Card& card, const std::string& name, const base::Dimension& dimension,
                device::UseList& uses) {
  const double value = card.si(name, dimension, uses);
  if (value > 0.0 && std::isfinite(value)) return value;
  throw base::Error("device.range", "'" + name + "' is not positive", "give a positive number",
                    card.find(name)->where);
}

/// Two standard normal numbers of one event.
std::array<double, 2> normals(const std::array<std::uint32_t, 4>& words) {
  const auto uniform = [](std::uint32_t word) { return (word + 0.5) * 0x1p-32; };
  const double radius = std::sqrt(-2.0 * std::log(uniform(words[0])));
  const double angle = 2.0 * std::numbers::pi * uniform(words[1]);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace

TrainingDevice read_training_device(const device::Card& card, device::UseList& uses) {
  TrainingDevice device;
  device.synapse = read_synapse_device(card, uses);
  if (!device.synapse.update) {
    throw base::Error("mapping.update-law", "card '" + card.id + "' has no law of update",
                      "give it {potentiation,depression}_{levels,curvature}, or choose a card "
                      "that has them, such as 'agsi_jo2010'",
                      card.where);
  }
  device.potentiation_spread = spread_of(card, "potentiation_levels");
  device.depression_spread = spread_of(card, "depression_levels");
  if (card.find("potentiation_voltage") != nullptr) {
    device.cost = PulseCost{positive(card, "potentiation_voltage", dim::voltage, uses),
                            positive(card, "potentiation_time", dim::time, uses),
                            positive(card, "depression_voltage", dim::voltage, uses),
                            positive(card, "depression_time", dim::time, uses),
                            {}};
    if (card.find("endurance") != nullptr) {
      device.cost->endurance = positive(card, "endurance", dim::none, uses);
    }
  }
  return device;
}

double symmetry_point(const SynapseDevice& device) {
  const double window = device.conductance_max - device.conductance_min;
  const UpdateLaw& law = *device.update;
  const double high = device.conductance_max + window * asymptote(law.potentiation.curvature);
  const double low = device.conductance_min - window * asymptote(law.depression.curvature);
  const auto share = [](const UpdateCurve& curve) {
    return -std::expm1(-1.0 / (curve.curvature * curve.pulses));
  };
  const double up = share(law.potentiation);
  const double down = share(law.depression);
  return std::clamp((high * up + low * down) / (up + down), device.conductance_min,
                    device.conductance_max);
}

TrainingDevice as_asked(TrainingDevice device, const AnalogTrainingOptions& options) {
  UpdateLaw& law = *device.synapse.update;
  if (!options.update_noise) law.sigma = 0.0;
  if (!options.device_spread) {
    device.potentiation_spread.reset();
    device.depression_spread.reset();
  }
  if (!options.update_nonlinearity) {
    const double pulses = 2.0 / (1.0 / law.potentiation.pulses + 1.0 / law.depression.pulses);
    law.potentiation = law.depression = {pulses, straight};
  }
  return device;
}

TrainingCells::TrainingCells(const TrainingDevice& device, const AnalogTrainingOptions& options,
                             std::size_t count, const std::string& name)
    : device_(device),
      window_(device.synapse.conductance_max - device.synapse.conductance_min),
      reference_(symmetry_point(device.synapse)),
      push_pull_(options.pair == PairScheme::push_pull),
      noisy_reads_(options.read_noise),
      read_sigma_(options.read_sigma),
      read_age_(options.read_age),
      seed_(options.seed),
      key_(base::stream_key(options.seed, "analog training/update/" + name)),
      conductance_(2 * count, reference_),
      pulses_(2 * count) {
  const UpdateLaw& law = *device_.synapse.update;
  draw_spread(device_.potentiation_spread, law.potentiation.pulses, name + "/potentiation",
              potentiation_share_);
  draw_spread(device_.depression_spread, law.depression.pulses, name + "/depression",
              depression_share_);
}

void TrainingCells::draw_spread(const std::optional<device::Spread>& spread, double pulses,
                                const std::string& purpose, std::vector<float>& share) const {
  if (!spread || spread->sigma == 0.0) return;
  base::RandomStream stream(seed_, "analog training/spread/" + purpose);
  share.reserve(conductance_.size());
  // Without the rounding of the count of pulses.
  const bool plain = !spread->low && !spread->high && !spread->relative;
  for (std::size_t i = 0; i < conductance_.size(); ++i) {
    const double z = stream.normal();
    double value = spread->sampled(pulses, z) / pulses;
    if (plain && spread->distribution == "lognormal") value = std::exp(spread->sigma * z);
    if (plain && spread->distribution == "normal") value = 1.0 + spread->sigma * z / pulses;
    value = std::max(value, least_share);
    share.push_back(static_cast<float>(value));
  }
}

void TrainingCells::program(std::span<const float> r) {
  const SynapseDevice& law = device_.synapse;
  const double middle = 0.5 * (law.conductance_min + law.conductance_max);
  for (std::size_t i = 0; i < r.size(); ++i) {
    const double part = std::clamp(static_cast<double>(r[i]), -1.0, 1.0) * window_;
    conductance_[2 * i] =
        push_pull_ ? middle + 0.5 * part
                   : std::clamp(reference_ + part, law.conductance_min, law.conductance_max);
    conductance_[2 * i + 1] = push_pull_ ? middle - 0.5 * part : reference_;
  }
}

double TrainingCells::pulse(std::size_t at, std::int64_t n, std::uint64_t event) {
  std::array<double, 2> normal{};
  if (device_.synapse.update->sigma > 0.0) {
    normal = normals(base::philox4x32(
        {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at >> 32),
         static_cast<std::uint32_t>(event), static_cast<std::uint32_t>(event >> 32)},
        key_));
  }
  double energy = pulse_device(2 * at, n, normal[0]);
  if (push_pull_) energy += pulse_device(2 * at + 1, -n, normal[1]);
  return energy;
}

double TrainingCells::pulse_device(std::size_t device, std::int64_t n, double normal) {
  const SynapseDevice& law = device_.synapse;
  const bool up = n > 0;
  const auto count = static_cast<double>(up ? n : -n);
  const std::vector<float>& shares = up ? potentiation_share_ : depression_share_;
  const double effective = shares.empty() ? count : count / shares[device];
  const double before = conductance_[device];
  double after = up ? law.potentiated(before, effective) : law.depressed(before, effective);
  after += law.update->sigma * window_ * std::sqrt(count) * normal;
  after = std::clamp(after, law.conductance_min, law.conductance_max);
  conductance_[device] = after;
  pulses_[device] += static_cast<std::uint64_t>(up ? n : -n);
  if (!device_.cost) return 0.0;
  const PulseCost& cost = *device_.cost;
  const double voltage = up ? cost.potentiation_voltage : cost.depression_voltage;
  const double time = up ? cost.potentiation_time : cost.depression_time;
  return voltage * voltage * time * count * 0.5 * (before + after);
}

double TrainingCells::device_variance(double conductance) const {
  double relative = read_sigma_ * read_sigma_;
  if (device_.synapse.read_noise) {
    const double law = device_.synapse.read_noise->relative(
        conductance / device_.synapse.conductance_max, read_age_);
    relative += law * law;
  }
  return relative * conductance * conductance;
}

double TrainingCells::variance(std::size_t at) const {
  if (!noisy_reads_) return 0.0;
  return (device_variance(conductance_[2 * at]) + device_variance(conductance_[2 * at + 1])) /
         (window_ * window_);
}

double TrainingCells::step() const {
  const UpdateLaw& law = *device_.synapse.update;
  return (1.0 / law.potentiation.pulses + 1.0 / law.depression.pulses) * (push_pull_ ? 1.0 : 0.5);
}

}  // namespace neucasl::mapping
