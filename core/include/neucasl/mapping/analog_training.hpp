#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "neucasl/base/parallel.hpp"
#include "neucasl/mapping/photonic_inference.hpp"
#include "neucasl/mapping/synapse_device.hpp"
#include "neucasl/network/training.hpp"

/// \file
/// Functional model of training in analog: forward and backward products through arrays of devices
/// or banks of resonators, updates by pulses on the devices.
///
/// *Products.* A layer's weights are w = w_max r, |r| <= 1. Its inputs x (a row of activations, or
/// of output gradients on the transposed matrix) are applied as X = x / max|x| (noise management,
/// T. Gokmen, M. Onen, W. Haensch, Front. Neurosci. 11:538, 2017), rounded to `input_bits` with the
/// sign. Inputs beyond the size of an array are converted by themselves and summed in digital:
///   u    = sum_i X_i r_i + n,  variance of n = sum_i X_i^2 (s_i+^2 + s_i-^2) + (noise step)^2
///   read = clip(round(u / step), +-(2^(adc_bits-1) - 1)),  step = full_scale / (2^(adc_bits-1) -
///   1) y    = w_max max|x| sum over blocks of read step
/// s is the fluctuation of a device from read to read over the window of conductance. A block that
/// clips is read again with the inputs halved, up to `halvings` times (bound management, same
/// source). A row of zeros is not read.
///
/// *Devices.* r = (G+ - G-) / (G_max - G_min). A pulse on a weight is, push-pull, a potentiation of
/// one device of the pair and a depression of the other; with a fixed reference, G- stays at the
/// symmetry point, where the two directions change a device by the same amount, and G+ is pulsed.
/// Devices follow synapse_device.hpp: P and a of the two directions, noise of each update, and,
/// where the card gives a spread of the levels P, each device its own.
///
/// *Updates.* The mean change of a weight by a pulse is eps = w_max (1 / P_p + 1 / P_d) push-pull,
/// half of it with a reference.
///   accumulated    chi <- chi + change in digital; n = trunc(chi / eps) pulses where
///                  |n| >= threshold, chi <- chi - n eps (S. R. Nandakumar et al., Front. Neurosci.
///                  14:406, 2020)
///   outer product  per row, trains of B pulses with probabilities p_k = C |x_k| / m and
///                  q_n = C m |d_n|, m^2 = max|x| / max|d|, C^2 = rate / (B eps); a weight takes a
///                  pulse at each coincidence (T. Gokmen and Y. Vlasov, Front. Neurosci. 10:333,
///                  2016). B = rate max|x| max|d| / eps, up, from 1 to `pulse_train`; probabilities
///                  are at most 1. Coincidences of a row act at once.
///
/// *Cost.* A pulse takes V^2 t G, G the mean of before and after. Accumulated updates write an
/// array row by row, all columns at once, first potentiation, then depression; outer products write
/// a whole array, B potentiation and B depression slots a row. Arrays and layers write at the same
/// time.
///
/// Left out: resistance of wires, half-selected devices, drift between updates, programming of the
/// first weights (exact, not counted).

