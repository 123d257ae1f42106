#include "silicon.hpp"

#include <cmath>

namespace neucasl::semiconductor {
namespace {

constexpr double reference = 300.15;         // K
constexpr double reference_gap = 1.1150877;  // eV, band gap at the reference
constexpr double expansion = 4e-4;           // 1/K, of a junction's capacitance

/// What a potential gains from the reference to a temperature, besides being scaled, V.
double gain(double temperature) {
  const double vt = thermal_voltage(temperature);
  const double logarithm = 1.5 * std::log(temperature / reference);
  const double gaps =
      -band_gap(temperature) / (2.0 * vt) + reference_gap / (2.0 * thermal_voltage(reference));
  return -2.0 * vt * (logarithm + gaps);
}

double at_reference(double potential, double nominal) {
  return (potential - gain(nominal)) / (nominal / reference);
}

double capacitance_shape(double at, double base, double grading, double temperature) {
  return 1.0 + grading * (expansion * (temperature - reference) - (at - base) / base);
}

}  // namespace

double thermal_voltage(double temperature) { return boltzmann * temperature / electron_charge; }

double band_gap(double temperature) {
  return 1.16 - 7.02e-4 * temperature * temperature / (temperature + 1108.0);
}

double junction_potential(double potential, double nominal, double temperature) {
  return at_reference(potential, nominal) * (temperature / reference) + gain(temperature);
}

double capacitance_factor(double potential, double grading, double nominal, double temperature) {
  const double base = at_reference(potential, nominal);
  const double now = junction_potential(potential, nominal, temperature);
  return capacitance_shape(now, base, grading, temperature) /
         capacitance_shape(potential, base, grading, nominal);
}

}  // namespace neucasl::semiconductor
