#include "write_verify.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::memristor_models {
namespace {

void check(const AmplitudeRule& rule, const char* name) {
  const bool good = rule.width > 0.0 && rule.smallest_width > 0.0 && rule.start != 0.0 &&
                    rule.step * rule.start > 0.0 && rule.limit * rule.start > 0.0 &&
                    std::abs(rule.limit) >= std::abs(rule.start);
  if (good) return;
  throw base::Error(
      "memristor.write-verify",
      std::string("the ") + name + " pulses of the rule have no width or no amplitude",
      "give a width above 0, and start, step and limit of one sign with start below "
      "limit");
}

/// The next amplitude of one direction.
class Ramp {
 public:
  explicit Ramp(const AmplitudeRule& rule) : rule_(rule) {}
  Pulse next() {
    const double amplitude = std::abs(rule_.limit) < std::abs(next_) ? rule_.limit : next_;
    next_ = amplitude + rule_.step;
    return {amplitude, width_, 0.1 * width_};
  }
  void start_again() {
    next_ = rule_.start;
    width_ = std::max(0.5 * width_, rule_.smallest_width);
  }

 private:
  AmplitudeRule rule_;
  double next_ = rule_.start;
  double width_ = rule_.width;
};

}  // namespace

WriteVerifyResult write_verify(model::DrivenDevice& device, double target, double tolerance,
                               const WriteVerifyRule& rule) {
  check(rule.set, "set");
  check(rule.reset, "reset");
  WriteVerifyResult result;
  const auto read = [&] {
    result.conductance = conductance(device, rule.read_voltage, rule.others);
    const double energy =
        rule.read_voltage * rule.read_voltage * result.conductance * rule.read_time;
    result.energy += energy;
    result.time += rule.read_time;
    return energy;
  };
  read();
  result.first_conductance = result.conductance;
  Ramp up(rule.set);
  Ramp down(rule.reset);
  bool raising = result.conductance < target;
  while (std::abs(result.conductance - target) > tolerance) {
    if (result.pulses.size() >= static_cast<std::size_t>(rule.most_pulses)) return result;
    const bool below = result.conductance < target;
    if (below != raising) {
      up.start_again();
      down.start_again();
      raising = below;
    }
    const Pulse pulse = raising ? up.next() : down.next();
    const PulseResponse response = apply(device, pulse, rule.wait, rule.others);
    result.energy += response.energy;
    result.time += response.points.back().time;
    const double read_energy = read();
    result.pulses.push_back({pulse, result.conductance, response.energy + read_energy});
  }
  result.success = true;
  return result;
}

WriteVerifyRule rule_from(const Operations& operations, double start, int steps, double width) {
  WriteVerifyRule rule;
  const auto amplitudes = [&](double voltage, double time) {
    return AmplitudeRule{start * voltage, (1.0 - start) * voltage / steps, voltage, width * time,
                         width * time / 64.0};
  };
  rule.set = amplitudes(operations.set_voltage, operations.set_time);
  rule.reset = amplitudes(operations.reset_voltage, operations.reset_time);
  rule.read_voltage = operations.read_voltage;
  rule.read_time = operations.read_time;
  rule.wait = 0.2 * std::min(rule.set.width, rule.reset.width);
  rule.most_pulses = 10 * steps;
  return rule;
}

std::vector<double> even_levels(double low, double high, int levels) {
  std::vector<double> targets;
  targets.reserve(static_cast<std::size_t>(std::max(levels, 0)));
  for (int i = 0; i < levels; ++i) {
    targets.push_back(low + (high - low) * i / std::max(levels - 1, 1));
  }
  return targets;
}

}  // namespace neucasl::memristor_models
