#include "semiconductor_optical_amplifier.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "curves.hpp"
#include "optics.hpp"

namespace neucasl::photonic {

model::Specification SemiconductorOpticalAmplifier::specification() {
  model::Specification s;
  s.name = "semiconductor_optical_amplifier";
  s.title = "Semiconductor optical amplifier";
  s.family = "photonic";
  s.terminals = {optical_port("port_1"), optical_port("port_2")};
  s.internals = outgoing_pairs(s.terminals);
  s.internals.push_back({"gain",
                         model::InternalKind::state,
                         {},
                         1.0,
                         -5.0,
                         10.0,
                         "h = ln(power gain of one pass), facets left out"});
  s.parameters = {
      {"small_signal_gain_db", "1", 20.0, 0.0, 40.0, "power gain in dB, facets left out"},
      {"saturation_power", "mW", 10.0, 1e-3, 1e4, "P_sat = saturation energy / carrier lifetime"},
      {"carrier_lifetime", "ps", 300.0, 1.0, 1e6, "recovery time of the gain"},
      {"linewidth_enhancement", "1", 5.0, 0.0, 20.0, "alpha: phase change with the gain"},
      loss_parameter("coupling_loss_db", 0.0, "power loss in dB of each facet"),
      {"inversion_factor", "1", 1.5, 1.0, 20.0, "n_sp of spontaneous emission"}};
  s.equations = {"tau dh/dt = h0 - h - (P_in / P_sat)(e^h - 1), P_in the power into both ends",
                 "b_2 = c^2 e^(h (1 - j alpha) / 2) a_1, b_1 likewise from a_2; c^2 the power "
                 "factor of a facet",
                 "noise of each quadrature of b: n_sp h nu (e^h - 1) c^2"};
  s.validity =
      "One carrier: with several, each copy would see the power of its own carrier only, "
      "so more are refused. No internal loss, reflection or gain dispersion; signals slow "
      "against the transit time and intraband relaxation (about 1 ps).";
  s.source =
      "G. P. Agrawal and N. A. Olsson, Self-phase modulation and spectral broadening of "
      "optical pulses in semiconductor laser amplifiers, IEEE J. Quantum Electronics "
      "25(11):2297-2306, 1989, equations (2.16) to (2.20)";
  return s;
}

SemiconductorOpticalAmplifier::Derived SemiconductorOpticalAmplifier::derive(
    std::span<const double> parameters, const model::Environment& environment) {
  if (environment.carriers > 1) {
    throw base::Error(
        "photonic.carriers",
        "semiconductor_optical_amplifier: the circuit has " + std::to_string(environment.carriers) +
            " optical carriers, and its gain would see each alone",
        "simulate with one carrier, or amplify behind a demultiplexer modelled apart");
  }
  ParameterReader reader(parameters);
  Derived d{};
  d.unsaturated = reader.next() * std::numbers::ln10 / 10.0;
  d.inverse_power = 1.0 / reader.next();
  d.inverse_lifetime = 1.0 / reader.next();
  d.half_linewidth = 0.5 * reader.next();
  d.facet = amplitude_of_loss(reader.next());
  d.noise_density = reader.next() * planck * light_speed / environment.wavelength;
  return d;
}

std::vector<model::NoiseSource> SemiconductorOpticalAmplifierModel::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& /*environment*/) const {
  const Derived d = derived_from(derived);
  // The equations of the outgoing pairs hold 2 b, so the density is four times that of b.
  const double density =
      4.0 * d.noise_density * std::max(std::expm1(unknowns[8]), 0.0) * d.facet * d.facet;
  std::vector<model::NoiseSource> sources;
  const char* const names[] = {"spontaneous_1_re", "spontaneous_1_im", "spontaneous_2_re",
                               "spontaneous_2_im"};
  sources.reserve(4);
  for (int i = 0; i < 4; ++i) sources.push_back({names[i], terminals + i, -1, density, 0.0});
  return sources;
}

model::Characterization SemiconductorOpticalAmplifierModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  const auto gain = [&](double input_power) {
    return power_transfer(*this, parameters, environment, "port_1", "port_2", {}, input_power);
  };
  const double small = gain(1e-12);
  std::vector<double> inputs, outputs, decibels;
  for (int i = -60; i <= 20; ++i) {
    inputs.push_back(1e-3 * std::pow(10.0, i / 10.0));
    const double g = gain(inputs.back());
    outputs.push_back(g * inputs.back());
    decibels.push_back(-loss_of_power(g));
  }
  add_curve(result, "gain_over_output", "Gain over the output power", "output_power",
            base::dimension::power, outputs, {"Output power", "mW", true}, "gain_db", {}, decibels,
            {"Gain", "dB"});
  // Output power where the gain has fallen to half, by bisection over the input.
  double low = inputs.front();
  double high = inputs.back();
  for (int i = 0; i < 80; ++i) {
    const double middle = std::sqrt(low * high);
    (gain(middle) > 0.5 * small ? low : high) = middle;
  }
  compare(result, published, "small_signal_gain_db", -loss_of_power(small), {});
  if (gain(inputs.back()) < 0.5 * small) {
    compare(result, published, "saturation_output_power", 0.5 * small * low, base::dimension::power,
            "output power at half of the small-signal gain");
  }
  return result;
}

}  // namespace neucasl::photonic
