#include "neucasl/workload/matrix_form.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/workload/node_executor.hpp"
#include "tests/workload/graph_draft.hpp"

namespace neucasl::workload {
namespace {

std::string refusal_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "";
}

/// Whole inputs and weights, so that products of floats are exact in any order.
Tensor whole_numbers(const TensorShape& shape, int seed) {
  Tensor tensor(TensorType{ElementType::float32, shape});
  int value = seed;
  for (float& x : std::get<std::vector<float>>(tensor.values)) {
    value = (value * 31 + 17) % 101;
    x = static_cast<float>(value - 50);
  }
  return tensor;
}

/// Computes a node through its matrix form, a few rows at a time.
class ByMatrices final : public NodeExecutor {
 public:
  explicit ByMatrices(const OperatorGraph& graph) : graph_(graph) {}
  [[nodiscard]] bool computes(std::size_t node) const override { return node == 0; }
  [[nodiscard]] Tensor compute(std::size_t node,
                               const std::vector<const Tensor*>& inputs) const override {
    const MatrixForm form(graph_, node, inputs[0]->type);
    const auto& x = std::get<std::vector<float>>(inputs[0]->values);
    const std::vector<std::int16_t> codes(x.begin(), x.end());
    const auto& w = std::get<std::vector<float>>(inputs[1]->values);
    const bool outputs_first =
        graph_.nodes[node].type == "Conv" || graph_.nodes[node].attributes.contains("transB");
    Tensor output(form.result());
    auto& values = std::get<std::vector<float>>(output.values);
    for (std::size_t g = 0; g < form.groups(); ++g) {
      for (std::size_t row = 0; row < form.rows(); row += 4) {
        const std::size_t count = std::min<std::size_t>(4, form.rows() - row);
        std::vector<std::int16_t> rows(count * form.depth());
        form.gather(codes, g, row, count, 0, rows.data());
        std::vector<float> product(count * form.outputs(), 0.0F);
        for (std::size_t r = 0; r < count; ++r) {
          for (std::size_t n = 0; n < form.outputs(); ++n) {
            for (std::size_t k = 0; k < form.depth(); ++k) {
              const float weight = outputs_first ? w[(g * form.outputs() + n) * form.depth() + k]
                                                 : w[k * form.outputs() + n];
              product[r * form.outputs() + n] += weight * rows[r * form.depth() + k];
            }
          }
        }
        form.scatter(product.data(), g, row, count, values);
      }
    }
    form.finish(inputs.size() > 2 ? inputs[2] : nullptr, values);
    return output;
  }

