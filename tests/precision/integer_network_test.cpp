#include "neucasl/precision/integer_network.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/precision/test_networks.hpp"

namespace neucasl::precision {
namespace {

using test::failure;
using test::floats;
using test::form_of;

double largest(const std::vector<float>& values) {
  double most = 0.0;
  for (const float x : values) most = std::max(most, std::abs(static_cast<double>(x)));
  return most;
}

double difference(const std::vector<float>& a, const std::vector<float>& b) {
  double most = a.size() == b.size() ? 0.0 : 1e300;
  for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) {
    most = std::max(most, std::abs(static_cast<double>(a[k]) - static_cast<double>(b[k])));
  }
  return most;
}

workload::Tensor run_float(const workload::SegmentedNetwork& network,
                           const workload::Tensor& samples) {
  workload::Tensor value = samples;
  for (std::size_t k = 0; k < network.segments(); ++k) {
    value = workload::run(network.segment(k, samples.type.shape[0]), {value}).front();
  }
  return value;
}

struct Form {
  QuantiserForm weights;
  int activation_bits;
  ActivationForm inputs;
};

class IntegerPath : public testing::TestWithParam<Form> {};

/// The codes of a layer's inputs are those of the float path unless rounding of the layers before
/// put a number on the other side of a tie; then the layer is off by one code of it.
TEST_P(IntegerPath, EqualsTheRoundedFloatNetwork) {
  const auto network = test::image_network();
  const workload::Tensor samples = test::image_batch(5);
  const PrecisionMap map =
      test::map_of(network, GetParam().weights, GetParam().activation_bits, GetParam().inputs);
  const InputQuantisers inputs = calibrate_inputs(network, map, samples);
  ASSERT_EQ(inputs.size(), 4U);
  const workload::Tensor rounded = run_rounded(network, map, inputs, samples);
  const IntegerNetwork integer(network, map, inputs);
  const workload::Tensor made = integer.run(samples);
  EXPECT_EQ(made.type, rounded.type);
  const double scale = largest(floats(rounded));
  EXPECT_LT(difference(floats(made), floats(rounded)), 2e-6 * scale);
  EXPECT_GT(scale, 0.01);
  // Rounding of weights and inputs is there, and falls with the bits.
  const double rounding = difference(floats(made), floats(run_float(network, samples)));
  EXPECT_GT(rounding, 0.0);
  EXPECT_LT(rounding, 6.0 * scale * std::pow(2.0, -GetParam().weights.bits));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, IntegerPath,
    testing::Values(Form{form_of(8, false, Granularity::tensor), 8, ActivationForm::symmetric},
                    Form{form_of(8, true, Granularity::channel), 8, ActivationForm::affine},
                    Form{form_of(8, true, Granularity::group, 9), 9, ActivationForm::affine},
                    Form{form_of(4, false, Granularity::group, 4), 6, ActivationForm::symmetric},
                    Form{form_of(16, false, Granularity::channel), 16, ActivationForm::affine}));

TEST(IntegerPathMap, MixesBitsAndRunsOtherBatches) {
  const auto network = test::image_network();
  PrecisionMap map =
      test::map_of(network, form_of(8, false, Granularity::channel), 8, ActivationForm::affine);
  map.layers[1].weight_bits = 3;
  map.layers[2].weight_bits = 12;
  const InputQuantisers inputs = calibrate_inputs(network, map, test::image_batch(8));
  const IntegerNetwork integer(network, map, inputs);
  const std::vector<float> all = floats(integer.run(test::image_batch(8)));
  const std::vector<float> first = floats(integer.run(test::image_batch(1)));
  EXPECT_EQ(first, std::vector<float>(all.begin(), all.begin() + 5));
  const WeightBytes bytes = integer.bytes();
  const std::size_t weights = 6 * 18 + 8 * 9 * 2 + 21 * 96 + 5 * 21;
  EXPECT_EQ(bytes.floating, 4 * weights);
  EXPECT_GT(bytes.scales, 0U);
}

/// A code may be another one next to a tie: then what follows differs by about a code of it.
TEST(IntegerPathMap, SumsBecomeCodesWithoutFloat) {
  const auto network = test::image_network();
  for (const bool affine : {false, true}) {
    const PrecisionMap map = test::map_of(
        network, form_of(8, affine, affine ? Granularity::channel : Granularity::tensor), 8,
        affine ? ActivationForm::affine : ActivationForm::symmetric);
    const workload::Tensor samples = test::image_batch(6);
    const InputQuantisers inputs = calibrate_inputs(network, map, samples);
    const IntegerNetwork joined(network, map, inputs, CodesMade::at_sums);
    // Tanh stands behind the others.
    EXPECT_EQ(joined.integer_results(), std::vector<std::string>{"conv1"});
    EXPECT_TRUE(IntegerNetwork(network, map, inputs).integer_results().empty());
    const std::vector<float> scores = floats(joined.run(samples));
    const std::vector<float> rounded = floats(run_rounded(network, map, inputs, samples));
    EXPECT_LT(difference(scores, rounded), largest(rounded) / 128.0);
    std::size_t same = 0;
    for (std::size_t k = 0; k < scores.size(); ++k) {
      same += std::abs(scores[k] - rounded[k]) < 2e-6F * static_cast<float>(largest(rounded));
    }
    EXPECT_GT(same, scores.size() / 2);
  }
  // Sums of 16 bits by 16 bits are too long.
  const PrecisionMap wide =
      test::map_of(network, form_of(16, false, Granularity::tensor), 16, ActivationForm::affine);
  const InputQuantisers inputs = calibrate_inputs(network, wide, test::image_batch(2));
  EXPECT_TRUE(IntegerNetwork(network, wide, inputs, CodesMade::at_sums).integer_results().empty());
}

TEST(FixedPoint, ScalesAsRealNumbersDo) {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> exponent(-40.0, 8.0);
  std::uniform_int_distribution<std::int64_t> sums(-(std::int64_t{1} << 31), std::int64_t{1} << 31);
  for (int k = 0; k < 20000; ++k) {
    const double scale = std::exp2(exponent(random));
    const std::int64_t sum = sums(random);
    const double exact = scale * static_cast<double>(sum);
    // The factor is right to 2^-31, the result to a half.
    ASSERT_NEAR(static_cast<double>(FixedPointScale(scale).apply(sum)), exact,
                0.5 + std::ldexp(std::abs(exact), -31) + 1e-9)
        << scale << " x " << sum;
  }
  const FixedPointScale half(0.5);
  for (const auto& [sum, code] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {1, 0}, {3, 2}, {5, 2}, {-1, 0}, {-3, -2}, {-5, -2}, {4, 2}}) {
    EXPECT_EQ(half.apply(sum), code) << sum;
  }
  EXPECT_EQ(FixedPointScale(1e-60).apply(1 << 30), 0);
  EXPECT_EQ(FixedPointScale(1.0).apply(-7), -7);
  for (const double scale : {0.0, -1.0, 1e10, std::nan("")}) {
    EXPECT_EQ(failure([&] { static_cast<void>(FixedPointScale(scale)); }).code,
              "precision.requantisation")
        << scale;
  }
}

