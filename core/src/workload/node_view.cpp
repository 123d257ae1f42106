#include <algorithm>

#include "operator.hpp"

namespace neucasl::workload {

const TensorType& NodeView::type(std::size_t k) const {
  if (!has(k)) {
    fail("onnx.graph", "leaves out input " + std::to_string(k), "give it: it is not optional");
  }
  return *inputs_[k].type;
}

const Tensor& NodeView::value(std::size_t k, const char* what) const {
  static_cast<void>(type(k));
  if (inputs_[k].value == nullptr) {
    fail("onnx.dynamic-shape", std::string("takes ") + what + " from values of the sample",
         "export the model with fixed shapes, or simplify it so that they are constants");
  }
  return *inputs_[k].value;
}

std::vector<std::int64_t> NodeView::integers_of(std::size_t k, const char* what) const {
  const Tensor& tensor = value(k, what);
  const auto* integers = std::get_if<std::vector<std::int64_t>>(&tensor.values);
  if (integers == nullptr || tensor.type.shape.size() > 1) {
    fail("onnx.type",
         "has " + std::string(what) + " of " + std::string(to_string(type(k).type)) +
             " and shape " + to_string(shape(k)),
         "give a list of int64");
  }
  return *integers;
}

template <class T>
const T* NodeView::attribute(const std::string& name, const char* kind) const {
  const auto found = node().attributes.find(name);
  if (found == node().attributes.end()) return nullptr;
  const T* value = std::get_if<T>(&found->second);
  if (value == nullptr) {
    fail("onnx.attribute", "has an attribute '" + name + "' of the wrong type",
         std::string("give ") + kind);
  }
  return value;
}

std::int64_t NodeView::integer(const std::string& name, std::int64_t otherwise) const {
  const auto* value = attribute<std::int64_t>(name, "an integer");
  return value == nullptr ? otherwise : *value;
}

double NodeView::real(const std::string& name, double otherwise) const {
  const auto* value = attribute<double>(name, "a number");
  return value == nullptr ? otherwise : *value;
}

std::string NodeView::text(const std::string& name, const std::string& otherwise) const {
  const auto* value = attribute<std::string>(name, "a string");
  return value == nullptr ? otherwise : *value;
}

std::vector<std::int64_t> NodeView::integers(const std::string& name) const {
  const auto* value = attribute<std::vector<std::int64_t>>(name, "a list of integers");
  return value == nullptr ? std::vector<std::int64_t>{} : *value;
}

std::size_t NodeView::axis(std::int64_t given, std::size_t rank, bool end) const {
  const auto size = static_cast<std::int64_t>(rank);
  const std::int64_t axis = given < 0 ? given + size : given;
  if (axis < 0 || axis > size || (axis == size && !end)) {
    fail("onnx.attribute",
         "has axis " + std::to_string(given) + " for " + std::to_string(rank) + " dimensions",
         "give -" + std::to_string(rank) + " to " + std::to_string(size - (end ? 0 : 1)));
  }
  return static_cast<std::size_t>(axis);
}

std::vector<std::size_t> NodeView::axes(std::size_t k, std::size_t rank) const {
  const std::vector<std::int64_t> given = has(k) ? integers_of(k, "axes") : integers("axes");
  std::vector<std::size_t> axes;
  axes.reserve(given.size());
  for (const std::int64_t one : given) axes.push_back(axis(one, rank));
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) {
    fail("onnx.attribute", "names an axis twice", "give each axis once");
  }
  return axes;
}

void NodeView::require_same_type(std::size_t k) const {
  if (type(k).type == type(0).type) return;
  fail("onnx.type",
       "has inputs of " + std::string(to_string(type(0).type)) + " and " +
           std::string(to_string(type(k).type)),
       "give inputs of one type");
}

void NodeView::require_floating(std::size_t k) const {
  if (is_floating(type(k).type)) return;
  fail("onnx.type", "has an input of " + std::string(to_string(type(k).type)),
       "give a floating type");
}

void NodeView::fail(const char* code, const std::string& what, const std::string& remedy) const {
  throw base::Error(code, graph_.title(index_) + " " + what, remedy, {graph_.file, 0, 0});
}

std::vector<TensorType> same_as_first(const NodeView& node) { return {node.type(0)}; }

TensorShape broadcast_shape(const NodeView& node, const TensorShape& a, const TensorShape& b) {
  const std::size_t rank = std::max(a.size(), b.size());
  TensorShape result(rank);
  for (std::size_t d = 0; d < rank; ++d) {
    const std::size_t x = d + a.size() < rank ? 1 : a[d + a.size() - rank];
    const std::size_t y = d + b.size() < rank ? 1 : b[d + b.size() - rank];
    if (x != y && x != 1 && y != 1) {
      node.fail("onnx.shape", "has inputs of shapes " + to_string(a) + " and " + to_string(b),
                "give sizes that are equal or 1, counted from the last");
    }
    result[d] = x == 1 ? y : x;
  }
  return result;
}

std::size_t extent(const TensorShape& shape, std::size_t first, std::size_t end) {
  std::size_t product = 1;
  for (std::size_t d = first; d < end; ++d) product *= shape[d];
  return product;
}

Strides row_major(const TensorShape& shape) {
  Strides strides(shape.size());
  std::ptrdiff_t step = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    strides[d] = step;
    step *= static_cast<std::ptrdiff_t>(shape[d]);
  }
  return strides;
}

Strides stretched(const TensorShape& from, const TensorShape& to) {
  const Strides plain = row_major(from);
  Strides strides(to.size(), 0);
  const std::size_t missing = to.size() - from.size();
  for (std::size_t d = 0; d < from.size(); ++d) {
    strides[d + missing] = from[d] == 1 ? 0 : plain[d];
  }
  return strides;
}

}  // namespace neucasl::workload
