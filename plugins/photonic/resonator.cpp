#include "resonator.hpp"

#include <cmath>
#include <numbers>

namespace neucasl::photonic {

void add_resonator_parameters(std::vector<model::Parameter>& parameters, bool second_bus) {
  parameters.push_back(
      {"resonance_wavelength", "nm", 1550.0, 400.0, 12000.0, "vacuum wavelength of one resonance"});
  parameters.push_back(
      {"intrinsic_quality", "1", 1e5, 100.0, 1e9, "quality of the resonator alone"});
  parameters.push_back(
      {"coupling_quality_1", "1", 16000.0, 100.0, 1e9, "quality by coupling to the first bus"});
  if (second_bus) {
    parameters.push_back(
        {"coupling_quality_2", "1", 16000.0, 100.0, 1e9, "quality by coupling to the second bus"});
  }
  parameters.push_back(
      {"free_spectral_range", "nm", 18.0, 0.01, 1000.0, "distance to the next resonance"});
  parameters.push_back({"resonance_shift", "nm", 0.0, -100.0, 100.0,
                        "shift of the resonances, by fabrication or trimming"});
}

ResonatorParameters read_resonator(ParameterReader& reader, bool second_bus) {
  ResonatorParameters p;
  p.wavelength = reader.next();
  p.intrinsic_quality = reader.next();
  p.coupling_quality_1 = reader.next();
  if (second_bus) p.coupling_quality_2 = reader.next();
  p.free_spectral_range = reader.next();
  p.shift = reader.next();
  return p;
}

Resonator make_resonator(const ResonatorParameters& p, double carrier) {
  const double pi = std::numbers::pi;
  const double shifted = p.wavelength + p.shift;
  if (!(shifted > 0.0)) {
    throw base::Error("model.parameters", "the shifted resonance has no positive wavelength",
                      "give a smaller 'resonance_shift'");
  }
  const double spacing = light_speed * p.free_spectral_range / (shifted * shifted);
  const double away = light_speed / carrier - light_speed / shifted;
  const double order = std::round(away / spacing);
  const double resonance = light_speed / shifted + order * spacing;
  const double rate_0 = pi * resonance / p.intrinsic_quality;
  const double rate_1 = pi * resonance / p.coupling_quality_1;
  const double rate_2 = p.coupling_quality_2 > 0.0 ? pi * resonance / p.coupling_quality_2 : 0.0;
  Resonator r{};
  r.inverse_lifetime = rate_0 + rate_1 + rate_2;
  r.intrinsic = rate_0 / r.inverse_lifetime;
  r.coupling_1 = std::sqrt(2.0 * rate_1 / r.inverse_lifetime);
  r.coupling_2 = std::sqrt(2.0 * rate_2 / r.inverse_lifetime);
  r.detuning = 2.0 * pi * (away - order * spacing) / r.inverse_lifetime;
  // A shift to longer wavelengths lowers w0.
  r.per_shift = 2.0 * pi * resonance * resonance / light_speed / r.inverse_lifetime;
  return r;
}

void add_mode_states(std::vector<model::Internal>& internals) {
  const auto add = [&](const std::string& name, const std::string& meaning) {
    internals.push_back({name, model::InternalKind::state, {}, 0.1, -4.0, 4.0, meaning});
  };
  add("forward_re", "mode fed by input, amplitude over the root of its lifetime, sqrt(W)");
  add("forward_im", "imaginary part of forward_re");
  add("backward_re", "mode that turns the other way");
  add("backward_im", "imaginary part of backward_re");
}

}  // namespace neucasl::photonic
