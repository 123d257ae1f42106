#include "cptquant/methods.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "cptquant/pruning.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/network/training.hpp"
#include "neucasl/plugin/host.hpp"
#include "neucasl/plugin/precision_audit.hpp"
#include "neucasl/precision/quantiser.hpp"
#include "neucasl/workload/graph_network.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::cptquant_plugin {
namespace {

using plugin::PrecisionScores;
using workload::Tensor;

constexpr std::size_t inputs = 6;
constexpr std::size_t classes = 3;

/// Dense layers fc1 (6 x 5), fc2 (5 x 4), fc3 (4 x 3) of random weights.
network::Network perceptron() {
  const std::size_t hidden[] = {5, 4};
  network::Network net = network::multilayer_perceptron({1, 1, inputs}, hidden, classes);
  base::RandomStream random(3, "test/weights");
  for (network::Layer& layer : net.layers) {
    for (float& w : layer.weight) w = static_cast<float>(random.normal());
    for (float& b : layer.bias) b = static_cast<float>(0.1 * random.normal());
  }
  return net;
}

class PrecisionMethods : public ::testing::Test {
 protected:
  PrecisionMethods() : net_(perceptron()), network_(workload::segmented(net_)) {
    base::RandomStream random(5, "test/samples");
    pixels_.resize(samples * inputs);
    for (float& x : pixels_) x = static_cast<float>(random.normal());
    tensor_ = workload::image_samples(net_.input, pixels_, samples);
    const std::vector<float> scores = network::run(net_, pixels_, samples, {});
    for (std::size_t k = 0; k < samples; ++k) {
      const auto row = scores.begin() + static_cast<std::ptrdiff_t>(k * classes);
      const auto best = std::max_element(row, row + classes) - row;
      // Mostly what the network says.
      targets_.push_back(k % 5 == 0 ? static_cast<std::int64_t>(random.below(classes)) : best);
    }
    manifest_ = plugin::read_manifest(std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "plugins" /
                                      "cptquant" / "manifest.xml");
    context_.diagnostics = &sink_;
    context_.scratch_folder = scratch_.path();
  }

  [[nodiscard]] plugin::PrecisionRequest request(const std::string& variant = "") const {
    return {*network_, tensor_, targets_, {2, 4, 8}, variant};
  }
  [[nodiscard]] plugin::ParameterSet parameters(
      std::vector<plugin::ParameterSet::Given> given = {}) const {
    return {manifest_.parameters, given, "test", {}};
  }
  PrecisionScores scores(plugin::PrecisionMethod& method, const std::string& variant = "",
                         std::vector<plugin::ParameterSet::Given> given = {}) {
    return method.scores(request(variant), parameters(std::move(given)), context_);
  }
  template <class Method>
  PrecisionScores scores_of(const std::string& variant = "",
                            std::vector<plugin::ParameterSet::Given> given = {}) {
    Method method;
    return scores(method, variant, std::move(given));
  }

  /// Mean loss with these weights in place of a layer's, by the other implementation of networks.
  double loss(const network::Network& net) const {
    std::vector<unsigned char> labels(targets_.begin(), targets_.end());
    return network::gradients(net, pixels_, labels, 1).loss;
  }
  /// Index of the k-th matrix layer.
  network::Layer& layer(network::Network& net, std::size_t k) const {
    return net.layers[net.matrix_layers()[k]];
  }
  network::Network quantised(const std::vector<std::size_t>& choices) const {
    network::Network copy = net_;
    for (std::size_t k = 0; k < choices.size(); ++k)
      round(layer(copy, k), request().bits[choices[k]]);
    return copy;
  }
  static void round(network::Layer& layer, int bits) {
    const precision::QuantisedTensor q = precision::quantise_symmetric(layer.weight, bits);
    for (std::size_t i = 0; i < layer.weight.size(); ++i) {
      layer.weight[i] = static_cast<float>(q.scale * q.value[i]);
    }
  }
  template <class Call>
  base::Diagnostic failure(const Call& call) const {
    try {
      call();
    } catch (const base::Error& error) {
      return error.diagnostic();
    }
    return {};
  }

