#include "neucasl/mapping/calibration.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

namespace neucasl::mapping {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// What the lines of a slice hold that are converted, in levels: signed digits of pairs, digits of
/// columns with the lowest level.
struct ConvertedDigits {
  const LayerPlan& plan;
  int bits_per_cell = 1;
  bool analog_subtraction = true;
  double lowest_level = 0.0;

  [[nodiscard]] std::size_t lines() const {
    const bool columns_of_pairs =
        plan.encoding == architecture::Encoding::differential && !analog_subtraction;
    return plan.outputs * (columns_of_pairs ? 2 : 1);
  }

  /// Of slice k of the rows of one tile row block, rows x lines.
  [[nodiscard]] Matrix of(std::size_t row_first, std::size_t rows, int slice) const {
    Matrix result(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(lines()));
    const int mask = (1 << bits_per_cell) - 1;
    const auto lowest = static_cast<float>(lowest_level);
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t n = 0; n < plan.outputs; ++n) {
        const int q = plan.weight.value[(row_first + i) * plan.outputs + n];
        const int held = plan.offset() > 0 ? q + plan.offset() : std::abs(q);
        const auto digit = static_cast<float>((held >> (slice * bits_per_cell)) & mask);
        const auto row = static_cast<Eigen::Index>(i);
        const auto line = static_cast<Eigen::Index>(n);
        if (lines() > plan.outputs) {
          const auto negative = static_cast<Eigen::Index>(plan.outputs + n);
          result(row, line) = lowest + (q < 0 ? 0.0F : digit);
          result(row, negative) = lowest + (q < 0 ? digit : 0.0F);
        } else if (analog_subtraction) {
          result(row, line) = q < 0 ? -digit : digit;
        } else {
          result(row, line) = lowest + digit;
        }
      }
    }
    return result;
  }
};

/// The codes cut into digits of dac_bits, least significant first: one matrix an input cycle.
std::vector<Matrix> input_digits(Matrix codes, int cycles, int dac_bits) {
  const auto base = static_cast<float>(1 << dac_bits);
  std::vector<Matrix> result;
  for (int cycle = 1; cycle < cycles; ++cycle) {
    Matrix rest = (codes / base).array().floor().matrix();
    result.emplace_back(codes - base * rest);
    codes = std::move(rest);
  }
  result.push_back(std::move(codes));
  return result;
}

/// Most inputs of a layer that are kept: 32 MiB.
constexpr std::size_t most_inputs = std::size_t{1} << 23;

/// Inputs of a layer: of every row its range, of every `stride`-th row all values.
struct Observed {
  std::size_t stride = 1;
  std::size_t next = 0;      ///< Rows until the next that is kept.
  std::vector<float> input;  ///< rows x depth
  std::size_t rows = 0;
  float largest = -std::numeric_limits<float>::infinity();
  float smallest = std::numeric_limits<float>::infinity();

  void add(const float* values, std::size_t count, std::size_t depth) {
    const auto [low, high] = std::minmax_element(values, values + count * depth);
    smallest = std::min(smallest, *low);
    largest = std::max(largest, *high);
    for (; next < count; next += stride, ++rows) {
      input.insert(input.end(), values + next * depth, values + (next + 1) * depth);
    }
    next -= count;
  }
};

