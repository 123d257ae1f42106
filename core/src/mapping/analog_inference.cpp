#include "neucasl/mapping/analog_inference.hpp"

#include <utility>

#include "analog_layer.hpp"

namespace neucasl::mapping {
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
  check_options(options);
  if (matrices.size() != chip.arrays()) analog_misfit("the number of tile matrices differs");
  std::vector<ProductLayer> layers(network.layers.size());
  for_each_layer(
      network, chip, [&](network::LayerId id, const LayerView& view, std::size_t first_tile) {
        const AnalogLayer builder(view, first_tile, options);
        ProductLayer& layer = layers[id] = builder.layer();
        layer.matrices.resize(builder.blocks());
        for (std::size_t b = 0; b < builder.blocks(); ++b) {
          builder.fill(
              layer, b, [&](std::size_t t) -> const std::vector<double>& { return matrices[t]; },
              layer.matrices[b]);
        }
      });
  return block_products(network, std::move(layers));
}

std::unique_ptr<network::MatrixBackend> streamed_analog_backend(const network::Network& network,
                                                                const ChipView& chip,
                                                                TileSource source,
                                                                const AnalogOptions& options) {
  check_options(options);
  const auto shared = std::make_shared<const TileSource>(std::move(source));
  std::vector<ProductLayer> layers(network.layers.size());
  for_each_layer(
      network, chip, [&](network::LayerId id, const LayerView& view, std::size_t first_tile) {
        const auto builder = std::make_shared<const AnalogLayer>(view, first_tile, options);
        layers[id] = builder->layer();
        const auto empty = std::make_shared<const ProductLayer>(layers[id]);
        layers[id].fill = [builder, empty, shared](std::size_t b, BlockMatrices& out) {
          builder->fill(*empty, b, *shared, out);
        };
      });
  return block_products(network, std::move(layers));
}

}  // namespace neucasl::mapping
