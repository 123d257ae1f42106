#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "layered_training.hpp"
#include "neucasl/base/normal_field.hpp"
#include "weight_bank.hpp"

namespace neucasl::mapping {
namespace {

void check_photonic_options(const PhotonicTrainingOptions& options) {
  check_reading(options.reading);
  if (options.weight_bits < 2 || options.weight_bits > 16) {
    throw base::Error("mapping.analog-training",
                      "weights have " + std::to_string(options.weight_bits) + " bits",
                      "give 2 to 16 with the sign");
  }
  if (options.accumulation == 0) {
    throw base::Error("mapping.analog-training", "a conversion reads no optical product",
                      "give an accumulation of at least 1");
  }
}

/// One matrix on banks: a bank for each output and each `channels` inputs.
class BankedMatrix {
 public:
  BankedMatrix(std::size_t inputs, std::size_t outputs, const WeightBank& bank,
               const PhotonicTrainingOptions& options)
      : product(inputs, outputs, bank.channels() * options.accumulation, outputs, options.reading),
        inputs_(inputs),
        outputs_(outputs),
        bank_(bank),
        receiver_(bank.receiver()),
        shot_(options.shot_noise && receiver_.bandwidth > 0.0),
        intensity_(options.intensity_noise && receiver_.bandwidth > 0.0) {
    if (shot_) product.linear.resize(inputs * outputs);
    if (intensity_) product.quadratic.resize(inputs * outputs);
    const double variance =
        dark_variance(receiver_, options.shot_noise, options.thermal_noise) / (unit() * unit());
    if (variance == 0.0) return;
    // Of each optical product; the last conversion may read fewer.
    const std::size_t all = groups();
    for (std::size_t first = 0; first < all; first += options.accumulation) {
      const auto products = static_cast<double>(std::min(options.accumulation, all - first));
      product.constant.push_back(variance * products);
    }
  }

  /// `target(i, n)` in [-1, 1]; `first_bank` numbers the banks.
  template <class Target>
  void write(const Target& target, std::uint64_t first_bank, int threads,
             const base::CancelFlag& cancel) {
    const std::size_t channels = bank_.channels();
    base::parallel_for(groups(), threads, cancel, [&](std::size_t group) {
      std::vector<double> targets(channels);
      const std::size_t first = group * channels;
      const std::size_t count = std::min(channels, inputs_ - first);
      for (std::size_t n = 0; n < outputs_; ++n) {
        for (std::size_t i = 0; i < channels; ++i) {
          targets[i] = i < count ? target(first + i, n) : 0.0;
        }
        const RealisedWeights made = bank_.realise(targets, first_bank + group * outputs_ + n);
        for (std::size_t i = 0; i < count; ++i) place((first + i) * outputs_ + n, made, i);
      }
    });
  }

  [[nodiscard]] std::uint64_t banks() const { return groups() * outputs_; }

  ConvertedProduct product;

 private:
  /// Optical products of a row of inputs.
  [[nodiscard]] std::size_t groups() const {
    return (inputs_ + bank_.channels() - 1) / bank_.channels();
  }
  /// Current of a weight of 1 at an input of 1, A.
  [[nodiscard]] double unit() const { return receiver_.line_current * receiver_.full_scale; }

  void place(std::size_t at, const RealisedWeights& made, std::size_t channel) {
    const double weight = made.weight[channel];
    product.weight[at] = static_cast<float>(weight);
    if (shot_) {
      product.linear[at] =
          static_cast<float>(shot_variance(receiver_, made.collected[channel]) / (unit() * unit()));
    }
    if (intensity_) {
      product.quadratic[at] =
          static_cast<float>(receiver_.intensity_noise * receiver_.bandwidth * weight * weight);
    }
  }

  std::size_t inputs_;
  std::size_t outputs_;
  const WeightBank& bank_;
  BankReceiver receiver_;
  bool shot_;
  bool intensity_;
};

/// One layer: digital weights, a forward and a transposed matrix on banks.
class PhotonicLayer {
 public:
  PhotonicLayer(std::string name, std::size_t depth, std::size_t outputs, const WeightBank& bank,
                const PhotonicTrainingOptions& options, std::uint64_t first_bank)
      : forward_(depth, outputs, bank, options),
        backward_(outputs, depth, bank, options),
        weights_(depth * outputs),
        name_(std::move(name)),
        options_(options),
        outputs_(outputs),
        first_bank_(first_bank) {}

  void program(std::span<const float> weight) {
    check_size(weight.size());
    std::copy(weight.begin(), weight.end(), weights_.begin());
    write();
  }

