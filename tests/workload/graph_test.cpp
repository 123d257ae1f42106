#include <gtest/gtest.h>

#include "graph_draft.hpp"
#include "neucasl/io/onnx.hpp"
#include "neucasl/workload/topologies.hpp"
#include "tests/onnx_writer.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::workload {
namespace {

std::vector<std::int64_t> twice(std::size_t value) {
  return std::vector<std::int64_t>(2, static_cast<std::int64_t>(value));
}

/// LeNet-5 as an ONNX file; ONNX stores channels x height x width, the network the reverse.
std::string lenet_file(const network::Network& lenet, const test::ScratchFolder& folder) {
  test::OnnxModel model;
  model.name = "lenet5";
  model.inputs = {test::onnx_value("x", {"1", "1", "28", "28"})};
  std::string from = "x";
  const auto add = [&](const std::string& type, const std::string& name,
                       std::vector<std::string> inputs, const std::vector<test::Message>& with) {
    inputs.insert(inputs.begin(), from);
    from = name + "_out";
    model.nodes.push_back(test::onnx_node(type, name, inputs, {from}, with));
  };
  std::size_t channels = 1;
  bool flat = false;
  for (const network::Layer& layer : lenet.layers) {
    const std::size_t outputs = layer.outputs;
    if (layer.kind == network::LayerKind::convolution) {
      const std::size_t k = layer.kernel;
      std::vector<float> weight(layer.weight.size());
      for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t c = 0; c < channels; ++c) {
          for (std::size_t at = 0; at < k * k; ++at) {
            weight[(o * channels + c) * k * k + at] =
                layer.weight[(at * channels + c) * outputs + o];
          }
        }
      }
      model.initialisers.push_back(
          test::onnx_tensor(layer.name + "_w", {outputs, channels, k, k}, weight));
      model.initialisers.push_back(test::onnx_tensor(layer.name + "_b", {outputs}, layer.bias));
      add("Conv", layer.name, {layer.name + "_w", layer.name + "_b"},
          {test::onnx_integers(
              "pads", std::vector<std::int64_t>(4, static_cast<std::int64_t>(layer.padding)))});
      channels = outputs;
    } else if (layer.kind == network::LayerKind::max_pool) {
      add("MaxPool", layer.name, {},
          {test::onnx_integers("kernel_shape", twice(layer.kernel)),
           test::onnx_integers("strides", twice(layer.stride))});
    } else if (layer.kind == network::LayerKind::relu) {
      add("Relu", layer.name, {}, {});
    } else {
      const std::size_t depth = layer.weight.size() / outputs;
      std::vector<float> weight = layer.weight;
      if (!flat) {
        add("Flatten", "flatten", {}, {});
        for (std::size_t c = 0; c < channels; ++c) {
          for (std::size_t at = 0; at < depth / channels; ++at) {
            std::copy_n(
                layer.weight.begin() + static_cast<std::ptrdiff_t>((at * channels + c) * outputs),
                outputs,
                weight.begin() +
                    static_cast<std::ptrdiff_t>((c * (depth / channels) + at) * outputs));
          }
        }
        flat = true;
      }
      model.initialisers.push_back(test::onnx_tensor(layer.name + "_w", {depth, outputs}, weight));
      model.initialisers.push_back(test::onnx_tensor(layer.name + "_b", {outputs}, layer.bias));
      add("Gemm", layer.name, {layer.name + "_w", layer.name + "_b"}, {});
    }
  }
  model.outputs = {test::onnx_value(from, {"1", "10"})};
  return folder.file("lenet5.onnx", model.bytes());
}

TEST(HalfBits, ManyAtOnceAreAsEachAlone) {
  std::vector<std::uint16_t> bits(65536 - 3);
  for (std::size_t k = 0; k < bits.size(); ++k) bits[k] = static_cast<std::uint16_t>(k + 3);
  for (const ElementType type : {ElementType::float16, ElementType::bfloat16}) {
    std::vector<float> values(bits.size());
    from_half_bits(type, bits.data(), bits.size(), values.data());
    for (std::size_t k = 0; k < bits.size(); ++k) {
      const float one = from_half_bits(type, bits[k]);
      if (std::isnan(one)) {
        EXPECT_TRUE(std::isnan(values[k])) << bits[k];
      } else {
        EXPECT_EQ(values[k], one) << bits[k];
        EXPECT_EQ(std::signbit(values[k]), std::signbit(one)) << bits[k];
      }
    }
  }
}

