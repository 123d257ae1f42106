#include "network_plan.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::memristor_circuits {
namespace {

using network::LayerKind;
using network::Network;

constexpr std::size_t most_pattern_inputs = 6;

void check_network(const Network& network, const base::Location& where) {
  const auto fail = [&](const std::string& what) {
    throw base::Error("memristor.network", what,
                      "give a chain of dense layers with ReLU between them, such as the topology "
                      "multilayer-perceptron",
                      where);
  };
  network::LayerId last = network::network_input;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const network::Layer& layer = network.layers[k];
    if (layer.kind != LayerKind::dense && layer.kind != LayerKind::relu) {
      fail("layer '" + layer.name + "' is of kind " + std::string(to_string(layer.kind)));
    }
    if (layer.inputs.size() != 1 || layer.inputs[0] != last) {
      fail("layer '" + layer.name + "' does not follow the layer before it");
    }
    if (layer.kind == LayerKind::relu &&
        (k == 0 || network.layers[k - 1].kind != LayerKind::dense)) {
      fail("layer '" + layer.name + "' does not follow a dense layer");
    }
    last = k;
  }
  if (network.layers.empty()) fail("network '" + network.name + "' has no layer");
}

/// All patterns of 0 and 1, the first input slowest.
NumberTable all_patterns(std::size_t inputs, const base::Location& where) {
  if (inputs > most_pattern_inputs) {
    throw base::Error("memristor.input",
                      "all patterns of " + std::to_string(inputs) + " inputs are too many",
                      "give a file of input vectors", where);
  }
  NumberTable table;
  table.rows = std::size_t{1} << inputs;
  table.columns = inputs;
  for (std::size_t m = 0; m < table.rows; ++m) {
    for (std::size_t i = 0; i < inputs; ++i) {
      table.values.push_back(static_cast<double>((m >> (inputs - 1 - i)) & 1U));
      table.where.push_back(where);
    }
  }
  return table;
}

NumberTable inputs_of(const plugin::ParameterSet& parameters, std::size_t inputs) {
  if (parameters.text("inputs").empty()) {
    return all_patterns(inputs, parameters.where("inputs"));
  }
  NumberTable table = read_numbers(parameters.text("inputs"), parameters.where("inputs"));
  if (table.columns != inputs) {
    throw base::Error("memristor.shape",
                      "an input vector has " + std::to_string(table.columns) +
                          " numbers, the network has " + std::to_string(inputs) + " inputs",
                      "write one vector a line", table.where.front());
  }
  for (std::size_t k = 0; k < table.values.size(); ++k) {
    if (std::abs(table.values[k]) <= 1.0) continue;
    throw base::Error("memristor.input",
                      "the input " + base::shortest(table.values[k]) + " cannot be driven",
                      "give -1 to 1; 1 is the read voltage", table.where[k]);
  }
  return table;
}

/// Outputs of each dense layer, before rectifying, by the float weights.
std::vector<std::vector<double>> float_outputs(const Network& network, std::vector<double> values) {
  std::vector<std::vector<double>> outputs;
  for (const network::Layer& layer : network.layers) {
    if (layer.kind == LayerKind::relu) {
      for (double& value : values) value = std::max(value, 0.0);
      continue;
    }
    std::vector<double> next(layer.bias.begin(), layer.bias.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
      for (std::size_t n = 0; n < layer.outputs; ++n) {
        next[n] += values[i] * static_cast<double>(layer.weight[i * layer.outputs + n]);
      }
    }
    outputs.push_back(next);
    values = std::move(next);
  }
  return outputs;
}

std::vector<double> row_of(const NumberTable& table, std::size_t row) {
  const auto begin = table.values.begin() + static_cast<std::ptrdiff_t>(row * table.columns);
  return {begin, begin + static_cast<std::ptrdiff_t>(table.columns)};
}

/// A W above b.
NumberTable array_weights(const network::Layer& layer, double input_scale,
                          const base::Location& where) {
  NumberTable table;
  table.columns = layer.outputs;
  table.rows = layer.weight.size() / layer.outputs + 1;
  for (const float w : layer.weight) table.values.push_back(input_scale * static_cast<double>(w));
  for (const float b : layer.bias) table.values.push_back(static_cast<double>(b));
  table.where.assign(table.values.size(), where);
  return table;
}

