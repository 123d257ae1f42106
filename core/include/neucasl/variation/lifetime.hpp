#pragma once

#include <span>

#include "neucasl/variation/distribution.hpp"

/// \file
/// Laws of wear and failure: what time, temperature, voltage, current and cycles do.
///
/// Temperatures in K, energies in J, times in s. Every size is a number of a card; none stands here
/// but Boltzmann's constant. Errors are "variation.lifetime".

namespace neucasl::variation {

inline constexpr double boltzmann = 1.380649e-23;  ///< J/K, exact in the SI

/// exp(E/k (1/T - 1/T_reference)): how many times longer a thermally activated process takes at T
/// than at T_reference (S. Arrhenius, Z. Phys. Chem. 4:226, 1889).
NEUCASL_EXPORT double arrhenius_factor(double energy, double temperature, double reference);

/// Share of a state that is left after `time` when half is after `half_life` at `reference`.
NEUCASL_EXPORT double retained_share(double time, double temperature, double half_life,
                                     double energy, double reference);

/// Failure of the first of many: survival exp(-(x / scale)^shape).
struct WeibullLaw {
  double scale = 1.0;  ///< s, or cycles: 63 % have failed.
  double shape = 1.0;
};
NEUCASL_EXPORT double survival(const WeibullLaw& law, double x);
NEUCASL_EXPORT double weibull_mean(const WeibullLaw& law);
/// Of the weakest of `count` (a real number: an area over a reference area): scale
/// count^(-1/shape).
NEUCASL_EXPORT WeibullLaw weakest(const WeibullLaw& law, double count);
/// \throws base::Error unless scale and shape are positive.
NEUCASL_EXPORT Distribution lifetime_of(const WeibullLaw& law, const base::Location& where = {});

/// A threshold that moves with a power of the time under stress:
///   shift = prefactor exp(-E / kT) (V / 1 V)^voltage_exponent (t / 1 s)^time_exponent.
/// Negative-bias temperature instability has a time exponent of about 1/6 (M. A. Alam, S.
/// Mahapatra, Microelectronics Reliability 45:71, 2005), hot carriers one of about 1/2 (C. Hu et
/// al., IEEE Trans. Electron Devices 32(2):375, 1985).
struct PowerLawShift {
  double prefactor = 0.0;  ///< V
  double energy = 0.0;
  double voltage_exponent = 0.0;
  double time_exponent = 1.0;
};
NEUCASL_EXPORT double shift_after(const PowerLawShift& law, double time, double temperature,
                                  double voltage);
/// One stretch of a mission: how long, how hot, how hard. `duty`: share of it under stress.
struct StressStep {
  double time = 0.0;
  double temperature = 300.0;
  double voltage = 0.0;
  double duty = 1.0;
};
/// After several stretches: each goes on from the time that would have given the shift so far under
/// its own stress. Without recovery between them.
NEUCASL_EXPORT double shift_after(const PowerLawShift& law, std::span<const StressStep> mission);

/// Breakdown of an insulator: Weibull, the scale with power laws of voltage and area and
/// Arrhenius's of temperature (E. Y. Wu, J. Sune, Microelectronics Reliability 45:1809, 2005):
///   scale = time (V / V0)^-voltage_exponent exp(E/k (1/T - 1/T0)) (A / A0)^(-1/shape).
struct BreakdownLaw {
  double time = 0.0;  ///< 63 % at the reference.
  double shape = 1.0;
  double voltage_exponent = 0.0;
  double energy = 0.0;
  double reference_voltage = 1.0;
  double reference_temperature = 300.0;
  double reference_area = 1.0;  ///< m^2
};
NEUCASL_EXPORT WeibullLaw breakdown(const BreakdownLaw& law, double voltage, double temperature,
                                    double area);

/// Electromigration of a wire (J. R. Black, IEEE Trans. Electron Devices 16(4):338, 1969): the
/// median time to failure is lognormal around
///   time (j / j0)^-current_exponent exp(E/k (1/T - 1/T0)).
struct ElectromigrationLaw {
  double time = 0.0;               ///< Median at the reference.
  double reference_density = 0.0;  ///< A/m^2
  double reference_temperature = 300.0;
  double current_exponent = 2.0;
  double energy = 0.0;
  double log_sigma = 0.0;
};
/// \throws base::Error for a current density below 0 or constants that are not positive. A wire
/// without current has an infinite median.
NEUCASL_EXPORT double median_lifetime(const ElectromigrationLaw& law, double density,
                                      double temperature);
/// That all wires of an array last: product of their survivals, in logarithms.
NEUCASL_EXPORT double wires_survive(const ElectromigrationLaw& law,
                                    std::span<const double> densities, double temperature,
                                    double time);

/// Sigma of the difference to the nominal threshold of a transistor of gate area W L:
/// coefficient / sqrt(W L) (M. Pelgrom, A. Duinmaijer, A. Welbers, IEEE J. Solid-State Circuits
/// 24(5):1433, 1989). V m and m^2.
NEUCASL_EXPORT double pelgrom_sigma(double coefficient, double area);

/// What grows with a power of the time and is thermally activated:
///   growth = (t / (time exp(E/k (1/T - 1/T0))))^exponent,
/// 1 after `time` at the reference temperature T0. The power of a laser falls as
/// exp(-amount growth), its threshold rises as exp(amount growth) (O. Ueda, S. J. Pearton,
/// Materials and Reliability Handbook for Semiconductor Optical and Electron Devices, Springer
/// 2013).
struct ActivatedGrowth {
  double time = 1.0;
  double exponent = 1.0;
  double energy = 0.0;
  double reference_temperature = 300.0;
};
NEUCASL_EXPORT double growth_after(const ActivatedGrowth& law, double time, double temperature);

}  // namespace neucasl::variation