  static constexpr std::size_t samples = 70;
  network::Network net_;
  std::unique_ptr<workload::SegmentedNetwork> network_;
  std::vector<float> pixels_;
  Tensor tensor_;
  std::vector<std::int64_t> targets_;
  plugin::Manifest manifest_;
  base::DiagnosticSink sink_;
  test::ScratchFolder scratch_;
  plugin::Context context_;
};

TEST_F(PrecisionMethods, MeasuredIsTheRiseOfTheLossWithOneLayerRounded) {
  const PrecisionScores found = scores_of<MeasuredMethod>();
  const double own = loss(net_);
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t choice = 0; choice < 3; ++choice) {
      network::Network copy = net_;
      round(layer(copy, k), found.bits[choice]);
      EXPECT_NEAR(found.at(k, choice), loss(copy) - own, 1e-5) << k << ' ' << choice;
    }
  }
}

TEST_F(PrecisionMethods, PruningIsTheMeanRiseOfTheLossWithoutTheSmallestWeights) {
  const PrecisionScores found = scores_of<PruningMethod>("", {{"pruned_shares", "0.3,0.5", {}}});
  EXPECT_FALSE(found.depends_on_bits);
  EXPECT_FALSE(found.warnings.empty());
  for (std::size_t k = 0; k < 3; ++k) {
    double rise = 0.0;
    for (const double share : {0.3, 0.5}) {
      network::Network copy = net_;
      layer(copy, k).weight = pruned(layer(copy, k).weight, share);
      rise += 0.5 * (loss(copy) - loss(net_));
    }
    EXPECT_NEAR(found.at(k, 0), rise, 1e-5);
    EXPECT_EQ(found.at(k, 0), found.at(k, 2));
  }
  EXPECT_EQ(failure([&] {
              scores_of<PruningMethod>("", {{"pruned_shares", "0.3,1", {}}});
            }).code,
            "cptquant.shares");
}

TEST(Pruning, SetsTheSmallestMagnitudesToZero) {
  EXPECT_EQ(pruned({3.0F, -1.0F, 0.5F, -2.0F}, 0.5), (std::vector<float>{3.0F, 0.0F, 0.0F, -2.0F}));
  EXPECT_EQ(pruned({1.0F, -1.0F, 1.0F, 1.0F}, 0.25), (std::vector<float>{0.0F, -1.0F, 1.0F, 1.0F}));
}

/// Slopes of the loss of single samples over the weights of a layer, by the other implementation.
TEST_F(PrecisionMethods, FisherWeighsTheSquaredChangesByTheSquaredSlopes) {
  const PrecisionScores found = scores_of<TaylorMethod>();
  const PrecisionScores first_order = scores_of<TaylorMethod>("first-order");
  EXPECT_TRUE(found.depends_on_bits);
  EXPECT_FALSE(first_order.depends_on_bits);
  for (std::size_t k = 0; k < 3; ++k) {
    const network::LayerId id = net_.matrix_layers()[k];
    const std::vector<float>& weight = net_.layers[id].weight;
    std::vector<double> squares(weight.size());
    std::vector<double> sums(weight.size());
    for (std::size_t s = 0; s < samples; ++s) {
      const unsigned char label = static_cast<unsigned char>(targets_[s]);
      const std::vector<float> g =
          network::gradients(net_, std::span(pixels_).subspan(s * inputs, inputs),
                             std::span(&label, 1), 1)
              .weight[id];
      for (std::size_t i = 0; i < g.size(); ++i) {
        squares[i] += static_cast<double>(g[i]) * static_cast<double>(g[i]) / samples;
        sums[i] += static_cast<double>(g[i]) / samples;
      }
    }
    double taylor = 0.0;
    for (std::size_t i = 0; i < weight.size(); ++i) {
      taylor += std::abs(sums[i] * static_cast<double>(weight[i]));
    }
    EXPECT_NEAR(first_order.at(k, 1), taylor, 1e-4 * taylor);
    for (std::size_t choice = 0; choice < 3; ++choice) {
      network::Network copy = net_;
      round(copy.layers[id], found.bits[choice]);
      double expected = 0.0;
      for (std::size_t i = 0; i < weight.size(); ++i) {
        const double change = static_cast<double>(copy.layers[id].weight[i] - weight[i]);
        expected += 0.5 * squares[i] * change * change;
      }
      EXPECT_NEAR(found.at(k, choice), expected, 1e-4 * expected);
    }
  }
}

