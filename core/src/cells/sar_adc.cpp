#include <algorithm>
#include <cmath>

#include "latch.hpp"
#include "neucasl/cells/standard_cells.hpp"
#include "switching.hpp"

/// \file
/// Successive-approximation converter with charge redistribution (J. L. McCreary, P. R. Gray, IEEE
/// J. Solid-State Circuits 10(6):371, 1975). Binary-weighted capacitors sample the input against a
/// common-mode voltage; then each bit in turn, from the most significant one, is tried, compared
/// and kept or taken back. Comparator and switches are made of transistors, registers and gates of
/// standard cells; the phases (sample, trials, clock, register enables) and both references are
/// ideal sources. The registers and gates may be ideal as well.

namespace neucasl::cells {
namespace {

struct ConverterSetup {
  int bits = 0;
  double reference = 0.0;  ///< V
  double common = 0.0;     ///< V
  double unit = 0.0;       ///< F, of the least significant bit
  double phase = 0.0;      ///< s, of a trial
  bool ideal_logic = false;
  std::vector<double> input;  ///< Of each conversion, V.
  LatchSetup latch;

  [[nodiscard]] int codes() const { return 1 << bits; }
  [[nodiscard]] double step() const { return reference / codes(); }
  /// Two phases sample, the others try bits.
  [[nodiscard]] double conversion() const { return phase * (bits + 2); }
  [[nodiscard]] int code(double volt) const {
    return std::clamp(static_cast<int>(std::floor(volt / step())), 0, codes() - 1);
  }
  [[nodiscard]] double trial_start(int bit) const { return phase * (bits + 1 - bit); }
};

// Edges of a phase, as shares of it.
constexpr double edge_share = 0.01;
constexpr double track_end = 1.8;   // the top plate opens, of the two phases of sampling
constexpr double sample_end = 1.9;  // the bottom plates leave the input
constexpr double sample_begin = 0.3;
constexpr double clear_end = 0.25;  // registers follow the comparator's reset state
constexpr double clock_begin = 0.45, clock_end = 0.88;
constexpr double enable_begin = 0.7, enable_end = 0.85;
constexpr double trial_end = 0.88;  // before the end, so that the last bit falls back in time

std::vector<double> inputs_of(const CircuitTask& task, const ConverterSetup& setup) {
  const double given = si(task, "input");
  const int conversions = whole(task, "conversions");
  if (given > 0.0) return {given};
  std::vector<double> result;
  // In the middle of codes that are spread over the range.
  for (int k = 0; k < conversions; ++k) {
    const double position = (k + 0.5) / conversions * setup.codes();
    result.push_back((std::floor(position) + 0.5) * setup.step());
  }
  return result;
}

void check_inputs(const CircuitTask& task, const ConverterSetup& setup) {
  if (setup.reference > 0.5 * task.pair.supply * (1.0 + 1e-9)) {
    refuse(task, "reference_voltage",
           "a reference above half the supply of " + text(task.pair.supply) +
               " V drives the top plate out of the supply while the input is held",
           "choose at most " + text(0.5 * task.pair.supply) + " V");
  }
  for (const double volt : setup.input) {
    if (volt >= setup.reference) {
      refuse(task, "input",
             text(volt) + " V is not below the reference of " + text(setup.reference) + " V",
             "give an input from 0 V to the reference, or 0 V for inputs over the range");
    }
    const double place = volt / setup.step() - std::floor(volt / setup.step());
    if (std::min(place, 1.0 - place) < si(task, "guard")) {
      refuse(task, "input",
             text(volt) + " V is nearer than " + text(si(task, "guard")) +
                 " steps to the boundary of a code, where the charge of the switches decides",
             "move the input or allow a smaller guard");
    }
  }
}

/// Switches must charge the largest capacitor within a phase.
void check_phase(const CircuitTask& task, const ConverterSetup& setup) {
  TransistorLaw n(task.pair, Polarity::n, 1.0, task.context);
  TransistorLaw p(task.pair, Polarity::p, 1.0, task.context);
  const double v = task.pair.supply;
  const double small = 0.01 * v;
  const double at = setup.reference;
  const double conductance =
      (n.current({at + small, v, at}) - p.current({at - small, 0.0, at})) / small;
  const double largest = 0.5 * setup.codes() * setup.unit;
  const double needed = std::log(100.0 * setup.codes()) * largest / conductance / clock_begin;
  if (setup.phase < needed) {
    refuse(task, "phase_time",
           "a switch needs more than a phase of " + text(setup.phase) + " s to charge " +
               text(largest) + " F",
           "allow at least " + base::to_engineering({needed, base::dimension::time}));
  }
  const double decision = 12.0 * latch_law(task, setup.latch, "reference_voltage").time_constant;
  if (decision > (enable_begin - clock_begin) * setup.phase) {
    refuse(task, "phase_time",
           "the comparator needs about " + base::to_engineering({decision, base::dimension::time}) +
               " to decide",
           "allow at least " + base::to_engineering({decision / (enable_begin - clock_begin),
                                                     base::dimension::time}));
  }
}

ConverterSetup converter_setup(const CircuitTask& task) {
  ConverterSetup setup;
  setup.bits = whole(task, "bits");
  setup.common = 0.5 * task.pair.supply;
  setup.reference = si(task, "reference_voltage");
  if (setup.reference == 0.0) setup.reference = setup.common;
  setup.unit = si(task, "unit_capacitance");
  setup.phase = si(task, "phase_time");
  setup.ideal_logic = task.request.parameters.text("logic") == "ideal";
  setup.latch.common_mode = setup.common;
  setup.latch.input_width = si(task, "input_width");
  setup.input = inputs_of(task, setup);
  check_inputs(task, setup);
  check_phase(task, setup);
  return setup;
}

std::string numbered(const char* stem, int k) { return stem + ("_" + std::to_string(k)); }

/// Joins a bottom plate to the input, the reference or the ground: ports plate, analog, reference,
/// sample, sample_bar, high, high_bar, low, supply.
ir::ModuleId plate_switch_module(CircuitDraft& draft) {
  Sheet sheet = draft.sheet("plate_switch");
  for (const char* name : {"sample", "sample_bar", "high", "high_bar", "low"}) sheet.input(name);
  for (const char* name : {"plate", "analog", "reference", "supply"}) sheet.inout(name);
  sheet.transmission_gate("to_input", "plate", "analog", "sample", "sample_bar");
  sheet.transmission_gate("to_reference", "plate", "reference", "high", "high_bar");
  sheet.n("to_ground", "plate", "low", "ground");
  return sheet.id();
}

class ConverterBench {
 public:
  ConverterBench(const CircuitTask& task, const ConverterSetup& setup)
      : setup_(setup), supply_(task.pair.supply), draft_(task) {
    for (const char* name : {"INV_X1", "OR2_X1", "NOR2_X1", "LATCH_X1"}) {
      (void)add_cell(draft_.design(), draft_.transistors(), *find_standard_cell(name));
    }
    latch_ = latch_module(draft_, setup.latch);
    plate_switch_ = plate_switch_module(draft_);
  }

