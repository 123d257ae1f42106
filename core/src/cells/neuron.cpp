#include "neuron.hpp"

#include <limits>

#include "switching.hpp"

namespace neucasl::cells {

NeuronSetup neuron_setup(const CircuitTask& task) {
  NeuronSetup setup;
  setup.leak = si(task, "leak_current");
  setup.refractory = si(task, "refractory_current");
  setup.membrane = si(task, "membrane_capacitance");
  setup.feedback = si(task, "feedback_capacitance");
  setup.refractory_capacitance = si(task, "refractory_capacitance");
  return setup;
}

NeuronLaw::NeuronLaw(const CircuitTask& task, const NeuronSetup& setup)
    : setup_(setup),
      supply_(task.pair.supply),
      n_(task.pair, Polarity::n, 1.0, task.context),
      p_(task.pair, Polarity::p, 1.0, task.context) {
  threshold_ = switching_threshold(n_, p_, supply_);
  leak_bias_ = setup.leak > 0.0 ? diode_voltage(n_, setup.leak, supply_) : 0.0;
  refractory_bias_ = diode_voltage(n_, setup.refractory, supply_);
  // The inverter's output is high up to the threshold; the transistors of leak and reset are off.
  const auto charge = [&](double membrane) {
    return n_.charge({supply_, membrane, 0.0}).gate + p_.charge({supply_, membrane, supply_}).gate +
           n_.charge({membrane, leak_bias_, 0.0}).drain + n_.charge({membrane, 0.0, 0.0}).drain;
  };
  capacitance_ = setup.membrane + setup.feedback + (charge(threshold_) - charge(0.0)) / threshold_;
  leak_ = leak_at(0.5 * threshold_);
}

double NeuronLaw::leak_at(double membrane) {
  // The reset transistor leaks as well.
  return n_.current({membrane, leak_bias_, 0.0}) + n_.current({membrane, 0.0, 0.0});
}

double NeuronLaw::integration_time(double input) const {
  if (input <= leak_) return std::numeric_limits<double>::infinity();
  return capacitance_ * threshold_ / (input - leak_);
}

double NeuronLaw::reset_charge(double level) {
  return setup_.refractory_capacitance * level + n_.charge({0.0, level, 0.0}).gate +
         n_.charge({level, refractory_bias_, 0.0}).drain +
         p_.charge({level, supply_, supply_}).drain;
}

double NeuronLaw::reset_time_to(double level, double further) {
  const double current = n_.current({0.5 * (supply_ + level), refractory_bias_, 0.0});
  return (reset_charge(supply_) - reset_charge(level) + further) / current;
}

double NeuronLaw::refractory_time(double input) {
  if (input <= leak_) return 0.0;
  const double release = root(
      [&](double gate) {
        return n_.current({0.5 * threshold_, gate, 0.0}) - (input - leak_);
      },
      0.0, supply_, "the gate voltage at which the reset transistor carries the input current");
  return reset_time_to(release);
}

ir::ModuleId neuron_module(CircuitDraft& draft, const NeuronSetup& setup) {
  if (const ir::ModuleId found = draft.design().find_module("neuron"); found.valid()) return found;
  const ir::ModuleId inverter = inverter_module(draft);
  Sheet sheet = draft.sheet("neuron");
  sheet.inout("membrane");
  sheet.output("spike");
  sheet.output("spike_bar");
  sheet.output("reset");
  sheet.input("leak_bias");
  sheet.input("refractory_bias");
  sheet.inout("supply");
  sheet.capacitor("membrane_capacitor", "membrane", "ground", setup.membrane);
  sheet.n("leak", "membrane", "leak_bias", "ground");
  // The third inverter keeps the reset off until the feedback has decided on a spike.
  sheet.instance("threshold", inverter,
                 {{"in", "membrane"}, {"out", "below"}, {"supply", "supply"}});
  sheet.instance("output", inverter, {{"in", "below"}, {"out", "spike"}, {"supply", "supply"}});
  sheet.instance("inverted", inverter,
                 {{"in", "spike"}, {"out", "spike_bar"}, {"supply", "supply"}});
  sheet.capacitor("feedback_capacitor", "spike", "membrane", setup.feedback);
  sheet.p("charge_reset", "reset", "spike_bar", "supply");
  sheet.capacitor("reset_capacitor", "reset", "ground", setup.refractory_capacitance);
  sheet.n("end_reset", "reset", "refractory_bias", "ground");
  sheet.n("discharge", "membrane", "reset", "ground");
  return sheet.id();
}

void add_neuron_biases(Sheet& sheet, const NeuronSetup& setup) {
  sheet.current("leak_reference", "supply", "leak_bias", setup.leak);
  sheet.n("leak_diode", "leak_bias", "leak_bias", "ground");
  sheet.current("refractory_reference", "supply", "refractory_bias", setup.refractory);
  sheet.n("refractory_diode", "refractory_bias", "refractory_bias", "ground");
}

void add_neuron(Sheet& sheet, ir::ModuleId neuron, const std::string& name,
                const std::string& suffix) {
  Sheet::Nets nets;
  for (const char* net : {"membrane", "spike", "spike_bar", "reset"}) {
    nets.emplace_back(net, net + suffix);
  }
  for (const char* net : {"leak_bias", "refractory_bias", "supply"}) nets.emplace_back(net, net);
  sheet.instance(name, neuron, nets);
}

void add_input(Sheet& sheet, const std::string& name, const std::string& net, double ampere,
               double start, double stop) {
  const double edge = 0.01 * start;
  sheet.current(name, "ground", net, Pulse{0.0, ampere, start, edge, edge, 2.0 * stop, 0.0});
}

void check_input(const CircuitTask& task, const NeuronLaw& law, double input) {
  if (input > law.leak()) return;
  refuse(task, "input_current",
         "the leak takes " + base::to_engineering({law.leak(), base::dimension::current}) +
             " off the membrane, so that the neuron stays silent",
         "choose a larger input current or a smaller leak current");
}

}  // namespace neucasl::cells
