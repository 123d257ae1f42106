#include <algorithm>
#include <cmath>

#include "neuron.hpp"
#include "switching.hpp"

/// \file
/// Integrate-and-fire neuron with spike-frequency adaptation. While the reset node is high, a
/// current source adds charge to a capacitor; a small current takes it away all the time. The
/// capacitor's voltage is at the gate of a transistor that takes current off the membrane (G.
/// Indiveri, ISCAS 2003; J. Benda, A. V. M. Herz, Neural Computation 15:2523, 2003). In the steady
/// state both charges are equal, which fixes the interval of spikes: T = I_a t_a / I_d.

namespace neucasl::cells {
namespace {

struct AdaptationSetup {
  double current = 0.0;      ///< That a spike adds charge with, A.
  double decay = 0.0;        ///< A
  double capacitance = 0.0;  ///< F
};

/// The steady state and the way there.
class AdaptationLaw {
 public:
  AdaptationLaw(const CircuitTask& task, const NeuronSetup& neuron, const AdaptationSetup& setup)
      : setup_(setup),
        supply_(task.pair.supply),
        input_(si(task, "input_current")),
        neuron_(task, neuron),
        n_(task.pair, Polarity::n, 1.0, task.context),
        p_(task.pair, Polarity::p, 1.0, task.context) {
    decay_bias_ = diode_voltage(n_, setup.decay, supply_);
    source_bias_ = root(
        [&](double v) {
          return p_.current({v, v, supply_}) + setup.current;
        },
        0.0, supply_, "the gate voltage of the adaptation's current source");
    // The switch carries the current until its gate passes about that of the source.
    const double threshold = neuron_.threshold();
    duration_ = neuron_.reset_time_to(threshold, gate_charge_to(threshold, source_bias_));
    const double release = 0.5 * threshold;
    load_time_ = neuron_.reset_time_to(release, gate_charge_to(release, supply_)) -
                 neuron_.reset_time_to(release);
  }

  [[nodiscard]] NeuronLaw& neuron() { return neuron_; }
  [[nodiscard]] double duration() const { return duration_; }  ///< Of the added current, s.
  /// That a spike adds while the capacitor is at `level`, C.
  double charge(double level) { return -p_.current({level, source_bias_, supply_}) * duration_; }
  double decay(double level) { return n_.current({level, decay_bias_, 0.0}); }
  /// Off the membrane at half the threshold, A.
  double slowing(double level) { return n_.current({0.5 * neuron_.threshold(), level, 0.0}); }
  /// At a mean level, s.
  double interval(double level) { return neuron_.interval(input_ - slowing(level)) + load_time_; }
  /// Mean level of the interval that begins at `level`, V.
  double mean_level(double level) {
    double mean = level;
    constexpr int rounds = 3;
    for (int k = 0; k < rounds; ++k) {
      mean = std::max(0.0, level - 0.5 * decay(level) * interval(mean) / setup_.capacitance);
    }
    return mean;
  }

  /// Level at which a spike adds what the interval takes away, V; the supply when there is none
  /// below.
  double steady_level() {
    const auto gain = [&](double level) { return balance(level); };
    if (gain(0.0) <= 0.0) return 0.0;
    return gain(supply_) >= 0.0 ? supply_ : root(gain, 0.0, supply_, "the level of adaptation");
  }
  /// Spikes until the interval differs by less than a hundredth from the steady one; 0 when the
  /// level overshoots, so that it never does.
  int spikes_to_settle(double steady) {
    constexpr int most = 1000;
    const double target = interval(steady);
    double level = charge(0.0) / setup_.capacitance;
    for (int k = 1; k < most; ++k) {
      const double mean = mean_level(level);
      const double time = interval(mean);
      if (std::abs(time - target) < 0.01 * target) return k;
      level = std::clamp(level + (charge(mean) - decay(mean) * time) / setup_.capacitance, 0.0,
                         supply_);
    }
    return 0;
  }

 private:
  /// That the gates of an inverter give up from an input at the supply to `input`, where the output
  /// is `output`, C.
  double gate_charge_to(double input, double output) {
    const auto gates = [this](double in, double out) {
      return n_.charge({out, in, 0.0}).gate + p_.charge({out, in, supply_}).gate;
    };
    return gates(supply_, 0.0) - gates(input, output);
  }
  /// Charge that an interval adds less what it takes away.
  double balance(double level) {
    const double time = interval(level);
    return std::isfinite(time) ? charge(level) - decay(level) * time : -charge(0.0);
  }

