#include <algorithm>
#include <cmath>

#include "axis_plans.hpp"

namespace neucasl::workload {

std::vector<double> doubles_of(const NodeView& node, std::size_t input, std::size_t count,
                               double otherwise) {
  if (!node.has(input)) return std::vector<double>(count, otherwise);
  return std::visit(
      [](const auto& values) { return std::vector<double>(values.begin(), values.end()); },
      node.value(input, "parameters").values);
}

SoftmaxBlocks softmax_blocks(const NodeView& node) {
  const TensorShape& shape = node.shape(0);
  const bool single_axis = node.opset() >= 13;
  const std::size_t axis =
      node.axis(node.integer("axis", single_axis ? -1 : 1), shape.size(), !single_axis);
  // Before opset 13 all dimensions from the axis on were taken together.
  if (!single_axis) return {extent(shape, 0, axis), extent(shape, axis, shape.size()), 1};
  return {extent(shape, 0, axis), shape[axis], extent(shape, axis + 1, shape.size())};
}

namespace {

void require_channels(const NodeView& node, std::size_t first, std::size_t last) {
  const TensorShape& shape = node.shape(0);
  if (shape.size() < 2) {
    node.fail("onnx.shape", "has an input of shape " + to_string(shape),
              "give batch x channels x ...");
  }
  for (std::size_t k = first; k <= last; ++k) {
    node.require_floating(k);
    if (node.type(k).elements() != shape[1]) {
      node.fail("onnx.shape",
                "has parameters of shape " + to_string(node.shape(k)) + " for an input of " +
                    to_string(shape),
                "give one number for each of " + std::to_string(shape[1]) + " channels");
    }
  }
}

std::vector<TensorType> infer_batch(const NodeView& node) {
  node.require_floating(0);
  require_channels(node, 1, 4);
  if (node.integer("training_mode", 0) != 0 || node.has_output(1)) {
    node.fail("onnx.attribute", "is in the form for training", "export the model for inference");
  }
  if (node.integer("spatial", 1) != 1) {
    node.fail("onnx.attribute", "normalises each place by itself", "leave out 'spatial'");
  }
  return same_as_first(node);
}

/// y = (x - mean) / sqrt(variance + epsilon) scale + shift, for each channel.
void execute_batch(const NodeView& node, std::vector<Tensor>& outputs) {
  const TensorShape& shape = node.shape(0);
  const double epsilon = node.real("epsilon", 1e-5);
  const std::size_t inner = extent(shape, 2, shape.size());
  const std::vector<double> scale = doubles_of(node, 1, shape[1], 1.0);
  const std::vector<double> shift = doubles_of(node, 2, shape[1], 0.0);
  const std::vector<double> mean = doubles_of(node, 3, shape[1], 0.0);
  const std::vector<double> variance = doubles_of(node, 4, shape[1], 1.0);
  with_floating(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    const T* x = numbers<T>(node.value(0, "an image")).data();
    T* y = numbers<T>(outputs[0]).data();
    for (std::size_t row = 0; row < shape[0] * shape[1]; ++row) {
      const std::size_t c = row % shape[1];
      const double factor = scale[c] / std::sqrt(variance[c] + epsilon);
      for (std::size_t k = row * inner; k < (row + 1) * inner; ++k) {
        y[k] = static_cast<T>((static_cast<double>(x[k]) - mean[c]) * factor + shift[c]);
      }
    }
  });
}

std::vector<TensorType> infer_layer(const NodeView& node) {
  node.require_floating(0);
  const TensorShape& shape = node.shape(0);
  const std::size_t axis = node.axis(node.integer("axis", -1), shape.size());
  for (const std::size_t k : {1U, 2U}) {
    if (!node.has(k)) continue;
    node.require_floating(k);
    if (node.type(k).elements() != extent(shape, axis, shape.size())) {
      node.fail("onnx.shape",
                "has parameters of shape " + to_string(node.shape(k)) + " for an input of " +
                    to_string(shape) + " from axis " + std::to_string(axis),
                "give one number for each normalised element");
    }
  }
  TensorShape reduced = shape;
  std::fill(reduced.begin() + static_cast<std::ptrdiff_t>(axis), reduced.end(), 1);
  return {node.type(0), {ElementType::float32, reduced}, {ElementType::float32, reduced}};
}

/// y = (x - mean) / sqrt(variance + epsilon) scale + shift over all elements from the axis on.
void execute_layer(const NodeView& node, std::vector<Tensor>& outputs) {
  const TensorShape& shape = node.shape(0);
  const std::size_t axis = node.axis(node.integer("axis", -1), shape.size());
  const double epsilon = node.real("epsilon", 1e-5);
  const std::size_t inner = extent(shape, axis, shape.size());
  const std::size_t outer = extent(shape, 0, axis);
  const std::vector<double> scale = doubles_of(node, 1, inner, 1.0);
  const std::vector<double> shift = doubles_of(node, 2, inner, 0.0);
  with_floating(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    for (std::size_t row = 0; row < outer; ++row) {
      const T* x = numbers<T>(node.value(0, "a tensor")).data() + row * inner;
      T* y = numbers<T>(outputs[0]).data() + row * inner;
      const Moments moments = moments_of(x, inner, epsilon);
      for (std::size_t k = 0; k < inner; ++k) {
        y[k] = static_cast<T>(
            (static_cast<double>(x[k]) - moments.mean) * moments.inverse * scale[k] + shift[k]);
      }
      if (node.has_output(1)) numbers<float>(outputs[1])[row] = static_cast<float>(moments.mean);
      if (node.has_output(2)) numbers<float>(outputs[2])[row] = static_cast<float>(moments.inverse);
    }
  });
}

