#include "segment_draft.hpp"

#include <cmath>
#include <numbers>

namespace neucasl::transformer {

using workload::ElementType;
using workload::Tensor;
using workload::TensorShape;
using workload::TensorType;

SegmentDraft::SegmentDraft(std::string name, const Weights* weights) : weights_(weights) {
  graph_.name = std::move(name);
  graph_.opset = 17;
}

SegmentDraft::Id SegmentDraft::input(const std::string& name, TensorType type) {
  const Id id = graph_.tensors.size();
  graph_.tensors.push_back({name, {}, std::move(type)});
  graph_.inputs.push_back(id);
  return id;
}

SegmentDraft::Id SegmentDraft::store(const std::string& name, Tensor value) {
  const auto [found, added] = stored_.emplace(name, graph_.tensors.size());
  if (added) graph_.tensors.push_back({name, std::move(value), {}});
  return found->second;
}

SegmentDraft::Id SegmentDraft::weight(const std::string& name, const TensorShape& shape) {
  const auto found = stored_.find(name);
  if (found != stored_.end()) return found->second;
  used_.push_back({name, shape});
  if (weights_ != nullptr) {
    if (graph_.file.empty()) graph_.file = weights_->file_of(name);
    return store(name, weights_->read(name));
  }
  Tensor absent;
  absent.type = {ElementType::float32, shape};
  return store(name, std::move(absent));
}

SegmentDraft::Id SegmentDraft::constant(const std::string& name, Tensor value) {
  return store(name, std::move(value));
}

SegmentDraft::Id SegmentDraft::scalar(const std::string& name, double value) {
  return store(name, Tensor(TensorShape{}, std::vector<float>{static_cast<float>(value)}));
}

SegmentDraft::Id SegmentDraft::apply(const std::string& type, const std::string& name,
                                     std::vector<Id> inputs,
                                     std::map<std::string, workload::Attribute> attributes) {
  const Id id = graph_.tensors.size();
  graph_.tensors.push_back({name, {}, {}});
  graph_.nodes.push_back({name, type, std::move(inputs), {id}, std::move(attributes)});
  return id;
}

SegmentDraft::Id SegmentDraft::reshape(const std::string& name, Id input,
                                       std::vector<std::int64_t> shape) {
  const TensorShape sizes{shape.size()};
  const Id wanted = constant(name + ".shape", Tensor(sizes, std::move(shape)));
  return apply("Reshape", name, {input, wanted});
}

SegmentDraft::Id SegmentDraft::project(const Projection& projection, Id input) {
  std::vector<Id> inputs{input, weight(projection.table, {projection.outputs, projection.depth})};
  if (!projection.bias.empty()) inputs.push_back(weight(projection.bias, {projection.outputs}));
  layers_.push_back({projection.name, 0, graph_.nodes.size(), projection.depth, projection.outputs,
                     projection.positions});
  return apply("Gemm", projection.name, std::move(inputs), {{"transB", std::int64_t{1}}});
}

SegmentDraft::Id SegmentDraft::normalise(const std::string& name, Id input, std::size_t width,
                                         double epsilon) {
  const Id scale = weight(name + ".weight", {width});
  const Id shift = weight(name + ".bias", {width});
  return apply("LayerNormalization", name, {input, scale, shift},
               {{"axis", std::int64_t{-1}}, {"epsilon", epsilon}});
}

SegmentDraft::Id SegmentDraft::activate(Activation activation, const std::string& name, Id input) {
  if (activation == Activation::relu) return apply("Relu", name, {input});
  // x Phi(x) = x / 2 (1 + erf(x / sqrt 2)); the operator Gelu came with opset 20 only.
  const Id scaled =
      apply("Mul", name + ".scaled", {input, scalar("1/sqrt(2)", 1.0 / std::numbers::sqrt2)});
  const Id error = apply("Erf", name + ".erf", {scaled});
  const Id twice = apply("Add", name + ".distribution", {error, scalar("1", 1.0)});
  const Id product = apply("Mul", name + ".product", {input, twice});
  return apply("Mul", name, {product, scalar("1/2", 0.5)});
}

workload::OperatorGraph SegmentDraft::finish(Id output) {
  graph_.outputs = {output};
  return std::move(graph_);
}

}  // namespace neucasl::transformer
