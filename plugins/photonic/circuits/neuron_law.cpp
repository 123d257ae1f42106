#include "neuron_law.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace neucasl::photonic {
namespace {

constexpr int halvings = 200;

/// Where a function changes its sign between two places.
double sign_change(const std::function<double(double)>& function, double low, double high) {
  const bool rising = function(low) < 0.0;
  for (int i = 0; i < halvings; ++i) {
    const double middle = 0.5 * (low + high);
    if ((function(middle) < 0.0) == rising) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return 0.5 * (low + high);
}

}  // namespace

NeuronLaw::NeuronLaw(const plugin::ParameterSet& parameters, const device::Library& cards,
                     device::UseList& uses)
    : modulator(cards, parameters.text("modulator"), "microdisk_modulator", uses,
                parameters.where("modulator")),
      detector(photodiode_values(cards, parameters.text("detector"), uses,
                                 parameters.where("detector"))),
      wavelength(modulator.wavelength()),
      pump(parameters.si("pump_power")),
      inhibiting(parameters.si("inhibiting_power")),
      load(parameters.si("load_resistance")),
      bias(parameters.si("bias_voltage")) {
  trim = modulator.trim(wavelength, -drive(0.0), parameters.si("detuning"));
}

double NeuronLaw::resistance() const {
  return 1.0 / (1.0 / load + 2.0 / detector.shunt +
                1.0 / (modulator.leakage_resistance() + modulator.series_resistance()));
}

double NeuronLaw::capacitance() const {
  return 2.0 * detector.capacitance + modulator.capacitance();
}

double NeuronLaw::drive(double exciting) const {
  return detector.responsivity * (exciting - inhibiting) * resistance();
}

double NeuronLaw::output_at(double voltage) const {
  const double leak = modulator.leakage_resistance();
  const double junction = -voltage * leak / (leak + modulator.series_resistance());
  return pump * std::norm(modulator.response(wavelength, wavelength, trim, junction).bus_1);
}

double NeuronLaw::gain(double exciting) const {
  // The transfer is smooth over half widths of the resonance, volts apart.
  const double step = 1e-5 / (std::abs(modulator.shift_per_volt()) / modulator.width() *
                              detector.responsivity * resistance());
  return (output(exciting + step) - output(exciting - step)) / (2.0 * step);
}

double NeuronLaw::step_share(double time) const {
  const double slow = resistance() * capacitance();
  const double fast = detector.transit;
  if (time <= 0.0) return 0.0;
  if (std::abs(slow - fast) < 1e-6 * slow) {
    return 1.0 - std::exp(-time / slow) * (1.0 + time / slow);
  }
  return 1.0 - (slow * std::exp(-time / slow) - fast * std::exp(-time / fast)) / (slow - fast);
}

double NeuronLaw::step_time(double share) const {
  const double slow = std::max(resistance() * capacitance(), detector.transit);
  double end = slow;
  while (step_share(end) < share) end *= 2.0;
  return sign_change([&](double time) { return step_share(time) - share; }, 0.0, end);
}

NeuronGain neuron_gain(const NeuronLaw& law, double most, int points) {
  NeuronGain result;
  const auto place = [&](int i) { return most * i / (points - 1); };
  for (int i = 0; i < points; ++i) {
    const double gain = law.gain(place(i));
    if (gain > result.largest) {
      result.largest = gain;
      result.at = place(i);
    }
    if (gain >= 1.0 && !result.unit_gain) {
      result.unit_gain =
          i == 0 ? 0.0
                 : sign_change([&](double p) { return law.gain(p) - 1.0; }, place(i - 1), place(i));
    }
  }
  const auto excess = [&](double p) { return law.output(p) - p; };
  const double reach = std::max(most, law.pump);
  for (int i = 1; i < points; ++i) {
    const double before = reach * (i - 1) / (points - 1);
    const double after = reach * i / (points - 1);
    if (excess(before) < 0.0 && excess(after) >= 0.0 && !result.threshold) {
      result.threshold = sign_change(excess, before, after);
    } else if (result.threshold && excess(before) > 0.0 && excess(after) <= 0.0) {
      result.high = sign_change(excess, before, after);
      break;
    }
  }
  return result;
}

}  // namespace neucasl::photonic