  plugin::CircuitDesign build() {
    Sheet top = draft_.sheet("bench");
    add_references(top);
    add_phases(top);
    add_top_plate(top);
    for (int bit = 0; bit < setup_.bits; ++bit) add_bit(top, bit);
    add_code_meter(top);
    const double stop = setup_.conversion() * static_cast<double>(setup_.input.size());
    draft_.transient(stop, 0.05 * setup_.phase);
    measure_conversions();
    for (const char* node : {"top", "clock", "code"}) draft_.trace(node);
    draft_.figure("step", "Least significant bit", setup_.step(), base::dimension::voltage,
                  "Reference / 2^bits");
    draft_.figure("conversion_time", "Time of a conversion", setup_.conversion(),
                  base::dimension::time, "Two phases of sampling and one for each bit");
    draft_.figure("array_capacitance", "Capacitance of the array", setup_.unit * setup_.codes(),
                  base::dimension::capacitance, "2^bits unit capacitors");
    return draft_.finish(top.id());
  }

 private:
  [[nodiscard]] ir::ModuleId cell(const char* name) { return draft_.design().find_module(name); }

  void add_gate(Sheet& top, const std::string& name, const char* cell_name, Sheet::Nets nets) {
    nets.emplace_back("vdd", "supply");
    nets.emplace_back("vss", "ground");
    top.instance(name, cell(cell_name), nets);
  }

