#include "neucasl/mapping/photonic_inference.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "block_product.hpp"
#include "input_law.hpp"
#include "neucasl/base/parallel.hpp"
#include "neucasl/mapping/calibration.hpp"
#include "weight_bank.hpp"

namespace neucasl::mapping {
namespace {

constexpr double elementary_charge = 1.602176634e-19;  // C, exact by definition of the SI

std::size_t ceil_divide(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

/// One layer on its banks.
class BankedLayer {
 public:
  BankedLayer(LayerPlan plan, const LayerCalibration& calibration,
              std::shared_ptr<const WeightBank> bank, const PhotonicOptions& options,
              std::uint64_t first_bank)
      : plan_(std::move(plan)),
        input_scale_(calibration.input_scale),
        bank_(std::move(bank)),
        receiver_(bank_->receiver()),
        options_(options),
        first_bank_(first_bank) {
    top_code_ = (1 << plan_.activation_bits) - 1;
    top_weight_ = (1 << (plan_.weight_bits - 1)) - 1;
    top_read_ = (1 << (options_.adc_bits - 1)) - 1;
    step_ = calibration.full_scale.front() / (top_weight_ * top_read_);
    step_current_ = receiver_.line_current * receiver_.full_scale * step_ / top_code_;
  }

  /// The layer without matrices.
  [[nodiscard]] ProductLayer layer() const {
    ProductLayer result;
    result.name = plan_.name;
    result.depth = plan_.depth;
    result.outputs = plan_.outputs;
    result.columns = {plan_.outputs, 1};
    result.inverse_input_scale = static_cast<float>(1.0 / input_scale_);
    result.top_code = static_cast<float>(top_code_);
    result.dac_bits = plan_.activation_bits;
    result.convert = options_.adc;
    result.top_read = static_cast<float>(top_read_);
    result.noisy = noisy();
    result.noise = base::NormalField(options_.seed, "photonic noise/" + plan_.name);
    result.slice_factor = {
        static_cast<float>(input_scale_ * plan_.weight.scale * top_weight_ * step_)};
    const std::size_t rows = bank_->channels() * options_.accumulation;
    for (std::size_t first = 0; first < plan_.depth; first += rows) {
      const std::size_t count = std::min(rows, plan_.depth - first);
      result.blocks.push_back({first, count, constant_variance(count)});
    }
    return result;
  }

  void fill(const ProductLayer& layer, std::size_t block, BlockMatrices& out) const {
    const ProductBlock& rows = layer.blocks[block];
    const std::size_t channels = bank_->channels();
    const std::size_t size = layer.columns.size(rows.rows);
    out.weight.assign(size, 0.0F);
    if (options_.shot_noise) out.linear.assign(size, 0.0F);
    if (options_.intensity_noise) out.quadratic.assign(size, 0.0F);
    std::vector<double> targets(channels);
    for (std::size_t n = 0; n < plan_.outputs; ++n) {
      for (std::size_t first = 0; first < rows.rows; first += channels) {
        const std::size_t count = std::min(channels, rows.rows - first);
        for (std::size_t i = 0; i < channels; ++i) {
          const std::size_t row = rows.row_first + first + i;
          targets[i] =
              i < count ? plan_.weight.value[row * plan_.outputs + n] / double(top_weight_) : 0.0;
        }
        const std::uint64_t product = (rows.row_first + first) / channels;
        const RealisedWeights made =
            bank_->realise(targets, first_bank_ + product * plan_.outputs + n);
        for (std::size_t i = 0; i < count; ++i) {
          place(layer.columns.place(rows.rows, n, 0) + (first + i) * layer.columns.stride(n, 0),
                options_.exact_weights ? targets[i] : made.weight[i], made.collected[i], out);
        }
      }
    }
  }

 private:
  [[nodiscard]] bool noisy() const {
    const bool optical = options_.shot_noise || options_.thermal_noise || options_.intensity_noise;
    return (optical && receiver_.bandwidth > 0.0) || options_.converter_noise > 0.0;
  }

  [[nodiscard]] float constant_variance(std::size_t rows) const {
    const auto products = static_cast<double>(ceil_divide(rows, bank_->channels()));
    double density = options_.thermal_noise ? receiver_.thermal_noise : 0.0;
    if (options_.shot_noise) density += 2.0 * elementary_charge * 2.0 * receiver_.dark_current;
    return static_cast<float>(receiver_.bandwidth * density * products /
                                  (step_current_ * step_current_) +
                              options_.converter_noise * options_.converter_noise);
  }

  void place(std::size_t at, double weight, double collected, BlockMatrices& out) const {
    out.weight[at] = static_cast<float>(weight / step_);
    if (options_.shot_noise) {
      const double current = receiver_.line_current * collected / top_code_;
      out.linear[at] = static_cast<float>(2.0 * elementary_charge * receiver_.bandwidth * current /
                                          (step_current_ * step_current_));
    }
    if (options_.intensity_noise) {
      out.quadratic[at] = static_cast<float>(receiver_.intensity_noise * receiver_.bandwidth *
                                             weight * weight / (step_ * step_));
    }
  }

  LayerPlan plan_;
  double input_scale_;
  std::shared_ptr<const WeightBank> bank_;
  BankReceiver receiver_;
  PhotonicOptions options_;
  std::uint64_t first_bank_;
  int top_code_;
  int top_weight_;
  int top_read_;
  double step_;          // of the converter, in weight times input code
  double step_current_;  // A
};

void check(const PhotonicOptions& options) {
  const auto fail = [](const std::string& what, const std::string& remedy) {
    throw base::Error("mapping.photonic", what, remedy);
  };
  if (options.adc_bits < 2 || options.adc_bits > 16) {
    fail("the converter has " + std::to_string(options.adc_bits) + " bits", "give 2 to 16");
  }
  if (options.accumulation == 0) {
    fail("a conversion reads no optical product", "give an accumulation of at least 1");
  }
  check_noise("converter noise", options.converter_noise);
}

/// Each layer as one slice of whole weights and one input cycle.
std::vector<LayerPlan> plans_of(const network::Network& network,
                                const precision::PrecisionMap& precision) {
  precision.check(network);
  const std::vector<network::Shape> shapes = network.shapes();
  std::vector<LayerPlan> plans;
  for (const network::LayerId id : network.matrix_layers()) {
    const network::Layer& layer = network.layers[id];
    const precision::LayerPrecision& bits = precision.at(layer.name);
    check_array_form(bits, layer.name, precision.where);
    LayerPlan plan;
    plan.layer = id;
    plan.name = layer.name;
    plan.weight_bits = bits.weight_bits;
    plan.activation_bits = bits.activation_bits;
    plan.slices = 1;
    plan.input_cycles = 1;
    plan.depth = network.depth(id, shapes);
    plan.outputs = layer.outputs;
    plan.positions = network.positions(id, shapes);
    plan.weight = precision::quantise_symmetric(layer.weight, bits.weight_bits);
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace

std::size_t bank_count(const network::Network& network, std::size_t channels) {
  const std::vector<network::Shape> shapes = network.shapes();
  std::size_t count = 0;
  for (const network::LayerId id : network.matrix_layers()) {
    count += ceil_divide(network.depth(id, shapes), channels) * network.layers[id].outputs;
  }
  return count;
}

std::unique_ptr<network::MatrixBackend> photonic_backend(
    const network::Network& network, const precision::PrecisionMap& precision,
    const std::shared_ptr<const WeightBank>& bank, std::span<const float> calibration_images,
    std::size_t count, const PhotonicOptions& options) {
  check(options);
  check_bank(*bank);
  std::vector<LayerPlan> plans = plans_of(network, precision);
  Architecture converters;
  converters.array_rows = bank->channels() * options.accumulation;
  converters.bits_per_cell = precision::most_bits - 1;  // one slice
  converters.dac_bits = precision::most_bits;           // one cycle
  converters.adc_bits = options.adc_bits;
  const std::vector<LayerCalibration> calibration =
      calibrate(network, plans, converters, calibration_images, count);
  std::vector<ProductLayer> layers(network.layers.size());
  std::uint64_t first_bank = 0;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const network::LayerId id = plans[i].layer;
    const std::uint64_t banks = ceil_divide(plans[i].depth, bank->channels()) * plans[i].outputs;
    const auto banked = std::make_shared<const BankedLayer>(std::move(plans[i]), calibration[i],
                                                            bank, options, first_bank);
    first_bank += banks;
    ProductLayer& layer = layers[id] = banked->layer();
    if (options.streamed) {
      const auto empty = std::make_shared<const ProductLayer>(layer);
      layer.fill = [banked, empty](std::size_t b, BlockMatrices& out) {
        banked->fill(*empty, b, out);
      };
      continue;
    }
    layer.matrices.resize(layer.blocks.size());
    base::parallel_for(layer.blocks.size(), options.threads, options.cancel,
                       [&](std::size_t b) { banked->fill(layer, b, layer.matrices[b]); });
  }
  return block_products(std::move(layers));
}

}  // namespace neucasl::mapping