LayerCalibration calibrate_layer(const LayerPlan& plan, const Architecture& architecture,
                                 double lowest_level, Observed& seen) {
  LayerCalibration result;
  if (seen.smallest < 0.0F) {
    throw base::Error("mapping.calibration",
                      "layer '" + plan.name + "' has an input of " + base::shortest(seen.smallest),
                      "arrays take inputs >= 0: put a ReLU before the layer");
  }
  const int top_code = (1 << plan.activation_bits) - 1;
  result.input_scale = seen.largest > 0.0F ? static_cast<double>(seen.largest) / top_code : 1.0;
  const auto scale = static_cast<float>(result.input_scale);
  for (float& x : seen.input) x = std::nearbyint(x / scale);

  const auto rows = static_cast<Eigen::Index>(seen.rows);
  const auto depth = static_cast<Eigen::Index>(plan.depth);
  Eigen::Map<Matrix> codes(seen.input.data(), rows, depth);
  const std::vector<Matrix> cycles = input_digits(codes, plan.input_cycles, architecture.dac_bits);
  Eigen::VectorXd sums = Eigen::VectorXd::Zero(depth);
  for (const Matrix& digit : cycles) sums += digit.cast<double>().colwise().sum().transpose();
  const double most =
      static_cast<double>(seen.rows) * plan.input_cycles * ((1 << architecture.dac_bits) - 1);
  for (Eigen::Index i = 0; i < depth; ++i) result.row_activity.push_back(sums[i] / most);

  const ConvertedDigits converted{plan, architecture.bits_per_cell, architecture.analog_subtraction,
                                  lowest_level};
  // A column's current has one sign, so that no bit of its converter is a sign.
  const int magnitude_and_sign = architecture.adc_bits + (architecture.analog_subtraction ? 0 : 1);
  for (int slice = 0; slice < plan.slices; ++slice) {
    std::vector<float> currents;
    for (std::size_t row = 0; row < plan.depth; row += architecture.array_rows) {
      const std::size_t height = std::min(architecture.array_rows, plan.depth - row);
      const Matrix levels = converted.of(row, height, slice);
      for (const Matrix& digit : cycles) {
        const Matrix product =
            digit.middleCols(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(height)) *
            levels;
        currents.insert(currents.end(), product.data(), product.data() + product.size());
      }
    }
    result.full_scale.push_back(best_full_scale(currents, magnitude_and_sign));
  }
  return result;
}

}  // namespace

double best_full_scale(std::span<const float> values, int bits, int candidates) {
  float largest = 0.0F;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  if (largest == 0.0F) return 1.0;
  // A histogram makes the search independent of the number of values.
  constexpr int bins = 4096;
  std::vector<double> histogram(bins, 0.0);
  for (const float value : values) {
    const int bin = static_cast<int>(std::abs(value) / largest * bins);
    ++histogram[static_cast<std::size_t>(std::min(bin, bins - 1))];
  }
  const double levels = (1 << (bits - 1)) - 1;
  double best = largest;
  double best_error = -1.0;
  for (int c = candidates; c >= 1; --c) {
    const double full = static_cast<double>(largest) * c / candidates;
    const double step = full / levels;
    double error = 0.0;
    for (int bin = 0; bin < bins; ++bin) {
      const double value = (bin + 0.5) / bins * static_cast<double>(largest);
      const double read = std::min(std::nearbyint(value / step), levels) * step;
      error += histogram[static_cast<std::size_t>(bin)] * (value - read) * (value - read);
    }
    if (best_error < 0.0 || error < best_error) {
      best_error = error;
      best = full;
    }
  }
  return best;
}

std::vector<LayerCalibration> calibrate(const network::Network& network,
                                        const std::vector<LayerPlan>& plans,
                                        const Architecture& architecture,
                                        std::span<const float> images, std::size_t count,
                                        double lowest_level) {
  if (count == 0) {
    throw base::Error("mapping.calibration", "there are no calibration images",
                      "give at least one");
  }
  std::vector<Observed> observed(network.layers.size());
  for (const LayerPlan& plan : plans) {
    const std::size_t inputs = count * plan.positions * plan.depth;
    observed[plan.layer].stride = (inputs + most_inputs - 1) / most_inputs;
  }
  static_cast<void>(
      network::run_observed(network, images, count,
                            [&](network::LayerId layer, const float* input, std::size_t rows,
                                std::size_t depth) { observed[layer].add(input, rows, depth); }));
  std::vector<LayerCalibration> result;
  for (const LayerPlan& plan : plans) {
    result.push_back(calibrate_layer(plan, architecture, lowest_level, observed[plan.layer]));
    observed[plan.layer] = {};
  }
  return result;
}

}  // namespace neucasl::mapping