TEST(OperatorGraph, LenetFromOnnxIsTheNetwork) {
  network::Network lenet = network::lenet5();
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0.0F, 0.1F);
  for (network::Layer& layer : lenet.layers) {
    for (float& value : layer.weight) value = normal(random);
    for (float& value : layer.bias) value = normal(random);
  }
  const test::ScratchFolder folder;
  const OperatorGraph graph = io::read_onnx(lenet_file(lenet, folder));
  std::vector<float> image(28 * 28);
  for (float& value : image) value = normal(random) * 10.0F;
  const std::vector<float> expected = network::run(lenet, image, 1, {});
  const auto outputs = run(graph, {Tensor({1, 1, 28, 28}, image)});
  const auto& scores = std::get<std::vector<float>>(outputs.at(0).values);
  ASSERT_EQ(scores.size(), expected.size());
  for (std::size_t k = 0; k < scores.size(); ++k) EXPECT_NEAR(scores[k], expected[k], 2e-5);

  // The same shapes too: only the Flatten is not there.
  const Workload imported = to_workload(graph);
  const Workload direct = named("lenet5");
  EXPECT_EQ(imported.name, direct.name);
  EXPECT_EQ(imported.input_elements, direct.input_elements);
  ASSERT_EQ(imported.operations.size(), direct.operations.size());
  for (OperationId id = 0; id < direct.operations.size(); ++id) {
    const Operation& a = imported.operations[id];
    const Operation& b = direct.operations[id];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.not_negative, b.not_negative);
    EXPECT_EQ(a.inputs, b.inputs);
    EXPECT_EQ(a.product.positions, b.product.positions);
    EXPECT_EQ(a.product.depth, b.product.depth);
    EXPECT_EQ(a.product.outputs, b.product.outputs);
    EXPECT_TRUE(a.product.stationary);
    EXPECT_EQ(a.input_elements, b.input_elements);
    EXPECT_EQ(a.output_elements, b.output_elements);
    EXPECT_EQ(a.other_parameters, b.other_parameters);
  }
}

/// Convolution, batch normalisation and an activation, as exporters write them.
class ImageDraft : public GraphDraft {
 public:
  TensorId convolution(TensorId x, std::size_t channels, std::size_t outputs, std::size_t kernel,
                       std::size_t stride, std::size_t groups) {
    const std::int64_t padding = static_cast<std::int64_t>(kernel / 2);
    const TensorId y = node("Conv", {x, zeros({outputs, channels / groups, kernel, kernel})},
                            {{"strides", twice(stride)},
                             {"pads", std::vector<std::int64_t>(4, padding)},
                             {"group", static_cast<std::int64_t>(groups)}});
    return node("BatchNormalization",
                {y, zeros({outputs}), zeros({outputs}), zeros({outputs}), zeros({outputs})});
  }
  TensorId clip(TensorId x) { return node("Clip", {x, number(0.0F), number(6.0F)}); }
  TensorId head(TensorId x, std::size_t depth, std::size_t classes) {
    const TensorId pooled = node("Flatten", {node("GlobalAveragePool", {x})});
    return node("Gemm", {pooled, zeros({classes, depth}), zeros({classes})},
                {{"transB", std::int64_t{1}}});
  }
};

/// The products in order, and how many operations of each kind there are.
void expect_same_work(const Workload& a, const Workload& b) {
  const auto products = [](const Workload& workload) {
    std::multiset<std::array<std::size_t, 5>> all;
    for (const Operation& one : workload.operations) {
      const MatrixProduct& p = one.product;
      if (p.count > 0) all.insert({p.count, p.positions, p.depth, p.outputs, p.stationary});
    }
    return all;
  };
  const auto kinds = [](const Workload& workload) {
    std::map<OperationKind, std::array<std::size_t, 3>> all;
    for (const Operation& one : workload.operations) {
      ++all[one.kind][0];
      all[one.kind][1] += one.input_elements;
      all[one.kind][2] += one.output_elements;
    }
    return all;
  };
  EXPECT_EQ(products(a), products(b));
  EXPECT_EQ(kinds(a), kinds(b));
  EXPECT_EQ(a.weights(), b.weights());
}

std::size_t normalised_channels(const Workload& workload) {
  std::size_t sum = 0;
  for (const Operation& one : workload.operations) {
    if (one.kind == OperationKind::normalisation) sum += one.other_parameters;
  }
  return sum / 2;
}

