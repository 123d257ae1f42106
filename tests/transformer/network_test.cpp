#include "neucasl/transformer/network.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/workload/topologies.hpp"
#include "tests/sparse_checkpoint.hpp"

namespace neucasl::transformer {
namespace {

using workload::Tensor;

TransformerConfig small_opt() {
  TransformerConfig config;
  config.vocabulary = 11;
  config.width = config.embedding = 8;
  config.layers = 2;
  config.heads = 2;
  config.hidden = 12;
  config.positions = 10;
  config.spread = 0.4;
  return config;
}

TransformerConfig small_bert(Head head) {
  TransformerConfig config = small_opt();
  config.family = Family::bert;
  config.name = "bert";
  config.token_types = 2;
  config.normalise_before = config.final_normalisation = false;
  config.activation = Activation::gelu;
  config.head = head;
  if (head == Head::classification) config.classes = 3;
  return config;
}

/// All shapes that a network may have.
std::vector<TransformerConfig> all_kinds() {
  TransformerConfig behind = small_opt();
  behind.normalise_before = false;
  behind.embedding = 4;
  TransformerConfig plain = small_opt();
  plain.biases = plain.tied = plain.final_normalisation = false;
  plain.activation = Activation::gelu;
  return {small_opt(),
          behind,
          plain,
          small_bert(Head::none),
          small_bert(Head::language),
          small_bert(Head::pooler),
          small_bert(Head::classification)};
}

std::shared_ptr<const Weights> weights_of(const TransformerConfig& config) {
  return std::make_shared<StoredWeights>(initial_weights(config, 5));
}

Tensor tokens(std::vector<std::int64_t> ids, std::size_t samples = 1) {
  return {{samples, ids.size() / samples}, std::move(ids)};
}

const std::vector<float>& floats(const Tensor& tensor) {
  return std::get<std::vector<float>>(tensor.values);
}

TEST(TransformerNetwork, ListsItsMatrixLayersInOrder) {
  TransformerConfig config = small_opt();
  config.embedding = 4;
  const TransformerNetwork network(config, weights_of(config), 6);
  EXPECT_EQ(network.segments(), 4U);
  std::vector<std::string> names;
  for (const workload::MatrixLayer& layer : network.matrix_layers()) {
    names.push_back(layer.name);
    EXPECT_EQ(layer.positions, 6U);
  }
  const std::string block = "model.decoder.layers.1.";
  ASSERT_EQ(names.size(), 15U);
  EXPECT_EQ(names.front(), "model.decoder.project_in");
  const std::vector<std::string> second(names.begin() + 7, names.end());
  EXPECT_EQ(second, (std::vector<std::string>{
                        block + "self_attn.q_proj", block + "self_attn.k_proj",
                        block + "self_attn.v_proj", block + "self_attn.out_proj", block + "fc1",
                        block + "fc2", "model.decoder.project_out", "lm_head"}));
  const workload::MatrixLayer& wide = network.matrix_layers()[5];
  EXPECT_EQ(wide.name, "model.decoder.layers.0.fc1");
  EXPECT_EQ(wide.segment, 1U);
  EXPECT_EQ(wide.depth, 8U);
  EXPECT_EQ(wide.outputs, 12U);
}

TEST(TransformerNetwork, MatrixLayersAreNodesWithTheirWeights) {
  for (const TransformerConfig& config : all_kinds()) {
    const TransformerNetwork network(config, weights_of(config), 3);
    std::size_t found = 0;
    for (std::size_t samples : {1U, 2U}) {
      for (const workload::MatrixLayer& layer : network.matrix_layers()) {
        const workload::OperatorGraph graph = network.segment(layer.segment, samples);
        const workload::OperatorNode& node = graph.nodes.at(layer.node);
        EXPECT_EQ(node.name, layer.name);
        EXPECT_EQ(node.type, "Gemm");
        const workload::GraphTensor& weight = graph.tensors.at(node.inputs.at(1));
        ASSERT_TRUE(weight.value);
        EXPECT_EQ(weight.value->type.shape, (workload::TensorShape{layer.outputs, layer.depth}));
        EXPECT_TRUE(network.weights().find(weight.name)) << weight.name;
        ++found;
      }
    }
    EXPECT_GE(found, 24U);
  }
}

TEST(TransformerNetwork, SegmentsFollowEachOther) {
  for (const TransformerConfig& config : all_kinds()) {
    const TransformerNetwork network(config, weights_of(config), 3);
    std::optional<workload::TensorType> before;
    for (std::size_t k = 0; k < network.segments(); ++k) {
      const workload::OperatorGraph graph = network.segment(k, 2);
      ASSERT_EQ(graph.inputs.size(), 1U);
      if (before) {
        EXPECT_EQ(graph.tensors[graph.inputs[0]].declared, before);
      }
      before = workload::infer_shapes(graph)[graph.outputs.at(0)];
    }
    const std::size_t width = config.head == Head::none || config.head == Head::pooler ? 8U
                              : config.head == Head::language                          ? 11U
                                                                                       : 3U;
    const bool single = config.head == Head::pooler || config.head == Head::classification;
    EXPECT_EQ(before->shape,
              single ? (workload::TensorShape{2, width}) : (workload::TensorShape{2, 3, width}));
  }
}

// The graphs and the topologies are written apart.
TEST(TransformerNetwork, WorkloadIsThatOfItsSegments) {
  for (const TransformerConfig& config : all_kinds()) {
    const TransformerNetwork network(config, weights_of(config), 3);
    double products = 0.0;
    for (std::size_t k = 0; k < network.segments(); ++k) {
      products += workload::to_workload(network.segment(k, 1)).multiply_accumulates();
    }
    std::size_t parameters = 0;
    for (const WeightShape& one : weight_shapes(config)) {
      parameters += workload::TensorType{workload::ElementType::float32, one.shape}.elements();
    }
    const workload::Workload whole = to_workload(config, 3);
    EXPECT_EQ(whole.multiply_accumulates(), products);
    EXPECT_EQ(whole.parameters(), parameters);
  }
}

TEST(TransformerNetwork, SamplesDoNotMeet) {
  for (const TransformerConfig& config : all_kinds()) {
    const TransformerNetwork network(config, weights_of(config), 3);
    const Tensor both = test::run_segments(network, tokens({1, 2, 3, 9, 8, 7}, 2), 2);
    const Tensor second = test::run_segments(network, tokens({9, 8, 7}), 1);
    const std::size_t half = second.size();
    ASSERT_EQ(both.size(), 2 * half);
    for (std::size_t k = 0; k < half; ++k) {
      EXPECT_NEAR(floats(both)[half + k], floats(second)[k], 1e-5);
    }
  }
}

TEST(TransformerNetwork, DecoderSeesNoLaterTokenAndEncoderDoes) {
  const auto first_scores = [](const TransformerConfig& config, std::int64_t last) {
    const TransformerNetwork network(config, weights_of(config), 4);
    const Tensor scores = test::run_segments(network, tokens({1, 2, 3, last}), 1);
    return std::vector<float>(floats(scores).begin(), floats(scores).begin() + 33);
  };
  EXPECT_EQ(first_scores(small_opt(), 4), first_scores(small_opt(), 5));
  const TransformerConfig encoder = small_bert(Head::language);
  EXPECT_NE(first_scores(encoder, 4), first_scores(encoder, 5));
}

TEST(TransformerNetwork, TokensMustBeOfTheVocabulary) {
  const TransformerConfig config = small_opt();
  const TransformerNetwork network(config, weights_of(config), 2);
  EXPECT_THROW(test::run_segments(network, tokens({1, 11}), 1), base::Error);
  EXPECT_THROW(test::run_segments(network, tokens({1, -1}), 1), base::Error);
}

base::Diagnostic refusal(const TransformerConfig& config, std::map<std::string, Tensor> tensors,
                         std::size_t sequence = 2) {
  try {
    const TransformerNetwork network(config, std::make_shared<StoredWeights>(std::move(tensors)),
                                     sequence);
    static_cast<void>(
        test::run_segments(network, tokens(std::vector<std::int64_t>(sequence, 1)), 1));
  } catch (const base::Error& error) {
    EXPECT_FALSE(error.diagnostic().remedy.empty());
    return error.diagnostic();
  }
  return {base::Severity::note, "nothing refused", {}, "", ""};
}

TEST(TransformerNetwork, RefusesWeightsThatAreNotItsOwn) {
  const TransformerConfig config = small_opt();
  const std::map<std::string, Tensor> right = initial_weights(config, 1);
  EXPECT_EQ(refusal(config, right).code, "nothing refused");
  const std::string name = "model.decoder.layers.1.fc1.weight";

  auto tensors = right;
  tensors.erase(name);
  base::Diagnostic found = refusal(config, tensors);
  EXPECT_EQ(found.code, "weights.missing");
  EXPECT_NE(found.message.find(name), std::string::npos);
  EXPECT_NE(found.remedy.find("12 x 8; the nearest that is there is 'model.decoder.layers.0.fc1"),
            std::string::npos)
      << found.remedy;

  tensors = right;
  tensors[name] = Tensor({8, 12}, std::vector<float>(96));
  found = refusal(config, tensors);
  EXPECT_EQ(found.code, "weights.shape");
  EXPECT_NE(found.message.find("8 x 12"), std::string::npos) << found.message;

  tensors = right;
  tensors[name] = Tensor({12, 8}, std::vector<std::int64_t>(96));
  EXPECT_EQ(refusal(config, tensors).code, "weights.type");

  tensors = right;
  tensors["model.decoder.layers.2.fc1.weight"] = right.at(name);
  found = refusal(config, tensors);
  EXPECT_EQ(found.code, "weights.extra");
  EXPECT_NE(found.message.find("layers.2.fc1"), std::string::npos) << found.message;

  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    tensors = right;
    std::get<std::vector<float>>(tensors[name].values)[17] = bad;
    found = refusal(config, tensors);
    EXPECT_EQ(found.code, "weights.value");
    EXPECT_NE(found.message.find("value 17 of the tensor '" + name), std::string::npos)
        << found.message;
  }
}

TEST(TransformerNetwork, TiedTablesMustBeTheSame) {
  TransformerConfig config = small_opt();
  auto tensors = initial_weights(config, 1);
  tensors["lm_head.weight"] = tensors.at("model.decoder.embed_tokens.weight");
  EXPECT_EQ(refusal(config, tensors).code, "nothing refused");
  std::get<std::vector<float>>(tensors["lm_head.weight"].values)[3] += 1.0F;
  EXPECT_EQ(refusal(config, tensors).code, "weights.tied");
  config.tied = false;
  EXPECT_EQ(refusal(config, tensors).code, "nothing refused");
  tensors.erase("lm_head.weight");
  EXPECT_EQ(refusal(config, tensors).code, "weights.missing");
}

TEST(TransformerNetwork, RefusesSizesThatDoNotFit) {
  const TransformerConfig right = small_opt();
  const auto tensors = initial_weights(right, 1);
  EXPECT_EQ(refusal(right, tensors, 0).code, "transformer.sequence");
  EXPECT_EQ(refusal(right, tensors, 11).code, "transformer.sequence");
  EXPECT_EQ(refusal(right, tensors, 10).code, "nothing refused");
  const auto code = [&](const auto& change) {
    TransformerConfig config = right;
    change(config);
    return refusal(config, tensors).code;
  };
  const std::string wrong = "transformer.config";
  EXPECT_EQ(code([](TransformerConfig& config) { config.heads = 3; }), wrong);
  EXPECT_EQ(code([](TransformerConfig& config) { config.layers = 0; }), wrong);
  EXPECT_EQ(code([](TransformerConfig& config) { config.layers = 10'001; }), wrong);
  EXPECT_EQ(code([](TransformerConfig& config) { config.vocabulary = std::size_t{1} << 40; }),
            wrong);
  EXPECT_EQ(code([](TransformerConfig& config) { config.epsilon = 0.0; }), wrong);
  EXPECT_EQ(code([](TransformerConfig& config) { config.epsilon = std::nan(""); }), wrong);
  EXPECT_EQ(code([](TransformerConfig& config) { config.head = Head::pooler; }), wrong);
  EXPECT_EQ(code([](TransformerConfig& config) { config.classes = 2; }), wrong);
  EXPECT_EQ(code([](TransformerConfig& config) { config.token_types = 2; }), wrong);
  const TransformerNetwork network(right, weights_of(right), 2);
  EXPECT_THROW(static_cast<void>(network.segment(4, 1)), base::Error);
  EXPECT_THROW(static_cast<void>(network.segment(0, 0)), base::Error);
}

TEST(InitialWeights, AreNormalWithUnitScales) {
  TransformerConfig config = small_opt();
  config.vocabulary = 4000;
  const auto all = initial_weights(config, 7);
  EXPECT_EQ(all.size(), weight_shapes(config).size());
  double sum = 0.0;
  double squares = 0.0;
  const auto& table = floats(all.at("model.decoder.embed_tokens.weight"));
  for (const float value : table) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  const auto count = static_cast<double>(table.size());
  EXPECT_NEAR(sum / count, 0.0, 4.0 * config.spread / std::sqrt(count));
  EXPECT_NEAR(squares / count, config.spread * config.spread, 0.01);
  for (const float one : floats(all.at("model.decoder.layers.0.final_layer_norm.weight"))) {
    EXPECT_EQ(one, 1.0F);
  }
  for (const float one : floats(all.at("model.decoder.layers.0.fc1.bias"))) EXPECT_EQ(one, 0.0F);
  const auto bert = initial_weights(small_bert(Head::language), 7);
  EXPECT_EQ(floats(bert.at("bert.embeddings.LayerNorm.weight"))[0], 1.0F);
  EXPECT_EQ(floats(bert.at("bert.embeddings.LayerNorm.bias"))[0], 0.0F);
}

// Holes in files stand for the weights: the whole check runs on the true sizes.
TEST(TransformerNetwork, PublishedSizesAgreeWithTheTopologies) {
  const std::pair<const char*, TransformerConfig> published[] = {
      {"opt_125m", test::opt_config(12, 12, 768)},
      {"opt_350m", test::opt_350m_config()},
      {"opt_1.3b", test::opt_config(24, 32, 2048)},
      {"opt_2.7b", test::opt_config(32, 32, 2560)},
      {"bert_base", test::bert_base_config()}};
  for (const auto& [name, config] : published) {
    workload::TopologyOptions options;
    options.sequence = 16;
    const workload::Workload wanted = workload::named(name, options);
    const workload::Workload found = to_workload(config, 16);
    EXPECT_EQ(found.parameters(), wanted.parameters()) << name;
    EXPECT_EQ(found.multiply_accumulates(), wanted.multiply_accumulates()) << name;
    ASSERT_EQ(found.operations.size(), wanted.operations.size()) << name;
    for (std::size_t k = 0; k < wanted.operations.size(); ++k) {
      EXPECT_EQ(found.operations[k].name, wanted.operations[k].name);
      EXPECT_EQ(found.operations[k].inputs, wanted.operations[k].inputs);
    }
  }
}

TEST(TransformerNetwork, KeptTokensAreForDecoders) {
  EXPECT_THROW(static_cast<void>(to_workload(small_bert(Head::none), 1, 2)), base::Error);
  EXPECT_THROW(static_cast<void>(to_workload(small_opt(), 0)), base::Error);
  EXPECT_THROW(static_cast<void>(to_workload(small_opt(), 5, 6)), base::Error);
  EXPECT_GT(to_workload(small_opt(), 1, 7).multiply_accumulates(),
            to_workload(small_opt(), 1).multiply_accumulates());
}

}  // namespace
}  // namespace neucasl::transformer
