#pragma once

#include <span>
#include <string>
#include <vector>

#include "neucasl/model/complex.hpp"
#include "neucasl/model/device_model.hpp"

/// \file
/// Guided waves, losses and the parameters that many models share.
///
/// A wave gains the phase e^{+j phi} over a length, phi = 2 pi n_eff L / wavelength, so a steady
/// field varies as e^{-j w t}. Losses in dB are of power.

namespace neucasl::photonic {

inline constexpr double light_speed = 299792458.0;            ///< m/s, exact in the SI
inline constexpr double elementary_charge = 1.602176634e-19;  ///< C, exact in the SI
inline constexpr double boltzmann = 1.380649e-23;             ///< J/K, exact in the SI
inline constexpr double planck = 6.62607015e-34;              ///< J s, exact in the SI

/// Takes the parameters of a model one after the other.
class ParameterReader {
 public:
  explicit ParameterReader(std::span<const double> values) : values_(values) {}
  double next() { return values_[index_++]; }

 private:
  std::span<const double> values_;
  std::size_t index_ = 0;
};

/// Amplitude factor of a power loss in dB.
double amplitude_of_loss(double decibel);
/// Power loss in dB of a power ratio.
double loss_of_power(double ratio);

/// Effective index around a reference wavelength, linear in the wavelength.
struct Dispersion {
  double effective_index = 0.0;
  double group_index = 0.0;
  double reference_wavelength = 0.0;  ///< m
};
Dispersion read_dispersion(ParameterReader& reader);
/// n_eff(l) = n_eff0 - (l - l0)(n_g - n_eff0) / l0, so that n_eff - l dn_eff/dl = n_g.
/// \throws base::Error "model.parameters" where it is not positive.
double effective_index_at(const Dispersion& dispersion, double wavelength);
/// 2 pi n_eff(l) length / l, rad.
double propagation_phase(const Dispersion& dispersion, double length, double wavelength);

model::Complex<double> phasor(double amplitude, double phase);

/// "effective_index", "group_index", "reference_wavelength".
void add_dispersion(std::vector<model::Parameter>& parameters, double effective_index,
                    double group_index);
model::Parameter propagation_loss_parameter();
model::Parameter loss_parameter(const std::string& name, double value, const std::string& meaning);
model::Parameter coupling_parameter(const std::string& name, double value,
                                    const std::string& meaning);

/// Only one wavelength of a comb reaches each copy of a device with several carriers; a source
/// emits on the carrier that it is meant for.
bool emits(double own_wavelength, const model::Environment& environment);

}  // namespace neucasl::photonic