TEST(OperatorGraph, Resnet18IsTheNamedOne) {
  ImageDraft draft;
  TensorId x = draft.input("x", {1, 3, 64, 64});
  x = draft.node("Relu", {draft.convolution(x, 3, 64, 7, 2, 1)});
  x = draft.node("MaxPool", {x},
                 {{"kernel_shape", twice(3)},
                  {"strides", twice(2)},
                  {"pads", std::vector<std::int64_t>(4, 1)}});
  std::size_t channels = 64;
  for (std::size_t block = 0; block < 8; ++block) {
    const std::size_t outputs = std::size_t{64} << (block / 2);
    const std::size_t stride = outputs == channels ? 1 : 2;
    TensorId y = draft.node("Relu", {draft.convolution(x, channels, outputs, 3, stride, 1)});
    y = draft.convolution(y, outputs, outputs, 3, 1, 1);
    if (stride == 2) x = draft.convolution(x, channels, outputs, 1, 2, 1);
    x = draft.node("Relu", {draft.node("Add", {y, x})});
    channels = outputs;
  }
  draft.graph.outputs = {draft.head(x, 512, 1000)};
  TopologyOptions options;
  options.input = {64, 64, 3};
  const Workload expected = named("resnet18", options);
  const Workload imported = to_workload(draft.graph);
  expect_same_work(imported, expected);
  // Four numbers a channel, of which two are trained.
  EXPECT_EQ(imported.parameters(), expected.parameters() + 2 * normalised_channels(expected));
  const Tensor image(TensorType{ElementType::float32, {1, 3, 64, 64}});
  EXPECT_EQ(run(draft.graph, {image}).at(0).type.shape, (TensorShape{1, 1000}));
}

TEST(OperatorGraph, MobilenetV2IsTheNamedOne) {
  ImageDraft draft;
  TensorId x = draft.input("x", {1, 3, 64, 64});
  x = draft.clip(draft.convolution(x, 3, 32, 3, 2, 1));
  std::size_t channels = 32;
  const std::size_t rows[7][4] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                  {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  for (const auto& [expansion, outputs, repeats, first_stride] : rows) {
    for (std::size_t k = 0; k < repeats; ++k) {
      const std::size_t wide = expansion * channels;
      const std::size_t stride = k == 0 ? first_stride : 1;
      TensorId y = x;
      if (expansion != 1) y = draft.clip(draft.convolution(y, channels, wide, 1, 1, 1));
      y = draft.clip(draft.convolution(y, wide, wide, 3, stride, wide));
      y = draft.convolution(y, wide, outputs, 1, 1, 1);
      x = stride == 1 && channels == outputs ? draft.node("Add", {x, y}) : y;
      channels = outputs;
    }
  }
  x = draft.clip(draft.convolution(x, channels, 1280, 1, 1, 1));
  draft.graph.outputs = {draft.head(x, 1280, 1000)};
  TopologyOptions options;
  options.input = {64, 64, 3};
  expect_same_work(to_workload(draft.graph), named("mobilenet_v2", options));
  const Tensor image(TensorType{ElementType::float32, {1, 3, 64, 64}});
  EXPECT_EQ(run(draft.graph, {image}).at(0).type.shape, (TensorShape{1, 1000}));
}

constexpr std::size_t tokens = 5;
constexpr std::size_t width = 8;
constexpr std::size_t heads = 2;

/// An encoder layer as exporters write it, with the weights in the order in which they are used.
struct TransformerBlock {
  GraphDraft draft;
  std::vector<TensorId> weights;

  TensorId dense(TensorId x, std::size_t depth, std::size_t outputs) {
    const TensorId w = draft.weight({depth, outputs});
    const TensorId b = draft.weight({outputs});
    weights.push_back(w);
    weights.push_back(b);
    return draft.node("Add", {draft.node("MatMul", {x, w}), b});
  }
  TensorId split_heads(TensorId x, const std::vector<std::int64_t>& order) {
    const TensorId shape = draft.integers({0, tokens, heads, width / heads});
    return draft.node("Transpose", {draft.node("Reshape", {x, shape})}, {{"perm", order}});
  }
  TensorId attention(TensorId x) {
    const TensorId q = split_heads(dense(x, width, width), {0, 2, 1, 3});
    const TensorId k = split_heads(dense(x, width, width), {0, 2, 3, 1});
    const TensorId v = split_heads(dense(x, width, width), {0, 2, 1, 3});
    const float scale = std::sqrt(static_cast<float>(width / heads));
    const TensorId scores = draft.node("Div", {draft.node("MatMul", {q, k}), draft.number(scale)});
    const TensorId share = draft.node("Softmax", {scores}, {{"axis", std::int64_t{-1}}});
    const TensorId context = draft.node("MatMul", {share, v});
    const TensorId joined = draft.node(
        "Reshape",
        {draft.node("Transpose", {context}, {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}}),
         draft.integers({1, -1, width})});
    return dense(joined, width, width);
  }
  /// Layer normalisation by its parts.
  TensorId normalised(TensorId x) {
    const GraphDraft::Attributes last{{"axes", std::vector<std::int64_t>{-1}}};
    const TensorId off = draft.node("Sub", {x, draft.node("ReduceMean", {x}, last)});
    const TensorId square = draft.node("Pow", {off, draft.number(2.0F)});
    const TensorId variance =
        draft.node("Add", {draft.node("ReduceMean", {square}, last), draft.number(1e-5F)});
    const TensorId scale = draft.weight({width});
    const TensorId shift = draft.weight({width});
    weights.push_back(scale);
    weights.push_back(shift);
    const TensorId divided = draft.node("Div", {off, draft.node("Sqrt", {variance})});
    return draft.node("Add", {draft.node("Mul", {divided, scale}), shift});
  }
  TensorId gelu(TensorId x) {
    const TensorId root = draft.number(std::sqrt(2.0F));
    const TensorId erf = draft.node("Erf", {draft.node("Div", {x, root})});
    const TensorId product = draft.node("Mul", {x, draft.node("Add", {erf, draft.number(1.0F)})});
    return draft.node("Mul", {product, draft.number(0.5F)});
  }

  TransformerBlock() {
    const TensorId x = draft.input("x", {1, tokens, width});
    const TensorId scale = draft.weight({width});
    const TensorId shift = draft.weight({width});
    weights = {scale, shift};
    const TensorId first = draft.node("LayerNormalization", {x, scale, shift});
    const TensorId y = draft.node("Add", {x, attention(first)});
    const TensorId hidden = gelu(dense(normalised(y), width, 4 * width));
    draft.graph.outputs = {draft.node("Add", {y, dense(hidden, 4 * width, width)})};
  }
};

