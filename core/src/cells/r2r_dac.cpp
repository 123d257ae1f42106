#include <algorithm>
#include <cmath>

#include "neucasl/cells/circuit_draft.hpp"
#include "neucasl/cells/transistor_law.hpp"

/// \file
/// R-2R ladder in voltage mode: inverters of transistors join each leg to the supply or to the
/// ground (W. Kester, Data Conversion Handbook, 2005, section 3.1). Their resistance adds to 2R, so
/// that steps of the transfer curve differ from the ideal one. All codes are stepped through.

namespace neucasl::cells {
namespace {

struct LadderSetup {
  int bits = 0;
  double resistance = 0.0;  ///< R, ohm
  double width = 1.0;       ///< Of switches, in unit transistors.
  double load = 0.0;        ///< F, at the output
  double code_time = 0.0;   ///< s

  [[nodiscard]] int codes() const { return 1 << bits; }
};

/// The ladder with the chord resistances of its switches.
class LadderLaw {
 public:
  LadderLaw(const CircuitTask& task, const LadderSetup& setup)
      : setup_(setup),
        supply_(task.pair.supply),
        n_(task.pair, Polarity::n, setup.width, task.context),
        p_(task.pair, Polarity::p, setup.width, task.context) {}

  [[nodiscard]] double least_significant() const { return supply_ / setup_.codes(); }
  [[nodiscard]] double ideal(int code) const { return least_significant() * code; }

  /// Output voltage of a code, V.
  double output(int code) {
    const auto bits = static_cast<std::size_t>(setup_.bits);
    std::vector<double> switches(bits, 0.0);
    std::vector<double> node(bits, 0.0);
    // Switch resistances depend weakly on the currents, so few rounds suffice.
    constexpr int rounds = 4;
    for (int round = 0; round < rounds; ++round) {
      node = solve(code, switches);
      for (std::size_t k = 0; k < bits; ++k) {
        const bool high = ((code >> k) & 1) != 0;
        const double end = high ? supply_ : 0.0;
        const double current = (end - node[k]) / (2.0 * setup_.resistance + switches[k]);
        switches[k] = switch_resistance(high, current);
      }
    }
    return node.back();
  }

  /// Of the switch to the supply or the ground at a current from that rail into the leg, ohm.
  double switch_resistance(bool high, double current) {
    const double least = 1e-4 * supply_ / setup_.resistance;
    if (std::abs(current) < least) current = current < 0.0 ? -least : least;
    const double drop = root(
        [&](double v) {
          const double carried =
              high ? -p_.current({supply_ - v, 0.0, supply_}) : -n_.current({-v, supply_, 0.0});
          return carried - current;
        },
        -0.5 * supply_, 0.5 * supply_, "the voltage across a switch of the ladder");
    return drop / current;
  }

 private:
  /// Nodes from the least significant leg on, for resistances of the switches.
  [[nodiscard]] std::vector<double> solve(int code, const std::vector<double>& switches) const {
    const double r = setup_.resistance;
    const std::size_t n = switches.size();
    // Thomas algorithm: `diagonal` and `right` after elimination from the first node on.
    std::vector<double> diagonal(n), right(n);
    for (std::size_t k = 0; k < n; ++k) {
      const double leg = 1.0 / (2.0 * r + switches[k]);
      diagonal[k] = leg + (k == 0 ? 0.5 / r : 1.0 / r) + (k + 1 < n ? 1.0 / r : 0.0);
      right[k] = ((code >> k) & 1) != 0 ? supply_ * leg : 0.0;
      if (k == 0) continue;
      const double factor = 1.0 / (r * diagonal[k - 1]);
      diagonal[k] -= factor / r;
      right[k] += factor * right[k - 1];
    }
    std::vector<double> node(n);
    for (std::size_t k = n; k-- > 0;) {
      node[k] = (right[k] + (k + 1 < n ? node[k + 1] / r : 0.0)) / diagonal[k];
    }
    return node;
  }

