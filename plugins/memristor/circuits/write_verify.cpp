#include <cmath>

#include "circuits.hpp"
#include "crossbar.hpp"
#include "programming.hpp"

namespace neucasl::memristor_circuits {
namespace {

using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

/// Agreement of an engine with the state equations, of a conductance between two pulses: states
/// move exponentially with voltage, so that small differences grow from pulse to pulse.
constexpr double path_relative = 0.1;
constexpr double energy_relative = 0.1;
constexpr double steps_of_a_pulse = 40.0;
/// The meter: a sense resistance for the current, and a capacitance that holds 1 V for 1 pJ.
constexpr double sense_resistance = 1e3;
constexpr double joule_per_volt = 1e-12;
constexpr double meter_capacitance = 1e-12;

class ProgrammingBench {
 public:
  ProgrammingBench(const plugin::CircuitRequest& request, plugin::Context& context)
      : p_(request.parameters),
        cell_(cell_request(p_), context, result_.uses),
        cells_(static_cast<std::size_t>(p_.integer("cells"))),
        selected_(static_cast<std::size_t>(p_.integer("selected"))) {
    if (selected_ >= cells_) {
      throw base::Error("memristor.shape",
                        "there is no cell " + std::to_string(selected_) + " in a column of " +
                            std::to_string(cells_),
                        "give selected of at most " + std::to_string(cells_ - 1),
                        p_.where("selected"));
    }
    static_cast<void>(cell_.state_internal());
    programming_ = find_programming(cell_, p_);
    timeline_ = timeline_of(programming_, cell_.kind() == CellKind::memory);
  }

