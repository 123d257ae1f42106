#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neucasl/ir/builder.hpp"
#include "neucasl/plugin/context.hpp"

/// \file
/// Memory of weights: a two-terminal memory device of any card, read at a small voltage, or an
/// ideal conductance.
///
/// The device's model is found at run time by the name that its card gives. Its parameter
/// "initial_state" sets the conductance, which is current over read voltage at rest with the memory
/// held.

namespace neucasl::photonic {

class ConductanceMemory {
 public:
  /// A device of a card. \throws base::Error "photonic.memory" when the model has not two
  /// electrical terminals and a parameter "initial_state"; what the card and the model library
  /// throw.
  ConductanceMemory(const std::string& card_id, double read_voltage, plugin::Context& context,
                    device::UseList& uses, const base::Location& where);
  /// Ideal conductances, S.
  ConductanceMemory(double lowest, double highest, double read_voltage);

  /// Empty for ideal conductances.
  [[nodiscard]] const std::string& card() const { return card_; }
  [[nodiscard]] double lowest() const { return lowest_; }
  [[nodiscard]] double highest() const { return highest_; }
  [[nodiscard]] double read_voltage() const { return read_voltage_; }
  /// Nearest of 2^bits equal steps from the lowest to the highest; as it is for 0 bits.
  [[nodiscard]] double level(double conductance, int bits) const;
  /// Parameters of an instance with this conductance.
  [[nodiscard]] ir::ModuleBuilder::Parameters parameters(double conductance) const;
  /// A primitive "memory"; `pins` are its terminals, first the one at the read voltage.
  [[nodiscard]] ir::ModuleId add_to(ir::Design& design) const;
  [[nodiscard]] const std::vector<std::string>& pins() const { return pins_; }

 private:
  [[nodiscard]] double conductance_of(double state) const;

  std::string card_;
  double read_voltage_ = 0.0;
  double lowest_ = 0.0;
  double highest_ = 0.0;
  std::vector<std::string> pins_{"p", "n"};
  const model::DeviceModel* model_ = nullptr;
  std::vector<double> values_;
  std::size_t state_ = 0;  // index of the parameter
  double first_ = 0.0, last_ = 1.0;
};

}  // namespace neucasl::photonic
