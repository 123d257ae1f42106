#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "axis_plans.hpp"

namespace neucasl::workload {

std::vector<std::size_t> permutation(const NodeView& node) {
  const std::size_t rank = node.shape(0).size();
  const std::vector<std::int64_t> given = node.integers("perm");
  std::vector<std::size_t> order(rank);
  std::iota(order.rbegin(), order.rend(), std::size_t{0});
  if (given.empty()) return order;
  std::vector<bool> seen(rank, false);
  bool valid = given.size() == rank;
  for (std::size_t d = 0; valid && d < rank; ++d) {
    order[d] = node.axis(given[d], rank);
    valid = !seen[order[d]];
    seen[order[d]] = true;
  }
  if (!valid) {
    node.fail("onnx.attribute", "has a 'perm' that is no order of its dimensions",
              "give each of 0 to " + std::to_string(rank) + " - 1 once");
  }
  return order;
}

std::size_t concatenation_axis(const NodeView& node) {
  return node.axis(node.integer("axis", 1), node.shape(0).size());
}

namespace {

/// The values of input 0, in their order.
void execute_copy(const NodeView& node, std::vector<Tensor>& outputs) {
  outputs[0].values = node.value(0, "a tensor").values;
}

void require_size(const NodeView& node, std::int64_t size, std::int64_t least) {
  if (size >= least && size <= static_cast<std::int64_t>(most_elements)) return;
  node.fail("onnx.shape", "asks for a size of " + std::to_string(size),
            "give sizes of at least " + std::to_string(least));
}

std::vector<TensorType> infer_reshape(const NodeView& node) {
  const std::vector<std::int64_t> wanted = node.integers_of(1, "a shape");
  const TensorShape& from = node.shape(0);
  const std::size_t count = node.type(0).elements();
  const bool zero_is_zero = node.integer("allowzero", 0) != 0;
  TensorShape shape;
  std::size_t known = 1;
  std::size_t open = wanted.size();
  for (std::size_t d = 0; d < wanted.size(); ++d) {
    require_size(node, wanted[d], -1);
    if (wanted[d] == 0 && !zero_is_zero && d >= from.size()) {
      node.fail("onnx.shape", "copies a size that its input " + to_string(from) + " has not",
                "give a number");
    }
    if (wanted[d] == -1) {
      if (open != wanted.size()) {
        node.fail("onnx.shape", "leaves two sizes open", "give at most one -1");
      }
      open = d;
      shape.push_back(1);
    } else {
      shape.push_back(wanted[d] == 0 && !zero_is_zero ? from[d]
                                                      : static_cast<std::size_t>(wanted[d]));
      known *= shape.back();
      if (known > most_elements) require_size(node, std::numeric_limits<std::int64_t>::max(), 0);
    }
  }
  if (open != wanted.size() && known != 0) shape[open] = count / known;
  if (extent(shape, 0, shape.size()) != count) {
    node.fail("onnx.shape", "makes " + to_string(shape) + " of " + to_string(from),
              "give sizes whose product is " + std::to_string(count));
  }
  return {{node.type(0).type, shape}};
}

std::vector<TensorType> infer_transpose(const NodeView& node) {
  TensorShape shape;
  for (const std::size_t d : permutation(node)) shape.push_back(node.shape(0)[d]);
  return {{node.type(0).type, shape}};
}

/// output[position] = input[offset] for each element of the output.
void copy_strided(const Tensor& input, Tensor& output, const Strides& strides,
                  std::ptrdiff_t start) {
  with_storage(input, [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(input);
    std::vector<T>& y = numbers<T>(output);
    for_each_element<1>(output.type.shape, {strides}, {start},
                        [&](std::size_t position, const auto& offsets) {
                          y[position] = x[static_cast<std::size_t>(offsets[0])];
                        });
  });
}

void execute_transpose(const NodeView& node, std::vector<Tensor>& outputs) {
  const Strides plain = row_major(node.shape(0));
  Strides strides;
  for (const std::size_t d : permutation(node)) strides.push_back(plain[d]);
  copy_strided(node.value(0, "a tensor"), outputs[0], strides, 0);
}

std::vector<TensorType> infer_flatten(const NodeView& node) {
  const TensorShape& shape = node.shape(0);
  const std::size_t axis = node.axis(node.integer("axis", 1), shape.size(), true);
  return {{node.type(0).type, {extent(shape, 0, axis), extent(shape, axis, shape.size())}}};
}

std::vector<TensorType> infer_squeeze(const NodeView& node) {
  const TensorShape& from = node.shape(0);
  const std::vector<std::size_t> axes = node.axes(1, from.size());
  TensorShape shape;
  for (std::size_t d = 0; d < from.size(); ++d) {
    const bool named = std::binary_search(axes.begin(), axes.end(), d);
    if (named && from[d] != 1) {
      node.fail("onnx.shape", "drops a dimension of " + to_string(from) + " that is not 1",
                "name dimensions of size 1");
    }
    if (!named && !(axes.empty() && from[d] == 1)) shape.push_back(from[d]);
  }
  return {{node.type(0).type, shape}};
}

std::vector<TensorType> infer_unsqueeze(const NodeView& node) {
  const TensorShape& from = node.shape(0);
  const std::size_t given =
      node.has(1) ? node.integers_of(1, "axes").size() : node.integers("axes").size();
  const std::vector<std::size_t> axes = node.axes(1, from.size() + given);
  TensorShape shape;
  std::size_t next = 0;
  for (std::size_t d = 0; d < from.size() + given; ++d) {
    shape.push_back(std::binary_search(axes.begin(), axes.end(), d) ? 1 : from[next++]);
  }
  return {{node.type(0).type, shape}};
}

std::vector<TensorType> infer_expand(const NodeView& node) {
  TensorShape wanted;
  for (const std::int64_t size : node.integers_of(1, "a shape")) {
    require_size(node, size, 0);
    wanted.push_back(static_cast<std::size_t>(size));
  }
  return {{node.type(0).type, broadcast_shape(node, node.shape(0), wanted)}};
}

void execute_expand(const NodeView& node, std::vector<Tensor>& outputs) {
  copy_strided(node.value(0, "a tensor"), outputs[0],
               stretched(node.shape(0), outputs[0].type.shape), 0);
}

std::vector<TensorType> infer_concat(const NodeView& node) {
  const std::size_t axis = concatenation_axis(node);
  TensorShape shape = node.shape(0);
  for (std::size_t k = 1; k < node.inputs(); ++k) {
    node.require_same_type(k);
    TensorShape next = node.shape(k);
    const bool fits = next.size() == shape.size();
    const std::size_t size = fits ? next[axis] : 0;
    if (fits) next[axis] = shape[axis];
    if (next != shape) {
      node.fail("onnx.shape",
                "joins " + to_string(node.shape(0)) + " and " + to_string(node.shape(k)) +
                    " along axis " + std::to_string(axis),
                "give shapes that differ along this axis only");
    }
    shape[axis] += size;
  }
  return {{node.type(0).type, shape}};
}

void execute_concat(const NodeView& node, std::vector<Tensor>& outputs) {
  const std::size_t axis = concatenation_axis(node);
  const TensorShape& shape = outputs[0].type.shape;
  const std::size_t outer = extent(shape, 0, axis);
  const std::size_t row = extent(shape, axis, shape.size());
  with_storage(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    std::size_t begin = 0;
    for (std::size_t k = 0; k < node.inputs(); ++k) {
      const std::vector<T>& x = numbers<T>(node.value(k, "a tensor"));
      const std::size_t part = extent(node.shape(k), axis, shape.size());
      for (std::size_t n = 0; n < outer; ++n) {
        std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(n * part), part,
                    numbers<T>(outputs[0]).begin() + static_cast<std::ptrdiff_t>(n * row + begin));
      }
      begin += part;
    }
  });
}