TEST_F(PrecisionMethods, NoiseOfNoSizeDoesNoHarmAndResultsDoNotDependOnThreads) {
  const PrecisionScores small =
      scores_of<TaylorMethod>("input-perturb", {{"noise_scale", "1e-6", {}}});
  for (const double value : small.values) EXPECT_NEAR(value, 0.0, 1e-5);
  const PrecisionScores one = scores_of<TaylorMethod>("input-perturb");
  context_.threads = 3;
  const auto expect_same = [](const PrecisionScores& a, const PrecisionScores& b) {
    // Products of matrices may differ in their last bits with the alignment of memory.
    for (std::size_t i = 0; i < a.values.size(); ++i) {
      EXPECT_NEAR(a.values[i], b.values[i], 1e-6 * (1.0 + std::abs(a.values[i])));
    }
  };
  expect_same(scores_of<TaylorMethod>("input-perturb"), one);
  const PrecisionScores fisher = scores_of<TaylorMethod>();
  context_.threads = 1;
  expect_same(scores_of<TaylorMethod>(), fisher);
  context_.seed = 2;
  EXPECT_NE(scores_of<TaylorMethod>("input-perturb").values, one.values);
}

TEST_F(PrecisionMethods, CorrelationFallsWithFewerBits) {
  for (const char* variant : {"fp-vs-quant", "cka"}) {
    const PrecisionScores found = scores_of<CorrelationMethod>(variant);
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_GT(found.at(k, 0), found.at(k, 1)) << variant;
      EXPECT_GT(found.at(k, 1), found.at(k, 2)) << variant;
      EXPECT_GT(found.at(k, 2), 0.0) << variant;
      EXPECT_LT(found.at(k, 0), 1.0) << variant;
    }
  }
}

TEST_F(PrecisionMethods, CorrelationOfLayersDoesNotDependOnBits) {
  for (const char* variant : {"adjacent", "mean-others"}) {
    for (const char* similarity : {"svcca", "pwcca", "cka"}) {
      const PrecisionScores found =
          scores_of<CorrelationMethod>(variant, {{"similarity", similarity, {}}});
      EXPECT_FALSE(found.depends_on_bits);
      EXPECT_FALSE(found.warnings.empty());
      for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_EQ(found.at(k, 0), found.at(k, 2));
        EXPECT_GE(found.at(k, 0), 0.0);
        EXPECT_LE(found.at(k, 0), 1.0);
      }
    }
  }
}

/// Rounded weights times 1 + draw / 4: two chips.
class TwoChips final : public plugin::WeightStorage {
 public:
  [[nodiscard]] std::size_t draws() const override { return 2; }
  [[nodiscard]] std::vector<float> read(const plugin::LayerWeight& weight, int bits,
                                        std::size_t draw) const override {
    const auto codes = precision::quantise_symmetric(
        std::vector<float>(weight.values.begin(), weight.values.end()), bits);
    std::vector<float> result;
    for (const std::int16_t code : codes.value) {
      result.push_back(static_cast<float>(codes.scale * code * gain(draw)));
    }
    return result;
  }
  static double gain(std::size_t draw) { return 1.0 + 0.25 * static_cast<double>(draw); }
};

TEST_F(PrecisionMethods, ScoresOfAStorageAreMeansOverItsDraws) {
  const TwoChips chips;
  MeasuredMethod measured;
  TaylorMethod taylor;
  plugin::PrecisionRequest on_chips = request();
  on_chips.storage = &chips;
  const PrecisionScores found = measured.scores(on_chips, parameters(), context_);
  const auto loss_on = [&](std::size_t k, int bits, std::size_t draw) {
    network::Network copy = net_;
    round(layer(copy, k), bits);
    for (float& w : layer(copy, k).weight) w *= static_cast<float>(TwoChips::gain(draw));
    return loss(copy);
  };
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t choice = 0; choice < 3; ++choice) {
      const int bits = found.bits[choice];
      EXPECT_NEAR(found.at(k, choice),
                  0.5 * (loss_on(k, bits, 0) + loss_on(k, bits, 1)) - loss(net_), 1e-5);
    }
  }
  // At 8 bits nearly all of the change is that of the second chip, (w / 4)^2.
  const PrecisionScores fisher = taylor.scores(on_chips, parameters(), context_);
  EXPECT_GT(fisher.at(0, 2), 10.0 * scores_of<TaylorMethod>().at(0, 2));
  CorrelationMethod correlation;
  const PrecisionScores likeness = correlation.scores(on_chips, parameters(), context_);
  EXPECT_GT(likeness.at(1, 2), scores_of<CorrelationMethod>().at(1, 2));
  PruningMethod pruning;
  const PrecisionScores blind = pruning.scores(on_chips, parameters(), context_);
  EXPECT_EQ(blind.values, scores_of<PruningMethod>().values);
  EXPECT_EQ(blind.warnings.size(), 2U);
}

