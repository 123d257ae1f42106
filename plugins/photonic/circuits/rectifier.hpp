#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neucasl/ir/builder.hpp"
#include "neucasl/plugin/context.hpp"
#include "neucasl/plugin/parameters.hpp"

/// \file
/// An analog rectified linear unit: an amplifier with a diode in its feedback.
///
/// The amplifier follows V_a = V_r tanh(gain (V_in - V_out) / V_r), V_r its supply; the diode lies
/// from it to the output, which a load pulls to ground:
///
///   I_diode(V_a - V_out) = V_out / R
///
/// so that V_out is V_in less the diode's voltage over the gain where V_in > 0, and the diode's
/// leakage over the load otherwise (A. S. Sedra and K. C. Smith, Microelectronic Circuits, 5th ed.,
/// Oxford 2004, section 13.9). At rest: bandwidth and offset of the amplifier are left out.

namespace neucasl::photonic {

class Rectifier {
 public:
  /// By the parameters activation_diode (a card of a two-terminal electrical device),
  /// amplifier_gain, amplifier_supply and activation_load.
  /// \throws base::Error "photonic.activation" for a card of another device; what the card and the
  /// model library throw.
  Rectifier(const plugin::ParameterSet& parameters, plugin::Context& context,
            device::UseList& uses);

  /// Output voltage by the input voltage.
  [[nodiscard]] double output(double input) const;
  /// Ports: input, output, ground.
  [[nodiscard]] ir::ModuleId add_to(ir::Design& design) const;

 private:
  [[nodiscard]] double amplified(double difference) const;
  [[nodiscard]] double diode_current(double anode, double cathode) const;

  std::string card_;
  const model::DeviceModel* model_ = nullptr;
  std::vector<double> values_;
  std::vector<std::string> pins_;
  double gain_;
  double supply_;  // V
  double load_;    // ohm
};

}  // namespace neucasl::photonic
