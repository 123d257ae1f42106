#include "neucasl/workload/topologies.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::workload {
namespace {

struct Published {
  const char* name;
  std::size_t parameters;       ///< Exactly.
  double multiply_accumulates;  ///< As printed by the source.
  double tolerance;             ///< Half of its last digit, relative.
};

// Image networks: num_params and GFLOPS (there one for each multiply-accumulate) of
// https://pytorch.org/vision/stable/models.html; alexnet_grouped: the sizes of NIPS 2012 (60
// million parameters) and the 724 M of V. Sze et al., Proc. IEEE 105:2295, 2017, table 2.
TEST(Topologies, ImageNetworksHavePublishedCounts) {
  const Published published[] = {
      {"alexnet", 61'100'840, 0.71e9, 0.008},  {"alexnet_grouped", 60'965'224, 724e6, 0.001},
      {"vgg11", 132'863'336, 7.61e9, 0.001},   {"vgg16", 138'357'544, 15.47e9, 0.001},
      {"resnet18", 11'689'512, 1.81e9, 0.003}, {"mobilenet_v2", 3'504'872, 0.30e9, 0.017}};
  for (const Published& one : published) {
    const Workload workload = named(one.name);
    EXPECT_EQ(workload.parameters(), one.parameters) << one.name;
    EXPECT_NEAR(workload.multiply_accumulates() / one.multiply_accumulates, 1.0, one.tolerance)
        << one.name;
  }
}

// bert-base-uncased has 109,482,240 parameters (J. Devlin et al. say 110M); 22.5 G operations, two
// for each multiply-accumulate, for 128 tokens: X. Jiao et al., TinyBERT, EMNLP 2020, table 1.
TEST(Topologies, BertBaseHasPublishedCounts) {
  const Workload workload = named("bert_base");
  EXPECT_EQ(workload.parameters(), 109'482'240U);
  EXPECT_NEAR(2.0 * workload.multiply_accumulates() / 22.5e9, 1.0, 0.01);
}

// Parameters of the published checkpoints facebook/opt-*; table 1 of arXiv:2205.01068 rounds them.
TEST(Topologies, OptHasPublishedCounts) {
  EXPECT_EQ(named("opt_125m").parameters(), 125'239'296U);
  EXPECT_EQ(named("opt_350m").parameters(), 331'196'416U);
  EXPECT_EQ(named("opt_1.3b").parameters(), 1'315'758'080U);
  EXPECT_EQ(named("opt_2.7b").parameters(), 2'651'596'800U);
}

void expect_same(const Workload& a, const Workload& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.input_elements, b.input_elements);
  ASSERT_EQ(a.operations.size(), b.operations.size());
  for (OperationId id = 0; id < a.operations.size(); ++id) {
    const Operation& x = a.operations[id];
    const Operation& y = b.operations[id];
    EXPECT_EQ(x.name, y.name);
    EXPECT_EQ(x.kind, y.kind) << x.name;
    EXPECT_EQ(x.inputs, y.inputs) << x.name;
    EXPECT_EQ(x.product.count, y.product.count) << x.name;
    EXPECT_EQ(x.product.positions, y.product.positions) << x.name;
    EXPECT_EQ(x.product.depth, y.product.depth) << x.name;
    EXPECT_EQ(x.product.outputs, y.product.outputs) << x.name;
    EXPECT_EQ(x.input_elements, y.input_elements) << x.name;
    EXPECT_EQ(x.output_elements, y.output_elements) << x.name;
    EXPECT_EQ(x.other_parameters, y.other_parameters) << x.name;
  }
}

TEST(Topologies, SameAsTheNetworksWithWeights) {
  expect_same(named("lenet5"), from_network(network::lenet5()));
  expect_same(named("vgg8"), from_network(network::vgg8({32, 32, 3}, 10)));
  TopologyOptions small;
  small.input = {32, 32, 3};
  small.classes = 10;
  expect_same(named("vgg16", small), from_network(network::vgg16({32, 32, 3}, 10)));
}

TEST(Topologies, FoldedNormalisationLeavesABias) {
  const Workload plain = named("resnet18");
  TopologyOptions options;
  options.fold_batch_normalisation = true;
  const Workload folded = named("resnet18", options);
  std::size_t normalised = 0;
  for (const Operation& operation : plain.operations) {
    if (operation.kind == OperationKind::normalisation) normalised += operation.other_parameters;
  }
  EXPECT_EQ(normalised, 2U * 4800U);
  EXPECT_EQ(folded.parameters() + 4800U, plain.parameters());
  EXPECT_EQ(folded.multiply_accumulates(), plain.multiply_accumulates());
  for (const Operation& operation : folded.operations) {
    EXPECT_NE(operation.kind, OperationKind::normalisation) << operation.name;
  }
}

// Both products of attention: 2 layers tokens^2 width; all others grow with the tokens.
TEST(Topologies, AttentionGrowsWithTheSquareOfTheTokens) {
  TopologyOptions options;
  const auto counts = [&](std::size_t tokens, std::size_t cached) {
    options.sequence = tokens;
    options.cached = cached;
    return named("opt_125m", options).multiply_accumulates();
  };
  const double dynamic = 2.0 * 12 * 768;
  EXPECT_DOUBLE_EQ(counts(256, 0) - 2.0 * counts(128, 0),
                   dynamic * (256.0 * 256 - 2.0 * 128 * 128));
  EXPECT_DOUBLE_EQ(counts(1, 1000) - counts(1, 0), dynamic * 1000.0);
}

std::string code_of(const std::string& name, const TopologyOptions& options) {
  try {
    static_cast<void>(named(name, options));
  } catch (const base::Error& error) {
    EXPECT_FALSE(error.diagnostic().remedy.empty());
    return error.diagnostic().code;
  }
  return "";
}

TEST(Topologies, WrongNamesAndOptionsAreRefused) {
  try {
    static_cast<void>(named("resnet81"));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "workload.name");
    for (const std::string& known : topology_names()) {
      EXPECT_NE(error.diagnostic().remedy.find(known), std::string::npos) << known;
    }
  }
  TopologyOptions options;
  options.sequence = 16;
  EXPECT_EQ(code_of("resnet18", options), "workload.options");
  options.sequence = 513;
  EXPECT_EQ(code_of("bert_base", options), "workload.options");
  options.sequence = 0;
  EXPECT_EQ(code_of("opt_125m", options), "workload.options");
  options.sequence = 1;
  options.cached = 2048;
  EXPECT_EQ(code_of("opt_125m", options), "workload.options");
  options.cached = 1;
  EXPECT_EQ(code_of("bert_base", options), "workload.options");
  options = {};
  options.input = {8, 8, 3};
  EXPECT_EQ(code_of("alexnet", options), "workload.shape");
  EXPECT_EQ(code_of("opt_125m", options), "workload.options");
  options.input = {0, 8, 3};
  EXPECT_EQ(code_of("lenet5", options), "workload.shape");
  options = {};
  options.classes = 0;
  EXPECT_EQ(code_of("lenet5", options), "workload.options");
}

/// Operations with a product whose inputs may be below zero.
std::vector<std::string> signed_products(const char* network) {
  const Workload work = named(network);
  const std::vector<bool> negative = takes_negative(work);
  std::vector<std::string> names;
  for (OperationId id = 0; id < negative.size(); ++id) {
    if (work.operations[id].product.count > 0 && negative[id]) {
      names.push_back(work.operations[id].name);
    }
  }
  return names;
}

TEST(TakesNegative, FollowsWhatMadeTheInputs) {
  for (const char* network : {"lenet5", "vgg8", "vgg16", "resnet18", "alexnet"}) {
    EXPECT_TRUE(signed_products(network).empty()) << network;
  }
  // Its bottlenecks end without an activation.
  EXPECT_FALSE(signed_products("mobilenet_v2").empty());
  const auto has = [](const char* network, const std::string& name) {
    const std::vector<std::string> names = signed_products(network);
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  EXPECT_TRUE(has("bert_base", "layer1_attention_query"));
  EXPECT_TRUE(has("bert_base", "layer1_attention_scores"));
  EXPECT_FALSE(has("bert_base", "layer1_attention_context"));
  // GELU, and ReLU.
  EXPECT_TRUE(has("bert_base", "layer1_mlp_fc2"));
  EXPECT_FALSE(has("opt_125m", "layer1_mlp_fc2"));
}

}  // namespace
}  // namespace neucasl::workload
