#include "neucasl/circuit/variation_plan.hpp"

#include <algorithm>
#include <cmath>

#include "passive_value.hpp"

namespace neucasl::circuit {

std::vector<double> VariationPlan::values(std::span<const double> u) const {
  if (u.size() != size()) {
    throw base::Error(
        "variation.plan",
        "a plan of " + std::to_string(size()) + " numbers gets " + std::to_string(u.size()),
        "give one standard normal number for each");
  }
  std::vector<double> z(u.begin(), u.end());
  for (std::size_t i = 0; i < z.size(); ++i) {
    if (std::isfinite(z[i])) continue;
    throw base::Error("variation.plan",
                      "number " + std::to_string(i + 1) + " of a sample, '" + names_[i] + "', is " +
                          base::shortest(z[i]),
                      "give finite numbers");
  }
  std::vector<double> in, out;
  for (const Group& group : groups_) {
    in.resize(group.members.size());
    out.resize(group.members.size());
    for (std::size_t k = 0; k < in.size(); ++k) in[k] = z[group.members[k]];
    factors_[group.factor].apply(in, out);
    for (std::size_t k = 0; k < out.size(); ++k) z[group.members[k]] = out[k];
  }
  std::vector<double> values;
  values.reserve(targets_.size());
  for (const Target& target : targets_) values.push_back(target.nominal);
  for (const Step& step : steps_) {
    double& value = values[step.target];
    value = step.spread.sampled(value, z[step.number]);
  }
  return values;
}

std::vector<VariationPlan::Setting> VariationPlan::settings(std::span<const double> u) const {
  const std::vector<double> sampled = values(u);
  std::vector<Setting> result;
  result.reserve(targets_.size());
  for (std::size_t t = 0; t < targets_.size(); ++t) {
    const Target& target = targets_[t];
    result.push_back({target.name, target.nominal, std::clamp(sampled[t], target.low, target.high),
                      target.dimension});
  }
  return result;
}

std::size_t VariationPlan::apply(std::span<const double> u, Circuit& circuit) const {
  const std::vector<double> sampled = values(u);
  std::size_t held = 0;
  double temperature = 0.0;
  for (std::size_t t = 0; t < targets_.size(); ++t) {
    const Target& target = targets_[t];
    const double value = std::clamp(sampled[t], target.low, target.high);
    if (value != sampled[t]) ++held;
    switch (target.kind) {
      case TargetKind::device:
        for (const std::uint32_t i : target.indices) {
          circuit.devices[i].parameters[target.parameter] = value;
        }
        break;
      case TargetKind::passive:
        set_passive(circuit.passives[target.indices.front()], value);
        break;
      case TargetKind::source:
        circuit.sources[target.indices.front()].rest = value;
        break;
      case TargetKind::temperature:
        temperature = value;
        break;
    }
  }
  if (ambient_) {
    circuit.set_temperature(temperature);
  } else {
    for (const std::uint32_t i : touched_) circuit.refresh(i);
  }
  return held;
}

}  // namespace neucasl::circuit
