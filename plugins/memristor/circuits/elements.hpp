#pragma once

#include <string>
#include <utility>
#include <vector>

#include "neucasl/ir/builder.hpp"

/// \file
/// Primitives of the circuits (core/src/circuit/README.md lists their pins and parameters), each
/// added to a design when it is first asked for.

namespace neucasl::memristor_circuits {

class Elements {
 public:
  explicit Elements(ir::Design& design) : design_(design) {}

  ir::ModuleId resistor() {
    return two_pins("resistor", "resistance", base::dimension::resistance);
  }
  ir::ModuleId conductance() {
    return two_pins("conductance", "conductance", base::dimension::conductance);
  }
  ir::ModuleId capacitor() {
    return two_pins("capacitor", "capacitance", base::dimension::capacitance);
  }
  ir::ModuleId voltage_source() {
    return two_pins("voltage_source", "voltage", base::dimension::voltage);
  }
  /// Current through a short from control_p to control_n becomes a voltage.
  ir::ModuleId current_to_voltage() {
    return controlled("current_controlled_voltage_source", "transresistance",
                      base::dimension::resistance);
  }
  /// Current from p through the source to n.
  ir::ModuleId voltage_to_current() {
    return controlled("voltage_controlled_current_source", "transconductance",
                      base::dimension::conductance);
  }
  ir::ModuleId voltage_to_voltage() {
    return controlled("voltage_controlled_voltage_source", "gain", {});
  }
  /// Pins p, n, input; `formula` over v(input).
  ir::ModuleId formula_voltage(const std::string& name, const std::string& formula);
  /// A voltage source through points (time s, value V); at rest it has the value `rest`.
  ir::ModuleId waveform_source(const std::string& name,
                               const std::vector<std::pair<double, double>>& points, double rest);
  /// A device of a card with electrical pins; the parameters are declared with these defaults.
  ir::ModuleId card_device(const std::string& name, const std::string& card,
                           const std::vector<std::string>& pins,
                           const std::vector<std::pair<std::string, base::Quantity>>& parameters);

 private:
  ir::ModuleId two_pins(const std::string& element, const std::string& parameter,
                        const base::Dimension& dimension);
  ir::ModuleId controlled(const std::string& element, const std::string& parameter,
                          const base::Dimension& dimension);

  ir::Design& design_;
};

/// A bit further on the same net.
inline ir::NetRef bit_of(ir::NetRef net, std::size_t bit) {
  net.bit = static_cast<std::uint32_t>(net.bit + bit);
  return net;
}
inline std::int64_t signed_of(std::size_t value) { return static_cast<std::int64_t>(value); }
inline std::uint32_t width_of(std::size_t value) { return static_cast<std::uint32_t>(value); }

inline base::Quantity volts(double value) { return {value, base::dimension::voltage}; }
inline base::Quantity ohms(double value) { return {value, base::dimension::resistance}; }
inline base::Quantity siemens(double value) { return {value, base::dimension::conductance}; }
inline base::Quantity farads(double value) { return {value, base::dimension::capacitance}; }
inline base::Quantity plain(double value) { return {value, {}}; }

}  // namespace neucasl::memristor_circuits