  LadderSetup setup_;
  double supply_;
  TransistorLaw n_, p_;
};

LadderSetup ladder_setup(const CircuitTask& task) {
  LadderSetup setup;
  setup.bits = whole(task, "bits");
  setup.resistance = si(task, "resistance");
  setup.width = si(task, "switch_width");
  setup.load = si(task, "load");
  setup.code_time = si(task, "code_time");
  // The output of a ladder has the resistance R; legs between hold less charge than it. Settling to
  // a hundredth of a step takes ln(100 2^N) time constants.
  const double needed = 2.0 * setup.resistance * setup.load * std::log(100.0 * setup.codes());
  if (setup.code_time < needed) {
    refuse(task, "code_time",
           "the output of " + text(setup.resistance) + " ohm with " + text(setup.load) +
               " F does not settle within " + text(setup.code_time) + " s",
           "allow at least " + base::to_engineering({needed, base::dimension::time}));
  }
  return setup;
}

std::string bit_name(const char* stem, int k) { return stem + ("_" + std::to_string(k)); }

/// Ports drive_0 ... (low: the bit is 1), out, supply.
ir::ModuleId ladder_module(CircuitDraft& draft, const LadderSetup& setup) {
  Sheet sheet = draft.sheet("ladder");
  for (int k = 0; k < setup.bits; ++k) sheet.input(bit_name("drive", k));
  sheet.output("out");
  sheet.inout("supply");
  sheet.resistor("terminator", "node_0", "ground", 2.0 * setup.resistance);
  for (int k = 0; k < setup.bits; ++k) {
    const std::string leg = bit_name("leg", k);
    const std::string node = k + 1 == setup.bits ? "out" : bit_name("node", k);
    sheet.p(bit_name("to_supply", k), leg, bit_name("drive", k), "supply", setup.width);
    sheet.n(bit_name("to_ground", k), leg, bit_name("drive", k), "ground", setup.width);
    sheet.resistor(bit_name("rung", k), leg, node, 2.0 * setup.resistance);
    if (k > 0) sheet.resistor(bit_name("rail", k), bit_name("node", k - 1), node, setup.resistance);
  }
  if (setup.load > 0.0) sheet.capacitor("load", "out", "ground", setup.load);
  return sheet.id();
}

/// A counter of pulse sources: `stem`_k is low while bit k of floor((t - delay) / code_time) is 1.
void add_counter(Sheet& top, const LadderSetup& setup, const std::string& stem, double supply,
                 double delay) {
  const double edge = 0.005 * setup.code_time;
  for (int k = 0; k < setup.bits; ++k) {
    const double half = std::ldexp(setup.code_time, k);
    top.voltage(bit_name((stem + "_source").c_str(), k), bit_name(stem.c_str(), k), "ground",
                Pulse{supply, 0.0, delay + half, edge, edge, half - edge, 2.0 * half});
  }
}

void add_ladder(Sheet& top, ir::ModuleId ladder, const LadderSetup& setup, const std::string& name,
                const std::string& drive, const std::string& out) {
  Sheet::Nets nets{{"out", out}, {"supply", "supply"}};
  for (int k = 0; k < setup.bits; ++k) {
    nets.emplace_back(bit_name("drive", k), bit_name(drive.c_str(), k));
  }
  top.instance(name, ladder, nets);
}

/// Nodes whose voltage is an error in least significant bits while a code has settled, else 0.
void add_error_meters(Sheet& top, const LadderSetup& setup, const LadderLaw& law, double supply) {
  const double t = setup.code_time;
  const auto strobe = [&](const std::string& name, double first) {
    top.voltage(name + "_source", name, "ground",
                Pulse{0.0, 1.0, first + 0.9 * t, 0.02 * t, 0.02 * t, 0.05 * t, t});
  };
  strobe("settled", 0.0);
  strobe("stepped", t);
  std::string ideal = text(supply - law.least_significant());
  std::vector<std::string> nets{"out", "settled"};
  for (int k = 0; k < setup.bits; ++k) {
    ideal += " - " + text(std::ldexp(law.least_significant() / supply, k)) + " * v(" +
             bit_name("drive", k) + ")";
    nets.push_back(bit_name("drive", k));
  }
  const std::string unit = text(law.least_significant());
  top.formula_voltage("level_meter", "level_error", "ground",
                      "v(settled) * (v(out) - (" + ideal + ")) / " + unit, nets);
  top.formula_voltage("step_meter", "step_error", "ground",
                      "v(stepped) * (v(out) - v(out_before) - " + unit + ") / " + unit,
                      {"out", "out_before", "stepped"});
}

void measure_errors(CircuitDraft& draft, const std::vector<double>& level, const LadderLaw& law) {
  double level_high = 0.0, level_low = 0.0, step_high = 0.0, step_low = 0.0;
  const double unit = law.least_significant();
  for (std::size_t code = 0; code < level.size(); ++code) {
    const double error = (level[code] - law.ideal(static_cast<int>(code))) / unit;
    level_high = std::max(level_high, error);
    level_low = std::min(level_low, error);
    if (code == 0) continue;
    const double step = (level[code] - level[code - 1]) / unit - 1.0;
    step_high = std::max(step_high, step);
    step_low = std::min(step_low, step);
  }
  constexpr double tolerance = 0.01;  // of a least significant bit
  const auto one = [&](const char* name, const char* what, const char* label, double value) {
    draft.measure(name, what, label);
    draft.expect(name, value, 0.03, tolerance,
                 "resistances of the switches in series with 2R; in least significant bits");
  };
  one("integral_nonlinearity_high", "max v(level_error)",
      "Integral nonlinearity, highest; 1 V is a least significant bit", level_high);
  one("integral_nonlinearity_low", "min v(level_error)",
      "Integral nonlinearity, lowest; 1 V is a least significant bit", level_low);
  one("differential_nonlinearity_high", "max v(step_error)",
      "Differential nonlinearity, highest; 1 V is a least significant bit", step_high);
  one("differential_nonlinearity_low", "min v(step_error)",
      "Differential nonlinearity, lowest; 1 V is a least significant bit", step_low);
}

void measure_levels(CircuitDraft& draft, const LadderSetup& setup, LadderLaw& law) {
  std::vector<double> level, ideal;
  std::vector<std::int64_t> codes;
  for (int code = 0; code < setup.codes(); ++code) {
    const double at = (code + 0.95) * setup.code_time;
    const std::string number = std::to_string(code);
    level.push_back(law.output(code));
    ideal.push_back(law.ideal(code));
    codes.push_back(code);
    draft.measure("level_" + number, "find v(out) at=" + text(at), "Output of code " + number);
    draft.expect("level_" + number, level.back(), 0.0, 0.01 * law.least_significant(),
                 "ladder with the resistances of the switches");
  }
  measure_errors(draft, level, law);
  results::Table table{"levels", "Levels of the closed form", {}};
  table.add("code", codes).add("ideal", ideal, base::dimension::voltage);
  table.add("with_switches", level, base::dimension::voltage);
  draft.circuit().tables.push_back(std::move(table));
}

}  // namespace

plugin::CircuitDesign r2r_dac(const CircuitTask& task) {
  const LadderSetup setup = ladder_setup(task);
  LadderLaw law(task, setup);
  CircuitDraft draft(task);
  const double v = task.pair.supply;
  const ir::ModuleId ladder = ladder_module(draft, setup);
  Sheet top = draft.sheet("bench");
  top.voltage("supply_source", "supply", "ground", v);
  add_counter(top, setup, "drive", v, 0.0);
  // A second ladder one code behind gives the steps of the transfer curve.
  add_counter(top, setup, "drive_before", v, setup.code_time);
  add_ladder(top, ladder, setup, "converter", "drive", "out");
  add_ladder(top, ladder, setup, "converter_before", "drive_before", "out_before");
  add_error_meters(top, setup, law, v);
  draft.transient(setup.codes() * setup.code_time, 0.05 * setup.code_time);
  measure_levels(draft, setup, law);
  const double current = v / (3.0 * setup.resistance);
  draft.figure("least_significant_bit", "Least significant bit", law.least_significant(),
               base::dimension::voltage, "Supply / 2^bits");
  draft.figure("switch_resistance_high", "Resistance of a switch to the supply",
               law.switch_resistance(true, current), base::dimension::resistance,
               "Voltage over current of the p transistor at supply / 3R");
  draft.figure("switch_resistance_low", "Resistance of a switch to the ground",
               law.switch_resistance(false, -current), base::dimension::resistance,
               "Voltage over current of the n transistor at supply / 3R");
  draft.trace("out");
  return draft.finish(top.id());
}

}  // namespace neucasl::cells
