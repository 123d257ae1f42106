#pragma once

#include "elements.hpp"
#include "neucasl/plugin/context.hpp"

/// \file
/// A leaky integrate-and-fire neuron of seven transistors and three passive elements, after the
/// axon hillock of C. Mead, Analog VLSI and Neural Systems, Addison-Wesley, 1989, chapter 12.
///
/// The input current charges the membrane capacitance against a leak. Two inverters follow; when
/// the membrane passes their threshold V_T, a feedback capacitor lifts the membrane by
///   dV = Vdd Cf/C,  C = Cm + Cf,
/// the output stays high while two transistors in series (one switched by the output, one biased)
/// draw the reset current Ir, and falls when the membrane is back at V_T; the feedback then takes
/// it down by dV. So, for a constant current I above the rheobase g V_T,
///   first spike  t1 = (C/g) ln( (I/g) / (I/g - V_T) )
///   period       T  = (C/g) ln( (I/g - V_T + dV) / (I/g - V_T) ) + Cf Vdd / (Ir - I)
/// A transistor joined as a diode keeps the membrane above about -V_threshold.

namespace neucasl::memristor_circuits {

struct NeuronRequest {
  std::string n_card;
  std::string p_card;
  base::Location n_where;
  base::Location p_where;
  double supply = 0.0;                ///< V
  double membrane_capacitance = 0.0;  ///< F, C; half of it is the feedback
  double leak_conductance = 0.0;      ///< S
  double full_current = 0.0;          ///< A, the largest expected input
};

class Neuron {
 public:
  /// \throws base::Error "memristor.neuron" for cards that are not an n and a p transistor, or when
  /// the full current is below the rheobase.
  Neuron(const NeuronRequest& request, plugin::Context& context, device::UseList& uses);

  [[nodiscard]] const NeuronRequest& request() const { return request_; }
  [[nodiscard]] double threshold() const { return threshold_; }          ///< V_T, V
  [[nodiscard]] double reset_current() const { return reset_current_; }  ///< Ir, A
  [[nodiscard]] double reset_bias() const { return reset_bias_; }        ///< V
  [[nodiscard]] double rheobase() const { return request_.leak_conductance * threshold_; }  ///< A
  [[nodiscard]] double first_spike(double current) const;  ///< s; infinity below the rheobase
  [[nodiscard]] double period(double current) const;       ///< s; infinity below the rheobase
  static constexpr std::size_t transistors = 7;

  /// Ports drive, membrane, spike, supply, bias. The input current is `transconductance` times the
  /// voltage of drive.
  ir::ModuleId add(ir::Design& design, Elements& elements, const std::string& name,
                   double transconductance) const;

 private:
  NeuronRequest request_;
  double threshold_ = 0.0;
  double reset_current_ = 0.0;
  double reset_bias_ = 0.0;
};

}  // namespace neucasl::memristor_circuits