TEST_F(PrecisionMethods, SearchesOverAStorageJudgeTheMeanLoss) {
  const TwoChips chips;
  plugin::PrecisionRequest on_chips = request();
  on_chips.storage = &chips;
  plugin::PrecisionBudget budget;
  for (const double weights : {30.0, 20.0, 12.0}) {
    for (const int bits : {2, 4, 8}) budget.costs.push_back(weights * bits);
  }
  budget.limit = 62.0 * 4.0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t map = 0; map < 27; ++map) {
    const std::vector<std::size_t> choices{map / 9, map / 3 % 3, map % 3};
    double cost = 0.0;
    for (std::size_t k = 0; k < 3; ++k) cost += budget.costs[3 * k + choices[k]];
    if (cost > budget.limit) continue;
    double sum = 0.0;
    for (std::size_t draw = 0; draw < 2; ++draw) {
      network::Network copy = quantised(choices);
      for (std::size_t k = 0; k < 3; ++k) {
        for (float& w : layer(copy, k).weight) w *= static_cast<float>(TwoChips::gain(draw));
      }
      sum += loss(copy);
    }
    least = std::min(least, sum / 2.0);
  }
  ExhaustiveMethod exhaustive;
  EXPECT_NEAR(exhaustive.choose(on_chips, budget, parameters(), context_).loss, least, 1e-5);
  GreedyMethod greedy;
  EXPECT_GE(greedy.choose(on_chips, budget, parameters(), context_).loss, least - 1e-5);
}

TEST_F(PrecisionMethods, TooFewSamplesForCorrelationAreRefused) {
  const std::vector<float> few(pixels_.begin(), pixels_.begin() + 14 * inputs);
  tensor_ = workload::image_samples(net_.input, few, 14);
  targets_.resize(14);
  const base::Diagnostic found = failure([&] { scores_of<CorrelationMethod>(); });
  EXPECT_EQ(found.code, "precision.samples");
  EXPECT_NE(found.message.find("at least 15"), std::string::npos) << found.message;
  EXPECT_NE(found.remedy.find("'cka'"), std::string::npos);
  EXPECT_NO_THROW(scores_of<CorrelationMethod>("cka"));
}

TEST_F(PrecisionMethods, ExhaustiveFindsTheLeastLossOfAll) {
  plugin::PrecisionBudget budget;
  for (const double weights : {30.0, 20.0, 12.0}) {
    for (const int bits : {2, 4, 8}) budget.costs.push_back(weights * bits);
  }
  budget.limit = 250.0;
  double best = std::numeric_limits<double>::infinity();
  std::vector<std::size_t> at;
  std::size_t within = 0;
  for (std::size_t code = 0; code < 27; ++code) {
    const std::vector<std::size_t> map{code / 9, code / 3 % 3, code % 3};
    const double cost = budget.costs[map[0]] + budget.costs[3 + map[1]] + budget.costs[6 + map[2]];
    if (cost > budget.limit) continue;
    ++within;
    const double one = loss(quantised(map));
    if (one < best) {
      best = one;
      at = map;
    }
  }
  ExhaustiveMethod exhaustive;
  const plugin::PrecisionChoice found =
      exhaustive.choose(request(), budget, parameters(), context_);
  EXPECT_EQ(found.choices, at);
  EXPECT_NEAR(found.loss, best, 1e-5);
  EXPECT_EQ(found.runs, within);

  GreedyMethod greedy;
  const plugin::PrecisionChoice stepwise = greedy.choose(request(), budget, parameters(), context_);
  double cost = 0.0;
  for (std::size_t k = 0; k < 3; ++k) cost += budget.costs[3 * k + stepwise.choices[k]];
  EXPECT_LE(cost, budget.limit);
  EXPECT_GE(stepwise.loss, found.loss - 1e-9);
  EXPECT_NEAR(stepwise.loss, loss(quantised(stepwise.choices)), 1e-5);

  UniformMethod uniform;
  EXPECT_EQ(uniform.choose(request(), budget, parameters(), context_).choices,
            (std::vector<std::size_t>{1, 1, 1}));
}

