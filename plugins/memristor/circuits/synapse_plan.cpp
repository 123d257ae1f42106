#include "synapse_plan.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::memristor_circuits {
namespace {

using plugin::ParameterSet;

/// Requires the count that a parameter states, if it states one.
void require_count(const ParameterSet& parameters, const char* name, std::size_t count,
                   const base::Location& where, const std::string& what) {
  const auto asked = static_cast<std::size_t>(parameters.integer(name));
  if (asked == 0 || asked == count) return;
  throw base::Error(
      "memristor.shape",
      "the file has " + std::to_string(count) + " " + what + ", the parameter " + name + " is " +
          std::to_string(asked),
      "set " + std::string(name) + " to " + std::to_string(count) + " or leave it out", where);
}

std::size_t count_or(const ParameterSet& parameters, const char* name, std::size_t otherwise) {
  const auto asked = static_cast<std::size_t>(parameters.integer(name));
  return asked == 0 ? otherwise : asked;
}

NumberTable weights_of(const ParameterSet& parameters, std::uint64_t seed) {
  if (!parameters.text("weights").empty()) {
    NumberTable weights = read_numbers(parameters.text("weights"), parameters.where("weights"));
    require_count(parameters, "rows", weights.rows, weights.file, "rows");
    require_count(parameters, "outputs", weights.columns, weights.file, "columns");
    return weights;
  }
  NumberTable weights;
  weights.rows = count_or(parameters, "rows", 8);
  weights.columns = count_or(parameters, "outputs", 8);
  base::RandomStream random(seed, "memristor/synapse_array/weights");
  for (std::size_t k = 0; k < weights.rows * weights.columns; ++k) {
    weights.values.push_back(2.0 * random.uniform() - 1.0);
    weights.where.push_back(parameters.where("weights"));
  }
  return weights;
}

void check_inputs(const NumberTable& inputs, std::size_t rows, bool binary) {
  if (inputs.columns != rows) {
    throw base::Error("memristor.shape",
                      "an input vector has " + std::to_string(inputs.columns) +
                          " numbers, the array has " + std::to_string(rows) + " rows",
                      "write one vector a line, one number for each row of the weights",
                      inputs.where.front());
  }
  for (std::size_t k = 0; k < inputs.values.size(); ++k) {
    const double x = inputs.values[k];
    const bool good = binary ? x == 0.0 || x == 1.0 : std::abs(x) <= 1.0;
    if (good) continue;
    throw base::Error(
        "memristor.input", "the input " + base::shortest(x) + " cannot be driven",
        binary ? "give 0 or 1: a selector is off or on" : "give -1 to 1; 1 is the read voltage",
        inputs.where[k]);
  }
}

NumberTable inputs_of(const ParameterSet& parameters, std::size_t rows, bool binary,
                      std::uint64_t seed) {
  NumberTable inputs;
  if (!parameters.text("inputs").empty()) {
    inputs = read_numbers(parameters.text("inputs"), parameters.where("inputs"));
    require_count(parameters, "vectors", inputs.rows, inputs.file, "input vectors");
  } else {
    inputs.rows = count_or(parameters, "vectors", 4);
    inputs.columns = rows;
    for (std::size_t k = 0; k < inputs.rows; ++k) {
      base::RandomStream random(seed, "memristor/synapse_array/inputs", k);
      for (std::size_t i = 0; i < rows; ++i) {
        inputs.values.push_back(static_cast<double>(random.below(2)));
        inputs.where.push_back(parameters.where("inputs"));
      }
      // A vector of zeros would show nothing.
      inputs.values[k * rows + random.below(static_cast<std::uint32_t>(rows))] = 1.0;
    }
  }
  check_inputs(inputs, rows, binary);
  return inputs;
}

SynapsePlan::Vector solve_vector(const SynapsePlan& plan, std::size_t index) {
  SynapsePlan::Vector vector;
  for (std::size_t i = 0; i < plan.inputs.columns; ++i) {
    vector.voltage.push_back(plan.inputs.at(index, i) * plan.cell.read_voltage());
  }
  for (std::size_t n = 0; n < plan.weights.outputs; ++n) {
    double sum = 0.0;
    for (std::size_t i = 0; i < plan.weights.rows; ++i) {
      sum += plan.weights.realised[i * plan.weights.outputs + n] * plan.inputs.at(index, i);
    }
    vector.product.push_back(sum);
  }
  vector.current =
      solve_crossbar(plan.cell, plan.crossbar, plan.weights.conductance, vector.voltage)
          .column_current;
  vector.current_bound =
      deviation_bound(plan.cell, plan.crossbar, plan.weights.conductance, vector.voltage);
  return vector;
}

results::Figure figure(const char* key, const char* label, double value,
                       const base::Dimension& dimension, const char* method) {
  results::Figure result;
  result.key = key;
  result.label = label;
  result.value = value;
  result.dimension = dimension;
  result.method = method;
  result.plugin = "memristor";
  return result;
}

results::Table output_table(const SynapsePlan& plan) {
  std::vector<std::int64_t> vectors;
  std::vector<std::int64_t> outputs;
  std::vector<double> product;
  std::vector<double> ideal;
  std::vector<double> solved;
  std::vector<double> bound;
  for (std::size_t k = 0; k < plan.vectors.size(); ++k) {
    const SynapsePlan::Vector& vector = plan.vectors[k];
    const std::vector<double> voltage = plan.outputs(vector.current);
    for (std::size_t n = 0; n < plan.weights.outputs; ++n) {
      vectors.push_back(signed_of(k));
      outputs.push_back(signed_of(n));
      product.push_back(vector.product[n]);
      ideal.push_back(plan.volts_per_unit() * vector.product[n]);
      solved.push_back(voltage[n]);
      bound.push_back(plan.output_bound(vector, n));
    }
  }
  results::Table table{"outputs", "Outputs: product of weights and inputs, and voltage", {}};
  table.add("vector", vectors).add("output", outputs).add("product", product);
  table.add("ideal_voltage", ideal, base::dimension::voltage);
  table.add("solved_voltage", solved, base::dimension::voltage);
  table.add("bound_of_difference", bound, base::dimension::voltage);
  return table;
}

results::Table cell_table(const SynapsePlan& plan) {
  std::vector<std::int64_t> rows;
  std::vector<std::int64_t> columns;
  for (std::size_t k = 0; k < plan.crossbar.state.size(); ++k) {
    rows.push_back(signed_of(k / plan.crossbar.columns));
    columns.push_back(signed_of(k % plan.crossbar.columns));
  }
  results::Table table{"cells", "Cells: conductance at the read voltage and state", {}};
  table.add("row", rows).add("column", columns);
  table.add("conductance", plan.weights.conductance, base::dimension::conductance);
  table.add("state", plan.crossbar.state, plan.cell.state_dimension());
  return table;
}

}  // namespace