std::vector<double> solve_layer(const NetworkPlan& plan, const NetworkLayer& layer,
                                const std::vector<double>& rows) {
  const std::vector<double> current =
      solve_crossbar(plan.cell, layer.crossbar, layer.weights.conductance, rows).column_current;
  return readout_voltages(layer.weights, layer.transresistance, current);
}

void solve_vector(NetworkPlan& plan, const Network& network, std::size_t index) {
  NetworkPlan::Vector vector;
  std::vector<double> rows = row_of(plan.inputs, index);
  const std::vector<float> sample(rows.begin(), rows.end());
  vector.scores = network::run(network, sample, 1, {});
  for (double& value : rows) value *= plan.cell.read_voltage();
  for (const NetworkLayer& layer : plan.layers) {
    rows.push_back(plan.cell.read_voltage());
    vector.voltage.push_back(solve_layer(plan, layer, rows));
    rows = vector.voltage.back();
    if (layer.rectified) {
      for (double& value : rows) value = std::max(value, 0.0);
    }
  }
  plan.vectors.push_back(std::move(vector));
}

/// Largest magnitude of each dense layer's outputs over the input vectors.
std::vector<double> output_scales(const Network& network, const NumberTable& inputs) {
  std::vector<double> scales;
  for (std::size_t k = 0; k < inputs.rows; ++k) {
    const auto outputs = float_outputs(network, row_of(inputs, k));
    scales.resize(outputs.size(), 0.0);
    for (std::size_t l = 0; l < outputs.size(); ++l) {
      for (const double value : outputs[l]) scales[l] = std::max(scales[l], std::abs(value));
    }
  }
  for (double& scale : scales) scale = scale > 0.0 ? scale : 1.0;
  return scales;
}

}  // namespace

double NetworkPlan::ideal_voltage(const Vector& vector, std::size_t output) const {
  return cell.read_voltage() * static_cast<double>(vector.scores[output]) /
         layers.back().output_scale;
}

std::size_t NetworkPlan::decision(const std::vector<float>& scores) {
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

NetworkPlan plan_network(const plugin::CircuitRequest& request, plugin::Context& context,
                         device::UseList& uses) {
  const plugin::ParameterSet& p = request.parameters;
  if (request.network == nullptr) {
    throw base::Error("memristor.network", "there is no network to build",
                      "put a stage of kind 'network' before this one in a flow", p.where("device"));
  }
  const Network& network = *request.network;
  check_network(network, p.where("device"));
  NetworkPlan plan{Cell(cell_request(p), context, uses), {}, {}, p.si("pulse_time"), {}};
  if (!plan.cell.linear()) {
    throw base::Error("memristor.network",
                      "the current of '" + p.text("device") +
                          "' is not proportional to voltage, "
                          "but layers pass on voltages of any size",
                      "take an ohmic card, such as hfox_neurram or vteam_magic", p.where("device"));
  }
  plan.inputs = inputs_of(p, network.input.size());
  const std::vector<double> scales = output_scales(network, plan.inputs);
  double input_scale = 1.0;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const network::Layer& source = network.layers[k];
    if (source.kind == LayerKind::relu) continue;
    NetworkLayer layer;
    layer.name = source.name;
    layer.rectified =
        k + 1 < network.layers.size() && network.layers[k + 1].kind == LayerKind::relu;
    layer.output_scale = scales[plan.layers.size()];
    const NumberTable weights = array_weights(source, input_scale, p.where("device"));
    layer.weights = encode(weights, weight_format(p, weights, plan.cell.lowest(),
                                                  plan.cell.highest(), plan.cell.binary()));
    layer.transresistance = 1.0 / (layer.weights.unit * layer.output_scale);
    layer.crossbar.name = "array_" + source.name;
    layer.crossbar.rows = layer.weights.rows;
    layer.crossbar.columns = layer.weights.columns;
    layer.crossbar.row_segment = p.si("row_segment_resistance");
    layer.crossbar.column_segment = p.si("column_segment_resistance");
    layer.crossbar.state = states_of(plan.cell, layer.weights.conductance);
    input_scale = layer.output_scale;
    plan.layers.push_back(std::move(layer));
  }
  for (std::size_t k = 0; k < plan.inputs.rows; ++k) solve_vector(plan, network, k);
  return plan;
}

}  // namespace neucasl::memristor_circuits
