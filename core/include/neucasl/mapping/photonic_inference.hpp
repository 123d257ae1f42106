#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "neucasl/base/parallel.hpp"
#include "neucasl/network/network.hpp"
#include "neucasl/precision/precision_map.hpp"

/// \file
/// Functional model of inference on photonic weight banks: broadcast and weight with balanced
/// detection (A. N. Tait et al., J. Lightwave Technol. 32:4029, 2014).
///
/// A *bank* has one resonator for each of `channels` lines of a comb. Input i of an optical product
/// sets the power of line i to P x_i, x_i = code_i / (2^activation_bits - 1); two photodiodes that
/// subtract see the *share* s_i = (drop - through) / input power of it, and a weight of 1 is the
/// share `full_scale`. A dot product deeper than a bank takes several optical products;
/// `accumulation` of them are summed before one conversion (by time or in current), the rest after
/// it in digital. For each output and conversion:
///
///   I        = sum_i line_current x_i s_i + n,       line_current = responsivity P
///   variance = B (2 q (sum_i line_current x_i c_i + products 2 I_dark) + products 4 k T / R
///                 + RIN sum_i (line_current x_i s_i)^2) + (converter_noise step)^2
///   read     = clip(round(I / step), +-(2^(adc_bits-1) - 1))
///
/// c_i = (drop + through) / input power; shot, thermal and relative intensity noise of independent
/// lines in the bandwidth B of the receiver. Weights are quantised to the bits of the precision map
/// over [-1, 1], 1 being the layer's largest; what a bank makes of its targets (crosstalk, errors
/// of the resonances) comes from the bank itself.

namespace neucasl::mapping {

/// What one bank's receiver adds.
struct BankReceiver {
  double full_scale = 1.0;       ///< Share of a weight of 1.
  double line_current = 0.0;     ///< A: all of a line of full power on one photodiode.
  double bandwidth = 0.0;        ///< Hz
  double intensity_noise = 0.0;  ///< 1/Hz, of each line, one-sided.
  double thermal_noise = 0.0;    ///< A^2/Hz, 4 k T / R of the load that both photodiodes share
  double dark_current = 0.0;     ///< A, of one photodiode; its shot noise goes with that of light.
};

/// What a bank made of its targets, for each channel.
struct RealisedWeights {
  std::vector<double> weight;     ///< Share over full scale.
  std::vector<double> collected;  ///< (drop + through) / input power.
};

inline constexpr unsigned bank_number_bits = 40;

/// The number of a bank on its chip, without its writes.
constexpr std::uint64_t bank_number(std::uint64_t bank) {
  return bank & ((std::uint64_t{1} << bank_number_bits) - 1);
}

/// A kind of bank. Implementations are stateless and may be called from several threads.
class NEUCASL_EXPORT WeightBank {
 public:
  virtual ~WeightBank();
  [[nodiscard]] virtual std::size_t channels() const = 0;
  [[nodiscard]] virtual BankReceiver receiver() const = 0;
  /// `targets` has one weight in [-1, 1] for each channel. The low `bank_number_bits` of `bank` are
  /// the number of the bank on its chip, by which errors that stay are drawn; how often it was
  /// written before stands above them: errors of writing are drawn by both.
  /// \throws base::Error when a weight cannot be reached.
  [[nodiscard]] virtual RealisedWeights realise(std::span<const double> targets,
                                                std::uint64_t bank) const = 0;
};

/// A bank as plain numbers: weight = offset + crosstalk targets. For banks that were measured, and
/// for first looks: resonances that are tuned beside each other do not move in proportion.
struct LinearBank {
  BankReceiver receiver;
  std::vector<double> offset;     ///< channels
  std::vector<double> crosstalk;  ///< channels x channels, row-major; the unit matrix is ideal
  std::vector<double> collected;  ///< channels
};

/// \throws base::Error "mapping.bank" for no channel, sizes that do not fit, a number that is not
/// finite, or a negative noise, bandwidth, current or full scale.
NEUCASL_EXPORT std::unique_ptr<WeightBank> linear_weight_bank(LinearBank bank);

/// The linear response of a bank around weights of 0, from its responses to +-1/2 on each channel.
NEUCASL_EXPORT LinearBank linear_response(const WeightBank& bank);

struct PhotonicOptions {
  int adc_bits = 8;              ///< 2 to 16, including the sign.
  std::size_t accumulation = 1;  ///< Optical products that one conversion reads.
  bool adc = true;               ///< False leaves the currents unclipped and unrounded.
  bool exact_weights = false;  ///< The targets themselves in place of what the bank makes of them.
  bool shot_noise = true;
  bool thermal_noise = true;
  bool intensity_noise = true;
  double converter_noise = 0.0;  ///< Root mean square in converter steps, referred to its input.
  /// Noise depends on (seed, layer, row of the run) only.
  std::uint64_t seed = 1;
  /// Keeps quantised weights only and makes the banks of a block again for each product.
  bool streamed = false;
  int threads = 1;            ///< For making the banks.
  base::CancelFlag cancel{};  ///< Looked at while they are made.
};

/// Input ranges and the converter's full scales come from `count` calibration images as in
/// calibration.hpp.
/// \throws base::Error "mapping.bank" for a bank without channels or with a receiver out of range,
/// "mapping.noise" for a negative or not finite noise, "mapping.photonic" for options out of range;
/// as `calibrate` and `PrecisionMap::check`; as the bank.
NEUCASL_EXPORT std::unique_ptr<network::MatrixBackend> photonic_backend(
    const network::Network& network, const precision::PrecisionMap& precision,
    const std::shared_ptr<const WeightBank>& bank, std::span<const float> calibration_images,
    std::size_t count, const PhotonicOptions& options = {});

/// Banks that the network needs: ceil(depth / channels) for each output of each matrix layer.
NEUCASL_EXPORT std::size_t bank_count(const network::Network& network, std::size_t channels);

}  // namespace neucasl::mapping
