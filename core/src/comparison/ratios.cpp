#include "ratios.hpp"

#include <cmath>

namespace neucasl::comparison {

bool usable(double value) { return std::isfinite(value) && value > 0.0; }

std::optional<double> ratio(const Comparison& comparison, const ComparisonResult& result,
                            std::string_view figure, std::string_view architecture,
                            std::string_view baseline, std::string_view network,
                            std::string_view phase) {
  const Outcome* own = result.find(comparison, architecture, network, phase);
  const Outcome* other = result.find(comparison, baseline, network, phase);
  if (own == nullptr || other == nullptr) return std::nullopt;
  const results::Figure* value = own->find(figure);
  const results::Figure* reference = other->find(figure);
  if (value == nullptr || reference == nullptr) return std::nullopt;
  if (!usable(value->value) || !usable(reference->value)) return std::nullopt;
  return value->value / reference->value;
}

std::optional<double> mean_ratio(const Comparison& comparison, const ComparisonResult& result,
                                 std::string_view figure, std::string_view architecture,
                                 std::string_view baseline, std::string_view phase) {
  double sum = 0.0;
  for (const Network& network : comparison.networks) {
    const std::optional<double> one =
        ratio(comparison, result, figure, architecture, baseline, network.name, phase);
    if (!one) return std::nullopt;
    sum += std::log(*one);
  }
  return std::exp(sum / static_cast<double>(comparison.networks.size()));
}

}  // namespace neucasl::comparison
