#include "pooling_plan.hpp"

namespace neucasl::workload {

SlidingWindow pooling_window(const NodeView& node) {
  SlidingWindow window = sliding_window(node, kernel_shape(node, {}));
  for (const WindowAxis& axis : window.axes) {
    const std::size_t span = (axis.kernel - 1) * axis.dilation + 1;
    if (axis.begin < span && axis.end < span) continue;
    node.fail("onnx.attribute",
              "has a window of " + std::to_string(span) + " and paddings of " +
                  std::to_string(axis.begin) + " and " + std::to_string(axis.end),
              "give paddings smaller than the window");
  }
  return window;
}

void fail_empty_window(const NodeView& node) {
  node.fail("onnx.value", "has a window with nothing of the input in it", "pad less");
}

std::size_t averaged_elements(const NodeView& node, const SlidingWindow& window,
                              const std::array<std::size_t, 3>& at) {
  const bool with_padding = node.integer("count_include_pad", 0) != 0;
  std::size_t counted = 0;
  for_each_tap(window, at, [&](std::size_t, std::ptrdiff_t offset, const auto& where) {
    // Beyond the padding behind the input nothing counts (output sizes that are rounded up).
    bool padded = with_padding;
    for (std::size_t d = 0; d < 3; ++d) {
      padded = padded &&
               where[d] < static_cast<std::ptrdiff_t>(window.axes[d].input + window.axes[d].end);
    }
    if (offset >= 0 || padded) ++counted;
  });
  if (counted == 0) fail_empty_window(node);
  return counted;
}

namespace {

std::vector<TensorType> infer_max_pool(const NodeView& node) {
  const SlidingWindow window = pooling_window(node);
  const TensorShape shape = window.output_shape(node.shape(0), node.shape(0)[1]);
  return {{node.type(0).type, shape}, {ElementType::int64, shape}};
}

/// Where the largest value is, counted row-major or column-major within the image.
std::int64_t place_index(const SlidingWindow& window, const std::array<std::ptrdiff_t, 3>& where,
                         bool column_major) {
  const auto size = [&](std::size_t d) {
    return static_cast<std::ptrdiff_t>(window.axes[d].input);
  };
  if (!column_major) return (where[0] * size(1) + where[1]) * size(2) + where[2];
  return where[0] + size(0) * (where[1] + size(1) * where[2]);
}

template <class T>
void pool_largest(const NodeView& node, std::vector<Tensor>& outputs) {
  const SlidingWindow window = pooling_window(node);
  const std::vector<T>& input = numbers<T>(node.value(0, "an image"));
  std::vector<T>& output = numbers<T>(outputs[0]);
  std::vector<std::int64_t>* indices =
      node.has_output(1) ? &numbers<std::int64_t>(outputs[1]) : nullptr;
  const bool column_major = node.integer("storage_order", 0) != 0;
  const std::size_t images = node.shape(0)[0] * node.shape(0)[1];
  for (std::size_t n = 0; n < images; ++n) {
    for_each_position(window, [&](std::size_t position, const auto& at) {
      const LargestTap<T> largest =
          largest_tap(node, window, at, input.data() + n * window.inputs());
      output[n * window.outputs() + position] = largest.value;
      if (indices == nullptr) return;
      (*indices)[n * window.outputs() + position] =
          static_cast<std::int64_t>(n * window.inputs()) +
          place_index(window, largest.where, column_major);
    });
  }
}

void execute_max_pool(const NodeView& node, std::vector<Tensor>& outputs) {
  with_storage(outputs[0], [&](auto zero) { pool_largest<decltype(zero)>(node, outputs); });
}

std::vector<TensorType> infer_average_pool(const NodeView& node) {
  node.require_floating(0);
  const SlidingWindow window = pooling_window(node);
  return {{node.type(0).type, window.output_shape(node.shape(0), node.shape(0)[1])}};
}

template <class T>
void pool_average(const NodeView& node, Tensor& pooled) {
  const SlidingWindow window = pooling_window(node);
  const std::vector<T>& input = numbers<T>(node.value(0, "an image"));
  std::vector<T>& output = numbers<T>(pooled);
  const std::size_t images = node.shape(0)[0] * node.shape(0)[1];
  for_each_position(window, [&](std::size_t position, const auto& at) {
    const std::size_t counted = averaged_elements(node, window, at);
    for (std::size_t n = 0; n < images; ++n) {
      double sum = 0.0;
      for_each_tap(window, at, [&](std::size_t, std::ptrdiff_t offset, const auto&) {
        if (offset >= 0) {
          sum += static_cast<double>(input[n * window.inputs() + static_cast<std::size_t>(offset)]);
        }
      });
      output[n * window.outputs() + position] = static_cast<T>(sum / static_cast<double>(counted));
    }
  });
}

void execute_average_pool(const NodeView& node, std::vector<Tensor>& outputs) {
  with_floating(outputs[0], [&](auto zero) { pool_average<decltype(zero)>(node, outputs[0]); });
}

std::vector<TensorType> infer_global_pool(const NodeView& node) {
  node.require_floating(0);
  TensorShape shape = node.shape(0);
  if (shape.size() < 3 || node.type(0).elements() == 0) {
    node.fail("onnx.shape", "has an input of shape " + to_string(shape),
              "give batch x channels x at least one dimension, none empty");
  }
  for (std::size_t d = 2; d < shape.size(); ++d) shape[d] = 1;
  return {{node.type(0).type, shape}};
}

template <bool largest>
void execute_global_pool(const NodeView& node, std::vector<Tensor>& outputs) {
  with_floating(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& input = numbers<T>(node.value(0, "an image"));
    std::vector<T>& output = numbers<T>(outputs[0]);
    const std::size_t size = input.size() / output.size();
    for (std::size_t n = 0; n < output.size(); ++n) {
      const auto first = input.begin() + static_cast<std::ptrdiff_t>(n * size);
      double sum = 0.0;
      T most = *first;
      for (auto at = first; at != first + static_cast<std::ptrdiff_t>(size); ++at) {
        sum += static_cast<double>(*at);
        if (*at > most || not_a_number(*at)) most = *at;
      }
      output[n] = largest ? most : static_cast<T>(sum / static_cast<double>(size));
    }
  });
}

}  // namespace

std::vector<Operator> pooling_operators() {
  constexpr auto kind = OperationKind::pooling;
  return {
      {"MaxPool",
       1,
       1,
       2,
       Role::operation,
       kind,
       {"auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"},
       infer_max_pool,
       execute_max_pool},
      {"AveragePool",
       1,
       1,
       1,
       Role::operation,
       kind,
       {"auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads",
        "strides"},
       infer_average_pool,
       execute_average_pool},
      {"GlobalAveragePool",
       1,
       1,
       1,
       Role::operation,
       kind,
       {},
       infer_global_pool,
       execute_global_pool<false>},
      {"GlobalMaxPool",
       1,
       1,
       1,
       Role::operation,
       kind,
       {},
       infer_global_pool,
       execute_global_pool<true>}};
}

}  // namespace neucasl::workload
