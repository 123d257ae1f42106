#include "neucasl/mapping/synapse_device.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::mapping {
namespace {

namespace dim = base::dimension;

/// By how far the asymptote of an update curve lies outside the window, in windows.
double overshoot(double curvature) { return 1.0 / std::expm1(1.0 / curvature); }

class CardReader {
 public:
  CardReader(const device::Card& card, device::UseList& uses) : card_(card), uses_(uses) {}

  [[nodiscard]] bool has(const std::string& name) const { return card_.find(name) != nullptr; }
  [[nodiscard]] double si(const std::string& name, const base::Dimension& dimension) {
    return card_.si(name, dimension, uses_);
  }
  [[nodiscard]] double pure(const std::string& name) { return si(name, dim::none); }
  [[nodiscard]] double positive(const std::string& name, const base::Dimension& dimension) {
    const double value = si(name, dimension);
    if (value > 0.0) return value;
    throw base::Error("device.range", "'" + name + "' is not positive", "give a positive number",
                      card_.find(name)->where);
  }

  [[nodiscard]] double not_negative(const std::string& name) {
    const double value = pure(name);
    if (value >= 0.0) return value;
    throw base::Error("device.range", "'" + name + "' is negative", "give zero or more",
                      card_.find(name)->where);
  }

  [[nodiscard]] DriftLaw drift_law(const std::string& of) {
    const std::string begin = "drift_" + of;
    const DriftLaw law{pure(begin + "_slope"), pure(begin + "_offset"), pure(begin + "_low"),
                       pure(begin + "_high")};
    if (law.low <= law.high) return law;
    throw base::Error("device.range", "'" + begin + "_low' is above '" + begin + "_high'",
                      "give the bounds in order", card_.find(begin + "_low")->where);
  }
  [[nodiscard]] UpdateCurve curve(const std::string& direction) {
    return {positive(direction + "_levels", dim::none),
            positive(direction + "_curvature", dim::none)};
  }

  [[nodiscard]] std::optional<device::Polynomial> programming_sigma(double conductance_max) {
    for (const device::Polynomial& polynomial : card_.polynomials) {
      if (polynomial.name != "programming_sigma") continue;
      if (polynomial.unit.dimension != dim::conductance ||
          polynomial.scale.dimension != dim::conductance) {
        throw base::Error("device.unit",
                          "'programming_sigma' is not a conductance over a conductance",
                          "give unit and scale_unit in siemens", polynomial.where);
      }
      return card_.polynomial("programming_sigma", uses_);
    }
    if (!has("programming_sigma_0")) return std::nullopt;
    device::Polynomial sigma;
    sigma.name = "programming_sigma";
    sigma.unit = {1.0, dim::conductance};
    sigma.scale = {conductance_max, dim::conductance};
    for (const char* name : {"programming_sigma_0", "programming_sigma_1", "programming_sigma_2"}) {
      sigma.coefficients.push_back(si(name, dim::conductance));
    }
    return sigma;
  }

 private:
  const device::Card& card_;
  device::UseList& uses_;
};

}  // namespace

double DriftLaw::operator()(double g) const {
  return std::clamp(slope * std::log(g) + offset, low, high);
}

double ReadNoise::relative(double g, double t) const {
  const double q = std::min(factor * std::pow(g, -exponent), most);
  return q * std::sqrt(std::max(0.0, std::log((t + read_time) / (2.0 * read_time))));
}

double SynapseDevice::potentiated(double conductance, double n) const {
  const auto& [pulses, curvature] = update->potentiation;
  const double limit = conductance_max + (conductance_max - conductance_min) * overshoot(curvature);
  // expm1, since for a large curvature the limit lies far away and the step is small beside it.
  return std::min(conductance - (limit - conductance) * std::expm1(-n / (curvature * pulses)),
                  conductance_max);
}

double SynapseDevice::depressed(double conductance, double n) const {
  const auto& [pulses, curvature] = update->depression;
  const double limit = conductance_min - (conductance_max - conductance_min) * overshoot(curvature);
  return std::max(conductance + (conductance - limit) * std::expm1(-n / (curvature * pulses)),
                  conductance_min);
}

std::optional<DriftStatistics> drift_of(const device::Card& card, device::UseList& uses) {
  CardReader reader(card, uses);
  if (!reader.has("drift_reference_time")) return std::nullopt;
  return DriftStatistics{reader.positive("drift_reference_time", dim::time),
                         reader.drift_law("mean"), reader.drift_law("sigma")};
}

std::optional<ReadNoise> read_noise_of(const device::Card& card, device::UseList& uses) {
  CardReader reader(card, uses);
  if (!reader.has("read_noise_factor")) return std::nullopt;
  return ReadNoise{reader.not_negative("read_noise_factor"), reader.pure("read_noise_exponent"),
                   reader.not_negative("read_noise_most"), reader.positive("read_time", dim::time)};
}

SynapseDevice read_synapse_device(const device::Card& card, device::UseList& uses) {
  CardReader reader(card, uses);
  SynapseDevice device;
  device.card = card.id;
  const bool two_states = !reader.has("conductance_max") && reader.has("set_conductance");
  device.conductance_min =
      reader.positive(two_states ? "reset_conductance" : "conductance_min", dim::conductance);
  device.conductance_max =
      reader.positive(two_states ? "set_conductance" : "conductance_max", dim::conductance);
  if (device.conductance_max <= device.conductance_min) {
    throw base::Error("device.range", "the largest conductance is not above the smallest",
                      "give a window of conductance", card.where);
  }
  device.programming_sigma = reader.programming_sigma(device.conductance_max);
  device.drift = drift_of(card, uses);
  device.read_noise = read_noise_of(card, uses);
  if (reader.has("potentiation_levels")) {
    device.update =
        UpdateLaw{reader.curve("potentiation"), reader.curve("depression"),
                  reader.has("update_sigma") ? reader.not_negative("update_sigma") : 0.0};
  }
  return device;
}

}  // namespace neucasl::mapping