  plugin::CircuitDesign run() {
    build();
    result_.analyses = {"tran " + base::shortest(timeline_.shortest / steps_of_a_pulse) + ' ' +
                        base::shortest(timeline_.stop)};
    expect_reads();
    expect_energy();
    expect_rest();
    describe();
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::string net_bit(const char* net, std::size_t bit) const {
    return cells_ == 1 ? std::string(net) : std::string(net) + '[' + std::to_string(bit) + ']';
  }
  [[nodiscard]] bool gated() const { return cell_.kind() == CellKind::transistor; }

  void build() {
    ir::Design& design = result_.design;
    design.name = "write_verify";
    Elements elements(design);
    CrossbarRequest column;
    column.name = "array";
    column.rows = cells_;
    column.columns = 1;
    column.state.assign(cells_, programming_.first_state);
    column.gate_per_row = true;
    const ir::ModuleId array = add_crossbar(design, elements, cell_, column);
    const ir::ModuleId source = elements.voltage_source();
    const ir::ModuleId sense = elements.current_to_voltage();
    const auto driver = [&](const char* name, const auto& points) {
      return points.empty() ? source : elements.waveform_source(name, points, 0.0);
    };
    const ir::ModuleId row_driver = driver("row_driver", timeline_.row);
    const ir::ModuleId column_driver = driver("column_driver", timeline_.column);
    const ir::ModuleId other_driver = driver("other_row_driver", timeline_.other_rows);
    const ir::ModuleId meter = add_meter(design, elements);

    ModuleBuilder top(design, "bench");
    design.top = top.id();
    const NetRef ground = top.net("ground", Discipline::electrical, 1, true);
    const NetRef row = top.net("row", Discipline::electrical, width_of(cells_));
    const NetRef column_wire = top.net("column", Discipline::electrical);
    const NetRef driven = top.net("driven", Discipline::electrical);
    const NetRef current = top.net("current", Discipline::electrical);
    const NetRef energy = top.net("energy", Discipline::electrical);
    ModuleBuilder::Connections pins{{"row_wire", row}, {"column_wire", column_wire}};
    if (gated()) pins.emplace_back("gate", add_gates(top, source, ground));
    top.instance("array", array, pins);
    for (std::size_t i = 0; i < cells_; ++i) {
      const bool chosen = i == selected_;
      top.instance("row_" + std::to_string(i), chosen ? row_driver : other_driver,
                   {{"p", chosen ? driven : bit_of(row, i)}, {"n", ground}});
    }
    top.instance("column_source", column_driver, {{"p", column_wire}, {"n", ground}});
    top.instance("sense", sense,
                 {{"p", current},
                  {"n", ground},
                  {"control_p", driven},
                  {"control_n", bit_of(row, selected_)}},
                 {{"transresistance", ohms(sense_resistance)}});
    top.instance(
        "meter", meter,
        {{"row", driven}, {"column", column_wire}, {"current", current}, {"energy", energy}});
  }

  NetRef add_gates(ModuleBuilder& top, ir::ModuleId source, NetRef ground) {
    const NetRef gate = top.net("gate", Discipline::electrical, width_of(cells_));
    for (std::size_t i = 0; i < cells_; ++i) {
      top.instance("gate_" + std::to_string(i), source, {{"p", bit_of(gate, i)}, {"n", ground}},
                   {{"voltage", volts(i == selected_ ? cell_.request().gate_voltage : 0.0)}});
    }
    return gate;
  }

  /// Integrates (v(row) - v(column)) x current onto a capacitance.
  static ir::ModuleId add_meter(ir::Design& design, Elements& elements) {
    constexpr double leak = 1e-18;  // S, so that the capacitance has a path at rest
    const double scale = meter_capacitance / joule_per_volt / sense_resistance;
    ModuleBuilder power(design, "power", true);
    power.attribute("element", "behavioural_current_source");
    power.attribute("formula", base::shortest(scale) + "*v(row,column)*v(current)");
    for (const char* pin : {"p", "n", "row", "column", "current"}) {
      power.port(pin, Discipline::electrical, ir::Direction::inout);
    }
    const ir::ModuleId capacitor = elements.capacitor();
    const ir::ModuleId conductance = elements.conductance();
    ModuleBuilder module(design, "energy_meter");
    const auto port = [&](const char* name) {
      return module.port(name, Discipline::electrical, ir::Direction::inout);
    };
    const NetRef row = port("row");
    const NetRef column = port("column");
    const NetRef current = port("current");
    const NetRef energy = port("energy");
    const NetRef ground = module.net("ground", Discipline::electrical, 1, true);
    module.instance(
        "power", power.id(),
        {{"p", ground}, {"n", energy}, {"row", row}, {"column", column}, {"current", current}});
    module.instance("sum", capacitor, {{"p", energy}, {"n", ground}},
                    {{"capacitance", farads(meter_capacitance)}});
    module.instance("leak", conductance, {{"p", energy}, {"n", ground}},
                    {{"conductance", siemens(leak)}});
    return module.id();
  }

  void expect(const std::string& name, const std::string& what, const std::string& label,
              double value, double relative, double absolute, const std::string& basis) {
    result_.measurements.push_back({0, {name, name + ' ' + what, {}}, label});
    result_.expectations.push_back({name, value, relative, absolute, basis});
  }

  /// Sensed voltage of a conductance.
  [[nodiscard]] double sensed(double conductance) const {
    return sense_resistance * cell_.read_voltage() * conductance;
  }

  void expect_reads() {
    const auto& pulses = programming_.result.pulses;
    for (std::size_t k = 0; k < timeline_.reads.size(); ++k) {
      const double g = k == 0 ? programming_.result.first_conductance : pulses[k - 1].conductance;
      const bool last = k + 1 == timeline_.reads.size();
      const std::string label =
          last ? "Final read, conductance x read voltage x 1 kohm"
               : "Read " + std::to_string(k) + ", conductance x read voltage x 1 kohm";
      expect(last ? "final_read" : "read_" + std::to_string(k),
             "find v(current) at=" + base::shortest(timeline_.reads[k]), label,
             sensed(last ? programming_.target : g), last ? 0.0 : path_relative,
             last ? sensed(programming_.window) : 0.0,
             last ? "target and its window"
                  : "state equations of the cell, integrated apart from the circuit");
    }
  }

  void expect_energy() {
    expect("energy", "find v(energy) at=" + base::shortest(timeline_.stop),
           "Energy of all pulses and reads of the cell, 1 V for 1 pJ",
           programming_.result.energy / joule_per_volt, energy_relative, 0.0,
           "integral of voltage x current by the state equations of the cell");
  }

  /// The other cells of the column have to keep their states.
  void expect_rest() {
    if (cells_ == 1) return;
    const std::size_t other = selected_ == 0 ? cells_ - 1 : 0;
    const std::string state =
        "v(array.cells[" + std::to_string(other) + "][0].memory." + cell_.state_name() + ")";
    expect("unselected_state", "find " + state + " at=" + base::shortest(timeline_.stop),
           "State of an unselected cell at the end", programming_.first_state, 0.0, p_.si("window"),
           gated() ? "its transistor is off" : "it is half selected, below its thresholds");
  }

  void add(const char* key, const char* label, double value, const base::Dimension& dimension,
           const char* method) {
    result_.figures.push_back(
        results::make_figure(key, label, value, dimension, method, "memristor"));
  }

  void describe() {
    namespace dim = base::dimension;
    const auto& r = programming_.result;
    std::size_t set = 0;
    for (const auto& one : r.pulses) {
      set += r.pulses.empty() || one.pulse.amplitude * programming_.rule.set.limit < 0.0 ? 0 : 1;
    }
    const char* equations = "state equations of the cell";
    add("pulses", "Pulses", static_cast<double>(r.pulses.size()), {}, equations);
    add("set_pulses", "Pulses that raise the conductance", static_cast<double>(set), {}, equations);
    add("target", "Target", programming_.target, dim::conductance, "parameter");
    add("window", "Largest distance from it", programming_.window, dim::conductance, "parameter");
    add("conductance", "Conductance after the last pulse", r.conductance, dim::conductance,
        equations);
    add("energy", "Energy of pulses and reads", r.energy, dim::energy, equations);
    add("time", "Time of the sequence", timeline_.stop, dim::time, "pulses, waits and reads");
    std::vector<std::int64_t> number;
    std::vector<double> amplitude;
    std::vector<double> width;
    std::vector<double> conductance;
    std::vector<double> energy;
    for (const auto& one : r.pulses) {
      number.push_back(signed_of(number.size() + 1));
      amplitude.push_back(one.pulse.amplitude);
      width.push_back(one.pulse.width);
      conductance.push_back(one.conductance);
      energy.push_back(one.energy);
    }
    results::Table table{"pulses", "Pulses; a negative one is applied to the column", {}};
    table.add("pulse", number).add("amplitude", amplitude, dim::voltage);
    table.add("width", width, dim::time).add("conductance", conductance, dim::conductance);
    table.add("energy", energy, dim::energy);
    result_.tables.push_back(std::move(table));
    result_.traces = {"driven", "column", "current", "energy"};
  }

  const plugin::ParameterSet& p_;
  plugin::CircuitDesign result_;
  Cell cell_;
  std::size_t cells_;
  std::size_t selected_;
  Programming programming_;
  PulseTimeline timeline_;
};

}  // namespace

plugin::CircuitDesign write_verify_circuit(const plugin::CircuitRequest& request,
                                           plugin::Context& context) {
  return ProgrammingBench(request, context).run();
}

}  // namespace neucasl::memristor_circuits
