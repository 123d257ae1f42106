#pragma once

#include <functional>
#include <utility>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/precision/graph_quantisation.hpp"
#include "neucasl/workload/segmented_network.hpp"
#include "tests/workload/graph_draft.hpp"

/// \file
/// Small networks of one or two segments for the tests of the precision layer.

namespace neucasl::precision::test {

inline base::Diagnostic failure(const std::function<void()>& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  return {};
}

inline QuantiserForm form_of(int bits, bool affine, Granularity granularity = Granularity::tensor,
                             std::size_t group_size = 0) {
  QuantiserForm form;
  form.bits = bits;
  form.affine = affine;
  form.granularity = granularity;
  form.group_size = group_size;
  return form;
}

/// Segments by functions of the number of samples.
class ChainNetwork final : public workload::SegmentedNetwork {
 public:
  using Segment = std::function<workload::OperatorGraph(std::size_t samples)>;

  ChainNetwork(std::string name, std::vector<Segment> segments,
               std::vector<workload::MatrixLayer> layers)
      : name_(std::move(name)), segments_(std::move(segments)), layers_(std::move(layers)) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::size_t segments() const override { return segments_.size(); }
  [[nodiscard]] workload::OperatorGraph segment(std::size_t index,
                                                std::size_t samples) const override {
    return segments_.at(index)(samples);
  }
  [[nodiscard]] const std::vector<workload::MatrixLayer>& matrix_layers() const override {
    return layers_;
  }

 private:
  std::string name_;
  std::vector<Segment> segments_;
  std::vector<workload::MatrixLayer> layers_;
};

/// Convolutions with padding, strides and two groups, then Gemm and MatMul in a second segment.
inline ChainNetwork image_network() {
  using Integers = std::vector<std::int64_t>;
  const auto first = [](std::size_t samples) {
    workload::GraphDraft draft;
    const auto image = draft.input("image", {samples, 2, 9, 7});
    const auto a = draft.node("Conv", {image, draft.weight({6, 2, 3, 3}), draft.weight({6})},
                              {{"pads", Integers{1, 1, 1, 1}}}, "conv1");
    const auto b = draft.node("Relu", {a});
    const auto c = draft.node("Conv", {b, draft.weight({8, 3, 3, 2}), draft.weight({8})},
                              {{"group", std::int64_t{2}}, {"strides", Integers{2, 2}}}, "conv2");
    draft.graph.outputs = {draft.node("Tanh", {c})};
    return std::move(draft.graph);
  };
  const auto second = [](std::size_t samples) {
    workload::GraphDraft draft;
    const auto x = draft.input("x", {samples, 8, 4, 3});
    const auto flat = draft.node("Flatten", {x});
    const auto a = draft.node("Gemm", {flat, draft.weight({21, 96}), draft.weight({21})},
                              {{"transB", std::int64_t{1}}, {"alpha", 0.5}}, "fc1");
    const auto b = draft.node("Tanh", {a});
    draft.graph.outputs = {draft.node("MatMul", {b, draft.weight({21, 5})}, {}, "fc2")};
    return std::move(draft.graph);
  };
  return {"image",
          {first, second},
          {{"conv1", 0, 0, 18, 6, 63},
           {"conv2", 0, 2, 18, 8, 12},
           {"fc1", 1, 1, 96, 21, 1},
           {"fc2", 1, 3, 21, 5, 1}}};
}

inline workload::Tensor image_batch(std::size_t samples) {
  workload::Tensor batch(workload::TensorType{workload::ElementType::float32, {samples, 2, 9, 7}});
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  for (float& x : std::get<std::vector<float>>(batch.values)) x = normal(random);
  return batch;
}

inline const std::vector<float>& floats(const workload::Tensor& tensor) {
  return std::get<std::vector<float>>(tensor.values);
}

/// The same form in all layers, with inputs of either sign.
inline PrecisionMap map_of(const workload::SegmentedNetwork& network, const QuantiserForm& form,
                           int activation_bits, ActivationForm inputs) {
  PrecisionMap map = uniform(layers_of(network), form.bits, activation_bits);
  for (LayerPrecision& layer : map.layers) {
    layer.weight_affine = form.affine;
    layer.granularity = form.granularity;
    layer.group_size = form.group_size;
    layer.activation_form = inputs;
  }
  return map;
}

}  // namespace neucasl::precision::test
