#include "latch.hpp"

#include <cmath>

namespace neucasl::cells {
namespace {

/// Voltages of one branch and of the source that both share.
struct Branch {
  double output = 0.0, drain = 0.0, tail = 0.0;
};

/// Currents out of, and charges of, the output and the drain of the input transistor of a branch.
struct Stored {
  double output = 0.0, drain = 0.0;
};

class HalfLatch {
 public:
  HalfLatch(const CircuitTask& task, const LatchSetup& setup)
      : supply_(task.pair.supply),
        setup_(setup),
        n_(task.pair, Polarity::n, 1.0, task.context),
        p_(task.pair, Polarity::p, 1.0, task.context),
        input_(task.pair, Polarity::n, setup.input_width, task.context),
        tail_(task.pair, Polarity::n, 2.0 * setup.input_width, task.context) {}

  /// Both branches alike and at rest, the clock high. \returns false when no current flows.
  bool balance(Branch& branch, double& current) {
    double low = 0.0;
    double high = supply_;
    constexpr int halvings = 50;
    for (int k = 0; k < halvings; ++k) {
      const double tail = 0.5 * (low + high);
      (excess(tail, branch) > 0.0 ? low : high) = tail;
    }
    (void)excess(low, branch);
    current = -p_.current({branch.output, branch.output, supply_});
    return low > 0.0 && branch.drain < supply_;
  }

  /// A fifth of current over transconductance of the input pair.
  double linear_range(const Branch& at) {
    const double h = 1e-3 * supply_;
    const auto current = [&](double gate) { return input_.current({at.drain, gate, at.tail}); };
    const double slope =
        (current(setup_.common_mode + h) - current(setup_.common_mode - h)) / (2.0 * h);
    return 0.2 * current(setup_.common_mode) / slope;
  }

  /// Rate of growth of an antisymmetric disturbance, 1/s: the positive root s of det(G + s C) = 0.
  double growth(const Branch& at) {
    const double h = 1e-3 * supply_;
    const auto slopes = [&](auto&& of, double output, double drain) {
      const Stored above = of(at, output, drain);
      const Stored below = of(at, -output, -drain);
      return Stored{(above.output - below.output) / (2.0 * h),
                    (above.drain - below.drain) / (2.0 * h)};
    };
    const auto flow = [this](const Branch& b, double o, double d) { return flows(b, o, d); };
    const auto charge = [this](const Branch& b, double o, double d) { return charges(b, o, d); };
    const Stored g_output = slopes(flow, h, 0.0), g_drain = slopes(flow, 0.0, h);
    const Stored c_output = slopes(charge, h, 0.0), c_drain = slopes(charge, 0.0, h);
    const double a = c_output.output * c_drain.drain - c_drain.output * c_output.drain;
    const double b = c_output.output * g_drain.drain + g_output.output * c_drain.drain -
                     c_drain.output * g_output.drain - g_drain.output * c_output.drain;
    const double c = g_output.output * g_drain.drain - g_drain.output * g_output.drain;
    return (-b + std::sqrt(b * b - 4.0 * a * c)) / (2.0 * a);
  }

 private:
  /// Current of the latch transistors over that of the input pair, at this voltage of the tail.
  double excess(double tail, Branch& branch) {
    branch.tail = tail;
    const double current = 0.5 * tail_.current({tail, supply_, 0.0});
    if (-p_.current({0.0, 0.0, supply_}) < current) return -current;
    branch.output = root(
        [&](double v) {
          return p_.current({v, v, supply_}) + current;
        },
        0.0, supply_, "the output voltage of a latch");
    if (input_.current({supply_, setup_.common_mode, tail}) < current) return -current;
    branch.drain = root(
        [&](double v) {
          return input_.current({v, setup_.common_mode, tail}) - current;
        },
        0.0, supply_, "the drain voltage of the input transistor");
    return n_.current({branch.output, branch.output, branch.drain}) - current;
  }

  Stored flows(const Branch& b, double output, double drain) {
    const double own = b.output + output, other = b.output - output, x = b.drain + drain;
    const double latch = n_.current({own, other, x});
    const double hold = p_.current({own, supply_, supply_});
    return {latch + p_.current({own, other, supply_}) + hold,
            input_.current({x, setup_.common_mode, b.tail}) - latch +
                p_.current({x, supply_, supply_})};
  }

  Stored charges(const Branch& b, double output, double drain) {
    const double own = b.output + output, other = b.output - output;
    const double x = b.drain + drain, far = b.drain - drain;
    const auto n = n_.charge({own, other, x});
    const double p = p_.charge({own, other, supply_}).drain;
    const double gates = n_.charge({other, own, far}).gate + p_.charge({other, own, supply_}).gate;
    const double hold = p_.charge({own, supply_, supply_}).drain;
    return {n.drain + p + gates + hold + setup_.load * own,
            n.source + input_.charge({x, setup_.common_mode, b.tail}).drain +
                p_.charge({x, supply_, supply_}).drain};
  }

  double supply_;
  LatchSetup setup_;
  TransistorLaw n_, p_, input_, tail_;
};

}  // namespace

ir::ModuleId latch_module(CircuitDraft& draft, const LatchSetup& setup) {
  if (const ir::ModuleId found = draft.design().find_module("latch"); found.valid()) return found;
  Sheet sheet = draft.sheet("latch");
  for (const char* name : {"in_p", "in_n", "clock"}) sheet.input(name);
  for (const char* name : {"out_p", "out_n"}) sheet.output(name);
  sheet.inout("supply");
  sheet.n("tail", "tail", "clock", "ground", 2.0 * setup.input_width);
  // The branch of in_p pulls out_n down.
  sheet.n("input_p", "drain_p", "in_p", "tail", setup.input_width);
  sheet.n("input_n", "drain_n", "in_n", "tail", setup.input_width);
  sheet.n("latch_n_p", "out_n", "out_p", "drain_p");
  sheet.n("latch_n_n", "out_p", "out_n", "drain_n");
  sheet.p("latch_p_p", "out_n", "out_p", "supply");
  sheet.p("latch_p_n", "out_p", "out_n", "supply");
  for (const char* node : {"out_p", "out_n", "drain_p", "drain_n"}) {
    sheet.p(std::string("precharge_") + node, node, "clock", "supply");
  }
  if (setup.load > 0.0) {
    sheet.capacitor("load_p", "out_p", "ground", setup.load);
    sheet.capacitor("load_n", "out_n", "ground", setup.load);
  }
  return sheet.id();
}

LatchLaw latch_law(const CircuitTask& task, const LatchSetup& setup, std::string_view parameter) {
  HalfLatch half(task, setup);
  Branch branch;
  LatchLaw law;
  const double rate = half.balance(branch, law.current) ? half.growth(branch) : 0.0;
  if (!(rate > 0.0)) {
    refuse(
        task, parameter,
        "the comparator does not regenerate at a common mode of " + text(setup.common_mode) + " V",
        "choose a common mode above the threshold of the n transistors, up to the supply of " +
            text(task.pair.supply) + " V");
  }
  law.output = branch.output;
  law.linear_range = half.linear_range(branch);
  law.time_constant = 1.0 / rate;
  return law;
}

}  // namespace neucasl::cells
