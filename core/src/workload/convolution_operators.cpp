#include "convolution_plan.hpp"
#include "dense_product.hpp"

namespace neucasl::workload {

ConvolutionPlan convolution_plan(const NodeView& node) {
  const TensorShape& input = node.shape(0);
  const TensorShape& weight = node.shape(1);
  if (weight.size() != input.size() || weight.size() < 3) {
    node.fail("onnx.shape",
              "has an input of " + to_string(input) + " and a weight of " + to_string(weight),
              "give batch x channels x ... and outputs x channels x ... of as many dimensions");
  }
  const std::vector<std::size_t> kernel(weight.begin() + 2, weight.end());
  if (kernel_shape(node, kernel) != kernel) {
    node.fail("onnx.attribute", "has a kernel_shape other than its weight's " + to_string(weight),
              "leave out kernel_shape");
  }
  ConvolutionPlan plan;
  plan.window = sliding_window(node, kernel);
  plan.batch = input[0];
  const std::int64_t groups = node.integer("group", 1);
  if (groups < 1 || input[1] % static_cast<std::size_t>(groups) != 0 ||
      weight[0] % static_cast<std::size_t>(groups) != 0) {
    node.fail("onnx.attribute",
              "has " + std::to_string(groups) + " groups for " + std::to_string(input[1]) +
                  " channels and " + std::to_string(weight[0]) + " outputs",
              "give a number that divides both");
  }
  plan.groups = static_cast<std::size_t>(groups);
  plan.channels = input[1] / plan.groups;
  plan.outputs = weight[0] / plan.groups;
  if (weight[1] != plan.channels || plan.channels == 0 || plan.outputs == 0) {
    node.fail("onnx.shape",
              "has an input of " + to_string(input) + " and a weight of " + to_string(weight),
              "give a weight for " + std::to_string(plan.channels) + " channels");
  }
  return plan;
}

std::vector<PatchRun> patch_runs(const SlidingWindow& window) {
  const auto& [first, second, third] = window.axes;
  std::vector<PatchRun> runs;
  for (std::size_t tap = 0; tap < window.taps(); ++tap) {
    const std::size_t i = tap / third.kernel / second.kernel;
    const std::size_t j = tap / third.kernel % second.kernel;
    const std::size_t k = tap % third.kernel;
    std::size_t begin = 0;
    while (begin < third.output && third.place(begin, k) < 0) ++begin;
    std::size_t end = begin;
    while (end < third.output && third.inside(third.place(end, k))) ++end;
    if (begin == end) continue;
    for (std::size_t row = 0; row < first.output * second.output; ++row) {
      const std::ptrdiff_t z = first.place(row / second.output, i);
      const std::ptrdiff_t y = second.place(row % second.output, j);
      if (!first.inside(z) || !second.inside(y)) continue;
      const std::ptrdiff_t start = (z * static_cast<std::ptrdiff_t>(second.input) + y) *
                                       static_cast<std::ptrdiff_t>(third.input) +
                                   third.place(begin, k);
      runs.push_back(
          {tap, row * third.output + begin, static_cast<std::size_t>(start), end - begin});
    }
  }
  return runs;
}

namespace {

std::vector<TensorType> infer_convolution(const NodeView& node) {
  node.require_floating(0);
  node.require_same_type(1);
  const ConvolutionPlan plan = convolution_plan(node);
  const std::size_t outputs = plan.groups * plan.outputs;
  if (node.has(2)) {
    node.require_same_type(2);
    if (node.type(2).elements() != outputs) {
      node.fail("onnx.shape", "has a bias of shape " + to_string(node.shape(2)),
                "give " + std::to_string(outputs) + " numbers");
    }
  }
  return {{node.type(0).type, plan.window.output_shape(node.shape(0), outputs)}};
}

template <class T>
void convolve(const NodeView& node, Tensor& output) {
  const ConvolutionPlan plan = convolution_plan(node);
  const T* image = numbers<T>(node.value(0, "an image")).data();
  const T* weight = numbers<T>(node.value(1, "a weight")).data();
  const T* bias = node.has(2) ? numbers<T>(node.value(2, "a bias")).data() : nullptr;
  T* result = numbers<T>(output).data();
  const std::size_t depth = plan.channels * plan.window.taps();
  const Eigen::Index rows = index(plan.outputs);
  const Eigen::Index positions = index(plan.window.outputs());
  if (depth > most_elements / plan.window.outputs()) {
    node.fail("onnx.size",
              "gathers patches of " + std::to_string(depth) + " numbers at " +
                  std::to_string(plan.window.outputs()) + " positions",
              "give at most " + std::to_string(most_elements) + " numbers together");
  }
  RowMajor<T> patches(index(depth), positions);
  const std::vector<PatchRun> runs = patch_runs(plan.window);
  for (std::size_t n = 0; n < plan.batch; ++n) {
    for (std::size_t g = 0; g < plan.groups; ++g) {
      const std::size_t block = n * plan.groups + g;
      gather_patches(plan, runs, image + block * plan.channels * plan.window.inputs(),
                     patches.data());
      const ConstMatrix<T> w(weight + g * plan.outputs * depth, rows, index(depth));
      MutableMatrix<T> y(result + block * plan.outputs * plan.window.outputs(), rows, positions);
      multiply_into(w, patches, y);
      if (bias == nullptr) continue;
      y.colwise() +=
          Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, 1>>(bias + g * plan.outputs, rows);
    }
  }
}

void execute_convolution(const NodeView& node, std::vector<Tensor>& outputs) {
  with_floating(outputs[0], [&](auto zero) { convolve<decltype(zero)>(node, outputs[0]); });
}

MatrixProduct product_of_convolution(const NodeView& node) {
  const ConvolutionPlan plan = convolution_plan(node);
  return {plan.groups, plan.batch * plan.window.outputs(), plan.channels * plan.window.taps(),
          plan.outputs, node.input(1).constant};
}

}  // namespace

std::vector<Operator> convolution_operators() {
  return {{"Conv",
           2,
           3,
           1,
           Role::operation,
           OperationKind::matrix,
           {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"},
           infer_convolution,
           execute_convolution,
           product_of_convolution}};
}

}  // namespace neucasl::workload
