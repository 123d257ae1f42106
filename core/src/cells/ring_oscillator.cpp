#include <cmath>

#include "switching.hpp"

/// \file
/// Ring oscillator: f = 1 / (2 N stage delay), energy of a cycle N C V^2. The stage delay is that
/// of a chain of the same inverters driven from outside.

namespace neucasl::cells {
namespace {

struct RingSetup {
  int stages = 0;
  double load = 0.0;  ///< F, at each stage
  InverterLaw law;
  double estimate = 0.0;  ///< Stage delay by the effective current, s.
};

void add_stage(Sheet& sheet, ir::ModuleId inverter, const RingSetup& setup, const std::string& name,
               const std::string& in, const std::string& out) {
  sheet.instance(name, inverter, {{"in", in}, {"out", out}, {"supply", "supply"}});
  if (setup.load > 0.0) sheet.capacitor(name + "_load", out, "ground", setup.load);
}

struct ChainDelay {
  double rise = 0.0, fall = 0.0;  ///< From input to output, by the output's edge, s.
  [[nodiscard]] double mean() const { return 0.5 * (rise + fall); }
};

/// A pulse through eight inverters: four shape the edge, the delays of the next two are measured,
/// two load them.
ChainDelay chain_delay(const CircuitTask& task, const RingSetup& setup) {
  CircuitDraft draft(task);
  const ir::ModuleId inverter = inverter_module(draft);
  const double v = task.pair.supply;
  Sheet top = draft.sheet("chain");
  top.bus("node", 9);
  top.voltage("rail", "supply", "ground", v);
  const double width = 25.0 * setup.estimate;
  top.voltage("drive", "node[0]", "ground",
              Pulse{0.0, v, setup.estimate, setup.estimate, setup.estimate, width, 0.0});
  for (int k = 0; k < 8; ++k) {
    add_stage(top, inverter, setup, "stage_" + std::to_string(k), "node[" + std::to_string(k) + "]",
              "node[" + std::to_string(k + 1) + "]");
  }
  draft.transient(2.0 * width + 5.0 * setup.estimate, setup.estimate / 20.0);
  const plugin::CircuitDesign chain = draft.finish(top.id());
  const circuit::Result result = simulated(task, chain);
  const auto delay = [&](const std::string& from, const std::string& to, const char* first,
                         const char* second) {
    const std::string half = " val=" + text(0.5 * v);
    return circuit::measure({"delay",
                             "delay trig v(node[" + from + "])" + half + " " + first +
                                 "=1 targ v(node[" + to + "])" + half + " " + second + "=1",
                             {}},
                            result)
        .value;
  };
  return {delay("5", "6", "fall", "rise"), delay("4", "5", "rise", "fall")};
}

RingSetup ring_setup(const CircuitTask& task) {
  RingSetup setup;
  setup.stages = whole(task, "stages");
  setup.load = si(task, "load");
  if (setup.stages % 2 == 0) {
    refuse(task, "stages",
           "a ring of " + std::to_string(setup.stages) + " inverters rests in one of two states",
           "choose an odd number of stages");
  }
  setup.law = inverter_law(task);
  setup.estimate = setup.law.delay(setup.load, task.pair.supply);
  return setup;
}

void add_expectations(CircuitDraft& draft, const CircuitTask& task, const RingSetup& setup,
                      double stage_delay, const std::string& origin, double tolerance) {
  const double v = task.pair.supply;
  const double period = 2.0 * setup.stages * stage_delay;
  const double capacitance = setup.law.charge / v + setup.load;
  const std::string half = " val=" + text(0.5 * v);
  // Four periods after the start the ring has forgotten it.
  draft.measure("period", "trig v(ring[0])" + half + " rise=5 targ v(ring[0])" + half + " rise=6",
                "Period");
  draft.measure("charge_per_period",
                "integ i(supply_meter) from=" + text(5.0 * period) + " to=" + text(6.0 * period),
                "Charge from the supply in a period");
  draft.measure("high_level", "max v(ring[0]) from=" + text(4.0 * period), "High level");
  draft.measure("low_level", "min v(ring[0]) from=" + text(4.0 * period), "Low level");
  draft.expect("period", period, tolerance, 0.0, "2 N times the stage delay " + origin);
  draft.expect("charge_per_period", setup.stages * capacitance * v, 0.2 + tolerance, 0.0,
               "N C V with C from the charges of the transistor models; without the current that "
               "flows through both transistors while the input changes");
  draft.expect("high_level", v, 0.0, 0.12 * v, "the supply; coupling from the gate adds to it");
  draft.expect("low_level", 0.0, 0.0, 0.12 * v, "the ground; coupling from the gate adds to it");
  draft.figure("stage_delay", "Stage delay " + origin, stage_delay, base::dimension::time, origin);
  draft.figure("stage_delay_by_effective_current", "Stage delay by the effective current",
               setup.estimate, base::dimension::time, "C V / (2 I_eff), M. Na et al., IEDM 2002");
  draft.figure("frequency_expected", "Frequency expected", 1.0 / period, base::dimension::frequency,
               "1 / (2 N stage delay)");
  draft.figure("node_capacitance", "Capacitance of a node", capacitance,
               base::dimension::capacitance,
               "Charge of the transistor models between both levels over the supply, and the load");
  draft.figure("energy_per_cycle_expected", "Energy of a cycle expected",
               setup.stages * capacitance * v * v, base::dimension::energy, "N C V^2");
}

}  // namespace

plugin::CircuitDesign ring_oscillator(const CircuitTask& task) {
  const RingSetup setup = ring_setup(task);
  const double v = task.pair.supply;
  double stage_delay = setup.estimate;
  std::string origin = "by the effective current";
  // The effective current knows neither slopes nor shapes.
  double tolerance = 0.5;
  if (task.request.simulator != nullptr) {
    stage_delay = chain_delay(task, setup).mean();
    origin = "of a chain of the same inverters, simulated apart";
    // In short rings an inverter switches again before its node has settled.
    constexpr int settled_stages = 9;
    tolerance = setup.stages < settled_stages ? 0.06 : 0.03;
  }
  CircuitDraft draft(task);
  const ir::ModuleId inverter = inverter_module(draft);
  Sheet top = draft.sheet("bench");
  top.bus("ring", static_cast<std::uint32_t>(setup.stages));
  const double period = 2.0 * setup.stages * stage_delay;
  // The supply rises from 0, where the state at rest is unique; with the supply on, all nodes at
  // the threshold is a state at rest that solvers find hardly and that a ring would not leave.
  const double ramp = 4.0 * setup.estimate;
  top.voltage("rail_source", "rail", "ground", Pulse{0.0, v, 0.0, ramp, ramp, 100.0 * period, 0.0});
  top.voltage("supply_meter", "rail", "supply", 0.0);
  for (int k = 0; k < setup.stages; ++k) {
    add_stage(top, inverter, setup, "stage_" + std::to_string(k), "ring[" + std::to_string(k) + "]",
              "ring[" + std::to_string((k + 1) % setup.stages) + "]");
  }
  // All nodes rise alike. A pulse of charge in one of them starts the ring.
  const double kick = 0.3 * (setup.law.charge + setup.load * v);
  top.current("start", "ground", "ring[0]",
              Pulse{0.0, kick / setup.estimate, ramp, 0.5 * setup.estimate, 0.5 * setup.estimate,
                    0.5 * setup.estimate, 0.0});
  draft.transient(8.0 * period, stage_delay / 10.0);
  add_expectations(draft, task, setup, stage_delay, origin, tolerance);
  draft.trace("ring[0]");
  draft.trace("ring[1]");
  return draft.finish(top.id());
}

}  // namespace neucasl::cells