  void add_references(Sheet& top) {
    top.voltage("supply_source", "supply", "ground", supply_);
    top.voltage("reference_source", "reference", "ground", setup_.reference);
    top.voltage("common_source", "common", "ground", setup_.common);
    const double period = setup_.conversion();
    const double edge = edge_share * setup_.phase;
    std::vector<std::pair<double, double>> points{{0.0, setup_.input.front()}};
    for (std::size_t k = 1; k < setup_.input.size(); ++k) {
      const double at = static_cast<double>(k) * period;
      points.emplace_back(at, setup_.input[k - 1]);
      points.emplace_back(at + edge, setup_.input[k]);
    }
    points.emplace_back(static_cast<double>(setup_.input.size()) * period, setup_.input.back());
    top.voltage("input_source", "analog", "ground", points);
  }

  /// High from `begin` to `end` of each conversion, s.
  void add_phase(Sheet& top, const std::string& name, double begin, double end) {
    const double edge = edge_share * setup_.phase;
    top.voltage(name + "_source", name, "ground",
                Pulse{0.0, supply_, begin, edge, edge, end - begin - edge, setup_.conversion()});
  }

  void add_phases(Sheet& top) {
    const double p = setup_.phase;
    add_phase(top, "track", sample_begin * p, track_end * p);
    add_phase(top, "sample", sample_begin * p, sample_end * p);
    for (const char* name : {"track", "sample"}) {
      add_gate(top, std::string(name) + "_inverter", "INV_X1",
               {{"a", name}, {"y", std::string(name) + "_bar"}});
    }
    for (int bit = 0; bit < setup_.bits; ++bit) {
      const double start = setup_.trial_start(bit);
      add_phase(top, numbered("trial", bit), start, start + trial_end * p);
      add_enable(top, numbered("enable", bit), start);
    }
    add_clock(top);
  }

  /// Once to clear the register, once to keep the decision.
  void add_enable(Sheet& top, const std::string& name, double trial) {
    add_windows(top, name,
                {{0.05 * setup_.phase, clear_end * setup_.phase},
                 {trial + enable_begin * setup_.phase, trial + enable_end * setup_.phase}});
  }
  void add_clock(Sheet& top) {
    std::vector<std::pair<double, double>> windows;
    for (int bit = setup_.bits; bit-- > 0;) {
      const double start = setup_.trial_start(bit);
      windows.emplace_back(start + clock_begin * setup_.phase, start + clock_end * setup_.phase);
    }
    add_windows(top, "clock", windows);
  }
  /// High within windows of each conversion.
  void add_windows(Sheet& top, const std::string& name,
                   const std::vector<std::pair<double, double>>& windows) {
    const double edge = edge_share * setup_.phase;
    std::vector<std::pair<double, double>> points{{0.0, 0.0}};
    for (std::size_t k = 0; k < setup_.input.size(); ++k) {
      const double start = static_cast<double>(k) * setup_.conversion();
      for (const auto& [begin, end] : windows) {
        points.emplace_back(start + begin, 0.0);
        points.emplace_back(start + begin + edge, supply_);
        points.emplace_back(start + end, supply_);
        points.emplace_back(start + end + edge, 0.0);
      }
    }
    top.voltage(name + "_source", name, "ground", points);
  }

  void add_top_plate(Sheet& top) {
    top.transmission_gate("track_switch", "top", "common", "track", "track_bar");
    top.instance("comparator", latch_,
                 {{"in_p", "common"},
                  {"in_n", "top"},
                  {"clock", "clock"},
                  {"out_p", "above_bar"},
                  {"out_n", "keep_bar"},
                  {"supply", "supply"}});
    // While the clock is low both outputs are high, so that "keep" clears registers.
    add_gate(top, "keep_inverter", "INV_X1", {{"a", "keep_bar"}, {"y", "keep"}});
    add_gate(top, "above_inverter", "INV_X1", {{"a", "above_bar"}, {"y", "above"}});
    // The capacitor that makes the array 2^bits units: to the input or to the ground.
    top.capacitor("last_capacitor", "top", "last_plate", setup_.unit);
    top.transmission_gate("last_to_input", "last_plate", "analog", "sample", "sample_bar");
    top.n("last_to_ground", "last_plate", "sample_bar", "ground");
  }

  void add_bit(Sheet& top, int bit) {
    const std::string high = numbered("high", bit), high_bar = numbered("high_bar", bit);
    const std::string low = numbered("low", bit), plate = numbered("plate", bit);
    if (setup_.ideal_logic) {
      add_ideal_logic(top, bit);
    } else {
      add_cell_logic(top, bit);
    }
    top.instance(numbered("plate_switch", bit), plate_switch_,
                 {{"plate", plate},
                  {"analog", "analog"},
                  {"reference", "reference"},
                  {"sample", "sample"},
                  {"sample_bar", "sample_bar"},
                  {"high", high},
                  {"high_bar", high_bar},
                  {"low", low},
                  {"supply", "supply"}});
    top.capacitor(numbered("capacitor", bit), "top", plate, std::ldexp(setup_.unit, bit));
  }