 private:
  const OperatorGraph& graph_;
};

void expect_same(const GraphDraft& draft, const Tensor& input) {
  const std::vector<Tensor> wanted = run(draft.graph, {input});
  const std::vector<Tensor> made = run(draft.graph, {input}, ByMatrices(draft.graph));
  EXPECT_EQ(made.front().type, wanted.front().type);
  EXPECT_EQ(std::get<std::vector<float>>(made.front().values),
            std::get<std::vector<float>>(wanted.front().values));
}

using Integers = std::vector<std::int64_t>;

TEST(MatrixForm, OfConvolutions) {
  for (const std::int64_t groups : {1, 2}) {
    GraphDraft draft;
    const auto x = draft.input("x", {3, 4, 7, 6});
    const auto w = draft.stored(whole_numbers({6, 4 / static_cast<std::size_t>(groups), 3, 2}, 5));
    const auto b = draft.stored(whole_numbers({6}, 9));
    draft.graph.outputs = {draft.node("Conv", {x, w, b},
                                      {{"pads", Integers{1, 0, 2, 1}},
                                       {"strides", Integers{2, 1}},
                                       {"dilations", Integers{1, 2}},
                                       {"group", groups}})};
    expect_same(draft, whole_numbers({3, 4, 7, 6}, 3));
  }
  GraphDraft line;
  const auto x = line.input("x", {2, 3, 9});
  line.graph.outputs = {line.node("Conv", {x, line.stored(whole_numbers({5, 3, 4}, 2))})};
  expect_same(line, whole_numbers({2, 3, 9}, 3));
}

TEST(MatrixForm, OfProductsWithAMatrix) {
  const std::vector<std::pair<TensorShape, std::map<std::string, Attribute>>> cases{
      {{4, 6}, {{"transB", std::int64_t{1}}, {"alpha", 0.5}, {"beta", 2.0}}},
      {{6, 4}, {{"transA", std::int64_t{1}}}}};
  for (const auto& [shape, attributes] : cases) {
    for (const TensorShape& bias : {TensorShape{5}, TensorShape{4, 1}, TensorShape{}}) {
      GraphDraft draft;
      const auto x = draft.input("x", shape);
      const bool transposed = attributes.contains("transB");
      const auto w =
          draft.stored(whole_numbers(transposed ? TensorShape{5, 6} : TensorShape{6, 5}, 5));
      draft.graph.outputs = {
          draft.node("Gemm", {x, w, draft.stored(whole_numbers(bias, 4))}, attributes)};
      expect_same(draft, whole_numbers(shape, 3));
    }
  }
  for (const TensorShape& shape : {TensorShape{6}, TensorShape{2, 3, 6}}) {
    GraphDraft draft;
    const auto x = draft.input("x", shape);
    draft.graph.outputs = {draft.node("MatMul", {x, draft.stored(whole_numbers({6, 5}, 5))})};
    expect_same(draft, whole_numbers(shape, 3));
  }
}

TEST(MatrixForm, RefusesWhatIsNone) {
  GraphDraft draft;
  const auto x = draft.input("x", {2, 2});
  draft.node("Relu", {x});
  draft.node("MatMul", {x, x});
  draft.node("MatMul", {x, draft.stored(whole_numbers({3, 2, 2}, 5))});
  draft.node("MatMul", {x, draft.stored(whole_numbers({3, 2}, 5))});
  const TensorType type{ElementType::float32, {2, 2}};
  const std::vector<std::string> codes{"onnx.operator", "onnx.graph", "onnx.shape", "onnx.shape"};
  for (std::size_t node = 0; node < codes.size(); ++node) {
    EXPECT_EQ(refusal_of([&] { static_cast<void>(MatrixForm(draft.graph, node, type)); }),
              codes[node]);
  }
}

TEST(NodeExecution, OfAnotherTypeIsRefused) {
  class Wrong final : public NodeExecutor {
   public:
    [[nodiscard]] bool computes(std::size_t /*node*/) const override { return true; }
    [[nodiscard]] Tensor compute(std::size_t /*node*/,
                                 const std::vector<const Tensor*>& /*inputs*/) const override {
      return Tensor(TensorType{ElementType::float32, {1}});
    }
  };
  GraphDraft draft;
  draft.graph.outputs = {draft.node("Relu", {draft.input("x", {2})})};
  EXPECT_EQ(
      refusal_of([&] { static_cast<void>(run(draft.graph, {whole_numbers({2}, 1)}, Wrong())); }),
      "onnx.shape");
}

struct Rounding {
  ElementType type;
  std::vector<float> x;
  std::vector<std::int64_t> codes;
};

TEST(QuantisationOperators, RoundToEvenAndSaturate) {
  const std::vector<Rounding> cases{
      {ElementType::int8, {0.25F, 0.75F, -0.25F, 1e9F, -1e9F}, {1, 3, 1, 127, -128}},
      {ElementType::uint8, {0.25F, 0.75F, -0.25F, 1e9F, -1e9F}, {1, 3, 1, 255, 0}},
      {ElementType::int16, {0.25F, 0.75F, -0.25F, 1e9F, -1e9F}, {1, 3, 1, 32767, -32768}},
      {ElementType::uint16, {0.25F, 0.75F, -0.25F, 1e9F, -1e9F}, {1, 3, 1, 65535, 0}}};
  for (const Rounding& one : cases) {
    GraphDraft draft;
    const auto x = draft.input("x", {5});
    Tensor zero(TensorShape{}, std::vector<std::int64_t>{1});
    zero.type.type = one.type;
    const auto scale = draft.number(0.5F);
    const auto zero_point = draft.stored(zero);
    const auto codes = draft.node("QuantizeLinear", {x, scale, zero_point});
    draft.graph.outputs = {codes, draft.node("DequantizeLinear", {codes, scale, zero_point})};
    const std::vector<Tensor> made = run(draft.graph, {Tensor({5}, one.x)});
    EXPECT_EQ(made[0].type.type, one.type);
    EXPECT_EQ(std::get<std::vector<std::int64_t>>(made[0].values), one.codes);
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_EQ(std::get<std::vector<float>>(made[1].values)[k],
                0.5F * static_cast<float>(one.codes[k] - 1));
    }
  }
}

TEST(QuantisationOperators, RefuseWhatDoesNotFit) {
  const auto refused = [](const TensorShape& scale, const Tensor& zero) {
    GraphDraft draft;
    const auto x = draft.input("x", {2, 3});
    const auto s = draft.stored(Tensor(TensorType{ElementType::float32, scale}));
    draft.graph.outputs = {draft.node("QuantizeLinear", {x, s, draft.stored(zero)})};
    return refusal_of([&] { static_cast<void>(infer_shapes(draft.graph)); });
  };
  EXPECT_EQ(refused({3}, Tensor(TensorType{ElementType::int8, {3}})), "");
  EXPECT_EQ(refused({2}, Tensor(TensorType{ElementType::int8, {2}})), "onnx.shape");
  EXPECT_EQ(refused({3}, Tensor(TensorType{ElementType::int8, {1}})), "onnx.shape");
  EXPECT_EQ(refused({}, Tensor(TensorType{ElementType::int32, {}})), "onnx.type");
  GraphDraft draft;
  const auto x = draft.input("x", {1});
  draft.graph.outputs = {draft.node("QuantizeLinear", {x, draft.number(0.0F)})};
  EXPECT_EQ(refusal_of([&] {
              static_cast<void>(run(draft.graph, {Tensor({1}, std::vector<float>{0.0F})}));
            }),
            "onnx.value");
}

}  // namespace
}  // namespace neucasl::workload