namespace neucasl::mapping {

struct ProductReading {
  int input_bits = 8;            ///< With the sign, 2 to 16; 0: not rounded.
  int adc_bits = 8;              ///< With the sign, 2 to 16; 0: neither clipped nor rounded.
  double full_scale = 8.0;       ///< Of the converter, in products of largest weight and input.
  int halvings = 4;              ///< 0 to 16
  double converter_noise = 0.0;  ///< Root mean square in steps, referred to the input.
};

enum class UpdateScheme { accumulated, outer_product };
enum class PairScheme { push_pull, fixed_reference };

struct AnalogTrainingOptions {
  ProductReading reading{};
  std::size_t array_rows = 128;
  std::size_t array_columns = 128;  ///< Two a weight.
  /// w_max over the standard deviation of the first weights, sqrt(2 / depth).
  double weight_range = 4.0;
  UpdateScheme update = UpdateScheme::accumulated;
  PairScheme pair = PairScheme::push_pull;
  std::size_t threshold = 1;     ///< Pulses that a change must be worth; accumulated updates only.
  std::size_t pulse_train = 31;  ///< Most B, up to 31.
  bool update_noise = true;
  /// False: straight curves of the same mean number of pulses in both directions.
  bool update_nonlinearity = true;
  bool device_spread = true;
  bool read_noise = true;
  /// Standard deviation of a device's conductance from read to read, as a share of it, besides the
  /// law of the card.
  double read_sigma = 0.0;
  double read_age = 1.0;  ///< s, time since programming in the card's law of read noise.
  std::uint64_t seed = 1;
  int threads = 1;  ///< Results do not depend on it.
  base::CancelFlag cancel{};
};

/// What the pulses of a card cost.
struct PulseCost {
  double potentiation_voltage = 0.0;  ///< V
  double potentiation_time = 0.0;     ///< s
  double depression_voltage = 0.0;    ///< V, magnitude
  double depression_time = 0.0;       ///< s
  std::optional<double> endurance;    ///< Pulses that a device bears.
};

/// A card as a device to train with.
struct TrainingDevice {
  SynapseDevice synapse;
  std::optional<device::Spread> potentiation_spread;  ///< Of P, in pulses or of its logarithm.
  std::optional<device::Spread> depression_spread;
  std::optional<PulseCost> cost;  ///< Empty when the card has no potentiation_voltage.
};

/// As `read_synapse_device`, with the spreads of {potentiation,depression}_levels and
/// {potentiation,depression}_{voltage,time} and endurance.
/// \throws base::Error "mapping.update-law" when the card has no law of update; as
/// `read_synapse_device`; "device.range" for a voltage, time or endurance that is not positive.
NEUCASL_EXPORT TrainingDevice read_training_device(const device::Card& card, device::UseList& uses);

/// The conductance where a pulse up and a pulse down change a device by the same amount, held to
/// the window: (H alpha + L beta) / (alpha + beta), alpha and beta = 1 - exp(-1 / (a P)) of the two
/// directions.
NEUCASL_EXPORT double symmetry_point(const SynapseDevice& device);

/// What a training did to the hardware.
struct TrainingEvents {
  std::uint64_t forward_reads = 0;   ///< Of an array with one vector, halved ones included.
  std::uint64_t backward_reads = 0;  ///< Of the transposed array.
  std::uint64_t conversions = 0;
  std::uint64_t pulses = 0;         ///< On all devices.
  std::uint64_t largest_count = 0;  ///< Pulses on the device that had most.
  std::uint64_t devices = 0;        ///< That are pulsed: two a weight push-pull, one otherwise.
  double write_energy = 0.0;        ///< J, 0 without `TrainingDevice::cost`.
  double write_time = 0.0;          ///< s, likewise.
};

/// An engine that trains and tells what it took.
class NEUCASL_EXPORT AnalogTraining : public network::ProductEngine {
 public:
  [[nodiscard]] virtual TrainingEvents events() const = 0;
  /// Conductances of a layer, G+ and G- of each weight; empty where there are no devices.
  [[nodiscard]] virtual std::vector<double> conductances(network::LayerId layer) const = 0;
  /// Mean change of a weight of a layer by a pulse; 0 where there are no devices.
  [[nodiscard]] virtual double weight_step(network::LayerId layer) const = 0;
};

/// An engine on arrays of memristive devices.
/// \throws base::Error "mapping.update-law" for a device without a law of update or one without
/// levels; "mapping.analog-training" for an option out of range or not finite; "mapping.noise" for
/// a noise that is negative or not finite; "network.shape" as `Network::shapes`. `add`, `add_rows`
/// and `program` throw "mapping.analog-training" for a value that is not finite.
NEUCASL_EXPORT std::unique_ptr<AnalogTraining> memristor_training(
    const network::Network& network, const TrainingDevice& device,
    const AnalogTrainingOptions& options);

/// An engine on weight banks: weights are kept in digital, rounded to `weight_bits` over the
/// layer's largest and written to forward and to transposed banks before each step, where errors of
/// writing are drawn anew. Signed inputs
/// take two optical products that the receiver subtracts before the conversion. Noise as in
/// photonic_inference.hpp.
struct PhotonicTrainingOptions {
  ProductReading reading{};
  int weight_bits = 8;           ///< With the sign, 2 to 16.
  std::size_t accumulation = 1;  ///< Optical products that one conversion reads.
  bool shot_noise = true;
  bool thermal_noise = true;
  bool intensity_noise = true;
  std::uint64_t seed = 1;
  int threads = 1;
  base::CancelFlag cancel{};
};

/// \throws base::Error "mapping.bank" for a bank without channels or with a receiver out of range,
/// "mapping.analog-training" and "mapping.noise" as `memristor_training`; as the bank.
NEUCASL_EXPORT std::unique_ptr<AnalogTraining> photonic_training(
    const network::Network& network, std::shared_ptr<const WeightBank> bank,
    const PhotonicTrainingOptions& options);

}  // namespace neucasl::mapping