TEST_F(PrecisionMethods, SearchesRefuseWhatTheyCannotDo) {
  plugin::PrecisionBudget budget{std::vector<double>(9, 1.0), 2.5};
  GreedyMethod greedy;
  ExhaustiveMethod exhaustive;
  UniformMethod uniform;
  for (plugin::PrecisionMethod* method :
       std::initializer_list<plugin::PrecisionMethod*>{&greedy, &exhaustive, &uniform}) {
    EXPECT_TRUE(method->searches());
    const base::Diagnostic found = failure(
        [&] { static_cast<void>(method->choose(request(), budget, parameters(), context_)); });
    EXPECT_EQ(found.code, "precision.budget");
    EXPECT_NE(found.remedy.find('3'), std::string::npos) << found.remedy;
    EXPECT_EQ(
        failure([&] { static_cast<void>(method->scores(request(), parameters(), context_)); }).code,
        "precision.unsupported");
  }
  budget.limit = 3.0;
  EXPECT_EQ(failure([&] {
              static_cast<void>(exhaustive.choose(
                  request(), budget, parameters({{"exhaustive_limit", "26", {}}}), context_));
            }).code,
            "precision.search");
  budget.costs[4] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(failure([&] {
              static_cast<void>(greedy.choose(request(), budget, parameters(), context_));
            }).code,
            "precision.budget");
}

TEST_F(PrecisionMethods, BadRequestsAreRefused) {
  EXPECT_EQ(failure([&] { scores_of<TaylorMethod>("fisher"); }).code, "precision.variant");
  plugin::PrecisionRequest bad = request();
  MeasuredMethod measured;
  bad.bits = {4, 2};
  EXPECT_EQ(failure([&] { static_cast<void>(measured.scores(bad, parameters(), context_)); }).code,
            "precision.menu");
  targets_.pop_back();
  EXPECT_EQ(failure([&] { scores_of<MeasuredMethod>(); }).code, "precision.targets");
  targets_.push_back(classes);
  EXPECT_EQ(failure([&] { scores_of<MeasuredMethod>(); }).code, "workload.targets");
}

TEST_F(PrecisionMethods, AuditRanksByTheLayers) {
  PrecisionScores a = scores_of<MeasuredMethod>();
  PrecisionScores b = a;
  for (double& value : b.values) value = std::exp(value);
  for (const double rho : plugin::rank_correlations(a, b)) EXPECT_NEAR(rho, 1.0, 1e-15);
  for (double& value : b.values) value = -value;
  for (const double rho : plugin::rank_correlations(a, b)) EXPECT_NEAR(rho, -1.0, 1e-15);
  b.bits = {2, 4};
  EXPECT_EQ(failure([&] { static_cast<void>(plugin::rank_correlations(a, b)); }).code,
            "precision.audit");
}

TEST_F(PrecisionMethods, HashOfTheCalibrationSetNamesItsContent) {
  const std::string own = plugin::calibration_hash(tensor_, targets_);
  EXPECT_EQ(scores_of<MeasuredMethod>().calibration_hash, own);
  targets_[3] = (targets_[3] + 1) % 3;
  EXPECT_NE(plugin::calibration_hash(tensor_, targets_), own);
}

#if !defined(NEUCASL_STATIC)
TEST(PrecisionPlugin, GivesEachMethodOfItsManifest) {
  plugin::Host host({std::filesystem::path(NEUCASL_BINARY_FOLDER) / "lib" / "neucasl" / "plugins"});
  const plugin::Manifest manifest = host.find_method("tdmpq");
  EXPECT_EQ(manifest.name, "cptquant");
  ASSERT_EQ(manifest.methods.size(), 7U);
  for (const plugin::MethodSpec& spec : manifest.methods) {
    EXPECT_NE(host.make_precision_method(manifest, spec.name), nullptr) << spec.name;
  }
  for (const auto& call :
       {std::function<void()>([&] { static_cast<void>(host.find_method("tdmp")); }),
        std::function<void()>(
            [&] { static_cast<void>(host.make_precision_method(manifest, "tdmp")); })}) {
    try {
      call();
      FAIL() << "accepted";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "plugin.method");
      EXPECT_NE(error.diagnostic().remedy.find("tdmpq"), std::string::npos);
    }
  }
}
#endif

}  // namespace
}  // namespace neucasl::cptquant_plugin
