#include "sliding_window.hpp"

#include <algorithm>

namespace neucasl::workload {
namespace {

/// Far more than any network has, far less than overflows.
constexpr std::int64_t most_window = std::int64_t{1} << 31;

std::vector<std::size_t> sizes(const NodeView& node, const char* name, std::size_t count,
                               std::int64_t least, std::vector<std::size_t> otherwise) {
  const std::vector<std::int64_t> given = node.integers(name);
  if (given.empty()) return otherwise;
  std::vector<std::size_t> result;
  result.reserve(given.size());
  for (const std::int64_t value : given) {
    if (value < least || value > most_window) {
      node.fail("onnx.attribute",
                std::string("has ") + std::to_string(value) + " in '" + name + "'",
                "give values of at least " + std::to_string(least));
    }
    result.push_back(static_cast<std::size_t>(value));
  }
  if (result.size() != count) {
    node.fail("onnx.attribute",
              "has " + std::to_string(result.size()) + " values in '" + name + "'",
              "give " + std::to_string(count));
  }
  return result;
}

/// Padding such that the output has the size of the input divided by the stride, rounded up.
void pad_to_same_size(WindowAxis& axis, bool upper) {
  const std::size_t span = (axis.kernel - 1) * axis.dilation + 1;
  axis.output = (axis.input + axis.stride - 1) / axis.stride;
  const std::size_t needed = (axis.output - 1) * axis.stride + span;
  const std::size_t padding = needed > axis.input ? needed - axis.input : 0;
  axis.begin = upper ? padding / 2 : padding - padding / 2;
  axis.end = padding - axis.begin;
}

void find_output(const NodeView& node, WindowAxis& axis, bool round_up) {
  const std::size_t span = (axis.kernel - 1) * axis.dilation + 1;
  const std::size_t padded = axis.input + axis.begin + axis.end;
  if (padded < span) {
    node.fail("onnx.shape",
              "has a window of " + std::to_string(span) + " on a padded input of " +
                  std::to_string(padded),
              "give a larger input or more padding");
  }
  const std::size_t steps = padded - span;
  axis.output = (steps + (round_up ? axis.stride - 1 : 0)) / axis.stride + 1;
  // A window that would begin behind the input is left out.
  if (round_up && (axis.output - 1) * axis.stride >= axis.input + axis.begin) --axis.output;
}

}  // namespace

TensorShape SlidingWindow::output_shape(const TensorShape& input, std::size_t channels) const {
  TensorShape shape{input[0], channels};
  const std::size_t missing = 5 - input.size();
  for (std::size_t d = missing; d < 3; ++d) shape.push_back(axes[d].output);
  return shape;
}

std::vector<std::size_t> kernel_shape(const NodeView& node,
                                      const std::vector<std::size_t>& otherwise) {
  const std::size_t rank = node.shape(0).size();
  if (rank < 3 || rank > 5) {
    node.fail("onnx.shape", "has an input of shape " + to_string(node.shape(0)),
              "give batch x channels x one to three dimensions");
  }
  std::vector<std::size_t> kernel = sizes(node, "kernel_shape", rank - 2, 1, otherwise);
  if (kernel.size() != rank - 2) {
    node.fail("onnx.attribute", "has no kernel for each dimension of " + to_string(node.shape(0)),
              "give 'kernel_shape' with " + std::to_string(rank - 2) + " values");
  }
  return kernel;
}

SlidingWindow sliding_window(const NodeView& node, const std::vector<std::size_t>& kernel) {
  const TensorShape& input = node.shape(0);
  const std::size_t count = input.size() - 2;
  const std::vector<std::size_t> ones(count, 1);
  const auto strides = sizes(node, "strides", count, 1, ones);
  const auto dilations = sizes(node, "dilations", count, 1, ones);
  const auto pads = sizes(node, "pads", 2 * count, 0, std::vector<std::size_t>(2 * count, 0));
  const std::string automatic = node.text("auto_pad", "NOTSET");
  const bool round_up = node.integer("ceil_mode", 0) != 0;
  const bool same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
  if (!same && automatic != "NOTSET" && automatic != "VALID") {
    node.fail("onnx.attribute", "has auto_pad '" + automatic + "'",
              "give NOTSET, SAME_UPPER, SAME_LOWER or VALID");
  }
  SlidingWindow window;
  for (std::size_t d = 0; d < count; ++d) {
    WindowAxis& axis = window.axes[3 - count + d];
    axis.input = input[d + 2];
    axis.kernel = kernel[d];
    axis.stride = strides[d];
    axis.dilation = dilations[d];
    if (axis.input == 0) {
      node.fail("onnx.shape", "has an input of shape " + to_string(input), "give sizes above 0");
    }
    if (same) {
      pad_to_same_size(axis, automatic == "SAME_UPPER");
      continue;
    }
    if (automatic == "NOTSET") {
      axis.begin = pads[d];
      axis.end = pads[count + d];
    }
    find_output(node, axis, round_up);
  }
  return window;
}

}  // namespace neucasl::workload
