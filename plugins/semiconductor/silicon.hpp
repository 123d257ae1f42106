#pragma once

/// \file
/// Temperature laws of silicon junctions, those of SPICE 2 and 3 (A. Vladimirescu, The SPICE Book,
/// Wiley, 1994, chapter 3). SI units; energies in eV.

namespace neucasl::semiconductor {

inline constexpr double boltzmann = 1.380649e-23;
inline constexpr double electron_charge = 1.602176634e-19;

/// kT/q, V.
double thermal_voltage(double temperature);

/// Band gap at a temperature, eV.
double band_gap(double temperature);

/// A junction's potential at `temperature`, given at `nominal`, V.
double junction_potential(double potential, double nominal, double temperature);

/// Factor on a junction's capacitance at zero bias from `nominal` to `temperature`.
double capacitance_factor(double potential, double grading, double nominal, double temperature);

}  // namespace neucasl::semiconductor
