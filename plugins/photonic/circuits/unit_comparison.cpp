#include "unit_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "neucasl/base/quantity.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "neucasl/network/network.hpp"

namespace neucasl::photonic {
namespace {

constexpr int model_weight_bits = 16;  // as good as exact beside the memory's levels

/// A dense layer whose largest weight is 1, so that weights are targets.
network::Network random_layer(std::size_t depth, std::size_t outputs, std::uint64_t seed) {
  network::Network network = network::multilayer_perceptron({1, 1, depth}, {}, outputs);
  base::RandomStream random(seed, "photonic/comparison_weights");
  for (float& weight : network.layers.front().weight) {
    weight = static_cast<float>(2.0 * random.uniform() - 1.0);
  }
  network.layers.front().weight.front() = 1.0F;
  return network;
}

/// Codes over their range, the first of them 1.
std::vector<float> random_inputs(std::size_t count, int bits, std::uint64_t seed) {
  base::RandomStream random(seed, "photonic/comparison_inputs");
  const std::uint32_t levels = 1U << bits;
  std::vector<float> inputs(count);
  for (float& input : inputs) {
    input = static_cast<float>(random.below(levels)) / static_cast<float>(levels - 1);
  }
  inputs.front() = 1.0F;
  return inputs;
}

/// Vectors of `depth` inputs.
std::vector<std::vector<double>> input_vectors_of(const std::vector<float>& inputs,
                                                  std::size_t depth, int bits) {
  std::vector<std::vector<double>> result;
  for (std::size_t first = 0; first < inputs.size(); first += depth) {
    std::vector<double>& one = result.emplace_back();
    for (std::size_t k = 0; k < depth; ++k) {
      one.push_back(quantised_input(inputs[first + k], bits));
    }
  }
  return result;
}

/// The layer on the banks, without what the circuit at rest has not.
std::vector<float> model_products(const network::Network& network,
                                  const std::shared_ptr<const ConvolutionBank>& bank,
                                  const std::vector<float>& inputs, std::size_t count, int bits) {
  mapping::PhotonicOptions options;
  options.adc = false;
  options.shot_noise = options.thermal_noise = options.intensity_noise = false;
  const auto backend = mapping::photonic_backend(
      network, precision::uniform(network, model_weight_bits, bits), bank, inputs, count, options);
  return network::run(network, inputs, count, {}, backend.get());
}

const circuit::Trace& node_trace(const circuit::Result& result, const std::string& node,
                                 std::size_t points) {
  const circuit::Trace* trace = result.find(node, circuit::TraceKind::node);
  if (trace != nullptr && trace->real.size() == points) return *trace;
  throw base::Error(
      "photonic.simulation",
      "the simulator gave not " + std::to_string(points) + " values of '" + node + "'",
      "this is a fault of the simulator plugin");
}

/// Weights of the layer as the model quantises them.
std::vector<std::vector<double>> targets_of(const network::Network& network, std::size_t depth,
                                            std::size_t outputs) {
  const precision::QuantisedTensor tensor =
      precision::quantise_symmetric(network.layers.front().weight, model_weight_bits);
  const double top = std::exp2(model_weight_bits - 1) - 1.0;
  std::vector<std::vector<double>> result(outputs);
  for (std::size_t n = 0; n < outputs; ++n) {
    for (std::size_t k = 0; k < depth; ++k) {
      result[n].push_back(tensor.value[k * outputs + n] / top);
    }
  }
  return result;
}

}  // namespace

double UnitComparison::weight_error() const {
  double sum = 0.0;
  for (std::size_t i = 0; i < circuit.size(); ++i) {
    sum += (circuit[i] - exact[i]) * (circuit[i] - exact[i]) / input_squares[i];
  }
  return std::sqrt(sum / static_cast<double>(circuit.size()));
}

double UnitComparison::largest() const {
  double most = 0.0;
  for (std::size_t i = 0; i < model.size(); ++i) {
    most = std::max(most, std::abs(circuit[i] - model[i]));
  }
  return most;
}

double UnitComparison::largest_activated() const {
  double most = 0.0;
  for (std::size_t i = 0; i < activated_circuit.size(); ++i) {
    most = std::max(most, std::abs(activated_circuit[i] - std::max(model[i], 0.0)));
  }
  return most;
}

results::Table UnitComparison::table(std::size_t input_vectors) const {
  results::Table result;
  result.name = "circuit_and_model";
  result.title = "Products by the circuit simulator and by the functional model";
  std::vector<std::int64_t> weight;
  std::vector<std::int64_t> input;
  for (std::size_t i = 0; i < model.size(); ++i) {
    weight.push_back(static_cast<std::int64_t>(i / input_vectors));
    input.push_back(static_cast<std::int64_t>(i % input_vectors));
  }
  result.add("weight_vector", std::move(weight)).add("input_vector", std::move(input));
  result.add("exact", exact).add("model", model).add("circuit", circuit);
  if (!activated_circuit.empty()) result.add("circuit_activated", activated_circuit);
  return result;
}

UnitComparison compare_unit(const std::shared_ptr<const ConvolutionParts>& parts,
                            const std::shared_ptr<const ConvolutionBank>& bank,
                            const ComparisonRequest& request, plugin::CircuitSimulator& simulator,
                            plugin::Context& context) {
  const std::size_t depth = bank->channels();
  const std::size_t outputs = request.weight_vectors;
  const std::size_t count = request.input_vectors;
  const int bits = std::clamp(request.input_bits == 0 ? 16 : request.input_bits, 2, 16);
  const network::Network network = random_layer(depth, outputs, request.seed);
  const std::vector<float> inputs = random_inputs(count * depth, bits, request.seed);
  const std::vector<float> products = model_products(network, bank, inputs, count, bits);

  UnitComparison result;
  result.weights = targets_of(network, depth, outputs);
  const std::vector<std::vector<double>> given = input_vectors_of(inputs, depth, bits);
  ConvolutionSetting setting;
  for (const std::vector<double>& one : given) setting.drives.push_back(parts->drives(one));
  circuit::SweepAnalysis sweep{"symbol", {}};
  for (std::size_t s = 0; s < count; ++s) sweep.values.push_back(static_cast<double>(s));
  plugin::SimulationOptions options;
  options.tolerances = circuit::Tolerances::tight();
  for (std::size_t n = 0; n < outputs; ++n) {
    context.cancel.throw_if_requested();
    BankSetting made = bank->set(result.weights[n], n);
    setting.conductances = std::move(made.conductances);
    setting.errors = std::move(made.errors);
    const ir::Design design =
        convolution_design(parts->bench(), parts->modulators(), parts->memory(), setting);
    const circuit::Result simulated =
        simulator.simulate(circuit::lower(ir::flatten(design), *context.models, *context.devices),
                           sweep, options, context);
    result.method = simulated.method;
    const std::vector<double>& voltage = node_trace(simulated, "result", count).real;
    for (std::size_t s = 0; s < count; ++s) {
      const std::vector<double>& x = given[s];
      result.exact.push_back(
          std::inner_product(x.begin(), x.end(), result.weights[n].begin(), 0.0));
      result.input_squares.push_back(std::inner_product(x.begin(), x.end(), x.begin(), 0.0));
      result.model.push_back(products[s * outputs + n]);
      result.circuit.push_back(voltage[s] / request.unit_voltage);
    }
    if (!parts->bench().activation) continue;
    for (const double one : node_trace(simulated, "activated", count).real) {
      result.activated_circuit.push_back(one / request.unit_voltage);
    }
  }
  return result;
}

}  // namespace neucasl::photonic
