#include <algorithm>
#include <limits>
#include <numeric>

#include "axis_plans.hpp"

namespace neucasl::workload {
namespace {

/// Part of one dimension: start, start + step, ...
struct Cut {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::size_t count = 0;
};

Cut cut_of(const NodeView& node, std::size_t size, std::int64_t start, std::int64_t end,
           std::int64_t step) {
  if (step == 0 || step == std::numeric_limits<std::int64_t>::min()) {
    node.fail("onnx.value", "has a step of " + std::to_string(step), "give another step");
  }
  const auto length = static_cast<std::int64_t>(size);
  const auto clamped = [&](std::int64_t value, std::int64_t low, std::int64_t high) {
    if (value < 0) value += length;
    return std::clamp(value, low, high);
  };
  Cut cut;
  cut.step = step;
  if (step > 0) {
    cut.start = clamped(start, 0, length);
    const std::int64_t last = clamped(end, 0, length);
    if (last > cut.start) cut.count = static_cast<std::size_t>((last - cut.start - 1) / step + 1);
  } else {
    cut.start = clamped(start, -1, length - 1);
    const std::int64_t last = clamped(end, -1, length - 1);
    if (cut.start > last) cut.count = static_cast<std::size_t>((cut.start - last - 1) / -step + 1);
  }
  return cut;
}

/// One for each dimension of the input.
std::vector<Cut> cuts_of(const NodeView& node) {
  const TensorShape& shape = node.shape(0);
  const bool by_attributes = node.opset() < 10;
  const auto list = [&](std::size_t k, const char* name) {
    if (by_attributes) return node.integers(name);
    return node.has(k) ? node.integers_of(k, name) : std::vector<std::int64_t>{};
  };
  const std::vector<std::int64_t> starts = list(1, "starts");
  const std::vector<std::int64_t> ends = list(2, "ends");
  std::vector<std::int64_t> axes = list(3, "axes");
  std::vector<std::int64_t> steps = list(4, "steps");
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() ||
      steps.size() != starts.size()) {
    node.fail("onnx.shape", "has different numbers of starts, ends, axes and steps",
              "give one of each for each axis");
  }
  std::vector<Cut> cuts;
  cuts.reserve(shape.size());
  for (const std::size_t size : shape) cuts.push_back({0, 1, size});
  for (std::size_t k = 0; k < starts.size(); ++k) {
    const std::size_t axis = node.axis(axes[k], shape.size());
    cuts[axis] = cut_of(node, shape[axis], starts[k], ends[k], steps[k]);
  }
  return cuts;
}

std::vector<TensorType> infer_slice(const NodeView& node) {
  TensorType type{node.type(0).type, {}};
  for (const Cut& cut : cuts_of(node)) type.shape.push_back(cut.count);
  return {type};
}

}  // namespace

StridedPlace slice_place(const NodeView& node) {
  const Strides plain = row_major(node.shape(0));
  StridedPlace place;
  for (const Cut& cut : cuts_of(node)) {
    const std::ptrdiff_t step = plain[place.strides.size()];
    place.start += step * cut.start;
    // Of one element or none the step is not used and may be huge.
    place.strides.push_back(cut.count > 1 ? step * cut.step : 0);
  }
  return place;
}

