#include "neucasl/mapping/analog_inference.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "block_product.hpp"
#include "input_law.hpp"

namespace neucasl::mapping {
namespace {

[[noreturn]] void misfit(const std::string& what) {
  throw base::Error("mapping.analog", what, "give the chip that was built for this network");
}

void check(const AnalogOptions& options) {
  check_noise("converter noise", options.converter_noise);
  check_noise("input nonlinearity", options.input_nonlinearity);
}

/// Tiles of one row block, by their number in the chip.
struct BlockTiles {
  std::vector<std::size_t> tile;
  std::vector<const TileView*> view;
};

/// One layer of the chip and how its tiles fill the packed matrices.
class LayerBuilder {
 public:
  LayerBuilder(const LayerView& view, std::size_t first_tile, const AnalogOptions& options)
      : view_(view), options_(options) {
    for (std::size_t t = 0; t < view_.tiles.size(); ++t) place(view_.tiles[t], first_tile + t);
  }

  /// The layer without matrices.
  [[nodiscard]] ProductLayer layer() const {
    ProductLayer result;
    result.name = view_.name;
    result.depth = view_.depth;
    result.outputs = view_.outputs;
    result.columns = {view_.outputs, static_cast<std::size_t>(view_.slices)};
    result.inverse_input_scale = static_cast<float>(1.0 / view_.input_scale);
    result.top_code = static_cast<float>((1 << view_.activation_bits) - 1);
    result.input_cycles = view_.input_cycles;
    result.dac_bits = view_.dac_bits;
    result.input_law = sinh_law(view_.dac_bits, options_.input_nonlinearity);
    result.convert = options_.adc;
    result.top_read = static_cast<float>(top_read());
    result.noisy = options_.converter_noise > 0.0 || options_.read_noise;
    result.noise = base::NormalField(
        options_.seed, "read noise/" + view_.name + '/' + std::to_string(options_.sample));
    for (int k = 0; k < view_.slices; ++k) {
      result.slice_factor.push_back(static_cast<float>(
          view_.weight_scale * view_.input_scale * std::ldexp(1.0, k * view_.bits_per_cell) *
          step(static_cast<std::size_t>(k)) / (view_.code_voltage() * view_.level_step())));
    }
    result.blocks = blocks_;
    for (ProductBlock& block : result.blocks) {
      block.constant_variance =
          static_cast<float>(options_.converter_noise * options_.converter_noise);
    }
    return result;
  }

  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }

  /// `matrix(t)` gives the conductances of tile t.
  template <class Matrix>
  void fill(const ProductLayer& layer, std::size_t block, const Matrix& matrix,
            BlockMatrices& out) const {
    const std::size_t size = layer.columns.size(blocks_[block].rows);
    out.weight.assign(size, 0.0F);
    if (options_.read_noise) out.quadratic.assign(size, 0.0F);
    const BlockTiles& tiles = tiles_[block];
    for (std::size_t t = 0; t < tiles.tile.size(); ++t) {
      const std::vector<double>& values = matrix(tiles.tile[t]);
      const TileView& tile = *tiles.view[t];
      if (values.size() != tile.rows * tile.columns) {
        misfit("a matrix of '" + tile.name + "' has another size");
      }
      check_values(tile, values);
      place_tile(layer, tile, values, out);
    }
  }

 private:
  [[nodiscard]] double top_read() const { return (1 << (view_.adc_bits - 1)) - 1; }
  [[nodiscard]] double step(std::size_t slice) const {
    return view_.full_scale[slice] / top_read();
  }

  void place(const TileView& tile, std::size_t number) {
    std::size_t b = 0;
    while (b < blocks_.size() && blocks_[b].row_first != tile.row_first) ++b;
    if (b == blocks_.size()) {
      blocks_.push_back({tile.row_first, tile.rows});
      tiles_.emplace_back();
    }
    if (blocks_[b].rows != tile.rows) {
      misfit("'" + tile.name + "' begins at the row of another tile but has another height");
    }
    tiles_[b].tile.push_back(number);
    tiles_[b].view.push_back(&tile);
  }

