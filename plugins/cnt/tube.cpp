#include "tube.hpp"

#include <cmath>
#include <numbers>

#include "parameters.hpp"

namespace neucasl::cnt {
namespace {

constexpr double vacuum_permittivity = 8.8541878128e-12;
constexpr double electron_charge = 1.602176634e-19;
constexpr double bond_length = 0.142e-9;  // m
constexpr double hopping_energy = 3.0;    // eV
constexpr double bessel_zero = 2.4048;

double oxide(std::span<const double> p) {
  const double permittivity = 2.0 * std::numbers::pi * vacuum_permittivity * p[oxide_permittivity];
  const double ratio = 2.0 * p[oxide_thickness] / p[diameter];
  // A wire inside a cylinder, or before a plane.
  return p[gate_all_around] > 0.5 ? permittivity / std::log(1.0 + ratio)
                                  : permittivity / std::acosh(1.0 + ratio);
}

double scale_length_of(std::span<const double> p) {
  const double share = bessel_zero * p[diameter] / (p[diameter] + 2.0 * p[oxide_thickness]);
  const double b =
      0.4084 * (share / 2.0 - share * share * share / 16.0) * std::numbers::pi * share / 2.0;
  return (p[diameter] / 2.0 + p[oxide_thickness]) / bessel_zero *
         (1.0 + b * (p[tube_permittivity] / p[oxide_permittivity] - 1.0));
}

}  // namespace

double contact_resistance(double band_gap, double length) {
  // Conductance from metal to tube for a length, S/m; scattering in the tube, 1/m.
  const double coupling = 490.0 * std::exp(-(band_gap / 2.0 - 0.4) / 0.032);
  constexpr double scattering = 1.0 / 380e-9;
  const double b = coupling * quantum_resistance / 2.0;
  const double decay = std::sqrt(2.0 * scattering * b + b * b);
  return decay * quantum_resistance / (2.0 * b) / std::tanh(decay * length);
}

Tube tube_of(std::span<const double> p) {
  Tube tube;
  const double length = p[gate_length];
  tube.band_gap = 2.0 * bond_length * hopping_energy / p[diameter];
  tube.oxide_capacitance = oxide(p);
  const double quantum = 0.64e-9 * std::sqrt(tube.band_gap) + 0.1e-9;
  tube.inversion_capacitance =
      tube.oxide_capacitance * quantum / (tube.oxide_capacitance + quantum);
  tube.scale_length = scale_length_of(p);
  tube.barrier_lowering =
      std::exp(-(length + 2.0 * p[oxide_thickness] / 3.0) / (2.0 * tube.scale_length));
  tube.swing_factor = 1.0 / (1.0 - 2.0 * tube.barrier_lowering);
  tube.threshold =
      tube.band_gap / 2.0 -
      2.0 * (p[extension_level] / electron_charge + tube.band_gap / 2.0) * tube.barrier_lowering +
      p[flat_band_voltage];
  tube.velocity =
      p[ballistic_velocity] * std::sqrt(p[diameter] / 1.2e-9) * 220e-9 / (220e-9 + length);
  tube.mobility =
      p[long_channel_mobility] * std::pow(p[diameter] / 1e-9, 1.5) * length / (66.2e-9 + length);
  tube.contact_resistance = contact_resistance(tube.band_gap, p[contact_length]);
  return tube;
}

}  // namespace neucasl::cnt
