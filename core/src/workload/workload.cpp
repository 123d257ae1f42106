#include "neucasl/workload/workload.hpp"

#include <algorithm>
#include <set>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::workload {
namespace {

OperationKind kind_of(network::LayerKind kind) {
  switch (kind) {
    case network::LayerKind::convolution:
    case network::LayerKind::dense:
      return OperationKind::matrix;
    case network::LayerKind::relu:
      return OperationKind::activation;
    case network::LayerKind::max_pool:
      return OperationKind::pooling;
  }
  return OperationKind::elementwise;
}

[[noreturn]] void fail(const Operation& operation, const std::string& what, const char* remedy) {
  throw base::Error("workload.shape", "operation '" + operation.name + "' " + what, remedy);
}

}  // namespace

std::string_view to_string(OperationKind kind) {
  switch (kind) {
    case OperationKind::matrix:
      return "matrix";
    case OperationKind::elementwise:
      return "elementwise";
    case OperationKind::activation:
      return "activation";
    case OperationKind::pooling:
      return "pooling";
    case OperationKind::normalisation:
      return "normalisation";
    case OperationKind::softmax:
      return "softmax";
    case OperationKind::lookup:
      return "lookup";
  }
  return "unknown";
}

double Workload::multiply_accumulates() const {
  double sum = 0.0;
  for (const Operation& operation : operations) sum += operation.product.multiply_accumulates();
  return sum;
}

std::size_t Workload::weights() const {
  std::size_t sum = 0;
  for (const Operation& operation : operations) sum += operation.product.weights();
  return sum;
}

std::size_t Workload::parameters() const {
  std::size_t sum = weights();
  for (const Operation& operation : operations) sum += operation.other_parameters;
  return sum;
}

void Workload::check() const {
  std::set<std::string> names;
  for (OperationId id = 0; id < operations.size(); ++id) {
    const Operation& operation = operations[id];
    if (operation.name.empty() || !names.insert(operation.name).second) {
      fail(operation, "has no name of its own", "give each operation another name");
    }
    for (const OperationId input : operation.inputs) {
      if (input == workload_input || input < id) continue;
      fail(operation, "takes an operation that is not before it", "sort the operations");
    }
    if (operation.weights_of != workload_input && operation.weights_of >= id) {
      fail(operation, "takes weights of an operation that is not before it", "sort the operations");
    }
    const MatrixProduct& p = operation.product;
    if ((operation.kind == OperationKind::matrix) != (p.count > 0)) {
      fail(operation, "has a product that does not fit its kind",
           "give products to matrix operations only");
    }
    if (p.count > 0 && (p.positions == 0 || p.depth == 0 || p.outputs == 0)) {
      fail(operation, "has a product with an empty side", "give sizes of at least 1");
    }
  }
}

std::vector<bool> takes_negative(const Workload& workload) {
  std::vector<bool> makes(workload.operations.size(), true);
  std::vector<bool> takes(workload.operations.size(), false);
  const auto may_be = [&](OperationId input) { return input != workload_input && makes[input]; };
  for (OperationId id = 0; id < workload.operations.size(); ++id) {
    const Operation& operation = workload.operations[id];
    const std::vector<OperationId>& inputs = operation.inputs;
    const bool first_alone = operation.product.count > 0 && !operation.product.stationary;
    takes[id] = first_alone && !inputs.empty() ? may_be(inputs.front())
                                               : std::any_of(inputs.begin(), inputs.end(), may_be);
    const bool pooled = operation.kind == OperationKind::pooling && !takes[id];
    makes[id] = !operation.not_negative && !pooled;
  }
  return takes;
}

Workload from_network(const network::Network& network) {
  const std::vector<network::Shape> shapes = network.shapes();
  Workload workload{network.name, network.input.size(), {}};
  workload.operations.reserve(network.layers.size());
  for (network::LayerId id = 0; id < network.layers.size(); ++id) {
    const network::Layer& layer = network.layers[id];
    Operation operation;
    operation.name = layer.name;
    operation.kind = kind_of(layer.kind);
    operation.not_negative = layer.kind == network::LayerKind::relu;
    operation.inputs = layer.inputs;
    operation.input_elements = network.input_shape(id, shapes).size();
    operation.output_elements = shapes[id].size();
    if (operation.kind == OperationKind::matrix) {
      operation.product = {1, network.positions(id, shapes), network.depth(id, shapes),
                           layer.outputs, true};
      operation.other_parameters = layer.bias.size();
    }
    if (layer.kind == network::LayerKind::convolution ||
        layer.kind == network::LayerKind::max_pool) {
      const network::Shape in = network.input_shape(id, shapes);
      operation.window_elements = (in.width * (layer.kernel - 1) + layer.kernel) * in.channels;
      operation.window_width = layer.kernel;
      operation.window_stride = layer.stride;
    }
    workload.operations.push_back(std::move(operation));
  }
  workload.check();
  return workload;
}

}  // namespace neucasl::workload
