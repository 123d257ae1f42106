#include "neucasl/mapping/analog_inference.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace neucasl::mapping {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A block of rows of one layer: all its tiles side by side. Column k outputs + n of `weight` is
/// slice k of output n, in converter steps for one input code step.
struct RowBlock {
  Eigen::Index row_first = 0;
  Matrix weight;
};

struct AnalogLayer {
  int input_cycles = 1;
  int dac_bits = 8;
  float inverse_input_scale = 1.0F;
  float top_code = 255.0F;
  float top_read = 127.0F;
  Eigen::Index depth = 0;
  Eigen::Index outputs = 0;
  std::vector<float> slice_factor;  ///< Converter steps of slice k to output units.
  std::vector<RowBlock> blocks;
};

/// Buffers of one thread; they grow to the largest layer and stay.
struct Scratch {
  Matrix codes;
  Matrix digit;
  Matrix product;
};

class AnalogBackend final : public network::MatrixBackend {
 public:
  AnalogBackend(std::vector<AnalogLayer> layers, bool adc)
      : layers_(std::move(layers)), adc_(adc) {}

  void multiply(network::LayerId id, const float* input, std::size_t rows,
                float* output) const override {
    const AnalogLayer& layer = layers_[id];
    thread_local Scratch scratch;
    // Blocks of rows that stay in the second-level cache.
    constexpr Eigen::Index block = 256;
    const auto total = static_cast<Eigen::Index>(rows);
    for (Eigen::Index first = 0; first < total; first += block) {
      const Eigen::Index count = std::min(block, total - first);
      multiply_block(layer, input + first * layer.depth, count, output + first * layer.outputs,
                     scratch);
    }
  }

 private:
  void multiply_block(const AnalogLayer& layer, const float* input, Eigen::Index rows,
                      float* output, Scratch& scratch) const {
    encode(layer, input, rows, scratch.codes);
    std::fill(output, output + rows * layer.outputs, 0.0F);
    float cycle_factor = 1.0F;
    for (int cycle = 0; cycle < layer.input_cycles; ++cycle) {
      const Matrix& codes =
          layer.input_cycles == 1 ? scratch.codes : take_digit(layer, scratch.codes, scratch.digit);
      for (const RowBlock& part : layer.blocks) {
        scratch.product.noalias() =
            codes.middleCols(part.row_first, part.weight.rows()) * part.weight;
        accumulate(layer, scratch.product, cycle_factor, output);
      }
      cycle_factor *= static_cast<float>(1 << layer.dac_bits);
    }
  }

  static void encode(const AnalogLayer& layer, const float* input, Eigen::Index rows,
                     Matrix& codes) {
    codes.resize(rows, layer.depth);
    float* code = codes.data();
    const Eigen::Index size = rows * layer.depth;
    const float factor = layer.inverse_input_scale;
    const float top = layer.top_code;
    for (Eigen::Index i = 0; i < size; ++i) {
      const float value = std::nearbyint(input[i] * factor);
      code[i] = std::min(std::max(value, 0.0F), top);
    }
  }

  /// Splits off the least significant dac_bits of each code.
  static const Matrix& take_digit(const AnalogLayer& layer, Matrix& codes, Matrix& digit) {
    const auto base = static_cast<float>(1 << layer.dac_bits);
    digit = codes;
    codes = (codes / base).array().floor().matrix();
    digit -= codes * base;
    return digit;
  }

  void accumulate(const AnalogLayer& layer, const Matrix& product, float cycle_factor,
                  float* output) const {
    const Eigen::Index outputs = layer.outputs;
    const float top = layer.top_read;
    for (Eigen::Index r = 0; r < product.rows(); ++r) {
      float* y = output + r * outputs;
      for (std::size_t k = 0; k < layer.slice_factor.size(); ++k) {
        const float* current =
            product.data() + r * product.cols() + static_cast<Eigen::Index>(k) * outputs;
        const float factor = layer.slice_factor[k] * cycle_factor;
        if (adc_) {
          for (Eigen::Index n = 0; n < outputs; ++n) {
            const float read = std::min(std::max(std::nearbyint(current[n]), -top), top);
            y[n] += factor * read;
          }
        } else {
          for (Eigen::Index n = 0; n < outputs; ++n) y[n] += factor * current[n];
        }
      }
    }
  }

  std::vector<AnalogLayer> layers_;
  bool adc_;
};

