#include "optics.hpp"

#include <cmath>
#include <numbers>

namespace neucasl::photonic {

double amplitude_of_loss(double decibel) { return std::pow(10.0, -decibel / 20.0); }

double loss_of_power(double ratio) { return -10.0 * std::log10(ratio); }

Dispersion read_dispersion(ParameterReader& reader) {
  Dispersion dispersion;
  dispersion.effective_index = reader.next();
  dispersion.group_index = reader.next();
  dispersion.reference_wavelength = reader.next();
  return dispersion;
}

double effective_index_at(const Dispersion& dispersion, double wavelength) {
  const double index =
      dispersion.effective_index - (wavelength - dispersion.reference_wavelength) *
                                       (dispersion.group_index - dispersion.effective_index) /
                                       dispersion.reference_wavelength;
  if (index > 0.0) return index;
  throw base::Error("model.parameters",
                    "the effective index is " + base::shortest(index) + " at " +
                        base::to_engineering({wavelength, base::dimension::length}),
                    "give 'reference_wavelength' near the carrier, or other indices");
}

double propagation_phase(const Dispersion& dispersion, double length, double wavelength) {
  return 2.0 * std::numbers::pi * effective_index_at(dispersion, wavelength) * length / wavelength;
}

model::Complex<double> phasor(double amplitude, double phase) {
  return {amplitude * std::cos(phase), amplitude * std::sin(phase)};
}

void add_dispersion(std::vector<model::Parameter>& parameters, double effective_index,
                    double group_index) {
  parameters.push_back({"effective_index", "1", effective_index, 1.0, 5.0,
                        "effective index at the reference wavelength"});
  parameters.push_back({"group_index", "1", group_index, 1.0, 10.0, "group index"});
  parameters.push_back({"reference_wavelength", "nm", 1550.0, 400.0, 12000.0,
                        "vacuum wavelength of the effective index"});
}

model::Parameter propagation_loss_parameter() {
  return {"propagation_loss_db", "1/cm", 1.0, 0.0, 1000.0, "power loss in dB over a length"};
}

model::Parameter loss_parameter(const std::string& name, double value, const std::string& meaning) {
  return {name, "1", value, 0.0, 100.0, meaning};
}

model::Parameter coupling_parameter(const std::string& name, double value,
                                    const std::string& meaning) {
  return {name, "1", value, 0.0, 1.0, meaning};
}

bool emits(double own_wavelength, const model::Environment& environment) {
  if (environment.swept || own_wavelength == 0.0) return true;
  return std::abs(environment.wavelength - own_wavelength) <= 1e-9 * own_wavelength;
}

}  // namespace neucasl::photonic
