#include "neuron.hpp"

/// \file
/// Leaky integrate-and-fire neuron with a constant input current.

namespace neucasl::cells {
namespace {

void measure_spikes(CircuitDraft& draft, NeuronLaw& law, double input, double start) {
  const double v = draft.pair().supply;
  const std::string half = " val=" + text(0.5 * v);
  const double threshold = law.threshold();
  draft.measure("first_spike", "when v(spike)=" + text(0.5 * v) + " rise=1", "First spike");
  draft.measure("interval", "trig v(spike)" + half + " rise=1 targ v(spike)" + half + " rise=2",
                "Interval of spikes");
  draft.measure("integration_time",
                "trig v(membrane) val=" + text(0.2 * threshold) +
                    " rise=2 targ v(membrane) val=" + text(0.9 * threshold) + " rise=2",
                "Membrane from 20 % to 90 % of the threshold");
  draft.measure(
      "refractory_time",
      "trig v(spike)" + half + " rise=1 targ v(membrane) val=" + text(0.1 * threshold) + " rise=2",
      "From a spike until the membrane leaves the ground");
  draft.measure("spike_height", "max v(spike)", "Height of a spike");
  const double integration = law.integration_time(input);
  const double refractory = law.refractory_time(input);
  draft.expect("first_spike", start + integration, 0.1, 0.0, "C Vth / (I - I_leak)");
  draft.expect("integration_time", 0.7 * integration, 0.08, 0.0, "0.7 C Vth / (I - I_leak)");
  draft.expect("refractory_time", refractory + 0.1 * integration, 0.3, 0.0,
               "Charge of the reset node over the refractory current, and the first 10 %");
  draft.expect("interval", integration + refractory, 0.1, 0.0,
               "C Vth / (I - I_leak) + charge of the reset node / refractory current");
  draft.expect("spike_height", v, 0.0, 0.12 * v, "the supply");
}

}  // namespace

plugin::CircuitDesign lif_neuron(const CircuitTask& task) {
  const NeuronSetup setup = neuron_setup(task);
  NeuronLaw law(task, setup);
  const double input = si(task, "input_current");
  const int spikes = whole(task, "spikes");
  check_input(task, law, input);
  CircuitDraft draft(task);
  const ir::ModuleId neuron = neuron_module(draft, setup);
  Sheet top = draft.sheet("bench");
  top.voltage("supply_source", "supply", "ground", task.pair.supply);
  add_neuron_biases(top, setup);
  const double interval = law.interval(input);
  const double start = 0.02 * interval;
  const double stop = start + interval * (spikes + 0.3);
  add_input(top, "input", "membrane", input, start, stop);
  add_neuron(top, neuron, "neuron", "");
  draft.transient(stop, interval / 100.0);
  measure_spikes(draft, law, input, start);
  draft.measure("last_spike",
                "when v(spike)=" + text(0.5 * task.pair.supply) + " rise=" + std::to_string(spikes),
                "Spike " + std::to_string(spikes));
  draft.figure("rate_expected", "Spike rate expected", 1.0 / interval, base::dimension::frequency,
               "1 / (C Vth / (I - I_leak) + refractory time)");
  draft.figure("threshold", "Threshold", law.threshold(), base::dimension::voltage,
               "Input voltage equal to the output voltage of the first inverter");
  draft.figure("membrane_capacitance", "Capacitance of the membrane", law.capacitance(),
               base::dimension::capacitance, "Capacitors and charges of the transistor models");
  draft.figure("leak", "Current off the membrane", law.leak(), base::dimension::current,
               "Leak and reset transistors at half the threshold");
  for (const char* node : {"membrane", "spike", "reset"}) draft.trace(node);
  return draft.finish(top.id());
}

}  // namespace neucasl::cells