using Rows = std::vector<std::vector<double>>;

/// The same layer by the formulas, in double.
class PlainBlock {
 public:
  explicit PlainBlock(const TransformerBlock& block) : block_(block) {}

  Rows run(const Rows& x) {
    Rows y = sum(x, attention(normalise(x)));
    Rows hidden = dense(normalise(y), 4 * width);
    for (auto& row : hidden) {
      for (double& v : row) v = 0.5 * v * (1.0 + std::erf(v / std::sqrt(2.0)));
    }
    return sum(y, dense(hidden, width));
  }

 private:
  std::vector<float> next() { return block_.draft.values(block_.weights.at(next_++)); }

  static Rows sum(Rows a, const Rows& b) {
    for (std::size_t t = 0; t < a.size(); ++t) {
      for (std::size_t k = 0; k < a[t].size(); ++k) a[t][k] += b[t][k];
    }
    return a;
  }
  Rows dense(const Rows& x, std::size_t outputs) {
    const std::vector<float> w = next();
    const std::vector<float> b = next();
    Rows y(x.size(), std::vector<double>(outputs));
    for (std::size_t t = 0; t < x.size(); ++t) {
      for (std::size_t o = 0; o < outputs; ++o) {
        y[t][o] = b[o];
        for (std::size_t k = 0; k < x[t].size(); ++k) y[t][o] += x[t][k] * w[k * outputs + o];
      }
    }
    return y;
  }
  Rows normalise(Rows x) {
    const std::vector<float> scale = next();
    const std::vector<float> shift = next();
    for (auto& row : x) {
      double mean = 0.0;
      for (const double v : row) mean += v / width;
      double variance = 0.0;
      for (const double v : row) variance += (v - mean) * (v - mean) / width;
      for (std::size_t k = 0; k < width; ++k) {
        row[k] = (row[k] - mean) / std::sqrt(variance + 1e-5) * scale[k] + shift[k];
      }
    }
    return x;
  }
  Rows attention(const Rows& x) {
    const Rows q = dense(x, width);
    const Rows k = dense(x, width);
    const Rows v = dense(x, width);
    Rows context(tokens, std::vector<double>(width, 0.0));
    constexpr std::size_t size = width / heads;
    for (std::size_t h = 0; h < heads; ++h) {
      for (std::size_t t = 0; t < tokens; ++t) {
        std::vector<double> share(tokens, 0.0);
        double total = 0.0;
        for (std::size_t s = 0; s < tokens; ++s) {
          for (std::size_t d = h * size; d < (h + 1) * size; ++d) share[s] += q[t][d] * k[s][d];
          share[s] = std::exp(share[s] / std::sqrt(static_cast<double>(size)));
          total += share[s];
        }
        for (std::size_t s = 0; s < tokens; ++s) {
          for (std::size_t d = h * size; d < (h + 1) * size; ++d) {
            context[t][d] += share[s] / total * v[s][d];
          }
        }
      }
    }
    return dense(context, width);
  }