  void add(std::span<const float> change) {
    check_size(change.size());
    for (std::size_t i = 0; i < change.size(); ++i) weights_[i] += change[i];
    write();
  }

  void save(base::ByteWriter& out) const {
    out.array(weights_);
    out.number(writes_);
  }
  /// As after the last write.
  void restore(base::ByteReader& in) {
    in.array(weights_);
    writes_ = in.number<std::uint64_t>() - 1;
    write();
  }

  void begin_pass(std::uint64_t pass) {
    const std::string place = name_ + '/' + std::to_string(pass);
    forward_noise = base::NormalField(options_.seed, "photonic training/forward/" + place);
    backward_noise = base::NormalField(options_.seed, "photonic training/backward/" + place);
  }

  [[nodiscard]] std::uint64_t banks() const { return forward_.banks() + backward_.banks(); }
  [[nodiscard]] const std::vector<float>& weights() const { return weights_; }
  [[nodiscard]] const ConvertedProduct& forward_product() const { return forward_.product; }
  [[nodiscard]] const ConvertedProduct& backward_product() const { return backward_.product; }

  base::NormalField forward_noise;
  base::NormalField backward_noise;

 private:
  void write() {
    double most = 0.0;
    for (const float weight : weights_) {
      if (!std::isfinite(weight)) {
        throw base::Error("mapping.analog-training",
                          "a weight of layer '" + name_ + "' is not finite",
                          "lower the learning rate");
      }
      most = std::max<double>(most, std::abs(weight));
    }
    if (most == 0.0) most = 1.0;
    const double top = (1 << (options_.weight_bits - 1)) - 1;
    const auto rounded = [&](std::size_t k, std::size_t n) {
      return std::rint(weights_[k * outputs_ + n] / most * top) / top;
    };
    const std::uint64_t first = first_bank_ + (writes_ << bank_number_bits);
    forward_.write(rounded, first, options_.threads, options_.cancel);
    backward_.write([&](std::size_t n, std::size_t k) { return rounded(k, n); },
                    first + forward_.banks(), options_.threads, options_.cancel);
    forward_.product.scale = backward_.product.scale = most;
    ++writes_;
  }

  void check_size(std::size_t size) const {
    if (size == weights_.size()) return;
    throw base::Error("mapping.analog-training",
                      std::to_string(size) + " values are no matrix of layer '" + name_ + "'",
                      "give " + std::to_string(weights_.size()));
  }

  BankedMatrix forward_;
  BankedMatrix backward_;
  std::vector<float> weights_;
  std::string name_;
  PhotonicTrainingOptions options_;
  std::size_t outputs_;
  std::uint64_t first_bank_;
  std::uint64_t writes_ = 0;
};

class PhotonicTraining final : public LayeredTraining<PhotonicLayer> {
 public:
  PhotonicTraining(const network::Network& network, std::shared_ptr<const WeightBank> bank,
                   const PhotonicTrainingOptions& options)
      : LayeredTraining(network.layers.size()), bank_(std::move(bank)) {
    const std::vector<network::Shape> shapes = network.shapes();
    std::uint64_t first_bank = 0;
    for (const network::LayerId id : network.matrix_layers()) {
      const network::Layer& layer = network.layers[id];
      auto made = std::make_unique<PhotonicLayer>(layer.name, network.depth(id, shapes),
                                                  layer.outputs, *bank_, options, first_bank);
      first_bank += made->banks();
      place(id, std::move(made));
    }
  }

  void program(network::LayerId layer, std::span<const float> weight) override {
    on(layer).program(weight);
  }
  void add(network::LayerId layer, std::span<const float> change) override {
    on(layer).add(change);
  }
  [[nodiscard]] std::vector<float> weights(network::LayerId layer) const override {
    return on(layer).weights();
  }
  [[nodiscard]] std::vector<double> conductances(network::LayerId /*layer*/) const override {
    return {};
  }
  [[nodiscard]] double weight_step(network::LayerId /*layer*/) const override { return 0.0; }

 private:
  std::shared_ptr<const WeightBank> bank_;
};

}  // namespace

std::unique_ptr<AnalogTraining> photonic_training(const network::Network& network,
                                                  std::shared_ptr<const WeightBank> bank,
                                                  const PhotonicTrainingOptions& options) {
  check_photonic_options(options);
  check_bank(*bank);
  return std::make_unique<PhotonicTraining>(network, std::move(bank), options);
}

}  // namespace neucasl::mapping
