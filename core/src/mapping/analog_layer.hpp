#pragma once

#include <vector>

#include "block_product.hpp"
#include "neucasl/mapping/analog_inference.hpp"
#include "neucasl/mapping/slicing.hpp"

namespace neucasl::mapping {

/// \throws base::Error "mapping.analog"
[[noreturn]] void analog_misfit(const std::string& what);
/// \throws base::Error "mapping.noise"
void check_options(const AnalogOptions& options);

/// One layer of a chip as products of blocks of rows, and how the cells fill their matrices.
class AnalogLayer {
 public:
  /// `first_tile` is the number of the layer's first tile in the chip.
  AnalogLayer(const LayerView& view, std::size_t first_tile, const AnalogOptions& options);

  /// Without matrices.
  [[nodiscard]] ProductLayer layer() const;
  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }

  /// `matrix(t)` gives the conductances of tile t.
  template <class Matrix>
  void fill(const ProductLayer& layer, std::size_t block, const Matrix& matrix,
            BlockMatrices& out) const {
    prepare(layer, block, true, out);
    const BlockTiles& tiles = tiles_[block];
    for (std::size_t t = 0; t < tiles.tile.size(); ++t) {
      place_tile(layer, *tiles.view[t], matrix(tiles.tile[t]), out);
    }
  }

  /// What each conversion of a quantised weight has in the matrices, the cells at the levels that
  /// the weight asks of them: entry (q + top) conversions + l for weight q and conversion l.
  struct WeightTable {
    int top;
    std::vector<float> weight;
    std::vector<float> quadratic;  ///< Empty without read noise.
  };
  /// `conductance` by level.
  [[nodiscard]] WeightTable table(const std::vector<double>& conductance) const;
  /// As `fill` from the weights (depth x outputs) of the whole layer.
  void fill(const ProductLayer& layer, std::size_t block, const WeightTable& table,
            const std::vector<std::int16_t>& weight, BlockMatrices& out) const;

 private:
  /// Tiles of one row block, by their number in the chip.
  struct BlockTiles {
    std::vector<std::size_t> tile;
    std::vector<const TileView*> view;
  };
  struct Entry {
    float weight;
    float quadratic;
  };
  /// One of an output's conversions, in the order of its columns.
  struct Conversion {
    std::size_t slice;
    bool negative;  ///< Of the second column of a pair.
  };

  /// A column's current has one sign, so that no bit of its converter is a sign.
  [[nodiscard]] double top_read() const {
    return (1 << (view_.adc_bits - (view_.analog_subtraction ? 1 : 0))) - 1;
  }
  [[nodiscard]] double step(std::size_t slice) const {
    return view_.full_scale[slice] / top_read();
  }
  /// Siemens to matrix entries.
  [[nodiscard]] double scale(std::size_t slice) const { return view_.code_voltage() / step(slice); }
  /// Of an output: one a slice where pairs are subtracted before, one a column else.
  [[nodiscard]] std::size_t conversions() const {
    return view_.analog_subtraction ? static_cast<std::size_t>(view_.slices)
                                    : view_.columns_of_output();
  }
  [[nodiscard]] Conversion conversion(std::size_t number) const;
  /// What offset encoding adds to each weight, in steps of it; 0 with pairs.
  [[nodiscard]] int weight_offset() const {
    return view_.offset ? 1 << (view_.weight_bits - 1) : 0;
  }
  /// What a step of a digit adds to the read of a column beyond the weight, in converter steps.
  [[nodiscard]] double constant(std::size_t slice) const;
  /// Of a pair of cells.
  [[nodiscard]] Entry entry(double positive, double negative, double scale) const;
  /// Of a cell that is converted by itself.
  [[nodiscard]] Entry entry(double conductance, double scale) const;
  /// Of a weight whose cells stand on their levels.
  [[nodiscard]] Entry entry(int weight, std::size_t conversion,
                            const std::vector<double>& conductance) const;
  void place(const TileView& tile, std::size_t number);
  void prepare(const ProductLayer& layer, std::size_t block, bool zero, BlockMatrices& out) const;
  void place_tile(const ProductLayer& layer, const TileView& tile,
                  const std::vector<double>& values, BlockMatrices& out) const;

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
        analog_misfit("layer '" + view.name + "' has another shape on the chip");
      }
      visit(id, view, tile);
      ++found;
    }
    tile += view.tiles.size();
  }
  if (found != matrix_layers.size()) analog_misfit("the chip lacks a layer of the network");
}

}  // namespace neucasl::mapping