  const TransformerBlock& block_;
  std::size_t next_ = 0;
};

TEST(OperatorGraph, TransformerBlockComputesItsFormulas) {
  const TransformerBlock block;
  Rows x(tokens, std::vector<double>(width));
  std::vector<float> flat;
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  for (auto& row : x) {
    for (double& value : row) {
      flat.push_back(normal(random));
      value = flat.back();
    }
  }
  const Rows expected = PlainBlock(block).run(x);
  const auto outputs = run(block.draft.graph, {Tensor({1, tokens, width}, flat)});
  const auto& values = std::get<std::vector<float>>(outputs.at(0).values);
  ASSERT_EQ(values.size(), tokens * width);
  for (std::size_t k = 0; k < values.size(); ++k) {
    EXPECT_NEAR(values[k], expected[k / width][k % width], 2e-6) << k;
  }
}

TEST(OperatorGraph, TransformerBlockHasTheWorkOfItsShapes) {
  const Workload workload = to_workload(TransformerBlock().draft.graph);
  const double d = width;
  const double t = tokens;
  EXPECT_EQ(workload.multiply_accumulates(), 12 * t * d * d + 2 * t * t * d);
  EXPECT_EQ(workload.weights(), 12U * width * width);
  // Biases of six dense layers, scale and shift of two normalisations.
  EXPECT_EQ(workload.parameters() - workload.weights(), (4 + 4 + 1 + 2 + 2) * width);
  std::size_t dynamic = 0;
  for (const Operation& one : workload.operations) {
    if (one.kind != OperationKind::matrix || one.product.stationary) continue;
    EXPECT_EQ(one.product.count, heads);
    EXPECT_EQ(one.inputs.size(), 2U) << one.name;
    ++dynamic;
  }
  EXPECT_EQ(dynamic, 2U);
}

TEST(OperatorGraph, SharedTablesCountOnce) {
  GraphDraft draft;
  const TensorId ids = draft.graph.tensor("ids");
  draft.graph.tensors[ids].declared = TensorType{ElementType::int64, {1, 4}};
  draft.graph.inputs = {ids};
  const TensorId table = draft.weight({10, 3});
  const TensorId embedded = draft.node("Gather", {table, ids}, {}, "embedding");
  const TensorId turned = draft.node("Transpose", {table});
  draft.graph.outputs = {draft.node("MatMul", {embedded, turned}, {}, "head")};
  const Workload workload = to_workload(draft.graph);
  ASSERT_EQ(workload.operations.size(), 2U);
  EXPECT_EQ(workload.operations[0].kind, OperationKind::lookup);
  EXPECT_EQ(workload.operations[1].product.positions, 4U);
  EXPECT_TRUE(workload.operations[1].product.stationary);
  EXPECT_EQ(workload.parameters(), 30U);
}

std::string code_of(const OperatorGraph& graph, const std::vector<Tensor>& inputs) {
  try {
    static_cast<void>(run(graph, inputs));
  } catch (const base::Error& error) {
    EXPECT_FALSE(error.diagnostic().remedy.empty()) << error.what();
    return error.diagnostic().code;
  }
  return "";
}

