#include <algorithm>

#include "neucasl/base/text.hpp"
#include "neucasl/cells/circuit_draft.hpp"
#include "neucasl/cells/transistor_law.hpp"

/// \file
/// Current-mode winner-take-all of n transistors (J. Lazzaro, S. Ryckebusch, M. A. Mahowald, C. A.
/// Mead, NIPS 1988, published 1989). The transistor of an input pulls it down with a gate that all
/// inputs share; a second one, with the input at its gate, passes the bias current into that shared
/// line. The largest input sets the shared line and takes the whole bias current. Half-way through
/// the simulation another input becomes the largest.

namespace neucasl::cells {
namespace {

struct WinnerSetup {
  std::vector<double> before, after;  ///< Input currents, A.
  std::size_t first = 0, second = 0;  ///< Winners.
  double bias = 0.0;                  ///< A
  double half = 0.0;                  ///< Time of either winner, s.
};

/// Static state for given input currents, from Kirchhoff's law at each node.
class WinnerLaw {
 public:
  WinnerLaw(const CircuitTask& task, double bias)
      : supply_(task.pair.supply), n_(task.pair, Polarity::n, 1.0, task.context) {
    mirror_ = diode_voltage(n_, bias, supply_);
  }

  /// Output currents of all inputs, A. \throws base::Error "cells.range".
  std::vector<double> outputs(const std::vector<double>& inputs) {
    shared_ = root(
        [&](double v) {
          return n_.current({v, mirror_, 0.0}) - total(inputs, v);
        },
        0.0, supply_, "the voltage of the shared line");
    std::vector<double> result;
    result.reserve(inputs.size());
    for (const double input : inputs) result.push_back(output(input, shared_));
    return result;
  }
  [[nodiscard]] double shared() const { return shared_; }  ///< Of the last call, V.
  /// Charge that an input gains from the ground to the supply, C.
  double input_charge() {
    return n_.charge({supply_, 0.0, 0.0}).drain - n_.charge({0.0, 0.0, 0.0}).drain +
           n_.charge({supply_, supply_, 0.0}).gate - n_.charge({supply_, 0.0, 0.0}).gate;
  }

 private:
  double total(const std::vector<double>& inputs, double shared) {
    double sum = 0.0;
    for (const double input : inputs) sum += output(input, shared);
    return sum;
  }
  double output(double input, double shared) {
    const double node = input_voltage(input, shared);
    return n_.current({supply_, node, shared});
  }
  /// Where the input transistor carries the input; the supply when it cannot.
  double input_voltage(double input, double shared) {
    if (n_.current({supply_, shared, 0.0}) < input) return supply_;
    return root(
        [&](double v) {
          return n_.current({v, shared, 0.0}) - input;
        },
        0.0, supply_, "the voltage of an input");
  }

  double supply_;
  TransistorLaw n_;
  double mirror_ = 0.0;
  double shared_ = 0.0;
};

/// Inputs fall from the winner's by `margin` and a little more each.
std::vector<double> ranked(std::size_t count, std::size_t winner, double largest, double margin) {
  std::vector<double> result(count, largest);
  for (std::size_t k = 1; k < count; ++k) {
    const double rank = static_cast<double>(k - 1) / static_cast<double>(count);
    result[(winner + k) % count] = largest * (1.0 - margin) * (1.0 - 0.5 * rank);
  }
  return result;
}

WinnerSetup winner_setup(const CircuitTask& task, WinnerLaw& law) {
  WinnerSetup setup;
  const auto count = static_cast<std::size_t>(whole(task, "inputs"));
  const double largest = si(task, "input_current");
  const double margin = si(task, "margin");
  setup.bias = si(task, "bias_current");
  setup.second = count / 2;
  setup.before = ranked(count, setup.first, largest, margin);
  setup.after = ranked(count, setup.second, largest, margin);
  // The slowest change: the difference of two inputs charges a node.
  constexpr double charging_times = 10.0;
  setup.half = charging_times * law.input_charge() / (largest * margin);
  return setup;
}

void add_cell(CircuitDraft& draft, Sheet& top, const WinnerSetup& setup, std::size_t k) {
  const std::string number = "_" + std::to_string(k);
  const double edge = 0.01 * setup.half;
  const std::string input = "input" + number;
  top.current(
      "source" + number, "supply", input,
      Pulse{setup.before[k], setup.after[k], setup.half, edge, edge, 4.0 * setup.half, 0.0});
  top.n("pull_down" + number, input, "shared", "ground");
  top.n("output" + number, "drain" + number, input, "shared");
  top.voltage("meter" + number, "supply", "drain" + number, 0.0);
  if (k == setup.first || k == setup.second) draft.trace(input);
}

void expect_outputs(CircuitDraft& draft, const WinnerSetup& setup, WinnerLaw& law, bool late) {
  const std::vector<double>& inputs = late ? setup.after : setup.before;
  const std::size_t winner = late ? setup.second : setup.first;
  const std::vector<double> outputs = law.outputs(inputs);
  const std::string suffix = late ? "_late" : "_early";
  const std::string at = " at=" + text((late ? 1.98 : 0.98) * setup.half);
  const std::string half = late ? "second half" : "first half";
  double sum = 0.0;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const std::string number = std::to_string(k);
    const std::string name = base::concatenate({"output_", number, suffix});
    draft.measure(name, base::concatenate({"find i(meter_", number, ")", at}),
                  base::concatenate({"Output ", number, k == winner ? ", winner, " : ", ", half}));
    draft.expect(name, outputs[k], 0.03, 1e-3 * setup.bias,
                 k == winner ? "Kirchhoff's law at the inputs and the shared line; the winner has "
                               "the bias current"
                             : "Kirchhoff's law at the inputs and the shared line");
    sum += outputs[k];
  }
  draft.measure("shared" + suffix, "find v(shared)" + at,
                std::string("Shared line, ") + (late ? "second half" : "first half"));
  draft.expect("shared" + suffix, law.shared(), 0.01, 0.0,
               "gate voltage at which the winner's transistor carries its input");
  if (!late) {
    draft.figure("winner_share", "Share of the winner in all outputs", outputs[winner] / sum, {},
                 "Currents of the transistor models in balance");
  }
}

}  // namespace

plugin::CircuitDesign winner_take_all(const CircuitTask& task) {
  WinnerLaw law(task, si(task, "bias_current"));
  const WinnerSetup setup = winner_setup(task, law);
  CircuitDraft draft(task);
  Sheet top = draft.sheet("bench");
  top.voltage("supply_source", "supply", "ground", task.pair.supply);
  top.current("bias_reference", "supply", "bias", setup.bias);
  top.n("bias_diode", "bias", "bias", "ground");
  top.n("bias_mirror", "shared", "bias", "ground");
  for (std::size_t k = 0; k < setup.before.size(); ++k) add_cell(draft, top, setup, k);
  draft.transient(2.0 * setup.half, 0.01 * setup.half);
  expect_outputs(draft, setup, law, false);
  expect_outputs(draft, setup, law, true);
  const std::string half = " val=" + text(0.5 * setup.bias);
  draft.measure("takeover",
                "trig at=" + text(setup.half) + " targ i(meter_" + std::to_string(setup.second) +
                    ")" + half + " rise=last",
                "From the change of the inputs until the new winner has half the bias current");
  return draft.finish(top.id());
}

}  // namespace neucasl::cells
