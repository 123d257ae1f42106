#include <algorithm>
#include <cmath>

#include "circuits.hpp"
#include "neucasl/base/text.hpp"
#include "synapse_plan.hpp"

namespace neucasl::memristor_circuits {
namespace {

using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;
using plugin::CircuitDesign;

/// Agreement asked of an engine with the nodal solution of the same circuit.
constexpr double synapse_engine_relative = 1e-4;
constexpr double synapse_engine_share = 1e-5;  // of the largest current
/// A vector begins at `rise`, is sampled at `sample` and ends at `fall` of its period; before and
/// after it all rows are at 0 V, so that selectors switch off.
constexpr double rise_share = 0.3;
constexpr double synapse_edge_share = 0.02;
constexpr double synapse_sample_share = 0.9;
constexpr double fall_share = 0.95;
/// Neurons: a row is at 0 V for this share of the fastest period, then at its voltage.
constexpr double quiet_share = 0.2;
/// Agreement of spike times with the closed form, which takes the inverters to switch at once.
constexpr double spike_relative = 0.06;
/// A neuron nearer to the rheobase than this is not held against the closed form.
constexpr double clear_of_rheobase = 1.5;
constexpr double silent_below = 0.9;
/// The longest simulation over the shortest period.
constexpr double most_periods = 30.0;

std::string name_of(const char* stem, std::size_t index) {
  return std::string(stem) + '_' + std::to_string(index);
}
std::string node_of(const char* net, std::size_t index, std::size_t width) {
  return width == 1 ? std::string(net) : std::string(net) + '[' + std::to_string(index) + ']';
}

/// The bench: sources, array, readout and, where asked for, neurons.
class SynapseBench {
 public:
  SynapseBench(const plugin::CircuitRequest& request, plugin::Context& context)
      : request_(request), context_(context), plan_(plan_synapses(request, context, result_.uses)) {
    result_.tables = synapse_tables(plan_);
    result_.figures = synapse_figures(plan_);
  }

