#include "wear.hpp"

#include <cmath>

#include "motion.hpp"

namespace neucasl::memristor_models {

double low_resistance_factor(double cycles, double endurance) { return 1.0 + cycles / endurance; }

double retained_share(const model::Stress& stress, double time, double energy) {
  const double exponent =
      energy / boltzmann * (1.0 / stress.temperature - 1.0 / retention_temperature);
  return std::exp2(-stress.time / (time * std::exp(std::min(exponent, 600.0))));
}

void append_wear(double endurance, double time, double energy,
                 std::vector<model::Parameter>& parameters) {
  parameters.push_back({"endurance_cycles", "1", endurance, 1.0, 1e15,
                        "write cycles after which the low resistance has doubled"});
  parameters.push_back({"retention_time", "s", time, 1.0, 1e12,
                        "half-life of the low-resistance state at 358.15 K"});
  parameters.push_back(
      {"retention_energy", "eV", energy, 0.1, 3.0, "activation energy of the loss of the state"});
}

}  // namespace neucasl::memristor_models
