#include "neucasl/precision/precision_map.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "neucasl/base/random.hpp"
#include "neucasl/precision/module_names.hpp"
#include "neucasl/workload/topologies.hpp"
#include "tests/precision/test_networks.hpp"

namespace neucasl::precision {
namespace {

using test::failure;

TEST(PrecisionMap, UniformNamesEveryMatrixLayer) {
  const network::Network network = network::lenet5();
  const PrecisionMap map = uniform(network, 4, 6);
  EXPECT_EQ(map.network, network.name);
  ASSERT_EQ(map.layers.size(), 5U);
  for (const char* layer : {"conv1", "conv2", "fc1", "fc2", "fc3"}) {
    EXPECT_EQ(map.at(layer).weight_bits, 4);
    EXPECT_EQ(map.at(layer).activation_bits, 6);
  }
  EXPECT_NO_THROW(map.check(network));
}

TEST(PrecisionMap, TheFallbackStandsForWhatIsNotNamed) {
  PrecisionMap map = uniform(network::lenet5(), 4, 6);
  map.layers.resize(1);
  EXPECT_EQ(failure([&] { map.check(network::lenet5()); }).code, "precision.layer");
  EXPECT_EQ(failure([&] { static_cast<void>(map.at("fc1")); }).code, "precision.layer");
  map.fallback = LayerPrecision{"", 3, 5};
  EXPECT_NO_THROW(map.check(network::lenet5()));
  EXPECT_EQ(map.at("conv1").weight_bits, 4);
  EXPECT_EQ(map.at("fc1").weight_bits, 3);
}

TEST(PrecisionMap, ExplainsFaults) {
  const network::Network network = network::lenet5();
  const PrecisionMap good = uniform(network, 4, 6);
  const auto check = [&](const std::function<void(PrecisionMap&)>& change) {
    PrecisionMap map = good;
    map.where = {"map.json", 0, 0};
    change(map);
    const base::Diagnostic found = failure([&] { map.check(network); });
    if (!found.code.empty()) {
      EXPECT_EQ(found.where.file, "map.json");
    }
    return found;
  };
  const base::Diagnostic near = check([](PrecisionMap& m) { m.layers[0].layer = "conv11"; });
  EXPECT_EQ(near.code, "precision.layer");
  EXPECT_NE(near.remedy.find("did you mean 'conv1'"), std::string::npos);
  const base::Diagnostic no_matrix = check([](PrecisionMap& m) { m.layers[0].layer = "relu1"; });
  EXPECT_EQ(no_matrix.code, "precision.layer");
  EXPECT_NE(
      check([](PrecisionMap& m) { m.layers.push_back(m.layers[0]); }).message.find("named twice"),
      std::string::npos);
  EXPECT_EQ(check([](PrecisionMap& m) { m.network = "other"; }).code, "precision.network");
  EXPECT_EQ(check([](PrecisionMap& m) { m.layers[1].weight_bits = 1; }).code, "precision.bits");
  EXPECT_EQ(check([](PrecisionMap& m) { m.layers[1].activation_bits = 17; }).code,
            "precision.bits");
  EXPECT_EQ(check([](PrecisionMap& m) {
              m.fallback = LayerPrecision{"", 0, 8};
            }).code,
            "precision.bits");
  EXPECT_EQ(check([](PrecisionMap&) {}).code, "");
  EXPECT_EQ(failure([&] { static_cast<void>(uniform(network, 1, 8)); }).code, "precision.bits");
}

TEST(PrecisionMap, OfAnotherStructureIsRefused) {
  const network::Network network = network::lenet5();
  PrecisionMap map = uniform(network, 4, 6);
  EXPECT_EQ(map.structure.size(), 16U);
  network::Network other = network;
  other.layers.back().outputs = 11;
  other.layers.back().weight.resize(84 * 11);
  other.layers.back().bias.resize(11);
  map.where = {"map.json", 0, 0};
  const base::Diagnostic found = failure([&] { map.check(other); });
  EXPECT_EQ(found.code, "precision.structure");
  EXPECT_NE(found.message.find(map.structure), std::string::npos);
  EXPECT_EQ(found.where.file, "map.json");
  map.structure.clear();
  EXPECT_NO_THROW(map.check(other));
}

TEST(PrecisionMap, GoesWithEachFormOfANetwork) {
  const network::Network network = network::lenet5();
  const NetworkLayers layers = layers_of(network);
  const NetworkLayers shapes = layers_of(workload::from_network(network));
  EXPECT_EQ(layers.structure(), shapes.structure());
  ASSERT_EQ(shapes.layers.size(), 5U);
  EXPECT_EQ(shapes.layers[1].name, "conv2");
  EXPECT_EQ(shapes.layers[1].depth, 150U);
  EXPECT_EQ(shapes.layers[1].outputs, 16U);
  EXPECT_NO_THROW(uniform(network, 4, 6).check(shapes));
  EXPECT_NO_THROW(uniform(shapes, 4, 6).check(network));
  // Attention multiplies computed matrices: a map may name them and need not.
  const NetworkLayers transformer = layers_of(workload::named("opt_125m", {}));
  EXPECT_EQ(transformer.dynamic_products.size(), 24U);
  PrecisionMap map = uniform(transformer, 4, 6);
  map.layers.push_back(map.layers.back());
  map.layers.back().layer = transformer.dynamic_products.front();
  EXPECT_NO_THROW(map.check(transformer));
  const auto network_of_segments = test::image_network();
  EXPECT_EQ(layers_of(network_of_segments).layers.size(), 4U);
}

TEST(PrecisionMap, ChecksTheRestOfALayer) {
  const network::Network network = network::lenet5();
  PrecisionMap map = uniform(network, 4, 6);
  map.layers[0].granularity = Granularity::group;
  EXPECT_EQ(failure([&] { map.check(network); }).code, "precision.granularity");
  map.layers[0].group_size = 5;
  EXPECT_NO_THROW(map.check(network));
  EXPECT_EQ(map.layers[0].weight_form().group_size, 5U);
  map.layers[0].sensitivities["pmpq/magnitude"][4] = std::nan("");
  const base::Diagnostic found = failure([&] { map.check(network); });
  EXPECT_EQ(found.code, "precision.sensitivity");
  EXPECT_NE(found.message.find("'pmpq/magnitude' at 4 bits"), std::string::npos);
}

TEST(ModuleNames, OfTransformersAreTranslated) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(module_names("layer3_mlp_fc1"),
            (Names{"model.decoder.layers.2.fc1", "bert.encoder.layer.2.intermediate.dense",
                   "layer3_mlp_fc1"}));
  EXPECT_EQ(
      module_names("decoder.layers.2.self_attn.out_proj"),
      (Names{"model.decoder.layers.2.self_attn.out_proj", "decoder.layers.2.self_attn.out_proj"}));
  EXPECT_EQ(module_names("conv1"), Names{"conv1"});
  EXPECT_EQ(module_names("layer0_mlp_fc1"), Names{"layer0_mlp_fc1"});
  EXPECT_EQ(gguf_tensor("layer1_attention_query"), "blk.0.attn_q.weight");
  EXPECT_EQ(gguf_tensor("encoder.layer.11.output.dense"), "blk.11.ffn_down.weight");
  EXPECT_EQ(gguf_tensor("encoder.layer.11.attention.output.dense"), "blk.11.attn_output.weight");
  EXPECT_EQ(gguf_tensor("model.layers.7.mlp.gate_proj"), "blk.7.ffn_gate.weight");
  EXPECT_EQ(gguf_tensor("lm_head"), "output.weight");
  for (const char* other : {"conv1", "layer2", "decoder.layers.x.fc1", "decoder.layers.3.fc3"}) {
    EXPECT_FALSE(gguf_tensor(other)) << other;
  }
}

TEST(ModuleNames, MapsTakeTheNamesOfANetwork) {
  const NetworkLayers network = layers_of(workload::named("opt_125m", {}));
  PrecisionMap map = uniform(network, 4, 6);
  map.layers[0].layer = "decoder.layers.0.self_attn.q_proj";
  map.layers[4].layer = "model.decoder.layers.0.fc1";
  EXPECT_EQ(failure([&] { map.check(network); }).code, "precision.layer");
  const PrecisionMap renamed = with_names_of(map, network);
  EXPECT_EQ(renamed.layers[0].layer, "layer1_attention_query");
  EXPECT_EQ(renamed.layers[4].layer, "layer1_mlp_fc1");
  EXPECT_NO_THROW(renamed.check(network));
}

TEST(Quantiser, KeepsTheErrorWithinHalfAStep) {
  base::RandomStream random(1, "test/quantiser");
  for (int bits = least_bits; bits <= most_bits; ++bits) {
    std::vector<float> weight(2000);
    for (float& w : weight) w = static_cast<float>(random.normal());
    const QuantisedTensor q = quantise_symmetric(weight, bits);
    const int limit = (1 << (bits - 1)) - 1;
    float largest = 0.0F;
    for (const float w : weight) largest = std::max(largest, std::abs(w));
    EXPECT_DOUBLE_EQ(q.scale, static_cast<double>(largest) / limit);
    int top = 0;
    for (std::size_t i = 0; i < weight.size(); ++i) {
      ASSERT_LE(std::abs(q.value[i]), limit);
      ASSERT_LE(std::abs(q.scale * q.value[i] - static_cast<double>(weight[i])),
                0.5 * q.scale * (1 + 1e-9));
      top = std::max(top, std::abs(q.value[i]));
    }
    EXPECT_EQ(top, limit) << "the largest weight takes the largest value";
  }
}

TEST(Quantiser, IsOddAndScalesWithTheWeights) {
  base::RandomStream random(2, "test/quantiser");
  std::vector<float> weight(500);
  for (float& w : weight) w = static_cast<float>(random.normal());
  std::vector<float> minus(weight);
  for (float& w : minus) w = -w;
  std::vector<float> scaled(weight);
  for (float& w : scaled) w *= 0.125F;
  const QuantisedTensor q = quantise_symmetric(weight, 5);
  const QuantisedTensor m = quantise_symmetric(minus, 5);
  const QuantisedTensor s = quantise_symmetric(scaled, 5);
  EXPECT_EQ(s.value, q.value);
  EXPECT_DOUBLE_EQ(s.scale, q.scale / 8.0);
  for (std::size_t i = 0; i < q.value.size(); ++i) EXPECT_EQ(m.value[i], -q.value[i]);
}

TEST(Quantiser, RoundsTiesToEven) {
  // Scale 1 with 4 bits: the largest magnitude is 7.
  const QuantisedTensor q = quantise_symmetric({7.0F, 0.5F, 1.5F, 2.5F, -0.5F, -1.5F}, 4);
  EXPECT_EQ(q.scale, 1.0);
  EXPECT_EQ(q.value, (std::vector<std::int16_t>{7, 0, 2, 2, 0, -2}));
}

TEST(Quantiser, TakesZerosAndNothing) {
  EXPECT_EQ(quantise_symmetric({0.0F, 0.0F}, 8).value, (std::vector<std::int16_t>{0, 0}));
  EXPECT_EQ(quantise_symmetric({0.0F}, 8).scale, 1.0);
  EXPECT_TRUE(quantise_symmetric({}, 8).value.empty());
  const QuantisedTensor tiny = quantise_symmetric({1e-45F, -1e-45F}, 8);
  EXPECT_EQ(tiny.value, (std::vector<std::int16_t>{127, -127}));
}

}  // namespace
}  // namespace neucasl::precision
