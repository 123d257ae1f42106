#include "wear.hpp"

#include "neucasl/variation/lifetime.hpp"

namespace neucasl::memristor_models {

double low_resistance_factor(double cycles, double endurance) { return 1.0 + cycles / endurance; }

double retained_share(const model::Stress& stress, double time, double energy) {
  return variation::retained_share(stress.time, stress.temperature, time, energy,
                                   retention_temperature);
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