  AdaptationSetup setup_;
  double supply_ = 0.0, input_ = 0.0;
  NeuronLaw neuron_;
  TransistorLaw n_, p_;
  double decay_bias_ = 0.0, source_bias_ = 0.0, duration_ = 0.0;
  double load_time_ = 0.0;  // that the inverter adds to the refractory time
};

/// The level of adaptation, checked.
double checked_level(const CircuitTask& task, AdaptationLaw& law, int spikes) {
  const double steady = law.steady_level();
  const double first = law.charge(0.0) / si(task, "adaptation_capacitance");
  if (steady <= first) {
    refuse(task, "adaptation_decay_current",
           "the charge of a spike is gone before the next, so that the neuron does not adapt",
           "choose a smaller decay current, a larger adaptation current or a larger capacitance");
  }
  const int settled = law.spikes_to_settle(steady);
  if (settled == 0) {
    refuse(task, "adaptation_capacitance",
           "the adaptation overshoots, so that the intervals do not settle",
           "choose a larger adaptation capacitance or a larger decay current");
  }
  const int needed = settled + 2;
  if (needed > spikes) {
    refuse(task, "spikes", "the intervals settle after " + std::to_string(needed) + " spikes",
           "simulate as many, or choose a smaller adaptation capacitance");
  }
  return steady;
}

void add_adaptation(CircuitDraft& draft, Sheet& top, const AdaptationSetup& setup) {
  const ir::ModuleId inverter = inverter_module(draft);
  top.instance("adding", inverter, {{"in", "reset"}, {"out", "add_bar"}, {"supply", "supply"}});
  // The reference has a switch as well, so that both drop the same voltage.
  top.p("reference_switch", "reference_top", "ground", "supply");
  top.p("reference_diode", "source_bias", "source_bias", "reference_top");
  top.current("source_reference", "source_bias", "ground", setup.current);
  top.p("add_switch", "add_top", "add_bar", "supply");
  top.p("add_source", "adaptation", "source_bias", "add_top");
  top.capacitor("adaptation_capacitor", "adaptation", "ground", setup.capacitance);
  top.current("decay_reference", "supply", "decay_bias", setup.decay);
  top.n("decay_diode", "decay_bias", "decay_bias", "ground");
  top.n("decay", "adaptation", "decay_bias", "ground");
  top.voltage("slowing_meter", "membrane", "slowing_drain", 0.0);
  top.n("slowing", "slowing_drain", "adaptation", "ground");
}

void measure_adaptation(CircuitDraft& draft, AdaptationLaw& law, const AdaptationSetup& setup,
                        double steady, int spikes, double steady_begin) {
  const std::string half = " val=" + text(0.5 * draft.pair().supply);
  const auto interval = [&](int from) {
    return "trig v(spike)" + half + " rise=" + std::to_string(from) + " targ v(spike)" + half +
           " rise=" + std::to_string(from + 1);
  };
  const double first_level = law.mean_level(law.charge(0.0) / setup.capacitance);
  draft.measure("first_interval", interval(1), "First interval of spikes");
  draft.expect("first_interval", law.interval(first_level), 0.1, 0.0,
               "C Vth / (I - I_leak - I_adaptation) + refractory time, after the charge of one "
               "spike");
  draft.measure("steady_interval", interval(spikes - 1), "Steady interval of spikes");
  draft.expect("steady_interval", law.charge(steady) / law.decay(steady), 0.1, 0.0,
               "charge that a spike adds over the decay current");
  draft.measure("adaptation_level", "avg v(adaptation) from=" + text(steady_begin),
                "Level of adaptation at the end");
  draft.expect("adaptation_level", steady, 0.1, 0.0,
               "gate voltage for the current that makes the interval the steady one");
  draft.measure("adaptation_current", "avg i(slowing_meter) from=" + text(steady_begin),
                "Current that adaptation takes off the membrane, mean at the end");
}

}  // namespace

plugin::CircuitDesign adaptive_neuron(const CircuitTask& task) {
  const NeuronSetup setup = neuron_setup(task);
  const AdaptationSetup adaptation{si(task, "adaptation_current"),
                                   si(task, "adaptation_decay_current"),
                                   si(task, "adaptation_capacitance")};
  AdaptationLaw law(task, setup, adaptation);
  const double input = si(task, "input_current");
  check_input(task, law.neuron(), input);
  const int spikes = whole(task, "spikes");
  const double steady = checked_level(task, law, spikes);
  const double interval = law.interval(steady);
  CircuitDraft draft(task);
  const ir::ModuleId neuron = neuron_module(draft, setup);
  Sheet top = draft.sheet("bench");
  top.voltage("supply_source", "supply", "ground", task.pair.supply);
  add_neuron_biases(top, setup);
  const double start = 0.02 * law.neuron().interval(input);
  const double stop = start + 1.1 * interval * spikes;
  add_input(top, "input", "membrane", input, start, stop);
  add_neuron(top, neuron, "neuron", "");
  add_adaptation(draft, top, adaptation);
  draft.transient(stop, law.neuron().interval(input) / 50.0);
  measure_adaptation(draft, law, adaptation, steady, spikes, stop - 2.0 * interval);
  draft.figure("adaptation_ratio", "Steady interval over the first, expected",
               interval / law.interval(law.mean_level(law.charge(0.0) / adaptation.capacitance)),
               {}, "Closed forms of both intervals");
  draft.figure(
      "charge_time", "Time for which a spike adds charge", law.duration(), base::dimension::time,
      "Charge of the reset node and of the inverter's gates from the supply to the threshold "
      "over the refractory current");
  for (const char* node : {"membrane", "spike", "adaptation"}) draft.trace(node);
  return draft.finish(top.id());
}

}  // namespace neucasl::cells