namespace {

void execute_slice(const NodeView& node, std::vector<Tensor>& outputs) {
  const StridedPlace place = slice_place(node);
  const Tensor& input = node.value(0, "a tensor");
  with_storage(input, [&](auto zero) {
    using T = decltype(zero);
    for_each_element<1>(outputs[0].type.shape, {place.strides}, {place.start},
                        [&](std::size_t position, const auto& offsets) {
                          numbers<T>(outputs[0])[position] =
                              numbers<T>(input)[static_cast<std::size_t>(offsets[0])];
                        });
  });
}

std::vector<TensorType> infer_gather(const NodeView& node) {
  const TensorShape& table = node.shape(0);
  const std::size_t axis = node.axis(node.integer("axis", 0), table.size());
  if (is_floating(node.type(1).type)) {
    node.fail("onnx.type", "has indices of " + std::string(to_string(node.type(1).type)),
              "give int64 or int32");
  }
  TensorShape shape(table.begin(), table.begin() + static_cast<std::ptrdiff_t>(axis));
  shape.insert(shape.end(), node.shape(1).begin(), node.shape(1).end());
  shape.insert(shape.end(), table.begin() + static_cast<std::ptrdiff_t>(axis) + 1, table.end());
  return {{node.type(0).type, shape}};
}

void execute_gather(const NodeView& node, std::vector<Tensor>& outputs) {
  const TensorShape& table = node.shape(0);
  const std::size_t axis = node.axis(node.integer("axis", 0), table.size());
  const auto size = static_cast<std::int64_t>(table[axis]);
  // Not of ONNX, where negative indices count from the end: tokens do not.
  const std::int64_t least = node.integer("from_end", 1) != 0 ? -size : 0;
  const std::size_t inner = extent(table, axis + 1, table.size());
  const std::vector<std::int64_t>& indices = numbers<std::int64_t>(node.value(1, "indices"));
  const Tensor& input = node.value(0, "a table");
  with_storage(input, [&](auto zero) {
    using T = decltype(zero);
    auto to = numbers<T>(outputs[0]).begin();
    for (std::size_t n = 0; n < extent(table, 0, axis); ++n) {
      for (const std::int64_t index : indices) {
        if (index < least || index >= size) {
          node.fail(
              "onnx.value", "reads row " + std::to_string(index) + " of " + std::to_string(size),
              "give indices from " + std::to_string(least) + " to " + std::to_string(size - 1));
        }
        const std::size_t row =
            n * table[axis] + static_cast<std::size_t>(index < 0 ? index + size : index);
        to = std::copy_n(numbers<T>(input).begin() + static_cast<std::ptrdiff_t>(row * inner),
                         inner, to);
      }
    }
  });
}

/// What stands beside the input.
enum class Filling { constant, edge, reflection };

Filling filling_mode(const NodeView& node) {
  const std::string mode = node.text("mode", "constant");
  if (mode == "constant") return Filling::constant;
  if (mode == "edge") return Filling::edge;
  if (mode == "reflect") return Filling::reflection;
  node.fail("onnx.attribute", "pads with the mode '" + mode + "'", "use constant, edge or reflect");
}

/// Place in a dimension of `size` that stands at `at`; -1 for the constant.
std::int64_t filled_from(std::int64_t at, std::int64_t size, Filling filling) {
  if (at >= 0 && at < size) return at;
  if (filling == Filling::constant) return -1;
  if (filling == Filling::edge || size == 1) return std::clamp<std::int64_t>(at, 0, size - 1);
  const std::int64_t period = 2 * (size - 1);
  const std::int64_t within = (at % period + period) % period;
  return within < size ? within : period - within;
}

/// Elements before and behind each dimension, negative ones cut off.
std::vector<std::int64_t> padding_of(const NodeView& node) {
  const std::size_t rank = node.shape(0).size();
  const std::vector<std::int64_t> given =
      node.opset() < 11 ? node.integers("pads") : node.integers_of(1, "padding");
  static_cast<void>(filling_mode(node));
  std::vector<std::int64_t> axes;
  if (node.has(3)) {
    axes = node.integers_of(3, "axes");
  } else {
    axes.resize(rank);
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (given.size() != 2 * axes.size()) {
    node.fail("onnx.shape", "has " + std::to_string(given.size()) + " paddings",
              "give one before and one behind each of " + std::to_string(axes.size()) + " axes");
  }
  std::vector<std::int64_t> padding(2 * rank, 0);
  for (std::size_t k = 0; k < axes.size(); ++k) {
    const std::size_t axis = node.axis(axes[k], rank);
    padding[axis] = given[k];
    padding[rank + axis] = given[axes.size() + k];
  }
  return padding;
}

std::vector<TensorType> infer_pad(const NodeView& node) {
  const std::vector<std::int64_t> padding = padding_of(node);
  TensorType type = node.type(0);
  for (std::size_t d = 0; d < type.shape.size(); ++d) {
    constexpr auto most = static_cast<std::int64_t>(most_elements);
    const std::int64_t before = padding[d];
    const std::int64_t behind = padding[type.shape.size() + d];
    const auto size = static_cast<std::int64_t>(type.shape[d]);
    if (before < -size || behind < -size || before > most || behind > most ||
        size + before + behind < 0 ||
        (size == 0 && before + behind > 0 && filling_mode(node) != Filling::constant)) {
      node.fail("onnx.shape",
                "pads a size of " + std::to_string(size) + " by " + std::to_string(before) +
                    " and " + std::to_string(behind),
                "give paddings that leave a size of at least 0");
    }
    type.shape[d] = static_cast<std::size_t>(size + before + behind);
  }
  if (node.has(2)) node.require_same_type(2);
  return {type};
}

}  // namespace

void for_each_padded(const NodeView& node, const TensorShape& output,
                     const std::function<void(std::size_t to, std::ptrdiff_t from)>& body) {
  const std::vector<std::int64_t> padding = padding_of(node);
  const TensorShape& from = node.shape(0);
  const Strides strides = row_major(from);
  const Filling filling = filling_mode(node);
  std::vector<std::int64_t> index(output.size(), 0);
  for (std::size_t to = 0; to < extent(output, 0, output.size()); ++to) {
    std::ptrdiff_t offset = 0;
    bool inside = true;
    for (std::size_t d = 0; d < output.size(); ++d) {
      const std::int64_t at =
          filled_from(index[d] - padding[d], static_cast<std::int64_t>(from[d]), filling);
      inside = inside && at >= 0;
      offset += strides[d] * at;
    }
    body(to, inside ? offset : -1);
    for (std::size_t d = output.size(); d-- > 0;) {
      if (++index[d] < static_cast<std::int64_t>(output[d])) break;
      index[d] = 0;
    }
  }
}

namespace {

void execute_pad(const NodeView& node, std::vector<Tensor>& outputs) {
  with_storage(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(node.value(0, "a tensor"));
    std::vector<T>& y = numbers<T>(outputs[0]);
    const T constant = node.has(2) && node.type(2).elements() == 1
                           ? numbers<T>(node.value(2, "a filling")).front()
                           : static_cast<T>(node.real("value", 0.0));
    for_each_padded(node, outputs[0].type.shape, [&](std::size_t to, std::ptrdiff_t from) {
      y[to] = from < 0 ? constant : x[static_cast<std::size_t>(from)];
    });
  });
}

std::vector<TensorType> infer_where(const NodeView& node) {
  if (node.type(0).type != ElementType::boolean) {
    node.fail("onnx.type", "chooses by " + std::string(to_string(node.type(0).type)),
              "give truths");
  }
  if (node.type(1).type != node.type(2).type) {
    node.fail("onnx.type", "chooses between two types", "give inputs of one type");
  }
  return {
      {node.type(1).type,
       broadcast_shape(node, broadcast_shape(node, node.shape(0), node.shape(1)), node.shape(2))}};
}

void execute_where(const NodeView& node, std::vector<Tensor>& outputs) {
  const TensorShape& shape = outputs[0].type.shape;
  const std::vector<std::int64_t>& choice = numbers<std::int64_t>(node.value(0, "a condition"));
  with_storage(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& a = numbers<T>(node.value(1, "a tensor"));
    const std::vector<T>& b = numbers<T>(node.value(2, "a tensor"));
    for_each_element<3>(shape,
                        {stretched(node.shape(0), shape), stretched(node.shape(1), shape),
                         stretched(node.shape(2), shape)},
                        {0, 0, 0}, [&](std::size_t position, const auto& offsets) {
                          numbers<T>(outputs[0])[position] =
                              choice[static_cast<std::size_t>(offsets[0])] != 0
                                  ? a[static_cast<std::size_t>(offsets[1])]
                                  : b[static_cast<std::size_t>(offsets[2])];
                        });
  });
}

}  // namespace

std::vector<Operator> selection_operators() {
  return {{"Slice",
           1,
           5,
           1,
           Role::movement,
           OperationKind::elementwise,
           {"starts", "ends", "axes"},
           infer_slice,
           execute_slice},
          {"Gather",
           2,
           2,
           1,
           Role::gather,
           OperationKind::lookup,
           {"axis", "from_end"},
           infer_gather,
           execute_gather},
          {"Pad",
           1,
           4,
           1,
           Role::movement,
           OperationKind::elementwise,
           {"mode", "pads", "value"},
           infer_pad,
           execute_pad},
          {"Where",
           3,
           3,
           1,
           Role::operation,
           OperationKind::elementwise,
           {},
           infer_where,
           execute_where}};
}

}  // namespace neucasl::workload
