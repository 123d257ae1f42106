#include <algorithm>
#include <cmath>
#include <limits>

#include "circuits.hpp"
#include "network_plan.hpp"
#include "neucasl/base/text.hpp"

namespace neucasl::memristor_circuits {
namespace {

using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

/// Agreement asked of an engine with the nodal solution of the same circuit.
constexpr double engine_relative = 1e-4;
constexpr double engine_share = 1e-4;  // of the read voltage
/// The measured lead of the winning output over the next one, against the float network's.
constexpr double lead_relative = 0.25;
/// A vector is applied over its period but for edges, and sampled here.
constexpr double edge_share = 0.02;
constexpr double sample_share = 0.9;

class NetworkBench {
 public:
  NetworkBench(const plugin::CircuitRequest& request, plugin::Context& context)
      : p_(request.parameters), plan_(plan_network(request, context, result_.uses)) {}

  plugin::CircuitDesign run() {
    build();
    const double stop = static_cast<double>(plan_.vectors.size()) * plan_.period;
    result_.analyses = {"tran " + base::shortest(0.05 * plan_.period) + ' ' + base::shortest(stop)};
    for (std::size_t k = 0; k < plan_.vectors.size(); ++k) expect_vector(k);
    describe();
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::size_t outputs() const { return plan_.layers.back().weights.outputs; }
  [[nodiscard]] std::string output_node(std::size_t n) const {
    const std::string net = "output_" + plan_.layers.back().name;
    return outputs() == 1 ? net : net + '[' + std::to_string(n) + ']';
  }

  [[nodiscard]] std::vector<std::pair<double, double>> input_points(std::size_t input) const {
    std::vector<std::pair<double, double>> points{{0.0, 0.0}};
    for (std::size_t k = 0; k < plan_.vectors.size(); ++k) {
      const double begin = static_cast<double>(k) * plan_.period;
      const double voltage = plan_.inputs.at(k, input) * plan_.cell.read_voltage();
      points.emplace_back(begin + edge_share * plan_.period, voltage);
      points.emplace_back(begin + (1.0 - edge_share) * plan_.period, voltage);
    }
    return points;
  }

  void build() {
    ir::Design& design = result_.design;
    design.name = "network";
    Elements elements(design);
    const ir::ModuleId source = elements.voltage_source();
    const ir::ModuleId rectifier = elements.formula_voltage("rectifier", "max(v(input),0)");
    std::vector<ir::ModuleId> arrays;
    std::vector<ir::ModuleId> readouts;
    for (const NetworkLayer& layer : plan_.layers) {
      arrays.push_back(add_crossbar(design, elements, plan_.cell, layer.crossbar));
      readouts.push_back(add_readout(design, elements, "readout_" + layer.name, layer.weights,
                                     layer.transresistance));
    }
    std::vector<ir::ModuleId> drivers;
    for (std::size_t i = 0; i < plan_.inputs.columns; ++i) {
      drivers.push_back(
          elements.waveform_source("input_driver_" + std::to_string(i), input_points(i), 0.0));
    }
    ModuleBuilder top(design, "bench");
    design.top = top.id();
    const NetRef ground = top.net("ground", Discipline::electrical, 1, true);
    NetRef before;
    for (std::size_t l = 0; l < plan_.layers.size(); ++l) {
      const NetworkLayer& layer = plan_.layers[l];
      const mapping::ArrayWiring wiring = layer.crossbar.wiring();
      const auto net = [&](const std::string& name, std::size_t width) {
        return top.net(name + '_' + layer.name, Discipline::electrical, width_of(width));
      };
      const NetRef row_wire = net("row_wire", wiring.row_width());
      const NetRef column_wire = net("column_wire", wiring.column_width());
      const NetRef column_voltage = net("column_voltage", layer.weights.columns);
      const NetRef output = net("output", layer.weights.outputs);
      top.instance("array_" + layer.name, arrays[l],
                   {{"row_wire", row_wire}, {"column_wire", column_wire}});
      top.instance("readout_" + layer.name, readouts[l],
                   {{"column", bit_of(column_wire, wiring.sensed_bit(0))},
                    {"column_voltage", column_voltage},
                    {"output", output}});
      const std::size_t bias = layer.weights.rows - 1;
      top.instance("bias_" + layer.name, source,
                   {{"p", bit_of(row_wire, wiring.driven_bit(bias))}, {"n", ground}},
                   {{"voltage", volts(plan_.cell.read_voltage())}});
      for (std::size_t i = 0; i < bias; ++i) {
        const NetRef row = bit_of(row_wire, wiring.driven_bit(i));
        if (l == 0) {
          top.instance("input_" + std::to_string(i), drivers[i], {{"p", row}, {"n", ground}});
        } else {
          join(top, elements, rectifier, l, i, row, bit_of(before, i), ground);
        }
      }
      before = output;
    }
  }

  /// From an output of layer l - 1 to row i of layer l.
  void join(ModuleBuilder& top, Elements& elements, ir::ModuleId rectifier, std::size_t l,
            std::size_t i, NetRef row, NetRef output, NetRef ground) const {
    const std::string name = plan_.layers[l].name + '_' + std::to_string(i);
    if (plan_.layers[l - 1].rectified) {
      top.instance("activation_" + name, rectifier, {{"p", row}, {"n", ground}, {"input", output}});
      return;
    }
    top.instance("buffer_" + name, elements.voltage_to_voltage(),
                 {{"p", row}, {"n", ground}, {"control_p", output}, {"control_n", ground}},
                 {{"gain", plain(1.0)}});
  }

  void expect(const std::string& name, const std::string& what, const std::string& label,
              double value, double relative, double absolute, const std::string& basis) {
    result_.measurements.push_back({0, {name, name + ' ' + what, {}}, label});
    result_.expectations.push_back({name, value, relative, absolute, basis});
  }

  void expect_vector(std::size_t k) {
    const NetworkPlan::Vector& vector = plan_.vectors[k];
    const double read = plan_.cell.read_voltage();
    const std::string at =
        " at=" + base::shortest((static_cast<double>(k) + sample_share) * plan_.period);
    const std::string prefix = "vector_" + std::to_string(k);
    const std::string suffix = ", vector " + std::to_string(k);
    for (std::size_t n = 0; n < outputs(); ++n) {
      const std::string number = std::to_string(n);
      const std::string what = base::concatenate({"find v(", output_node(n), ")", at});
      expect(base::concatenate({prefix, "_output_", number}), what,
             base::concatenate({"Output ", number, suffix}), vector.voltage.back()[n],
             engine_relative, engine_share * read,
             "Kirchhoff's laws for all arrays and wires, layer after layer");
      expect(base::concatenate({prefix, "_score_", number}), what,
             base::concatenate({"Output ", number, " against the float network", suffix}),
             plan_.ideal_voltage(vector, n), 0.0, p_.si("accuracy") * read,
             "score of the float network, scaled to the read voltage");
    }
    if (outputs() < 2) return;
    const std::size_t first = NetworkPlan::decision(vector.scores);
    std::vector<float> others = vector.scores;
    others[first] = -std::numeric_limits<float>::infinity();
    const std::size_t second = NetworkPlan::decision(others);
    expect(prefix + "_lead", "find v(" + output_node(first) + "," + output_node(second) + ")" + at,
           "Lead of output " + std::to_string(first) + " over " + std::to_string(second) + suffix,
           plan_.ideal_voltage(vector, first) - plan_.ideal_voltage(vector, second), lead_relative,
           0.0, "the float network's decision");
  }

  void add(const char* key, const char* label, double value, const base::Dimension& dimension,
           const char* method) {
    result_.figures.push_back(
        results::make_figure(key, label, value, dimension, method, "memristor"));
  }

  void describe() {
    std::size_t cells = 0;
    for (const NetworkLayer& layer : plan_.layers) {
      cells += layer.crossbar.rows * layer.crossbar.columns;
    }
    double deviation = 0.0;
    std::size_t agree = 0;
    for (const NetworkPlan::Vector& vector : plan_.vectors) {
      const std::vector<double>& voltage = vector.voltage.back();
      for (std::size_t n = 0; n < outputs(); ++n) {
        deviation = std::max(deviation, std::abs(voltage[n] - plan_.ideal_voltage(vector, n)));
      }
      const auto winner = static_cast<std::size_t>(
          std::max_element(voltage.begin(), voltage.end()) - voltage.begin());
      agree += winner == NetworkPlan::decision(vector.scores) ? 1 : 0;
    }
    add("layers", "Arrays, one a layer", static_cast<double>(plan_.layers.size()), {},
        "dense layers of the network");
    add("cells", "Cells", static_cast<double>(cells), {},
        "rows x columns, rows of biases included");
    add("vectors", "Input vectors", static_cast<double>(plan_.vectors.size()), {},
        "parameter, or all patterns");
    add("same_decisions", "Vectors with the float network's decision", static_cast<double>(agree),
        {}, "largest output voltage of the nodal solution; the simulation's leads are checked");
    add("read_voltage", "Read voltage", plan_.cell.read_voltage(), base::dimension::voltage,
        "parameter or card");
    add("largest_deviation", "Largest deviation from the float network", deviation,
        base::dimension::voltage, "nodal solution with wires and stored weights");
    result_.tables.push_back(score_table());
    for (std::size_t n = 0; n < std::min<std::size_t>(outputs(), 8); ++n) {
      result_.traces.push_back(output_node(n));
    }
  }

  [[nodiscard]] results::Table score_table() const {
    std::vector<std::int64_t> number;
    std::vector<std::string> inputs;
    std::vector<std::int64_t> output;
    std::vector<double> score;
    std::vector<double> ideal;
    std::vector<double> solved;
    std::vector<std::int64_t> decision;
    for (std::size_t k = 0; k < plan_.vectors.size(); ++k) {
      const NetworkPlan::Vector& vector = plan_.vectors[k];
      std::string text;
      for (std::size_t i = 0; i < plan_.inputs.columns; ++i) {
        text += (i == 0 ? "" : " ") + base::shortest(plan_.inputs.at(k, i));
      }
      for (std::size_t n = 0; n < outputs(); ++n) {
        number.push_back(signed_of(k));
        inputs.push_back(text);
        output.push_back(signed_of(n));
        score.push_back(static_cast<double>(vector.scores[n]));
        ideal.push_back(plan_.ideal_voltage(vector, n));
        solved.push_back(vector.voltage.back()[n]);
        decision.push_back(signed_of(NetworkPlan::decision(vector.scores)));
      }
    }
    results::Table table{"scores", "Scores of the float network and output voltages", {}};
    table.add("vector", number).add("inputs", inputs).add("output", output).add("score", score);
    table.add("ideal_voltage", ideal, base::dimension::voltage);
    table.add("solved_voltage", solved, base::dimension::voltage);
    table.add("decision", decision);
    return table;
  }

  const plugin::ParameterSet& p_;
  plugin::CircuitDesign result_;
  NetworkPlan plan_;
};

}  // namespace

plugin::CircuitDesign network_circuit(const plugin::CircuitRequest& request,
                                      plugin::Context& context) {
  return NetworkBench(request, context).run();
}

}  // namespace neucasl::memristor_circuits