std::vector<double> SynapsePlan::outputs(const std::vector<double>& current) const {
  return readout_voltages(weights, transresistance, current);
}

double SynapsePlan::output_bound(const Vector& vector, std::size_t output) const {
  double sum = 0.0;
  for (std::size_t c = 0; c < weights.columns_per_output; ++c) {
    sum +=
        std::abs(weights.gain[c]) * vector.current_bound[output * weights.columns_per_output + c];
  }
  if (weights.reference) sum += std::abs(weights.reference_gain) * vector.current_bound.back();
  return transresistance * sum;
}

SynapsePlan plan_synapses(const plugin::CircuitRequest& request, plugin::Context& context,
                          device::UseList& uses) {
  const ParameterSet& p = request.parameters;
  const NumberTable weights = weights_of(p, context.seed);
  SynapsePlan plan{Cell(cell_request(p), context, uses), {}, {}, 0.0, 0.0, {}, {}};
  const Cell& cell = plan.cell;
  plan.weights =
      encode(weights, weight_format(p, weights, cell.lowest(), cell.highest(), cell.binary()));
  plan.transresistance = p.si("transresistance");
  plan.period = p.si("pulse_time");
  plan.inputs = inputs_of(p, weights.rows, cell.binary(), context.seed);
  plan.crossbar.name = "array";
  plan.crossbar.rows = plan.weights.rows;
  plan.crossbar.columns = plan.weights.columns;
  plan.crossbar.row_segment = p.si("row_segment_resistance");
  plan.crossbar.column_segment = p.si("column_segment_resistance");
  plan.crossbar.state = states_of(cell, plan.weights.conductance);
  for (std::size_t k = 0; k < plan.inputs.rows; ++k) {
    plan.vectors.push_back(solve_vector(plan, k));
  }
  return plan;
}

std::vector<results::Table> synapse_tables(const SynapsePlan& plan) {
  return {output_table(plan), cell_table(plan)};
}

std::vector<results::Figure> synapse_figures(const SynapsePlan& plan) {
  const auto cells = static_cast<double>(plan.crossbar.rows * plan.crossbar.columns);
  double power = 0.0;
  double deviation = 0.0;
  double largest = 0.0;
  for (const SynapsePlan::Vector& vector : plan.vectors) {
    const std::vector<double> voltage = plan.outputs(vector.current);
    for (std::size_t n = 0; n < voltage.size(); ++n) {
      const double ideal = plan.volts_per_unit() * vector.product[n];
      largest = std::max(largest, std::abs(ideal));
      deviation = std::max(deviation, std::abs(voltage[n] - ideal));
    }
    for (std::size_t k = 0; k < plan.weights.conductance.size(); ++k) {
      const double v = vector.voltage[k / plan.crossbar.columns];
      power += v * v * plan.weights.conductance[k] / static_cast<double>(plan.vectors.size());
    }
  }
  namespace dim = base::dimension;
  return {
      figure("cells", "Cells", cells, {}, "rows x columns, reference column included"),
      figure("array_rows", "Rows", static_cast<double>(plan.crossbar.rows), {}, "of the weights"),
      figure("array_columns", "Columns", static_cast<double>(plan.crossbar.columns), {},
             "outputs x columns of an output, and the reference column"),
      figure("devices", "Devices in cells", cells * static_cast<double>(plan.cell.devices()), {},
             "memories, transistors and selectors"),
      figure("read_voltage", "Read voltage", plan.cell.read_voltage(), dim::voltage,
             "parameter or card"),
      figure("conductance_lowest", "Lowest conductance of a cell", plan.cell.lowest(),
             dim::conductance, "device models at the read voltage, access device included"),
      figure("conductance_highest", "Highest conductance of a cell", plan.cell.highest(),
             dim::conductance, "device models at the read voltage, access device included"),
      figure("volts_per_unit", "Output for a product of 1", plan.volts_per_unit(), dim::voltage,
             "transresistance x conductance of a weight of 1 x read voltage"),
      figure("largest_deviation", "Largest deviation from the ideal output",
             largest > 0.0 ? deviation / largest : 0.0, {},
             "nodal solution of array and wires against the product, over the largest output"),
      figure("power", "Power of the array, mean over the vectors", power, dim::power,
             "sum of conductance x voltage squared"),
  };
}

}  // namespace neucasl::memristor_circuits
