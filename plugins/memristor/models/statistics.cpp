#include "statistics.hpp"

#include <algorithm>
#include <cmath>

#include "motion.hpp"

namespace neucasl::memristor_models {

void hold_in_range(const model::Specification& specification, std::size_t index,
                   std::span<double> parameters) {
  parameters[index] = model::held_in_range(specification, index, parameters[index]);
}

void vary_normal(const model::Specification& specification, std::size_t index, double sigma,
                 std::span<double> parameters, base::RandomStream& random) {
  parameters[index] *= 1.0 + sigma * random.normal();
  hold_in_range(specification, index, parameters);
}

void vary_lognormal(const model::Specification& specification, std::size_t index, double sigma,
                    std::span<double> parameters, base::RandomStream& random) {
  parameters[index] *= std::exp(sigma * random.normal());
  hold_in_range(specification, index, parameters);
}

std::vector<model::NoiseSource> conductance_noise(const model::DeviceModel& model,
                                                  std::span<const double> derived,
                                                  std::span<const double> unknowns,
                                                  double temperature, double flicker) {
  const std::size_t n = unknowns.size();
  std::vector<double> flow(n), storage(n), flow_jacobian(n * n), storage_jacobian(n * n);
  model.evaluate(derived, unknowns, {flow, storage, flow_jacobian, storage_jacobian});
  const double conductance = std::max(flow_jacobian[0], 0.0);
  return {{"conduction", 0, 1, 4.0 * boltzmann * temperature * conductance, flicker}};
}

void require_below(const model::Specification& specification, std::size_t low, std::size_t high,
                   std::span<const double> parameters) {
  if (parameters[low] < parameters[high]) return;
  const std::string& below = specification.parameters[low].name;
  const std::string& above = specification.parameters[high].name;
  throw base::Error("model.parameters",
                    specification.name + ": '" + below + "' is not below '" + above + "'",
                    "lower '" + below + "' or raise '" + above + "'");
}

double require_choice(const model::Specification& specification, std::size_t index, int most,
                      std::span<const double> parameters) {
  const double value = parameters[index];
  if (value == std::round(value) && value >= 0.0 && value <= most) return value;
  const model::Parameter& p = specification.parameters[index];
  throw base::Error("model.parameters",
                    specification.name + ": '" + p.name + "' = " + base::shortest(value) +
                        " is not one of the variants",
                    "give one of 0 to " + std::to_string(most) + ": " + p.meaning);
}

}  // namespace neucasl::memristor_models
