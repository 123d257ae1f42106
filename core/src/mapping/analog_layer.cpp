#include "analog_layer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "input_law.hpp"
#include "pair_product.hpp"

namespace neucasl::mapping {
namespace {

void check_values(const TileView& tile, const std::vector<double>& values) {
  if (values.size() != tile.rows * tile.columns) {
    analog_misfit("a matrix of '" + tile.name + "' has another size");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] >= 0.0 && std::isfinite(values[i])) continue;
    throw base::Error("mapping.analog",
                      "the conductance of '" + tile.name + "' at row " +
                          std::to_string(i / tile.columns) + ", column " +
                          std::to_string(i % tile.columns) + " is " + base::shortest(values[i]),
                      "give finite conductances >= 0");
  }
}

}  // namespace

void analog_misfit(const std::string& what) {
  throw base::Error("mapping.analog", what, "give the chip that was built for this network");
}

void check_options(const AnalogOptions& options) {
  check_noise("converter noise", options.converter_noise);
  check_noise("input nonlinearity", options.input_nonlinearity);
}

AnalogLayer::AnalogLayer(const LayerView& view, std::size_t first_tile,
                         const AnalogOptions& options)
    : view_(view), options_(options) {
  for (std::size_t t = 0; t < view_.tiles.size(); ++t) place(view_.tiles[t], first_tile + t);
}

ProductLayer AnalogLayer::layer() const {
  ProductLayer result;
  result.name = view_.name;
  result.depth = view_.depth;
  result.outputs = view_.outputs;
  result.columns = {view_.outputs, conversions()};
  result.inverse_input_scale = static_cast<float>(1.0 / view_.input_scale);
  result.top_code = static_cast<float>((1 << view_.activation_bits) - 1);
  result.input_cycles = view_.input_cycles;
  result.dac_bits = view_.dac_bits;
  result.input_law = sinh_law(view_.dac_bits, options_.input_nonlinearity);
  result.convert = options_.adc;
  result.top_read = static_cast<float>(top_read());
  result.one_sign = !view_.analog_subtraction;
  result.whole =
      options_.whole_weights && result.input_law.empty() && result.top_digit() <= largest_half;
  result.noisy = options_.converter_noise > 0.0 || options_.read_noise;
  result.noise = base::NormalField(
      options_.seed, "read noise/" + view_.name + '/' + std::to_string(options_.sample));
  for (std::size_t l = 0; l < conversions(); ++l) {
    const auto [slice, negative] = conversion(l);
    const double factor = view_.weight_scale * view_.input_scale *
                          std::ldexp(1.0, static_cast<int>(slice) * view_.bits_per_cell) *
                          step(slice) / (view_.code_voltage() * view_.level_step());
    result.slice_factor.push_back(static_cast<float>(negative ? -factor : factor));
    if (view_.offset) result.subtracted.push_back(static_cast<float>(constant(slice)));
  }
  result.blocks = blocks_;
  for (ProductBlock& block : result.blocks) {
    block.constant_variance =
        static_cast<float>(options_.converter_noise * options_.converter_noise);
  }
  return result;
}

void AnalogLayer::place(const TileView& tile, std::size_t number) {
  std::size_t b = 0;
  while (b < blocks_.size() && blocks_[b].row_first != tile.row_first) ++b;
  if (b == blocks_.size()) {
    blocks_.push_back({tile.row_first, tile.rows});
    tiles_.emplace_back();
  }
  if (blocks_[b].rows != tile.rows) {
    analog_misfit("'" + tile.name + "' begins at the row of another tile but has another height");
  }
  tiles_[b].tile.push_back(number);
  tiles_[b].view.push_back(&tile);
}

void AnalogLayer::prepare(const ProductLayer& layer, std::size_t block, bool zero,
                          BlockMatrices& out) const {
  const std::size_t size = layer.columns.size(blocks_[block].rows);
  const auto clear = [&](std::vector<float>& matrix) {
    matrix.resize(size);
    if (zero) std::fill(matrix.begin(), matrix.end(), 0.0F);
  };
  clear(out.weight);
  out.linear.clear();
  out.quadratic.clear();
  if (options_.read_noise) clear(out.quadratic);
}

AnalogLayer::Conversion AnalogLayer::conversion(std::size_t number) const {
  if (view_.offset || view_.analog_subtraction) return {number, false};
  return {number / 2, number % 2 == 1};
}

double AnalogLayer::constant(std::size_t slice) const {
  // The offset 2^(b-1) is a level of the last slice's cell.
  const bool last = slice + 1 == static_cast<std::size_t>(view_.slices);
  const int level = last ? weight_offset() >> (static_cast<int>(slice) * view_.bits_per_cell) : 0;
  return (view_.conductance_min + level * view_.level_step()) * scale(slice);
}

