#include "switching.hpp"

#include "neucasl/circuit/circuit.hpp"
#include "neucasl/ir/flat_netlist.hpp"

namespace neucasl::cells {
namespace {

/// Charge that the output node of an inverter takes up when it rises, with the same inverter as its
/// load: gates of the load and drains of the driver, all other terminals held at their levels.
double node_charge(TransistorLaw& n, TransistorLaw& p, double supply) {
  const auto both = [&](double input, double output) {
    const auto qn = n.charge({output, input, 0.0});
    const auto qp = p.charge({output, input, supply});
    return std::pair(qn.drain + qp.drain, qn.gate + qp.gate);
  };
  const auto [drain_low, gate_high] = both(supply, 0.0);
  const auto [drain_high, gate_low] = both(0.0, supply);
  return (drain_high - drain_low) + (gate_high - gate_low);
}

}  // namespace

InverterLaw inverter_law(const CircuitTask& task, double units) {
  TransistorLaw n(task.pair, Polarity::n, units, task.context);
  TransistorLaw p(task.pair, Polarity::p, units, task.context);
  const double v = task.pair.supply;
  InverterLaw result;
  result.charge = node_charge(n, p, v);
  const double of_n = 0.5 * (n.current({0.5 * v, v, 0.0}) + n.current({v, 0.5 * v, 0.0}));
  const double of_p = 0.5 * (p.current({0.5 * v, 0.0, v}) + p.current({0.0, 0.5 * v, v}));
  result.effective_current = 0.5 * (of_n - of_p);
  result.threshold = switching_threshold(n, p, v);
  return result;
}

ir::ModuleId inverter_module(CircuitDraft& draft, double units) {
  const std::string name = units == 1.0 ? "inverter" : "inverter_" + text(units);
  if (const ir::ModuleId found = draft.design().find_module(name); found.valid()) return found;
  Sheet sheet = draft.sheet(name);
  sheet.input("in");
  sheet.output("out");
  sheet.inout("supply");
  sheet.p("pull_up", "out", "in", "supply", units);
  sheet.n("pull_down", "out", "in", "ground", units);
  return sheet.id();
}

circuit::Result simulated(const CircuitTask& task, const plugin::CircuitDesign& design) {
  const circuit::Circuit circuit =
      circuit::lower(ir::flatten(design.design), *task.context.models, *task.context.devices);
  return task.request.simulator->simulate(circuit, circuit::parse_analysis(design.analyses.front()),
                                          {}, task.context);
}

}  // namespace neucasl::cells