  void add_cell_logic(Sheet& top, int bit) {
    const std::string q = numbered("q", bit), high = numbered("high", bit);
    add_gate(top, numbered("register", bit), "LATCH_X1",
             {{"d", "keep"}, {"en", numbered("enable", bit)}, {"q", q}});
    add_gate(top, numbered("try", bit), "OR2_X1",
             {{"a", numbered("trial", bit)}, {"b", q}, {"y", high}});
    add_gate(top, numbered("high_inverter", bit), "INV_X1",
             {{"a", high}, {"y", numbered("high_bar", bit)}});
    add_gate(top, numbered("release", bit), "NOR2_X1",
             {{"a", "sample"}, {"b", high}, {"y", numbered("low", bit)}});
  }

  /// The same functions as formulas of voltages over the supply. The register follows "keep" in
  /// proportion to its enable and else its own voltage, delayed by a resistor and a capacitor.
  void add_ideal_logic(Sheet& top, int bit) {
    const std::string q = numbered("q", bit), high = numbered("high", bit);
    const std::string enable = numbered("enable", bit), held = numbered("held", bit);
    const std::string trial = numbered("trial", bit);
    const std::string v = text(supply_);
    constexpr double kept = 1.0 - 1e-6;  // makes the state at rest unique
    top.formula_voltage(numbered("register", bit), q, "ground",
                        "v(" + enable + ") / " + v + " * v(keep) + (1 - v(" + enable + ") / " + v +
                            ") * " + text(kept) + " * v(" + held + ")",
                        {enable, "keep", held});
    const double farad = setup_.unit;
    top.resistor(numbered("register_delay", bit), q, held, 0.01 * setup_.phase / farad);
    top.capacitor(numbered("register_state", bit), held, "ground", farad);
    top.formula_voltage(numbered("try", bit), high, "ground",
                        v + " - (" + v + " - v(" + trial + ")) * (" + v + " - v(" + q + ")) / " + v,
                        {trial, q});
    top.formula_voltage(numbered("high_inverter", bit), numbered("high_bar", bit), "ground",
                        v + " - v(" + high + ")", {high});
    top.formula_voltage(numbered("release", bit), numbered("low", bit), "ground",
                        "(" + v + " - v(sample)) * (" + v + " - v(" + high + ")) / " + v,
                        {"sample", high});
  }

  /// An ideal sum of the registers: 1 V for each count.
  void add_code_meter(Sheet& top) {
    std::string formula;
    std::vector<std::string> nets;
    for (int bit = 0; bit < setup_.bits; ++bit) {
      nets.push_back(numbered("q", bit));
      formula += (formula.empty() ? "" : " + ") + text(std::ldexp(1.0 / supply_, bit)) + " * v(" +
                 nets.back() + ")";
    }
    top.formula_voltage("code_meter", "code", "ground", formula, nets);
  }

  void measure_conversions() {
    for (std::size_t k = 0; k < setup_.input.size(); ++k) {
      const std::string number = std::to_string(k);
      const double volt = setup_.input[k];
      const int code = setup_.code(volt);
      const double end = static_cast<double>(k + 1) * setup_.conversion();
      const std::string given = " of " + base::to_engineering({volt, base::dimension::voltage});
      draft_.measure("code_" + number, "find v(code) at=" + text(end - 0.01 * setup_.phase),
                     "Code" + given + "; 1 V is a count");
      draft_.expect("code_" + number, code, 0.0, 0.05, "floor(input / least significant bit)");
      draft_.measure("residue_" + number,
                     "find v(top,common) at=" + text(end - 0.01 * setup_.phase),
                     "Top plate after the conversion" + given);
      draft_.expect("residue_" + number, code * setup_.step() - volt, 0.0, 0.25 * setup_.step(),
                    "code times the least significant bit less the input; tolerance: charge of "
                    "the switches");
    }
  }

  ConverterSetup setup_;
  double supply_;
  CircuitDraft draft_;
  ir::ModuleId latch_, plate_switch_;
};

}  // namespace

plugin::CircuitDesign sar_adc(const CircuitTask& task) {
  return ConverterBench(task, converter_setup(task)).build();
}

}  // namespace neucasl::cells