TEST(IntegerPathMap, FaultsAreNamed) {
  const auto network = test::image_network();
  PrecisionMap map =
      test::map_of(network, form_of(8, false, Granularity::tensor), 8, ActivationForm::symmetric);
  const InputQuantisers inputs = calibrate_inputs(network, map, test::image_batch(2));
  InputQuantisers few = inputs;
  few.erase("fc1");
  const base::Diagnostic missing =
      failure([&] { static_cast<void>(IntegerNetwork(network, map, few)); });
  EXPECT_EQ(missing.code, "precision.layer");
  EXPECT_NE(missing.message.find("'fc1'"), std::string::npos);
  workload::Tensor broken = test::image_batch(2);
  std::get<std::vector<float>>(broken.values)[3] = std::nanf("");
  const base::Diagnostic value =
      failure([&] { static_cast<void>(IntegerNetwork(network, map, inputs).run(broken)); });
  EXPECT_EQ(value.code, "precision.value");
  EXPECT_NE(value.message.find("layer 'conv1': input 3"), std::string::npos);
  EXPECT_EQ(failure([&] { static_cast<void>(calibrate_inputs(network, map, broken)); }).code,
            "precision.value");
  for (LayerPrecision& layer : map.layers) layer.activation_form = ActivationForm::not_negative;
  const base::Diagnostic negative =
      failure([&] { static_cast<void>(calibrate_inputs(network, map, test::image_batch(2))); });
  EXPECT_EQ(negative.code, "precision.calibration");
  EXPECT_NE(negative.message.find("layer 'conv1'"), std::string::npos);
  map.network = "another";
  EXPECT_EQ(failure([&] { static_cast<void>(IntegerNetwork(network, map, inputs)); }).code,
            "precision.network");
}

TEST(RoundedGraph, KeepsOtherReadersOfAWeight) {
  // The table of an embedding is the weight of the last product.
  workload::GraphDraft draft;
  const auto x = draft.input("x", {2, 3});
  const auto table = draft.weight({3, 4});
  draft.node("MatMul", {x, table}, {}, "first");
  draft.node("MatMul", {x, table}, {}, "second");
  draft.graph.outputs = {draft.graph.nodes[0].outputs[0], draft.graph.nodes[1].outputs[0]};
  const std::vector<float> before = stored_weight(draft.graph, 0);
  replace_weight(draft.graph, 1, std::vector<float>(12, 2.0F));
  EXPECT_EQ(stored_weight(draft.graph, 0), before);
  EXPECT_EQ(stored_weight(draft.graph, 1), std::vector<float>(12, 2.0F));
  EXPECT_NO_THROW(static_cast<void>(workload::infer_shapes(draft.graph)));
  EXPECT_EQ(failure([&] { replace_weight(draft.graph, 1, {1.0F}); }).code, "onnx.shape");
  EXPECT_EQ(failure([&] {
              static_cast<void>(weight_layout(test::image_network().segment(0, 1), 1));
            }).code,
            "onnx.operator");
}

}  // namespace
}  // namespace neucasl::precision
