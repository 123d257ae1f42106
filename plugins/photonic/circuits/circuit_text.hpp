#pragma once

#include <string>

#include "neucasl/plugin/front_end.hpp"

/// \file
/// Entries of a circuit's description, as all circuits of this plugin write them.

namespace neucasl::photonic {

/// A figure that is known without a simulation.
void add_figure(plugin::CircuitDesign& design, const std::string& key, const std::string& label,
                double value, const std::string& method, const base::Dimension& dimension = {});

/// A measurement and what theory expects of it. `text` follows the name, as "max v(result)".
struct ExpectedMeasurement {
  std::string name;
  std::string text;
  std::string label;
  double value = 0.0;
  double absolute = 0.0;  ///< Tolerance.
  std::string basis;
  std::size_t analysis = 0;
};
void expect(plugin::CircuitDesign& design, const ExpectedMeasurement& measurement);

/// A sweep of one point: `target` has this value.
std::string point_analysis(const std::string& target, double value);

/// The smallest power of ten that is not below an error of rounding, whose digits depend on the
/// processor; at least 1e-17.
double power_of_ten_above(double error);

}  // namespace neucasl::photonic