void place_tile(const LayerView& view, const TileView& tile, const std::vector<double>& matrix,
                RowBlock& block) {
  const double top_read = (1 << (view.adc_bits - 1)) - 1;
  const auto slices = static_cast<std::size_t>(view.slices);
  for (std::size_t i = 0; i < tile.rows; ++i) {
    for (std::size_t n = 0; n < tile.outputs; ++n) {
      for (std::size_t k = 0; k < slices; ++k) {
        const std::size_t column = i * tile.columns + (n * slices + k) * 2;
        const double step = view.full_scale[k] / top_read;
        block.weight(static_cast<Eigen::Index>(i),
                     static_cast<Eigen::Index>(k * view.outputs + tile.output_first + n)) =
            static_cast<float>((matrix[column] - matrix[column + 1]) * view.code_voltage() / step);
      }
    }
  }
}

AnalogLayer build_layer(const LayerView& view, const TileMatrices& matrices,
                        std::size_t first_tile) {
  AnalogLayer layer;
  layer.input_cycles = view.input_cycles;
  layer.dac_bits = view.dac_bits;
  layer.inverse_input_scale = static_cast<float>(1.0 / view.input_scale);
  layer.top_code = static_cast<float>((1 << view.activation_bits) - 1);
  layer.top_read = static_cast<float>((1 << (view.adc_bits - 1)) - 1);
  layer.depth = static_cast<Eigen::Index>(view.depth);
  layer.outputs = static_cast<Eigen::Index>(view.outputs);
  for (int k = 0; k < view.slices; ++k) {
    const double step = view.full_scale[static_cast<std::size_t>(k)] / layer.top_read;
    layer.slice_factor.push_back(static_cast<float>(view.weight_scale * view.input_scale *
                                                    std::ldexp(1.0, k * view.bits_per_cell) * step /
                                                    (view.code_voltage() * view.level_step())));
  }
  for (std::size_t t = 0; t < view.tiles.size(); ++t) {
    const TileView& tile = view.tiles[t];
    const auto row_first = static_cast<Eigen::Index>(tile.row_first);
    auto block = std::find_if(layer.blocks.begin(), layer.blocks.end(),
                              [&](const RowBlock& b) { return b.row_first == row_first; });
    if (block == layer.blocks.end()) {
      const auto columns = layer.outputs * view.slices;
      layer.blocks.push_back(
          {row_first, Matrix::Zero(static_cast<Eigen::Index>(tile.rows), columns)});
      block = layer.blocks.end() - 1;
    }
    if (block->weight.rows() != static_cast<Eigen::Index>(tile.rows)) {
      throw base::Error("mapping.analog",
                        "'" + tile.name +
                            "' begins at the row of another tile "
                            "but has another height",
                        "give the chip that was built for this network");
    }
    place_tile(view, tile, matrices[first_tile + t], *block);
  }
  return layer;
}

}  // namespace

TileMatrices ideal_matrices(const ir::Design& design, const ChipView& chip) {
  TileMatrices result;
  for (const LayerView& layer : chip.layers) {
    for (const TileView& tile : layer.tiles) result.push_back(conductances(design, tile));
  }
  return result;
}

std::unique_ptr<network::MatrixBackend> analog_backend(const network::Network& network,
                                                       const ChipView& chip,
                                                       const TileMatrices& matrices,
                                                       const AnalogOptions& options) {
  const auto fail = [](const std::string& what) {
    throw base::Error("mapping.analog", what, "give the chip that was built for this network");
  };
  if (matrices.size() != chip.arrays()) fail("the number of tile matrices differs");
  const std::vector<network::Shape> shapes = network.shapes();
  std::vector<AnalogLayer> layers(network.layers.size());
  std::size_t tile = 0;
  std::size_t found = 0;
  for (const LayerView& view : chip.layers) {
    for (const network::LayerId id : network.matrix_layers()) {
      if (network.layers[id].name != view.name) continue;
      if (network.depth(id, shapes) != view.depth || network.layers[id].outputs != view.outputs) {
        fail("layer '" + view.name + "' has another shape on the chip");
      }
      for (std::size_t t = 0; t < view.tiles.size(); ++t) {
        if (matrices[tile + t].size() != view.tiles[t].rows * view.tiles[t].columns) {
          fail("a matrix of '" + view.tiles[t].name + "' has another size");
        }
      }
      layers[id] = build_layer(view, matrices, tile);
      ++found;
    }
    tile += view.tiles.size();
  }
  if (found != network.matrix_layers().size()) fail("the chip lacks a layer of the network");
  return std::make_unique<AnalogBackend>(std::move(layers), options.adc);
}

}  // namespace neucasl::mapping
