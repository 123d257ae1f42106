#pragma once

#include "neucasl/cells/circuit_draft.hpp"
#include "neucasl/cells/transistor_law.hpp"

/// \file
/// The integrate-and-fire neuron and its closed form.
///
/// A capacitor integrates the input current less that of a leak transistor. When the membrane
/// passes the threshold of an inverter, a second inverter makes the spike and lifts the membrane
/// through the feedback capacitor. The inverted spike opens a p transistor that charges the reset
/// node, whose transistor pulls the membrane down; the refractory current discharges that node (C.
/// Mead, Analog VLSI and Neural Systems, 1989; G. Indiveri, ISCAS 2003).

namespace neucasl::cells {

struct NeuronSetup {
  double leak = 0.0;                    ///< A, reference of the leak transistor
  double refractory = 0.0;              ///< A
  double membrane = 0.0;                ///< F
  double feedback = 0.0;                ///< F
  double refractory_capacitance = 0.0;  ///< F
};
/// From the parameters of the request.
NeuronSetup neuron_setup(const CircuitTask& task);

/// What the closed form needs, from the transistors' currents and charges.
class NeuronLaw {
 public:
  NeuronLaw(const CircuitTask& task, const NeuronSetup& setup);

  [[nodiscard]] double threshold() const { return threshold_; }  ///< V
  /// Charge of the membrane at a voltage below the threshold over that voltage, F.
  [[nodiscard]] double capacitance() const { return capacitance_; }
  /// Of the leak transistor at half the threshold, with its reference, A.
  [[nodiscard]] double leak() const { return leak_; }
  /// Of the leak transistor at a voltage of the membrane, A.
  [[nodiscard]] double leak_at(double membrane);
  /// C Vth / (I - I_leak), s; infinite when the leak takes all.
  [[nodiscard]] double integration_time(double input) const;
  /// From a spike to the release of the membrane, s: charge of the reset node between the supply
  /// and the voltage at which the reset transistor carries what flows in, over the refractory
  /// current.
  [[nodiscard]] double refractory_time(double input);
  /// From the spike until the reset node has fallen to `level`, s; a load of that node gives up
  /// `further` charge (C) meanwhile.
  [[nodiscard]] double reset_time_to(double level, double further = 0.0);
  [[nodiscard]] double interval(double input) {
    return integration_time(input) + refractory_time(input);
  }

 private:
  [[nodiscard]] double reset_charge(double level);

  NeuronSetup setup_;
  double supply_ = 0.0;
  TransistorLaw n_, p_;
  double leak_bias_ = 0.0;
  double refractory_bias_ = 0.0;
  double threshold_ = 0.0;
  double capacitance_ = 0.0;
  double leak_ = 0.0;
};

/// The module "neuron": membrane, spike, spike_bar, reset, leak_bias, refractory_bias, supply.
ir::ModuleId neuron_module(CircuitDraft& draft, const NeuronSetup& setup);
/// Nets "leak_bias" and "refractory_bias" of a sheet: diodes that carry the currents.
void add_neuron_biases(Sheet& sheet, const NeuronSetup& setup);
/// A neuron of that module on nets "membrane", "spike", "spike_bar" and "reset" with `suffix`.
void add_neuron(Sheet& sheet, ir::ModuleId neuron, const std::string& name,
                const std::string& suffix);
/// A current into a net from `start` on, A and s.
void add_input(Sheet& sheet, const std::string& name, const std::string& net, double ampere,
               double start, double stop);
/// \throws base::Error "cells.value" when the leak takes all of the input.
void check_input(const CircuitTask& task, const NeuronLaw& law, double input);

}  // namespace neucasl::cells