/// Sizes of the parts along the axis.
std::vector<std::size_t> split_sizes(const NodeView& node, std::size_t whole) {
  const std::vector<std::int64_t> given =
      node.has(1) ? node.integers_of(1, "sizes of parts") : node.integers("split");
  std::vector<std::size_t> sizes;
  if (given.empty()) {
    const auto parts = static_cast<std::size_t>(
        node.integer("num_outputs", static_cast<std::int64_t>(node.outputs())));
    if (parts != node.outputs()) {
      node.fail("onnx.attribute", "has a 'num_outputs' other than its outputs", "leave it out");
    }
    const std::size_t part = (whole + parts - 1) / parts;
    // Parts of unequal size are allowed from opset 18 on, the last one being smaller.
    if (whole != part * parts && (node.opset() < 18 || part * (parts - 1) > whole)) {
      node.fail("onnx.shape",
                "makes " + std::to_string(parts) + " parts of " + std::to_string(whole),
                "give 'split'");
    }
    sizes.assign(parts, part);
    sizes.back() = whole - part * (parts - 1);
    return sizes;
  }
  std::size_t sum = 0;
  for (const std::int64_t size : given) {
    require_size(node, size, 0);
    sizes.push_back(static_cast<std::size_t>(size));
    sum += sizes.back();
  }
  if (sum != whole || sizes.size() != node.outputs()) {
    node.fail("onnx.shape",
              "makes " + std::to_string(node.outputs()) + " parts of " + std::to_string(whole) +
                  " elements with sizes that do not fit",
              "give one size for each output, together " + std::to_string(whole));
  }
  return sizes;
}