  CircuitDesign run() {
    const bool spiking = request_.parameters.text("readout") == "neuron";
    if (spiking) choose_neuron();
    build_design(spiking);
    if (spiking) {
      expect_spikes();
    } else {
      expect_products();
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::size_t outputs() const { return plan_.weights.outputs; }

  void choose_neuron() {
    const plugin::ParameterSet& p = request_.parameters;
    NeuronRequest neuron;
    neuron.n_card = p.text("neuron_n");
    neuron.p_card = p.text("neuron_p");
    neuron.n_where = p.where("neuron_n");
    neuron.p_where = p.where("neuron_p");
    neuron.supply = p.si("neuron_supply");
    neuron.membrane_capacitance = p.si("membrane_capacitance");
    neuron.leak_conductance = p.si("leak_conductance");
    neuron.full_current = p.si("neuron_current");
    neuron_.emplace(neuron, context_, result_.uses);
    const std::vector<double> voltage = plan_.outputs(plan_.vectors.front().current);
    const double largest = *std::max_element(voltage.begin(), voltage.end());
    if (!(largest > 0.0)) {
      throw base::Error("memristor.neuron",
                        "no output of the first input vector is positive, so that no neuron fires",
                        "give another input vector or other weights", p.where("inputs"));
    }
    transconductance_ = neuron.full_current / largest;
    for (const double v : voltage) input_current_.push_back(transconductance_ * v);
    start_ = quiet_share * neuron_->period(neuron.full_current);
    stop_ = start_;
    const double cap = most_periods * neuron_->period(neuron.full_current);
    for (const double current : input_current_) {
      if (measurable(current)) stop_ = std::max(stop_, std::min(end_of_third(current), cap));
    }
  }

  [[nodiscard]] bool measurable(double current) const {
    return current > clear_of_rheobase * neuron_->rheobase();
  }
  /// The third spike has surely come by then.
  [[nodiscard]] double end_of_third(double current) const {
    return start_ + 1.15 * (neuron_->first_spike(current) + 2.0 * neuron_->period(current));
  }

  [[nodiscard]] std::vector<std::pair<double, double>> row_points(std::size_t row,
                                                                  bool spiking) const {
    std::vector<std::pair<double, double>> points{{0.0, 0.0}};
    if (spiking) {
      points.emplace_back(0.98 * start_, 0.0);
      points.emplace_back(start_, plan_.vectors.front().voltage[row]);
      return points;
    }
    const double period = plan_.period;
    for (std::size_t k = 0; k < plan_.vectors.size(); ++k) {
      const double begin = static_cast<double>(k) * period;
      const double voltage = plan_.vectors[k].voltage[row];
      points.emplace_back(begin + rise_share * period, 0.0);
      points.emplace_back(begin + (rise_share + synapse_edge_share) * period, voltage);
      points.emplace_back(begin + fall_share * period, voltage);
      points.emplace_back(begin + (fall_share + synapse_edge_share) * period, 0.0);
    }
    return points;
  }

  void build_design(bool spiking) {
    ir::Design& design = result_.design;
    design.name = "synapse_array";
    Elements elements(design);
    const ir::ModuleId array = add_crossbar(design, elements, plan_.cell, plan_.crossbar);
    const ir::ModuleId readout =
        add_readout(design, elements, "readout", plan_.weights, plan_.transresistance);
    const ir::ModuleId source = elements.voltage_source();
    std::vector<ir::ModuleId> drivers;
    for (std::size_t i = 0; i < plan_.crossbar.rows; ++i) {
      drivers.push_back(elements.waveform_source(name_of("row_driver", i), row_points(i, spiking),
                                                 plan_.vectors.front().voltage[i]));
    }
    const ir::ModuleId neuron =
        spiking ? neuron_->add(design, elements, "neuron", transconductance_) : ir::ModuleId{};

    const mapping::ArrayWiring wiring = plan_.crossbar.wiring();
    ModuleBuilder top(design, "bench");
    design.top = top.id();
    const auto net = [&](const char* name, std::size_t width) {
      return top.net(name, Discipline::electrical, width_of(width));
    };
    const NetRef ground = top.net("ground", Discipline::electrical, 1, true);
    const NetRef row_wire = net("row_wire", wiring.row_width());
    const NetRef column_wire = net("column_wire", wiring.column_width());
    const NetRef column_voltage = net("column_voltage", plan_.weights.columns);
    const NetRef output = net("output", outputs());
    ModuleBuilder::Connections pins{{"row_wire", row_wire}, {"column_wire", column_wire}};
    if (plan_.cell.kind() == CellKind::transistor) {
      const NetRef gate = net("gate", 1);
      top.instance("gate_source", source, {{"p", gate}, {"n", ground}},
                   {{"voltage", volts(plan_.cell.request().gate_voltage)}});
      pins.emplace_back("gate", gate);
    }
    top.instance("array", array, pins);
    for (std::size_t i = 0; i < plan_.crossbar.rows; ++i) {
      top.instance(name_of("row", i), drivers[i],
                   {{"p", bit_of(row_wire, wiring.driven_bit(i))}, {"n", ground}});
    }
    top.instance("readout", readout,
                 {{"column", bit_of(column_wire, wiring.sensed_bit(0))},
                  {"column_voltage", column_voltage},
                  {"output", output}});
    if (spiking) add_neurons(top, neuron, source, output, ground);
  }

  void add_neurons(ModuleBuilder& top, ir::ModuleId neuron, ir::ModuleId source, NetRef output,
                   NetRef ground) {
    const auto count = width_of(outputs());
    const NetRef membrane = top.net("membrane", Discipline::electrical, count);
    const NetRef spike = top.net("spike", Discipline::electrical, count);
    const NetRef supply = top.net("supply", Discipline::electrical);
    const NetRef bias = top.net("bias", Discipline::electrical);
    top.instance("supply_source", source, {{"p", supply}, {"n", ground}},
                 {{"voltage", volts(neuron_->request().supply)}});
    top.instance("bias_source", source, {{"p", bias}, {"n", ground}},
                 {{"voltage", volts(neuron_->reset_bias())}});
    top.array("neurons", neuron, count, 1,
              {{"drive", output, 1, 0},
               {"membrane", membrane, 1, 0},
               {"spike", spike, 1, 0},
               {"supply", supply, 0, 0},
               {"bias", bias, 0, 0}});
  }

  void measure(std::size_t analysis, const std::string& name, const std::string& what,
               const std::string& label) {
    result_.measurements.push_back({analysis, {name, name + ' ' + what, {}}, label});
  }

  void expect_columns(std::size_t analysis, std::size_t vector, const std::string& prefix,
                      const std::string& function, const std::string& settings) {
    const std::vector<double>& current = plan_.vectors[vector].current;
    double largest = 0.0;
    for (const double i : current) largest = std::max(largest, std::abs(i));
    for (std::size_t j = 0; j < current.size(); ++j) {
      const std::string name = prefix + name_of("_column", j);
      measure(analysis, name,
              base::concatenate(
                  {function, " v(", node_of("column_voltage", j, current.size()), ")", settings}),
              "Current of column " + std::to_string(j) + " times the transresistance, vector " +
                  std::to_string(vector));
      result_.expectations.push_back(
          {name, plan_.transresistance * current[j], synapse_engine_relative,
           synapse_engine_share * plan_.transresistance * largest,
           "Kirchhoff's laws for array and wires, solved by line relaxation" +
               std::string(plan_.cell.linear() ? "" : "; cells by their device models")});
    }
  }

  void expect_outputs(std::size_t analysis, std::size_t vector, const std::string& prefix,
                      const std::string& function, const std::string& settings) {
    const SynapsePlan::Vector& x = plan_.vectors[vector];
    for (std::size_t n = 0; n < outputs(); ++n) {
      const std::string name = prefix + name_of("_output", n);
      measure(analysis, name,
              base::concatenate({function, " v(", node_of("output", n, outputs()), ")", settings}),
              "Output " + std::to_string(n) + ", vector " + std::to_string(vector));
      result_.expectations.push_back(
          {name, plan_.volts_per_unit() * x.product[n], synapse_engine_relative,
           plan_.output_bound(x, n) + synapse_engine_share * plan_.volts_per_unit(),
           "product of weights and inputs; tolerance: bound of the drops along the wires and of "
           "the cells' curvature"});
    }
  }

  void expect_products() {
    const auto count = plan_.vectors.size();
    const double stop = static_cast<double>(count) * plan_.period;
    result_.analyses = {"tran " + base::shortest(0.05 * plan_.period) + ' ' + base::shortest(stop)};
    for (std::size_t k = 0; k < count; ++k) {
      const double at = (static_cast<double>(k) + synapse_sample_share) * plan_.period;
      const std::string prefix = name_of("vector", k);
      const std::string settings = " at=" + base::shortest(at);
      expect_columns(0, k, prefix, "find", settings);
      expect_outputs(0, k, prefix, "find", settings);
    }
    for (std::size_t n = 0; n < std::min<std::size_t>(outputs(), 8); ++n) {
      result_.traces.push_back(node_of("output", n, outputs()));
    }
  }

  void expect_spikes() {
    const double shortest = neuron_->period(neuron_->request().full_current);
    result_.analyses = {"tran " + base::shortest(0.05 * shortest) + ' ' + base::shortest(stop_)};
    expect_columns(0, 0, "array", "find", " at=" + base::shortest(stop_));
    const std::string half = base::shortest(0.5 * neuron_->request().supply);
    std::vector<double> first;
    std::vector<double> period;
    for (std::size_t n = 0; n < outputs(); ++n) {
      const double current = input_current_[n];
      const std::string spike = "v(" + node_of("spike", n, outputs()) + ")";
      first.push_back(neuron_->first_spike(current));
      period.push_back(neuron_->period(current));
      const std::string number = std::to_string(n);
      if (current < silent_below * neuron_->rheobase()) {
        const std::string name = name_of("silence", n);
        measure(0, name, "max " + spike, "Largest output of neuron " + number);
        result_.expectations.push_back({name, 0.0, 0.0, 0.5 * neuron_->request().supply,
                                        "input below the rheobase: the neuron never fires"});
      } else if (measurable(current) && end_of_third(current) <= stop_ * (1.0 + 1e-9)) {
        const std::string name = name_of("first_spike", n);
        measure(0, name,
                base::concatenate({"trig at=", base::shortest(0.99 * start_), " targ ", spike,
                                   " val=", half, " rise=1"}),
                "First spike of neuron " + number);
        result_.expectations.push_back(
            {name, first.back(), spike_relative, 0.02 * start_,
             "(C/g) ln(I/g / (I/g - V_T)), leaky integration up to the threshold"});
        const std::string interval = name_of("period", n);
        measure(0, interval,
                base::concatenate({"trig ", spike, " val=", half, " rise=2 targ ", spike,
                                   " val=", half, " rise=3"}),
                "Interval of spikes of neuron " + number);
        result_.expectations.push_back(
            {interval, period.back(), spike_relative, 0.0,
             "(C/g) ln((I/g - V_T + dV)/(I/g - V_T)) + Cf Vdd/(Ir - I)"});
      }
    }
    describe_neurons(first, period);
    for (std::size_t n = 0; n < std::min<std::size_t>(outputs(), 8); ++n) {
      result_.traces.push_back(node_of("spike", n, outputs()));
      if (n < 2) result_.traces.push_back(node_of("membrane", n, outputs()));
    }
  }

  void describe_neurons(const std::vector<double>& first, const std::vector<double>& period) {
    std::vector<std::int64_t> number;
    std::vector<double> rate;
    for (std::size_t n = 0; n < outputs(); ++n) {
      number.push_back(signed_of(n));
      rate.push_back(1.0 / period[n]);
    }
    // A silent neuron has no time of its first spike.
    std::vector<double> shown = first;
    for (double& time : shown) time = std::isfinite(time) ? time : 0.0;
    results::Table table{"neurons", "Neurons by the closed form; 0: silent", {}};
    table.add("neuron", number).add("product", plan_.vectors.front().product);
    table.add("current", input_current_, base::dimension::current);
    table.add("first_spike", shown, base::dimension::time);
    table.add("rate", rate, base::dimension::frequency);
    result_.tables.push_back(std::move(table));
    const auto add = [&](const char* key, const char* label, double value,
                         const base::Dimension& dimension, const char* method) {
      result_.figures.push_back(
          results::make_figure(key, label, value, dimension, method, "memristor"));
    };
    add("neurons", "Neurons", static_cast<double>(outputs()), {}, "one for each output");
    add("neuron_transistors", "Transistors of a neuron", static_cast<double>(Neuron::transistors),
        {}, "two inverters, reset, clamp");
    add("neuron_threshold", "Threshold of the membrane", neuron_->threshold(),
        base::dimension::voltage, "input = output of the inverter, device models");
    add("rheobase", "Least current that makes a neuron fire", neuron_->rheobase(),
        base::dimension::current, "leak conductance x threshold");
  }

  const plugin::CircuitRequest& request_;
  plugin::Context& context_;
  CircuitDesign result_;
  SynapsePlan plan_;
  std::optional<Neuron> neuron_;
  double transconductance_ = 0.0;  ///< S, from output to membrane
  std::vector<double> input_current_;
  double start_ = 0.0;
  double stop_ = 0.0;
};

}  // namespace

CircuitDesign synapse_array(const plugin::CircuitRequest& request, plugin::Context& context) {
  return SynapseBench(request, context).run();
}

}  // namespace neucasl::memristor_circuits
