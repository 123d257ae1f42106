#include <cmath>

#include "latch.hpp"
#include "switching.hpp"

/// \file
/// Clocked latch comparators side by side, with differences of their inputs a decade apart. The
/// time to decide is t = t0 + (C / gm) ln(V / difference) (B. Wicht, T. Nirschl, D.
/// Schmitt-Landsiedel, IEEE J. Solid-State Circuits 39(7):1148, 2004).

namespace neucasl::cells {
namespace {

struct SenseSetup {
  LatchSetup latch;
  LatchLaw law;
  double least = 0.0;  ///< V
  int decades = 0;
  double start = 0.0;     ///< Of the clock's edge, s.
  double duration = 0.0;  ///< From then to the end, s.
};

SenseSetup sense_setup(const CircuitTask& task) {
  constexpr double share_of_supply = 0.7;
  SenseSetup setup;
  const double v = task.pair.supply;
  setup.latch.common_mode = si(task, "common_mode");
  if (setup.latch.common_mode == 0.0) setup.latch.common_mode = share_of_supply * v;
  setup.latch.load = si(task, "load");
  setup.latch.input_width = si(task, "input_width");
  setup.least = si(task, "least_difference");
  setup.decades = whole(task, "decades");
  setup.law = latch_law(task, setup.latch, "common_mode");
  const double largest = setup.least * std::pow(10.0, setup.decades);
  if (largest > setup.law.linear_range) {
    refuse(task, "decades",
           "the largest difference of " +
               base::to_engineering({largest, base::dimension::voltage}) +
               " is outside the linear range of the input pair",
           "keep it below " +
               base::to_engineering({setup.law.linear_range, base::dimension::voltage}) +
               " by fewer decades or a smaller difference, or raise the common mode");
  }
  const double tau = setup.law.time_constant;
  const InverterLaw inverter = inverter_law(task);
  setup.start = 5.0 * tau;
  // Discharge by the input pair, then growth from the least difference.
  setup.duration = 3.0 * (inverter.charge + setup.latch.load * v) / setup.law.current +
                   tau * (std::log(v / setup.least) + 12.0);
  return setup;
}

/// A comparator with its inputs; its outputs are "NAME_p" and "NAME_n".
void add_comparator(Sheet& top, ir::ModuleId latch, const SenseSetup& setup,
                    const std::string& name, double difference) {
  top.voltage(name + "_source_p", name + "_in_p", "ground",
              setup.latch.common_mode + 0.5 * difference);
  top.voltage(name + "_source_n", name + "_in_n", "ground",
              setup.latch.common_mode - 0.5 * difference);
  top.instance(name, latch,
               {{"in_p", name + "_in_p"},
                {"in_n", name + "_in_n"},
                {"clock", "clock"},
                {"out_p", name + "_p"},
                {"out_n", name + "_n"},
                {"supply", "supply"}});
}

void add_sources(Sheet& top, const CircuitTask& task, const SenseSetup& setup) {
  const double v = task.pair.supply;
  top.voltage("supply_source", "supply", "ground", v);
  top.voltage("clock_source", "clock", "ground",
              Pulse{0.0, v, setup.start, setup.law.time_constant, setup.law.time_constant,
                    2.0 * setup.duration, 0.0});
}

std::string decision(const std::string& name, bool swapped, double level) {
  const std::string outputs =
      swapped ? "(" + name + "_n," + name + "_p)" : "(" + name + "_p," + name + "_n)";
  return "v" + outputs + " val=" + text(level) + " rise=1";
}

/// From the clock's edge to the decision, simulated for one comparator, s.
double simulated_decision(const CircuitTask& task, const SenseSetup& setup) {
  CircuitDraft draft(task);
  const ir::ModuleId latch = latch_module(draft, setup.latch);
  Sheet top = draft.sheet("single");
  add_sources(top, task, setup);
  add_comparator(top, latch, setup, "least", setup.least);
  draft.transient(setup.start + setup.duration, 0.1 * setup.law.time_constant);
  const plugin::CircuitDesign design = draft.finish(top.id());
  return circuit::measure({"decision",
                           "decision trig at=" + text(setup.start) + " targ " +
                               decision("least", false, 0.5 * task.pair.supply),
                           {}},
                          simulated(task, design))
      .value;
}

std::string decade_name(int k) { return "decade_" + std::to_string(k); }

void measure_decades(CircuitDraft& draft, const SenseSetup& setup) {
  const double level = 0.5 * draft.pair().supply;
  const double tau = setup.law.time_constant;
  for (int k = 0; k <= setup.decades; ++k) {
    const std::string difference = text(setup.least * std::pow(10.0, k)) + " V";
    draft.measure(
        "decision_" + std::to_string(k),
        "trig at=" + text(setup.start) + " targ " + decision(decade_name(k), false, level),
        "Decision time at " + difference);
    if (k == 0) continue;
    const std::string name = "saved_" + std::to_string(k);
    draft.measure(name,
                  "trig " + decision(decade_name(k), false, level) + " targ " +
                      decision(decade_name(k - 1), false, level),
                  "Decision time saved by ten times the difference, up to " + difference);
    draft.expect(name, tau * std::log(10.0), 0.02, 0.0,
                 "(C / gm) ln 10 at the point where both outputs are equal");
  }
  draft.measure("offset",
                "trig " + decision(decade_name(0), false, level) + " targ " +
                    decision("opposite", true, level),
                "Decision time of the opposite difference less that of the smallest");
  draft.expect(
      "offset", 0.0, 0.0, 0.002 * tau,
      "No offset: 2 (C / gm) offset / difference is 0; the tolerance is an offset of 0.1 % "
      "of the smallest difference");
  draft.measure("high_output",
                "max v(decade_0_p) from=" + text(setup.start + setup.duration * 0.95),
                "Output of the higher input");
  draft.measure("low_output", "max v(decade_0_n) from=" + text(setup.start + setup.duration * 0.95),
                "Output of the lower input");
  draft.expect("high_output", draft.pair().supply, 0.02, 0.0, "the supply");
  draft.expect("low_output", 0.0, 0.0, 0.02 * draft.pair().supply, "the ground");
}

/// A comparator whose difference is the least that is decided within the time asked for.
void add_resolution(CircuitDraft& draft, Sheet& top, ir::ModuleId latch, const CircuitTask& task,
                    const SenseSetup& setup) {
  const double tau = setup.law.time_constant;
  const double measured = simulated_decision(task, setup);
  double allowed = si(task, "decision_time");
  if (allowed == 0.0) allowed = measured + tau * std::log(2.0);
  const double least = setup.least * std::exp((measured - allowed) / tau);
  // Engines resolve no smaller differences.
  constexpr double smallest_share = 1e-3;
  const double longest = measured - tau * std::log(smallest_share);
  if (!(allowed < longest) || least > setup.law.linear_range) {
    refuse(
        task, "decision_time",
        "the smallest difference is decided in " +
            base::to_engineering({measured, base::dimension::time}) +
            ", which leads to no useful difference for this time",
        "choose a time near that, up to " + base::to_engineering({longest, base::dimension::time}));
  }
  add_comparator(top, latch, setup, "resolved", least);
  draft.figure("resolved_difference", "Least difference resolved in the decision time", least,
               base::dimension::voltage,
               "Difference times exp((t - decision time) / (C / gm)), from one simulated decision");
  draft.measure("resolved_decision",
                "trig at=" + text(setup.start) + " targ " +
                    decision("resolved", false, 0.5 * task.pair.supply),
                "Decision time at the least difference resolved");
  draft.expect("resolved_decision", allowed, 0.0, 0.1 * tau, "the time allowed");
}

}  // namespace

plugin::CircuitDesign sense_amplifier(const CircuitTask& task) {
  const SenseSetup setup = sense_setup(task);
  CircuitDraft draft(task);
  const ir::ModuleId latch = latch_module(draft, setup.latch);
  Sheet top = draft.sheet("bench");
  add_sources(top, task, setup);
  for (int k = 0; k <= setup.decades; ++k) {
    add_comparator(top, latch, setup, decade_name(k), setup.least * std::pow(10.0, k));
  }
  add_comparator(top, latch, setup, "opposite", -setup.least);
  if (task.request.simulator != nullptr) add_resolution(draft, top, latch, task, setup);
  draft.transient(setup.start + setup.duration, 0.1 * setup.law.time_constant);
  measure_decades(draft, setup);
  draft.figure("time_constant", "Time constant of the decision", setup.law.time_constant,
               base::dimension::time,
               "C / gm of both cross-coupled inverters on the input pair, linear about the point "
               "where both outputs are equal");
  draft.figure("balanced_output", "Outputs where both are equal", setup.law.output,
               base::dimension::voltage, "Currents of the transistor models in balance");
  draft.figure("branch_current", "Current of a branch there", setup.law.current,
               base::dimension::current, "Currents of the transistor models in balance");
  for (const char* node : {"clock", "decade_0_p", "decade_0_n", "decade_1_p", "decade_1_n"}) {
    draft.trace(node);
  }
  return draft.finish(top.id());
}

}  // namespace neucasl::cells