TEST(OperatorGraph, WrongUseIsRefused) {
  const auto one = [](const std::string& type, const TensorShape& shape,
                      const GraphDraft::Attributes& attributes, auto extra) {
    GraphDraft draft;
    std::vector<TensorId> inputs{draft.input("x", shape)};
    extra(draft, inputs);
    draft.graph.outputs = {draft.node(type, inputs, attributes)};
    return code_of(draft.graph, {Tensor(TensorType{ElementType::float32, shape})});
  };
  const auto nothing = [](GraphDraft&, std::vector<TensorId>&) {};
  const auto weight = [](const TensorShape& shape) {
    return [shape](GraphDraft& draft, std::vector<TensorId>& inputs) {
      inputs.push_back(draft.zeros(shape));
    };
  };
  const auto list = [](const std::vector<std::int64_t>& values) {
    return [values](GraphDraft& draft, std::vector<TensorId>& inputs) {
      inputs.push_back(draft.integers(values));
    };
  };
  using Integers = std::vector<std::int64_t>;
  EXPECT_EQ(one("Relu", {2}, {}, nothing), "");
  EXPECT_EQ(one("Conv", {1, 3, 8, 8}, {}, weight({4, 2, 3, 3})), "onnx.shape");
  EXPECT_EQ(one("Conv", {1, 3, 8, 8}, {}, weight({4, 3, 9, 3})), "onnx.shape");
  EXPECT_EQ(one("Conv", {1, 3, 8, 8}, {{"group", std::int64_t{2}}}, weight({4, 3, 3, 3})),
            "onnx.attribute");
  EXPECT_EQ(one("Conv", {1, 3, 8, 8}, {{"strides", Integers{0, 1}}}, weight({4, 3, 3, 3})),
            "onnx.attribute");
  EXPECT_EQ(one("Conv", {1, 3, 8, 8}, {{"strides", Integers{1}}}, weight({4, 3, 3, 3})),
            "onnx.attribute");
  EXPECT_EQ(one("Conv", {1, 3, 8, 8}, {{"pads", Integers{0, 0, -1, 0}}}, weight({4, 3, 3, 3})),
            "onnx.attribute");
  EXPECT_EQ(one("Conv", {1, 3, 8, 8}, {{"strides", 2.0}}, weight({4, 3, 3, 3})), "onnx.attribute");
  EXPECT_EQ(one("MaxPool", {1, 3, 8, 8}, {}, nothing), "onnx.attribute");
  EXPECT_EQ(one("MaxPool", {1, 3, 8, 8},
                {{"kernel_shape", Integers{2, 2}}, {"pads", Integers{0, 0, 2, 0}}}, nothing),
            "onnx.attribute");
  // Both taps beside the only column.
  EXPECT_EQ(
      one("MaxPool", {1, 1, 1},
          {{"kernel_shape", Integers{2}}, {"pads", Integers{1, 1}}, {"dilations", Integers{2}}},
          nothing),
      "onnx.value");
  EXPECT_EQ(one("MatMul", {2, 3}, {}, weight({2, 3})), "onnx.shape");
  EXPECT_EQ(one("Add", {2, 3}, {}, weight({2})), "onnx.shape");
  EXPECT_EQ(one("Add", {2, 3}, {}, list({1, 2, 3})), "onnx.type");
  EXPECT_EQ(one("Reshape", {2, 3}, {}, list({4, -1})), "onnx.shape");
  EXPECT_EQ(one("Reshape", {2, 3}, {}, list({-1, -1})), "onnx.shape");
  EXPECT_EQ(one("Expand", {1}, {}, list({1 << 20, 1 << 20})), "onnx.size");
  EXPECT_EQ(one("Gather", {2, 3}, {}, list({2})), "onnx.value");
  EXPECT_EQ(one("Transpose", {2, 3}, {{"perm", Integers{0, 0}}}, nothing), "onnx.attribute");
  EXPECT_EQ(one("Softmax", {2, 3}, {{"axis", std::int64_t{2}}}, nothing), "onnx.attribute");
  EXPECT_EQ(one("Softmax", {2, 3}, {{"axes", std::int64_t{1}}}, nothing), "onnx.attribute");
  EXPECT_EQ(one("Sofmax", {2, 3}, {}, nothing), "onnx.operator");
  EXPECT_EQ(one("ReduceMean", {2, 0}, {}, nothing), "onnx.shape");
  GraphDraft division;
  division.graph.outputs = {division.node("Div", {division.integers({4}), division.integers({0})})};
  EXPECT_EQ(code_of(division.graph, {}), "onnx.value");
  GraphDraft range;
  range.graph.outputs = {
      range.node("Range", {range.number(0.0F), range.number(-3.0F), range.number(0.0F)})};
  EXPECT_EQ(code_of(range.graph, {}), "onnx.value");
  GraphDraft input;
  input.graph.outputs = {input.node("Relu", {input.input("x", {2})})};
  EXPECT_EQ(code_of(input.graph, {}), "onnx.graph");
  EXPECT_EQ(code_of(input.graph, {Tensor({3}, std::vector<float>(3))}), "onnx.shape");
  EXPECT_EQ(code_of(input.graph, {Tensor({2}, std::vector<float>(3))}), "onnx.shape");
}

}  // namespace
}  // namespace neucasl::workload
