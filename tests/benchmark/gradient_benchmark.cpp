// Gradients of all weights by reverse accumulation against the run of the same graph alone, on one
// thread. Weights and samples are random: times do not depend on them.
#include <benchmark/benchmark.h>

#include <cmath>

#include "comparison.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/network/training.hpp"
#include "neucasl/workload/chain.hpp"
#include "neucasl/workload/graph_network.hpp"
#include "neucasl/workload/reverse_pass.hpp"

namespace {

using namespace neucasl;
using benchmarks::Comparison;
using workload::OperatorGraph;
using workload::Tensor;
using workload::TensorId;
using workload::TensorShape;

Tensor random_tensor(const TensorShape& shape, double deviation) {
  Tensor tensor(workload::TensorType{workload::ElementType::float32, shape});
  base::RandomStream random(1, "benchmark/gradients", tensor.size());
  for (float& value : std::get<std::vector<float>>(tensor.values)) {
    value = static_cast<float>(deviation * random.normal());
  }
  return tensor;
}

/// Replaces all stored floating tensors; their last size is about the number of inputs.
void randomise(OperatorGraph& graph) {
  for (workload::GraphTensor& tensor : graph.tensors) {
    if (!tensor.value || !workload::is_floating(tensor.value->type.type)) continue;
    const TensorShape shape = tensor.value->type.shape;
    const std::size_t depth = std::max<std::size_t>(1, tensor.value->size() / shape[0]);
    tensor.value = random_tensor(shape, 1.0 / std::sqrt(static_cast<double>(depth)));
  }
}

std::vector<TensorId> weights_of(const OperatorGraph& graph) {
  std::vector<TensorId> ids;
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    const auto& value = graph.tensors[id].value;
    if (value && workload::is_floating(value->type.type)) ids.push_back(id);
  }
  return ids;
}

/// `least`: of the time of the run alone over that of run and gradients.
void compare(benchmark::State& state, const OperatorGraph& graph, double least) {
  const std::vector<Tensor> inputs{
      random_tensor(graph.tensors[graph.inputs[0]].declared->shape, 1.0)};
  const std::vector<TensorId> wanted = weights_of(graph);
  Comparison result;
  result.reference = "the run alone";
  result.floor = least;
  for (auto _ : state) {
    result.reference_seconds = benchmarks::best_seconds(
        3, [&] { benchmark::DoNotOptimize(workload::run(graph, inputs)); });
    result.seconds = benchmarks::best_seconds(3, [&] {
      const workload::RecordedRun recorded(graph, inputs, wanted);
      benchmark::DoNotOptimize(recorded.gradients({recorded.outputs()[0]}));
    });
  }
  benchmarks::record(state, result);
}

OperatorGraph image_network(const network::Network& network, std::size_t samples) {
  OperatorGraph graph = workload::segmented(network)->segment(0, samples);
  randomise(graph);
  return graph;
}

void gradients_lenet(benchmark::State& state) {
  compare(state, image_network(network::lenet5(), 64), 0.2);
}

void gradients_vgg8(benchmark::State& state) {
  compare(state, image_network(network::vgg8({32, 32, 3}, 10), 4), 0.2);
}

/// A block as OPT has it.
OperatorGraph block(std::size_t samples, std::size_t tokens, std::size_t width, std::size_t heads) {
  OperatorGraph graph;
  const auto stored = [&](Tensor value) {
    graph.tensors.push_back({"w" + std::to_string(graph.tensors.size()), std::move(value), {}});
    return graph.tensors.size() - 1;
  };
  const auto node = [&](const char* type, std::vector<TensorId> inputs,
                        std::map<std::string, workload::Attribute> attributes = {}) {
    graph.tensors.push_back({"t" + std::to_string(graph.tensors.size()), {}, {}});
    graph.nodes.push_back(
        {"", type, std::move(inputs), {graph.tensors.size() - 1}, std::move(attributes)});
    return graph.tensors.size() - 1;
  };
  const auto dense = [&](TensorId x, std::size_t from, std::size_t to) {
    const TensorId product = node("MatMul", {x, stored(random_tensor({from, to}, 0.1))});
    return node("Add", {product, stored(random_tensor({to}, 0.1))});
  };
  const auto normal = [&](TensorId x) {
    return node("LayerNormalization",
                {x, stored(random_tensor({width}, 1.0)), stored(random_tensor({width}, 1.0))});
  };
  using Integers = std::vector<std::int64_t>;
  const auto split = [&](TensorId x) {
    const Integers shape{0, 0, static_cast<std::int64_t>(heads), -1};
    const TensorId apart = node("Reshape", {x, stored(Tensor(TensorShape{4}, shape))});
    return node("Transpose", {apart}, {{"perm", Integers{0, 2, 1, 3}}});
  };
  const TensorId x = graph.tensor("x");
  graph.tensors[x].declared = {workload::ElementType::float32, {samples, tokens, width}};
  graph.inputs = {x};
  const TensorId y = normal(x);
  const TensorId query = split(dense(y, width, width));
  const TensorId key =
      node("Transpose", {split(dense(y, width, width))}, {{"perm", Integers{0, 1, 3, 2}}});
  const TensorId shares = node("Softmax", {node("MatMul", {query, key})});
  const TensorId mixed =
      node("Transpose", {node("MatMul", {shares, split(dense(y, width, width))})},
           {{"perm", Integers{0, 2, 1, 3}}});
  const TensorId joined = node(
      "Reshape",
      {mixed, stored(Tensor(TensorShape{3}, Integers{0, 0, static_cast<std::int64_t>(width)}))});
  const TensorId sum = node("Add", {x, dense(joined, width, width)});
  const TensorId hidden = node("Relu", {dense(normal(sum), width, 4 * width)});
  graph.outputs = {node("Add", {sum, dense(hidden, 4 * width, width)})};
  return graph;
}

void gradients_block(benchmark::State& state) { compare(state, block(4, 128, 256, 4), 0.2); }

/// Against the back-propagation that is written for such networks.
void gradients_chain_lenet(benchmark::State& state) {
  const network::Network lenet = network::lenet5();
  constexpr std::size_t count = 256;
  const Tensor images = random_tensor({count, 1, 28, 28}, 1.0);
  const auto chain = workload::segmented(lenet);
  std::vector<workload::ChainTensor> wanted;
  for (const workload::MatrixLayer& layer : chain->matrix_layers()) {
    wanted.push_back({0, layer.node, 1});
    wanted.push_back({0, layer.node, 2});
  }
  const std::vector<unsigned char> labels(count, 3);
  const std::vector<std::int64_t> targets(labels.begin(), labels.end());
  const auto& pixels = std::get<std::vector<float>>(images.values);
  Comparison result;
  result.reference = "network::gradients";
  result.floor = 0.2;
  for (auto _ : state) {
    result.reference_seconds = benchmarks::best_seconds(
        2, [&] { benchmark::DoNotOptimize(network::gradients(lenet, pixels, labels, 1)); });
    result.seconds = benchmarks::best_seconds(2, [&] {
      benchmark::DoNotOptimize(workload::chain_gradients(*chain, images, targets, wanted));
    });
  }
  benchmarks::record(state, result);
}

BENCHMARK(gradients_lenet)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(gradients_vgg8)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(gradients_block)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(gradients_chain_lenet)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
