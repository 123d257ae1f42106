#include "unit_resolution.hpp"

#include <cmath>
#include <utility>

#include "../optics.hpp"
#include "neucasl/link/resolution.hpp"

namespace neucasl::photonic {
namespace {

using Weights = std::vector<std::vector<double>>;

constexpr double mean_input = 0.5;

/// Variance of an input of 2^bits even levels from 0 to 1; of a continuous one for 0 bits.
double input_variance(int bits) {
  if (bits == 0) return 1.0 / 12.0;
  const double levels = std::exp2(bits);
  return (levels + 1.0) / (12.0 * (levels - 1.0));
}

/// Of a result, by errors of the weights.
double mean_square_error(const ConvolutionBank& bank, const Weights& weights, double variance) {
  double total = 0.0;
  for (std::size_t n = 0; n < weights.size(); ++n) {
    const std::vector<double> made = bank.realise(weights[n], n).weight;
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t k = 0; k < made.size(); ++k) {
      const double error = made[k] - weights[n][k];
      sum += error;
      squares += error * error;
    }
    total += variance * squares + mean_input * mean_input * sum * sum;
  }
  return total / static_cast<double>(weights.size());
}

/// Sums over the channels, mean over the weight vectors.
struct BankSums {
  double collected = 0.0;
  double squares = 0.0;  ///< Of the weights.
};

BankSums sums_of(const ConvolutionBank& bank, const Weights& weights) {
  BankSums sums;
  for (std::size_t n = 0; n < weights.size(); ++n) {
    const mapping::RealisedWeights made = bank.realise(weights[n], n);
    for (std::size_t k = 0; k < made.weight.size(); ++k) {
      sums.collected += made.collected[k];
      sums.squares += made.weight[k] * made.weight[k];
    }
  }
  const auto count = static_cast<double>(weights.size());
  return {sums.collected / count, sums.squares / count};
}

class ResolutionOfUnit {
 public:
  ResolutionOfUnit(const ConvolutionBank& bank, const Weights& weights, int input_bits)
      : bank_(bank),
        weights_(weights),
        input_bits_(input_bits),
        variance_(input_variance(input_bits)),
        sums_(sums_of(bank, weights)) {}

  UnitResolution run() {
    if (input_bits_ > 0) {
      const double step = 1.0 / (std::exp2(input_bits_) - 1.0);
      add("levels of an input", step * step / 12.0 * sums_.squares);
    }
    add_flaws();
    add_noise();
    result_.combined = link::combined_bits(result_.bits);
    return std::move(result_);
  }

 private:
  void add(const std::string& cause, double mean_square) {
    if (mean_square == 0.0) return;
    const auto full_scale = static_cast<double>(bank_.channels());
    result_.causes.push_back(cause);
    result_.bits.push_back(link::bits_of_signal_to_noise(full_scale * full_scale / mean_square));
  }

  void add_flaws() {
    using Imperfection = plugin::BankImperfection;
    const std::vector<std::pair<std::string, Imperfection>> flaws = {
        {"crosstalk of weights tuned alone", Imperfection::crosstalk},
        {"levels of the weight memory", Imperfection::memory_levels},
        {"programming errors of the weight memory", Imperfection::memory_programming},
        {"drift of the weight memory", Imperfection::memory_drift},
        {"errors of the resonances", Imperfection::resonance}};
    for (const auto& [name, flaw] : flaws) {
      const auto one = bank_.with(BankFlaws::of(flaw));
      if (one->imperfect()) add(name, mean_square_error(*one, weights_, variance_));
    }
  }

  void add_noise() {
    const mapping::BankReceiver receiver = bank_.receiver();
    const double unit = receiver.line_current * receiver.full_scale;
    const double per_hertz = receiver.bandwidth / (unit * unit);
    const double current = mean_input * receiver.line_current * sums_.collected;
    add("shot noise",
        per_hertz * 2.0 * elementary_charge * (current + 2.0 * receiver.dark_current));
    add("thermal noise", per_hertz * receiver.thermal_noise);
    const double mean_square_input = variance_ + mean_input * mean_input;
    add("relative intensity noise",
        receiver.bandwidth * receiver.intensity_noise * mean_square_input * sums_.squares);
  }

  const ConvolutionBank& bank_;
  const Weights& weights_;
  int input_bits_;
  double variance_;
  BankSums sums_;
  UnitResolution result_;
};

}  // namespace

results::Table UnitResolution::table() const {
  results::Table result;
  result.name = "effective_bits";
  result.title = "Effective bits of a result, by cause";
  std::vector<std::string> names = causes;
  std::vector<double> values = bits;
  names.emplace_back("all together");
  values.push_back(combined);
  result.add("cause", std::move(names)).add("bits", std::move(values));
  return result;
}

UnitResolution unit_resolution(const ConvolutionBank& bank,
                               const std::vector<std::vector<double>>& weights, int input_bits) {
  return ResolutionOfUnit(bank, weights, input_bits).run();
}

}  // namespace neucasl::photonic
