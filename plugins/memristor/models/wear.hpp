#pragma once

#include "neucasl/model/device_model.hpp"

/// \file
/// Endurance and retention of filamentary memories.
///
/// Write cycles raise the low resistance; a programmed state relaxes towards high resistance with
/// a half-life that is thermally activated (Arrhenius).

namespace neucasl::memristor_models {

inline constexpr double retention_temperature = 358.15;  ///< K (85 degrees Celsius)

/// Factor of the low resistance after `cycles` write cycles, 1 + cycles / endurance: it has
/// doubled at the endurance. A linear law is assumed.
double low_resistance_factor(double cycles, double endurance);

/// Share of a state's distance from high resistance that is left after `stress.time` at
/// `stress.temperature`: 2^(-t / half-life), half-life = `time` exp(E/k (1/T - 1/358.15 K)).
double retained_share(const model::Stress& stress, double time, double energy);

/// Adds the parameters endurance_cycles, retention_time and retention_energy.
void append_wear(double endurance, double time, double energy,
                 std::vector<model::Parameter>& parameters);

}  // namespace neucasl::memristor_models
