#include <cmath>

#include "bank_bench.hpp"
#include "circuits/weight_bank_model.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/mapping/photonic_inference.hpp"
#include "optics.hpp"

// Banks in the functional model of inference against the closed form of one bank, symbol by symbol.

namespace neucasl::photonic {
namespace {

constexpr int channel_count = 16;

class InferenceBank : public CircuitBench {
 protected:
  plugin::ParameterSet parameters(const GivenTexts& texts) {
    const plugin::Manifest& manifest = host_.find("photonic", plugin::PluginKind::front_end);
    std::vector<plugin::ParameterSet::Given> given;
    for (const auto& [name, text] : texts) given.push_back({name, text, {"test", 1, 1}});
    return {manifest.circuit("weight_bank").parameters, given, "weight_bank", {"test", 1, 1}};
  }

  std::shared_ptr<const mapping::WeightBank> bank(const GivenTexts& texts, bool calibrated) {
    const plugin::Manifest& manifest = host_.find("photonic", plugin::PluginKind::front_end);
    const auto front_end = host_.make_front_end(manifest);
    const plugin::ParameterSet set = parameters(texts);
    return front_end->build_bank({set, calibrated}, context_).bank;
  }

  /// The row of the same parameters, from the cards.
  ResonatorBank row(const GivenTexts& texts) {
    device::UseList uses;
    const AddDropResonator resonator(cards_, "microdisk_dwdm", uses);
    const ChannelRequest request = bank_channels(parameters(texts), resonator, channel_count);
    return {plan_channels(request),
            [resonator](double at, double channel, double shift) {
              return resonator.response(at, channel, shift);
            },
            {}};
  }
};

/// A layer whose largest weight is 1, so that weights are targets.
network::Network layer(std::size_t depth) {
  network::Network network = network::multilayer_perceptron({1, 1, depth}, {}, 1);
  base::RandomStream random(5, "test/weights");
  for (float& w : network.layers[0].weight) {
    w = static_cast<float>(std::nearbyint(127.0 * (2.0 * random.uniform() - 1.0)) / 127.0);
  }
  network.layers[0].weight[3] = -1.0F;
  return network;
}

/// Inputs that are codes of 8 bits over a range of 1, the first of them 1.
std::vector<float> inputs(std::size_t depth, std::size_t count) {
  base::RandomStream random(6, "test/inputs");
  std::vector<float> result(depth * count);
  for (float& x : result) x = static_cast<float>(random.below(256)) / 255.0F;
  result[0] = 1.0F;
  return result;
}

const GivenTexts exact = {{"channels", "16"}, {"resonance_error", "0 nm"}};

TEST_F(InferenceBank, RealisesWhatTheClosedFormOfTheRowGives) {
  const ResonatorBank reference = row(exact);
  const TunedChannels channels = tuned_channels(reference);
  const network::Network network = layer(channel_count);
  std::vector<double> targets(network.layers[0].weight.begin(), network.layers[0].weight.end());
  std::vector<double> shares;
  for (const double target : targets) shares.push_back(0.7 * target);
  for (const bool calibrated : {false, true}) {
    const auto one = bank(exact, calibrated);
    const mapping::RealisedWeights made = one->realise(targets, 3);
    const std::vector<double> tunings =
        calibrated ? calibrate(channels, shares, {}).tunings : channels.tune_alone(shares);
    double worst = 0.0;
    for (int k = 0; k < channel_count; ++k) {
      const auto at = static_cast<std::size_t>(k);
      const BankOutputs out = reference.outputs(reference.plan().wavelengths[at], tunings);
      EXPECT_NEAR(made.weight[at], out.share() / 0.7, 1e-12);
      EXPECT_NEAR(made.collected[at], std::norm(out.drop) + std::norm(out.through), 1e-12);
      worst = std::max(worst, std::abs(made.weight[at] - targets[at]));
    }
    // Alone, neighbours disturb each other; calibrated, they do not.
    EXPECT_EQ(worst < 1e-9, calibrated) << worst;
    EXPECT_LT(worst, 0.1);
  }
}

network::RunOptions run_options(int threads, std::size_t memory = std::size_t{1} << 28) {
  network::RunOptions options;
  options.threads = threads;
  options.memory = memory;
  return options;
}

/// Sum of the photocurrents' difference over its value for a weight of 1 and an input of 1.
double symbol(const mapping::RealisedWeights& made, const float* x) {
  double sum = 0.0;
  for (std::size_t k = 0; k < made.weight.size(); ++k) {
    sum += static_cast<double>(x[k]) * made.weight[k];
  }
  return sum;
}

/// Bound of the error of a single-precision product (N. J. Higham, Accuracy and Stability of
/// Numerical Algorithms, SIAM 2002, section 3.1): (terms + 4) 2^-24 sum |x w|; the four are the
/// rounding of the weight, that of the output's factor, and the product with it in each conversion.
double rounding(const mapping::RealisedWeights& made, const float* x) {
  double sum = 0.0;
  for (std::size_t k = 0; k < made.weight.size(); ++k) {
    sum += static_cast<double>(x[k]) * std::abs(made.weight[k]);
  }
  return (static_cast<double>(made.weight.size()) + 4.0) * 0x1p-24 * sum;
}

TEST_F(InferenceBank, ADotProductIsThatOfTheBank) {
  constexpr std::size_t rows = 40;
  const network::Network network = layer(channel_count);
  const std::vector<float> samples = inputs(channel_count, rows);
  const auto one = bank(exact, false);
  mapping::PhotonicOptions options;
  options.adc = options.shot_noise = options.thermal_noise = options.intensity_noise = false;
  const auto backend = mapping::photonic_backend(network, precision::uniform(network, 8, 8), one,
                                                 samples, rows, options);
  const auto result = network::run(network, samples, rows, {}, backend.get());
  const std::vector<double> targets(network.layers[0].weight.begin(),
                                    network.layers[0].weight.end());
  const mapping::RealisedWeights made = one->realise(targets, 0);
  for (std::size_t r = 0; r < rows; ++r) {
    const float* const x = &samples[r * channel_count];
    EXPECT_NEAR(result[r], symbol(made, x), rounding(made, x));
  }
}

TEST_F(InferenceBank, DeepProductsTakeSeveralBanks) {
  constexpr std::size_t depth = 37;
  const network::Network network = layer(depth);
  const std::vector<float> samples = inputs(depth, 3);
  const auto one = bank({{"channels", "16"}, {"resonance_error", "0.02 nm"}}, false);
  EXPECT_EQ(mapping::bank_count(network, 16), 3U);
  mapping::PhotonicOptions options;
  options.adc = options.shot_noise = options.thermal_noise = options.intensity_noise = false;
  const auto precision = precision::uniform(network, 8, 8);
  std::vector<double> expected(3, 0.0);
  for (std::size_t product = 0; product < 3; ++product) {
    std::vector<double> targets(16, 0.0);
    std::vector<float> x(16);
    const std::size_t first = 16 * product;
    for (std::size_t i = 0; first + i < depth && i < 16; ++i) {
      targets[i] = network.layers[0].weight[first + i];
    }
    const mapping::RealisedWeights made = one->realise(targets, product);
    for (std::size_t r = 0; r < 3; ++r) {
      for (std::size_t i = 0; first + i < depth && i < 16; ++i)
        x[i] = samples[r * depth + first + i];
      for (std::size_t i = depth - std::min(depth, first); i < 16; ++i) x[i] = 0.0F;
      expected[r] += symbol(made, x.data());
    }
  }
  for (const std::size_t accumulation : {1U, 2U, 5U}) {
    for (const bool streamed : {false, true}) {
      options.accumulation = accumulation;
      options.streamed = streamed;
      const auto backend = mapping::photonic_backend(network, precision, one, samples, 3, options);
      const auto result = network::run(network, samples, 3, {}, backend.get());
      for (std::size_t r = 0; r < 3; ++r) EXPECT_NEAR(result[r], expected[r], 1e-5);
    }
  }
}

TEST_F(InferenceBank, NoiseHasTheVarianceOfTheReceiver) {
  constexpr std::size_t rows = 20000;
  const network::Network network = layer(channel_count);
  const std::vector<float> one_input = inputs(channel_count, 1);
  std::vector<float> samples;
  for (std::size_t r = 0; r < rows; ++r) {
    samples.insert(samples.end(), one_input.begin(), one_input.end());
  }
  const auto one = bank(exact, true);
  const std::vector<double> targets(network.layers[0].weight.begin(),
                                    network.layers[0].weight.end());
  const mapping::RealisedWeights made = one->realise(targets, 0);
  // Cards and defaults of the circuit: 5 GHz, -140 dB/Hz, 1 kohm, 1 mW, 300.15 K.
  const mapping::BankReceiver receiver = one->receiver();
  const double line = receiver.line_current;
  EXPECT_DOUBLE_EQ(receiver.bandwidth, 5e9);
  EXPECT_NEAR(receiver.intensity_noise, 1e-14, 1e-20);
  // Of two dark photodiodes; the card's current is too small to be seen here.
  EXPECT_GT(receiver.dark_current, 0.0);
  double shot = 2.0 * elementary_charge * 2.0 * receiver.dark_current * 5e9;
  double intensity = 0.0;
  for (std::size_t k = 0; k < channel_count; ++k) {
    const auto x = static_cast<double>(one_input[k]);
    shot += 2.0 * elementary_charge * line * x * made.collected[k] * 5e9;
    intensity += 1e-14 * 5e9 * std::pow(line * x * 0.7 * made.weight[k], 2);
  }
  const double thermal = receiver.thermal_noise * 5e9;
  struct Case {
    bool shot, thermal, intensity;
    double variance;
  };
  const Case cases[] = {{true, false, false, shot},
                        {false, true, false, thermal},
                        {false, false, true, intensity},
                        {true, true, true, shot + thermal + intensity}};
  std::vector<float> first;
  for (const Case& c : cases) {
    mapping::PhotonicOptions options;
    options.adc = false;
    options.shot_noise = c.shot;
    options.thermal_noise = c.thermal;
    options.intensity_noise = c.intensity;
    const auto backend = mapping::photonic_backend(network, precision::uniform(network, 8, 8), one,
                                                   one_input, 1, options);
    const auto result = network::run(network, samples, rows, {}, backend.get());
    EXPECT_EQ(network::run(network, samples, rows, run_options(3), backend.get()), result);
    double mean = 0.0;
    for (const float y : result) mean += y / static_cast<double>(rows);
    double variance = 0.0;
    for (const float y : result)
      variance += (y - mean) * (y - mean) / static_cast<double>(rows - 1);
    const double expected = c.variance / std::pow(line * 0.7, 2);
    // Four standard deviations of the estimates.
    EXPECT_NEAR(variance / expected, 1.0, 4.0 * std::sqrt(2.0 / static_cast<double>(rows)));
    EXPECT_NEAR(
        mean, symbol(made, one_input.data()),
        4.0 * std::sqrt(expected / static_cast<double>(rows)) + rounding(made, one_input.data()));
  }
}

/// Inputs of 0 leave the shot noise of the dark currents of two photodiodes.
TEST_F(InferenceBank, DarkCurrentHasShotNoise) {
  constexpr std::size_t rows = 20000;
  const network::Network network = layer(channel_count);
  mapping::LinearBank plain = mapping::linear_response(*bank(exact, false));
  plain.receiver.dark_current = 1e-6;
  plain.receiver.thermal_noise = 0.0;
  const std::shared_ptr<const mapping::WeightBank> dark = mapping::linear_weight_bank(plain);
  mapping::PhotonicOptions options;
  options.adc = false;
  const std::vector<float> bright(channel_count, 1.0F);
  const auto backend = mapping::photonic_backend(network, precision::uniform(network, 8, 8), dark,
                                                 bright, 1, options);
  const std::vector<float> samples(rows * channel_count, 0.0F);
  const auto result = network::run(network, samples, rows, {}, backend.get());
  double variance = 0.0;
  for (const float y : result) variance += y * y / static_cast<double>(rows);
  const double expected = 2.0 * elementary_charge * 2.0 * 1e-6 * plain.receiver.bandwidth /
                          std::pow(plain.receiver.line_current * plain.receiver.full_scale, 2);
  EXPECT_NEAR(variance / expected, 1.0, 4.0 * std::sqrt(2.0 / static_cast<double>(rows)));
  plain.receiver.dark_current = -1e-9;
  EXPECT_THROW(static_cast<void>(mapping::linear_weight_bank(plain)), base::Error);
}

TEST_F(InferenceBank, TheLinearResponseIsThatOfTheBankForSmallWeights) {
  const auto one = bank(exact, false);
  const auto linear = mapping::linear_weight_bank(mapping::linear_response(*one));
  std::vector<double> targets(channel_count, 0.0);
  const mapping::RealisedWeights rest = one->realise(targets, 0);
  EXPECT_EQ(linear->realise(targets, 0).weight, rest.weight);
  targets[5] = 0.5;
  const auto a = linear->realise(targets, 0).weight;
  const auto b = one->realise(targets, 0).weight;
  for (std::size_t k = 0; k < a.size(); ++k) EXPECT_NEAR(a[k], b[k], 0.02);
}

TEST_F(InferenceBank, RefusesWhatItCannotDo) {
  const auto one = bank(exact, false);
  std::vector<double> targets(channel_count, 0.0);
  targets[2] = 1.6;
  const auto code = [](const auto& call) -> std::string {
    try {
      call();
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return "";
  };
  EXPECT_EQ(code([&] { static_cast<void>(one->realise(targets, 0)); }), "photonic.weight");
  EXPECT_EQ(code([&] {
              bank({{"channels", "20"}, {"spacing", "1 nm"}}, true);
            }),
            "photonic.channels");
  mapping::LinearBank plain = mapping::linear_response(*one);
  const auto refused = [&](const auto& change) {
    mapping::LinearBank bank = plain;
    change(bank);
    return code([&] { static_cast<void>(mapping::linear_weight_bank(bank)); });
  };
  EXPECT_EQ(refused([](mapping::LinearBank&) {}), "");
  EXPECT_EQ(refused([](mapping::LinearBank& b) { b.offset = b.crosstalk = b.collected = {}; }),
            "mapping.bank");
  EXPECT_EQ(refused([](mapping::LinearBank& b) { b.crosstalk.pop_back(); }), "mapping.bank");
  EXPECT_EQ(refused([](mapping::LinearBank& b) { b.offset[1] = NAN; }), "mapping.bank");
  EXPECT_EQ(refused([](mapping::LinearBank& b) { b.receiver.thermal_noise = -1e-24; }),
            "mapping.bank");
  EXPECT_EQ(refused([](mapping::LinearBank& b) { b.receiver.line_current = 0.0; }), "mapping.bank");
  const network::Network network = layer(channel_count);
  const std::vector<float> samples = inputs(channel_count, 2);
  const auto build = [&](const mapping::PhotonicOptions& options) {
    return code([&] {
      static_cast<void>(mapping::photonic_backend(network, precision::uniform(network, 8, 8), one,
                                                  samples, 2, options));
    });
  };
  EXPECT_EQ(build({}), "");
  EXPECT_EQ(build({.adc_bits = 1}), "mapping.photonic");
  EXPECT_EQ(build({.accumulation = 0}), "mapping.photonic");
  EXPECT_EQ(build({.converter_noise = -1.0}), "mapping.noise");
}

}  // namespace
}  // namespace neucasl::photonic