  static void check_values(const TileView& tile, const std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] >= 0.0 && std::isfinite(values[i])) continue;
      throw base::Error("mapping.analog",
                        "the conductance of '" + tile.name + "' at row " +
                            std::to_string(i / tile.columns) + ", column " +
                            std::to_string(i % tile.columns) + " is " + base::shortest(values[i]),
                        "give finite conductances >= 0");
    }
  }

  void place_tile(const ProductLayer& layer, const TileView& tile,
                  const std::vector<double>& values, BlockMatrices& out) const {
    const auto slices = static_cast<std::size_t>(view_.slices);
    for (std::size_t k = 0; k < slices; ++k) {
      const double scale = view_.code_voltage() / step(k);
      for (std::size_t n = 0; n < tile.outputs; ++n) {
        const std::size_t first = layer.columns.place(tile.rows, tile.output_first + n, k);
        const std::size_t stride = layer.columns.stride(tile.output_first + n, k);
        for (std::size_t i = 0; i < tile.rows; ++i) {
          const std::size_t column = i * tile.columns + (n * slices + k) * 2;
          const std::size_t at = first + i * stride;
          out.weight[at] = static_cast<float>((values[column] - values[column + 1]) * scale);
          if (!options_.read_noise) continue;
          const double positive = options_.read_noise(values[column]) * scale;
          const double negative = options_.read_noise(values[column + 1]) * scale;
          out.quadratic[at] = static_cast<float>(positive * positive + negative * negative);
        }
      }
    }
  }

  LayerView view_;
  AnalogOptions options_;
  std::vector<ProductBlock> blocks_;
  std::vector<BlockTiles> tiles_;
};

/// Calls visit(network layer, view, number of its first tile) for each layer of the chip.
template <class Visit>
void for_each_layer(const network::Network& network, const ChipView& chip, const Visit& visit) {
  const std::vector<network::Shape> shapes = network.shapes();
  const std::vector<network::LayerId> matrix_layers = network.matrix_layers();
  std::size_t tile = 0;
  std::size_t found = 0;
  for (const LayerView& view : chip.layers) {
    for (const network::LayerId id : matrix_layers) {
      if (network.layers[id].name != view.name) continue;
      if (network.depth(id, shapes) != view.depth || network.layers[id].outputs != view.outputs) {
        misfit("layer '" + view.name + "' has another shape on the chip");
      }
      visit(id, view, tile);
      ++found;
    }
    tile += view.tiles.size();
  }
  if (found != matrix_layers.size()) misfit("the chip lacks a layer of the network");
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
  check(options);
  if (matrices.size() != chip.arrays()) misfit("the number of tile matrices differs");
  std::vector<ProductLayer> layers(network.layers.size());
  for_each_layer(
      network, chip, [&](network::LayerId id, const LayerView& view, std::size_t first_tile) {
        const LayerBuilder builder(view, first_tile, options);
        ProductLayer& layer = layers[id] = builder.layer();
        layer.matrices.resize(builder.blocks());
        for (std::size_t b = 0; b < builder.blocks(); ++b) {
          builder.fill(
              layer, b, [&](std::size_t t) -> const std::vector<double>& { return matrices[t]; },
              layer.matrices[b]);
        }
      });
  return block_products(std::move(layers));
}

std::unique_ptr<network::MatrixBackend> streamed_analog_backend(const network::Network& network,
                                                                const ChipView& chip,
                                                                TileSource source,
                                                                const AnalogOptions& options) {
  check(options);
  const auto shared = std::make_shared<const TileSource>(std::move(source));
  std::vector<ProductLayer> layers(network.layers.size());
  for_each_layer(
      network, chip, [&](network::LayerId id, const LayerView& view, std::size_t first_tile) {
        const auto builder = std::make_shared<const LayerBuilder>(view, first_tile, options);
        layers[id] = builder->layer();
        const auto empty = std::make_shared<const ProductLayer>(layers[id]);
        layers[id].fill = [builder, empty, shared](std::size_t b, BlockMatrices& out) {
          builder->fill(*empty, b, *shared, out);
        };
      });
  return block_products(std::move(layers));
}

}  // namespace neucasl::mapping
