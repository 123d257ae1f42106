#pragma once

#include <string>
#include <utility>
#include <vector>

#include "neucasl/cells/transistor_pair.hpp"

/// \file
/// A module under construction, its nets by name.

namespace neucasl::cells {

/// Of a pulse source, in V or A, and s; as in SPICE.
struct Pulse {
  double low = 0.0, high = 0.0;
  double delay = 0.0, rise = 1e-12, fall = 1e-12, width = 0.0;
  double period = 0.0;  ///< 0: once
};

/// Adds elements between nets that it makes at their first use. Two names have a meaning: "ground"
/// is the reference, "supply" the net that bulk terminals of p transistors join. "name[3]" is bit 3
/// of a bus. Use one sheet at a time of a design; sizes are in unit transistors.
class NEUCASL_EXPORT Sheet {
 public:
  /// \throws base::Error "ir.name" when the design has a module of this name.
  Sheet(ir::Design& design, const Transistors& transistors, const std::string& name);

  [[nodiscard]] ir::ModuleId id() const { return builder_.id(); }
  [[nodiscard]] ir::ModuleBuilder& builder() { return builder_; }
  void input(const std::string& name, std::uint32_t width = 1);
  void output(const std::string& name, std::uint32_t width = 1);
  void inout(const std::string& name, std::uint32_t width = 1);
  void bus(const std::string& name, std::uint32_t width);
  ir::NetRef net(const std::string& name);

  void n(const std::string& name, const std::string& drain, const std::string& gate,
         const std::string& source, double units = 1.0);
  void p(const std::string& name, const std::string& drain, const std::string& gate,
         const std::string& source, double units = 1.0);
  /// An n and a p transistor side by side, conducting while `on` is high and `on_bar` low.
  void transmission_gate(const std::string& name, const std::string& a, const std::string& b,
                         const std::string& on, const std::string& on_bar, double units = 1.0);
  void resistor(const std::string& name, const std::string& p, const std::string& n, double ohm);
  void capacitor(const std::string& name, const std::string& p, const std::string& n, double farad);

  void voltage(const std::string& name, const std::string& p, const std::string& n, double volt);
  void voltage(const std::string& name, const std::string& p, const std::string& n,
               const Pulse& pulse);
  /// Linear between points of time (s) and value.
  void voltage(const std::string& name, const std::string& p, const std::string& n,
               const std::vector<std::pair<double, double>>& points);
  /// From p through the source to n.
  void current(const std::string& name, const std::string& p, const std::string& n, double ampere);
  void current(const std::string& name, const std::string& p, const std::string& n,
               const Pulse& pulse);
  /// A voltage (V) that is a formula of nets, as "v(a) + 2 * v(b)"; the names are those of `nets`.
  void formula_voltage(const std::string& name, const std::string& p, const std::string& n,
                       const std::string& formula, const std::vector<std::string>& nets);

  using Nets = std::vector<std::pair<std::string, std::string>>;  ///< Port, net.
  void instance(const std::string& name, ir::ModuleId master, const Nets& nets);

 private:
  enum class Kind { voltage, current };
  void source(Kind kind, const std::string& name, const std::string& p, const std::string& n,
              double value);
  void pulse_source(Kind kind, const std::string& name, const std::string& p, const std::string& n,
                    const Pulse& pulse);
  void two_pins(const std::string& name, ir::ModuleId master, const std::string& p,
                const std::string& n, const ir::ModuleBuilder::Parameters& parameters);

  ir::Design& design_;
  const Transistors& transistors_;
  ir::ModuleBuilder builder_;
};

}  // namespace neucasl::cells
