#pragma once

#include "neucasl/cells/transistor_pair.hpp"
#include "neucasl/plugin/front_end.hpp"

/// \file
/// Mixed-signal circuits of complementary transistors, on their test benches.
///
/// Each function takes the parameters that core/src/cells/README.md lists and returns a circuit
/// with stimuli, analyses, measurements and what theory expects of them. All throw base::Error
/// "cells.value" for parameters that contradict each other, "cells.range" for currents that the
/// transistors cannot carry, and what cards and models throw.

namespace neucasl::cells {

/// What a circuit is made with. The caller owns everything.
struct CircuitTask {
  const TransistorPair& pair;
  const plugin::CircuitRequest& request;
  plugin::Context& context;
};

/// An odd number of inverters in a ring.
NEUCASL_EXPORT plugin::CircuitDesign ring_oscillator(const CircuitTask& task);
/// Leaky integrate-and-fire neuron.
NEUCASL_EXPORT plugin::CircuitDesign lif_neuron(const CircuitTask& task);
/// The same with a current that grows with each spike and slows it down.
NEUCASL_EXPORT plugin::CircuitDesign adaptive_neuron(const CircuitTask& task);
/// Current-mode winner-take-all.
NEUCASL_EXPORT plugin::CircuitDesign winner_take_all(const CircuitTask& task);
/// Clocked latch comparator.
NEUCASL_EXPORT plugin::CircuitDesign sense_amplifier(const CircuitTask& task);
/// Successive-approximation converter: capacitors, comparator and logic.
NEUCASL_EXPORT plugin::CircuitDesign sar_adc(const CircuitTask& task);
/// R-2R ladder with transistor switches.
NEUCASL_EXPORT plugin::CircuitDesign r2r_dac(const CircuitTask& task);
/// Array of switched current sources whose columns drive neurons.
NEUCASL_EXPORT plugin::CircuitDesign current_synapse_array(const CircuitTask& task);

/// The circuit of that name among those above. \throws base::Error "cells.circuit" for another.
NEUCASL_EXPORT plugin::CircuitDesign build_circuit(const CircuitTask& task);

}  // namespace neucasl::cells