std::vector<TensorType> infer_split(const NodeView& node) {
  const std::size_t axis = node.axis(node.integer("axis", 0), node.shape(0).size());
  std::vector<TensorType> types;
  for (const std::size_t size : split_sizes(node, node.shape(0)[axis])) {
    types.push_back(node.type(0));
    types.back().shape[axis] = size;
  }
  return types;
}

void execute_split(const NodeView& node, std::vector<Tensor>& outputs) {
  const TensorShape& shape = node.shape(0);
  const std::size_t axis = node.axis(node.integer("axis", 0), shape.size());
  const Strides strides = row_major(shape);
  std::ptrdiff_t start = 0;
  for (Tensor& output : outputs) {
    copy_strided(node.value(0, "a tensor"), output, strides, start);
    start += strides[axis] * static_cast<std::ptrdiff_t>(output.type.shape[axis]);
  }
}

std::vector<TensorType> infer_dropout(const NodeView& node) {
  if (node.has(2) && node.type(2).elements() == 1 &&
      std::get<std::vector<std::int64_t>>(node.value(2, "the mode").values).front() != 0) {
    node.fail("onnx.attribute", "is in the form for training", "export the model for inference");
  }
  if (node.integer("is_test", 1) == 0 && node.opset() < 7) {
    node.fail("onnx.attribute", "is in the form for training", "export the model for inference");
  }
  const ElementType mask = node.opset() < 10 ? node.type(0).type : ElementType::boolean;
  return {node.type(0), {mask, node.shape(0)}};
}

void execute_dropout(const NodeView& node, std::vector<Tensor>& outputs) {
  execute_copy(node, outputs);
  if (!node.has_output(1)) return;
  std::visit([](auto& mask) { std::fill(mask.begin(), mask.end(), 1); }, outputs[1].values);
}

}  // namespace

std::vector<Operator> reshaping_operators() {
  const auto movement = [](const char* name, std::size_t least, std::size_t most,
                           std::vector<const char*> attributes, auto infer, auto execute) {
    return Operator{
        name,  least,  most, 1, Role::movement, OperationKind::elementwise, std::move(attributes),
        infer, execute};
  };
  std::vector<Operator> all{
      movement("Reshape", 2, 2, {"allowzero"}, infer_reshape, execute_copy),
      movement("Transpose", 1, 1, {"perm"}, infer_transpose, execute_transpose),
      movement("Flatten", 1, 1, {"axis"}, infer_flatten, execute_copy),
      movement("Squeeze", 1, 2, {"axes"}, infer_squeeze, execute_copy),
      movement("Unsqueeze", 1, 2, {"axes"}, infer_unsqueeze, execute_copy),
      movement("Expand", 2, 2, {}, infer_expand, execute_expand),
      movement("Concat", 1, any_number, {"axis"}, infer_concat, execute_concat),
      movement("Split", 1, 2, {"axis", "split", "num_outputs"}, infer_split, execute_split),
      movement("Identity", 1, 1, {}, same_as_first, execute_copy),
      movement("Dropout", 1, 3, {"ratio", "seed", "is_test", "consumed_inputs"}, infer_dropout,
               execute_dropout)};
  all[7].most_outputs = any_number;
  all[9].most_outputs = 2;
  return all;
}

}  // namespace neucasl::workload