AnalogLayer::Entry AnalogLayer::entry(double positive, double negative, double scale) const {
  Entry result{static_cast<float>((positive - negative) * scale), 0.0F};
  if (options_.read_noise) {
    const double up = options_.read_noise(positive) * scale;
    const double down = options_.read_noise(negative) * scale;
    result.quadratic = static_cast<float>(up * up + down * down);
  }
  return result;
}

AnalogLayer::Entry AnalogLayer::entry(double conductance, double scale) const {
  Entry result{static_cast<float>(conductance * scale), 0.0F};
  if (options_.read_noise) {
    const double fluctuation = options_.read_noise(conductance) * scale;
    result.quadratic = static_cast<float>(fluctuation * fluctuation);
  }
  return result;
}

AnalogLayer::Entry AnalogLayer::entry(int weight, std::size_t number,
                                      const std::vector<double>& conductance) const {
  const auto [slice, second] = conversion(number);
  const int held = view_.offset ? weight + weight_offset() : std::abs(weight);
  const auto digit = static_cast<std::size_t>(
      (held >> (static_cast<int>(slice) * view_.bits_per_cell)) & ((1 << view_.bits_per_cell) - 1));
  const double held_conductance = conductance[digit];
  const double rest = conductance[0];
  const double factor = scale(slice);
  if (view_.analog_subtraction) {
    return weight < 0 ? entry(rest, held_conductance, factor)
                      : entry(held_conductance, rest, factor);
  }
  return entry(view_.offset || second == (weight < 0) ? held_conductance : rest, factor);
}

void AnalogLayer::place_tile(const ProductLayer& layer, const TileView& tile,
                             const std::vector<double>& values, BlockMatrices& out) const {
  check_values(tile, values);
  const std::size_t each = conversions();
  const std::size_t columns = view_.analog_subtraction ? 2 : 1;
  for (std::size_t n = 0; n < tile.outputs; ++n) {
    for (std::size_t l = 0; l < each; ++l) {
      const std::size_t first = layer.columns.place(tile.rows, tile.output_first + n, l);
      const std::size_t stride = layer.columns.stride(tile.output_first + n, l);
      const double factor = scale(conversion(l).slice);
      const double* cell = values.data() + (n * each + l) * columns;
      for (std::size_t i = 0; i < tile.rows; ++i, cell += tile.columns) {
        const Entry made = columns == 2 ? entry(cell[0], cell[1], factor) : entry(cell[0], factor);
        out.weight[first + i * stride] = made.weight;
        if (options_.read_noise) out.quadratic[first + i * stride] = made.quadratic;
      }
    }
  }
}

AnalogLayer::WeightTable AnalogLayer::table(const std::vector<double>& conductance) const {
  WeightTable result;
  result.top = (1 << (view_.weight_bits - 1)) - 1;
  for (int q = -result.top; q <= result.top; ++q) {
    for (std::size_t l = 0; l < conversions(); ++l) {
      const Entry made = entry(q, l, conductance);
      result.weight.push_back(made.weight);
      if (options_.read_noise) result.quadratic.push_back(made.quadratic);
    }
  }
  return result;
}

void AnalogLayer::fill(const ProductLayer& layer, std::size_t block, const WeightTable& table,
                       const std::vector<std::int16_t>& weight, BlockMatrices& out) const {
  // Full groups are written whole.
  prepare(layer, block, layer.outputs % base::lanes != 0, out);
  const ProductBlock& rows = blocks_[block];
  const std::size_t slices = layer.columns.slices();
  const auto place_values = [&](const std::vector<float>& values, std::vector<float>& matrix) {
    for (std::size_t n = 0; n < layer.outputs; ++n) {
      for (std::size_t k = 0; k < slices; ++k) {
        const std::size_t stride = layer.columns.stride(n, k);
        float* to = matrix.data() + layer.columns.place(rows.rows, n, k);
        const std::int16_t* q = weight.data() + rows.row_first * layer.outputs + n;
        const float* const from = values.data() + static_cast<std::size_t>(table.top) * slices + k;
        for (std::size_t i = 0; i < rows.rows; ++i, to += stride, q += layer.outputs) {
          *to = from[*q * static_cast<std::ptrdiff_t>(slices)];
        }
      }
    }
  };
  place_values(table.weight, out.weight);
  if (!table.quadratic.empty()) place_values(table.quadratic, out.quadratic);
}

}  // namespace neucasl::mapping
