#include "neucasl/mapping/slicing.hpp"

#include <algorithm>
#include <cstdlib>

namespace neucasl::mapping {
namespace {

void cut_into_tiles(LayerPlan& plan, const Architecture& architecture) {
  const std::size_t columns_per_output = plan.columns_of_output();
  const std::size_t outputs_per_tile = architecture.array_columns / columns_per_output;
  if (outputs_per_tile == 0) {
    throw base::Error(
        "mapping.fit",
        "layer '" + plan.name + "' needs " + std::to_string(columns_per_output) +
            " columns for one output, an array has " + std::to_string(architecture.array_columns),
        "use wider arrays, more bits per cell or fewer weight bits", architecture.where);
  }
  for (std::size_t row = 0; row < plan.depth; row += architecture.array_rows) {
    for (std::size_t output = 0; output < plan.outputs; output += outputs_per_tile) {
      plan.tiles.push_back({row, std::min(architecture.array_rows, plan.depth - row), output,
                            std::min(outputs_per_tile, plan.outputs - output)});
    }
  }
}

int ceil_divide(int a, int b) { return (a + b - 1) / b; }

}  // namespace

std::vector<std::uint8_t> LayerPlan::levels(const TilePlan& tile, int bits_per_cell) const {
  const std::size_t columns = tile.outputs * columns_of_output();
  const bool pairs = encoding == architecture::Encoding::differential;
  const std::size_t of_slice = pairs ? 2 : 1;
  const int mask = (1 << bits_per_cell) - 1;
  std::vector<std::uint8_t> result(tile.rows * columns, 0);
  for (std::size_t i = 0; i < tile.rows; ++i) {
    for (std::size_t n = 0; n < tile.outputs; ++n) {
      const int q = weight.value[(tile.row_first + i) * outputs + tile.output_first + n];
      for (int k = 0; k < slices; ++k) {
        const std::size_t column =
            (n * static_cast<std::size_t>(slices) + static_cast<std::size_t>(k)) * of_slice +
            (pairs && q < 0 ? 1 : 0);
        const int held = pairs ? std::abs(q) : q + offset();
        const int digit = (held >> (k * bits_per_cell)) & mask;
        result[i * columns + column] = static_cast<std::uint8_t>(digit);
      }
    }
  }
  return result;
}

std::vector<LayerPlan> plan_layers(const network::Network& network,
                                   const precision::PrecisionMap& precision,
                                   const Architecture& architecture) {
  precision.check(network);
  const std::vector<network::Shape> shapes = network.shapes();
  std::vector<LayerPlan> plans;
  for (const network::LayerId id : network.matrix_layers()) {
    const network::Layer& layer = network.layers[id];
    const precision::LayerPrecision& bits = precision.at(layer.name);
    LayerPlan plan;
    plan.layer = id;
    plan.name = layer.name;
    plan.weight_bits = bits.weight_bits;
    plan.activation_bits = bits.activation_bits;
    plan.encoding = architecture.encoding;
    const int sign_bits = architecture.encoding == architecture::Encoding::differential ? 1 : 0;
    plan.slices = ceil_divide(bits.weight_bits - sign_bits, architecture.bits_per_cell);
    plan.input_cycles = ceil_divide(bits.activation_bits, architecture.dac_bits);
    plan.depth = network.depth(id, shapes);
    plan.outputs = layer.outputs;
    plan.positions = network.positions(id, shapes);
    plan.weight = precision::quantise_symmetric(layer.weight, bits.weight_bits);
    cut_into_tiles(plan, architecture);
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace neucasl::mapping