std::vector<TensorType> infer_instance(const NodeView& node) {
  node.require_floating(0);
  require_channels(node, 1, 2);
  return same_as_first(node);
}

/// As batch normalisation, with mean and variance of each channel of each sample.
void execute_instance(const NodeView& node, std::vector<Tensor>& outputs) {
  const TensorShape& shape = node.shape(0);
  const double epsilon = node.real("epsilon", 1e-5);
  const std::size_t inner = extent(shape, 2, shape.size());
  const std::vector<double> scale = doubles_of(node, 1, shape[1], 1.0);
  const std::vector<double> shift = doubles_of(node, 2, shape[1], 0.0);
  with_floating(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    for (std::size_t row = 0; row < shape[0] * shape[1]; ++row) {
      const T* x = numbers<T>(node.value(0, "an image")).data() + row * inner;
      T* y = numbers<T>(outputs[0]).data() + row * inner;
      const Moments moments = moments_of(x, inner, epsilon);
      const double factor = scale[row % shape[1]] * moments.inverse;
      for (std::size_t k = 0; k < inner; ++k) {
        y[k] = static_cast<T>((static_cast<double>(x[k]) - moments.mean) * factor +
                              shift[row % shape[1]]);
      }
    }
  });
}

std::vector<TensorType> infer_local_response(const NodeView& node) {
  node.require_floating(0);
  require_channels(node, 1, 0);
  if (node.integer("size", 0) < 1) {
    node.fail("onnx.attribute", "has no channels to sum over", "give a 'size' of at least 1");
  }
  return same_as_first(node);
}

