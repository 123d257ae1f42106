#include "neucasl/workload/matrix_form.hpp"

#include <algorithm>

#include "sliding_window.hpp"

namespace neucasl::workload {

void MatrixForm::plan_convolution(const NodeView& view) {
  const TensorShape& image = view.shape(0);
  const TensorShape& weight = view.shape(1);
  const SlidingWindow window =
      sliding_window(view, std::vector<std::size_t>(weight.begin() + 2, weight.end()));
  groups_ = static_cast<std::size_t>(view.integer("group", 1));
  positions_ = window.outputs();
  inputs_ = window.inputs();
  taps_ = window.taps();
  rows_ = image[0] * positions_;
  depth_ = weight[1] * taps_;
  outputs_ = weight[0] / groups_;
  offsets_.resize(positions_ * taps_);
  for_each_position(window, [&](std::size_t position, const auto& at) {
    for_each_tap(window, at, [&](std::size_t tap, std::ptrdiff_t offset, const auto&) {
      offsets_[position * taps_ + tap] = offset;
    });
  });
}

MatrixForm::MatrixForm(const OperatorGraph& graph, std::size_t node, const TensorType& input) {
  const OperatorNode& of = graph.nodes.at(node);
  std::vector<TensorType> types(of.inputs.size());
  std::vector<NodeInput> inputs(of.inputs.size());
  types[0] = input;
  for (std::size_t k = 0; k < of.inputs.size(); ++k) {
    if (of.inputs[k] == no_tensor) continue;
    const std::optional<Tensor>& stored = graph.tensors[of.inputs[k]].value;
    if (k > 0 && stored) types[k] = stored->type;
    // A computed bias is checked when it is added.
    if (k == 0 || stored) inputs[k] = {&types[k], stored ? &*stored : nullptr, stored.has_value()};
  }
  const NodeView view(graph, node, std::move(inputs));
  if (of.type != "Conv" && of.type != "Gemm" && of.type != "MatMul") {
    view.fail("onnx.operator", "is no product with a matrix", "give Conv, Gemm or MatMul");
  }
  if (!view.has(1)) view.fail("onnx.graph", "has no stored weight", "store its second input");
  result_ = find_operator(of.type)->infer(view).front();
  const TensorShape& weight = view.shape(1);
  if (of.type == "Conv") {
    plan_convolution(view);
    return;
  }
  if (weight.size() != 2) {
    view.fail("onnx.shape", "has a weight of " + to_string(weight), "give one matrix");
  }
  const bool transposed = of.type == "Gemm" && view.integer("transB", 0) != 0;
  depth_ = weight[transposed ? 1 : 0];
  outputs_ = weight[transposed ? 0 : 1];
  rows_ = input.elements() / std::max<std::size_t>(depth_, 1);
  if (of.type != "Gemm") return;
  columns_first_ = view.integer("transA", 0) != 0;
  alpha_ = static_cast<float>(view.real("alpha", 1.0));
  beta_ = static_cast<float>(view.real("beta", 1.0));
}

void MatrixForm::gather(std::span<const std::int16_t> input, std::size_t group,
                        std::size_t first_row, std::size_t count, std::int16_t padding,
                        std::int16_t* rows) const {
  if (positions_ == 0) {
    for (std::size_t r = 0; r < count; ++r) {
      for (std::size_t k = 0; k < depth_; ++k) {
        rows[r * depth_ + k] =
            input[columns_first_ ? k * rows_ + first_row + r : (first_row + r) * depth_ + k];
      }
    }
    return;
  }
  const std::size_t channels = depth_ / taps_;
  for (std::size_t r = 0; r < count; ++r) {
    const std::size_t sample = (first_row + r) / positions_;
    const std::ptrdiff_t* offset = offsets_.data() + (first_row + r) % positions_ * taps_;
    const std::int16_t* image = input.data() + (sample * groups_ + group) * channels * inputs_;
    for (std::size_t c = 0; c < channels; ++c, image += inputs_) {
      for (std::size_t tap = 0; tap < taps_; ++tap) {
        *rows++ = offset[tap] < 0 ? padding : image[offset[tap]];
      }
    }
  }
}

void MatrixForm::scatter(const float* product, std::size_t group, std::size_t first_row,
                         std::size_t count, std::span<float> output) const {
  if (positions_ == 0) {
    std::copy_n(product, count * outputs_, output.data() + first_row * outputs_);
    return;
  }
  for (std::size_t r = 0; r < count; ++r) {
    const std::size_t sample = (first_row + r) / positions_;
    const std::size_t position = (first_row + r) % positions_;
    float* image = output.data() + (sample * groups_ + group) * outputs_ * positions_ + position;
    for (std::size_t n = 0; n < outputs_; ++n) image[n * positions_] = *product++;
  }
}

void MatrixForm::finish(const Tensor* bias, std::span<float> output) const {
  if (alpha_ != 1.0F) {
    for (float& value : output) value *= alpha_;
  }
  if (bias == nullptr) return;
  const std::vector<float>& added = numbers<float>(*bias);
  if (positions_ > 0) {
    for (std::size_t k = 0; k < output.size(); ++k) {
      output[k] += added[k / positions_ % (groups_ * outputs_)];
    }
    return;
  }
  for_each_element<1>(result_.shape, {stretched(bias->type.shape, result_.shape)}, {0},
                      [&](std::size_t position, const auto& offsets) {
                        output[position] += beta_ * added[static_cast<std::size_t>(offsets[0])];
                      });
}

}  // namespace neucasl::workload
