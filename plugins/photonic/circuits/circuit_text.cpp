#include "circuit_text.hpp"

#include <cmath>
#include <utility>

namespace neucasl::photonic {

void add_figure(plugin::CircuitDesign& design, const std::string& key, const std::string& label,
                double value, const std::string& method, const base::Dimension& dimension) {
  design.figures.push_back(results::make_figure(key, label, value, dimension, method, "photonic"));
}

void expect(plugin::CircuitDesign& design, const ExpectedMeasurement& m) {
  design.measurements.push_back({m.analysis, {m.name, m.name + ' ' + m.text, {}}, m.label});
  design.expectations.push_back({m.name, m.value, 0.0, m.absolute, m.basis});
}

std::string point_analysis(const std::string& target, double value) {
  const std::string text = base::shortest(value);
  return "dc " + target + ' ' + text + ' ' + text + " 1";
}

double power_of_ten_above(double error) {
  constexpr double least = 1e-17;
  return error > least ? std::pow(10.0, std::ceil(std::log10(error))) : least;
}

}  // namespace neucasl::photonic
