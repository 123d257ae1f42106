#pragma once

#include <string>
#include <vector>

#include "neucasl/ir/builder.hpp"

/// \file
/// Primitives that test benches of photonic circuits are built from.

namespace neucasl::photonic {

/// A primitive of one of this plugin's models with all of its terminals as ports.
struct DevicePart {
  std::string name;                   ///< Of the primitive.
  std::string model;                  ///< Attribute "element".
  std::string card;                   ///< Attribute "device"; empty: the model's defaults.
  std::vector<std::string> declared;  ///< Parameters that instances set.
};
ir::ModuleId add_device(ir::Design& design, const DevicePart& part);

/// "voltage_source" with pins p, n and parameter "voltage".
ir::ModuleId add_voltage_source(ir::Design& design);
/// "resistor" with pins p, n and parameter "resistance".
ir::ModuleId add_resistor(ir::Design& design);
/// "transimpedance" with pins p, n, control_p, control_n and parameter "transresistance": v(p, n)
/// for the current from control_p through the stage to control_n, which it holds at one voltage.
ir::ModuleId add_transimpedance(ir::Design& design);

/// Two photodiodes in series between bias voltages of both signs, and a stage that holds the node
/// between them at 0 V: v(output) = transresistance x responsivity x (power at plus - at minus).
/// Dark currents cancel. Ports: plus, minus (optical), output, ground (electrical).
ir::ModuleId add_balanced_receiver(ir::Design& design, const std::string& detector_card,
                                   double bias);

/// Name of a bit of a bus of `width`, as flat netlists have it.
std::string bus_bit(const std::string& bus, std::size_t bit, std::size_t width);

inline base::Quantity pure(double value) { return {value, base::dimension::none}; }
inline base::Quantity watts(double value) { return {value, base::dimension::power}; }
inline base::Quantity metres(double value) { return {value, base::dimension::length}; }
inline base::Quantity volts(double value) { return {value, base::dimension::voltage}; }
inline base::Quantity ohms(double value) { return {value, base::dimension::resistance}; }

}  // namespace neucasl::photonic