/// y = x / (bias + alpha / size sum of x^2 over `size` channels around)^beta.
void execute_local_response(const NodeView& node, std::vector<Tensor>& outputs) {
  const TensorShape& shape = node.shape(0);
  const std::int64_t size = node.integer("size", 1);
  const double alpha = node.real("alpha", 1e-4) / static_cast<double>(size);
  const double beta = node.real("beta", 0.75);
  const double bias = node.real("bias", 1.0);
  const std::size_t inner = extent(shape, 2, shape.size());
  const auto channels = static_cast<std::int64_t>(shape[1]);
  with_floating(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(node.value(0, "an image"));
    std::vector<T>& y = numbers<T>(outputs[0]);
    for (std::size_t row = 0; row < shape[0] * shape[1]; ++row) {
      const auto c = static_cast<std::int64_t>(row % shape[1]);
      const std::int64_t first = std::max<std::int64_t>(0, c - (size - 1) / 2);
      const std::int64_t last = std::min(channels - 1, c + size / 2);
      for (std::size_t k = 0; k < inner; ++k) {
        double squares = 0.0;
        for (std::int64_t other = first; other <= last; ++other) {
          const std::size_t at =
              (row - static_cast<std::size_t>(c) + static_cast<std::size_t>(other)) * inner + k;
          squares += static_cast<double>(x[at]) * static_cast<double>(x[at]);
        }
        y[row * inner + k] = static_cast<T>(static_cast<double>(x[row * inner + k]) /
                                            std::pow(bias + alpha * squares, beta));
      }
    }
  });
}

std::vector<TensorType> infer_softmax(const NodeView& node) {
  node.require_floating(0);
  static_cast<void>(softmax_blocks(node));
  return same_as_first(node);
}

template <bool logarithm>
void execute_softmax(const NodeView& node, std::vector<Tensor>& outputs) {
  const SoftmaxBlocks blocks = softmax_blocks(node);
  with_floating(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(node.value(0, "a tensor"));
    std::vector<T>& y = numbers<T>(outputs[0]);
    std::vector<double> powers(blocks.count);
    for (std::size_t block = 0; block < blocks.outer * blocks.inner; ++block) {
      const std::size_t first = blocks.first(block);
      const auto at = [&](std::size_t k) { return first + k * blocks.inner; };
      if (blocks.count == 0) continue;
      double largest = static_cast<double>(x[at(0)]);
      for (std::size_t k = 1; k < blocks.count; ++k) {
        largest = std::max(largest, static_cast<double>(x[at(k)]));
      }
      double sum = 0.0;
      for (std::size_t k = 0; k < blocks.count; ++k) {
        // A masked element; exp is slow where its result is 0.
        constexpr double least = -745.2;
        const double shifted = static_cast<double>(x[at(k)]) - largest;
        powers[k] = shifted < least ? 0.0 : std::exp(shifted);
        sum += powers[k];
      }
      for (std::size_t k = 0; k < blocks.count; ++k) {
        y[at(k)] = static_cast<T>(
            logarithm ? static_cast<double>(x[at(k)]) - largest - std::log(sum) : powers[k] / sum);
      }
    }
  });
}

}  // namespace

std::vector<Operator> normalisation_operators() {
  constexpr auto softmax = OperationKind::softmax;
  return {{"BatchNormalization",
           5,
           5,
           5,
           Role::operation,
           OperationKind::normalisation,
           {"epsilon", "momentum", "spatial", "is_test", "training_mode", "consumed_inputs"},
           infer_batch,
           execute_batch},
          {"LayerNormalization",
           2,
           3,
           3,
           Role::operation,
           OperationKind::normalisation,
           {"axis", "epsilon", "stash_type"},
           infer_layer,
           execute_layer},
          {"InstanceNormalization",
           3,
           3,
           1,
           Role::operation,
           OperationKind::normalisation,
           {"epsilon", "consumed_inputs"},
           infer_instance,
           execute_instance},
          {"LRN",
           1,
           1,
           1,
           Role::operation,
           OperationKind::normalisation,
           {"alpha", "beta", "bias", "size"},
           infer_local_response,
           execute_local_response},
          {"Softmax",
           1,
           1,
           1,
           Role::operation,
           softmax,
           {"axis"},
           infer_softmax,
           execute_softmax<false>},
          {"LogSoftmax",
           1,
           1,
           1,
           Role::operation,
           softmax,
           {"axis"},
           infer_softmax,
           execute_softmax<true>}};
}

}  // namespace neucasl::workload
