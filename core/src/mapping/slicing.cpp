#include "neucasl/mapping/slicing.hpp"

#include <algorithm>
#include <cstdlib>

namespace neucasl::mapping {
namespace {

int ceil_divide(int a, int b) { return (a + b - 1) / b; }

std::size_t columns_of_output(int weight_bits, const Architecture& architecture) {
  return 2 * static_cast<std::size_t>(slices_of(weight_bits, architecture));
}

std::size_t outputs_of_tile(const std::string& layer, int weight_bits,
                            const Architecture& architecture) {
  const std::size_t columns = columns_of_output(weight_bits, architecture);
  if (columns <= architecture.array_columns) return architecture.array_columns / columns;
  throw base::Error(
      "mapping.fit",
      "layer '" + layer + "' needs " + std::to_string(columns) +
          " columns for one output, an array has " + std::to_string(architecture.array_columns),
      "use wider arrays, more bits per cell or fewer weight bits", architecture.where);
}

void cut_into_tiles(LayerPlan& plan, const Architecture& architecture) {
  const std::size_t outputs_per_tile = outputs_of_tile(plan.name, plan.weight_bits, architecture);
  for (std::size_t row = 0; row < plan.depth; row += architecture.array_rows) {
    for (std::size_t output = 0; output < plan.outputs; output += outputs_per_tile) {
      plan.tiles.push_back({row, std::min(architecture.array_rows, plan.depth - row), output,
                            std::min(outputs_per_tile, plan.outputs - output)});
    }
  }
}

}  // namespace

std::vector<std::uint8_t> LayerPlan::levels(const TilePlan& tile, int bits_per_cell) const {
  const std::size_t columns = tile.outputs * static_cast<std::size_t>(slices) * 2;
  const int mask = (1 << bits_per_cell) - 1;
  std::vector<std::uint8_t> result(tile.rows * columns, 0);
  for (std::size_t i = 0; i < tile.rows; ++i) {
    for (std::size_t n = 0; n < tile.outputs; ++n) {
      const int q = weight.value[(tile.row_first + i) * outputs + tile.output_first + n];
      for (int k = 0; k < slices; ++k) {
        const std::size_t column =
            (n * static_cast<std::size_t>(slices) + static_cast<std::size_t>(k)) * 2 +
            (q < 0 ? 1 : 0);
        const int digit = (std::abs(q) >> (k * bits_per_cell)) & mask;
        result[i * columns + column] = static_cast<std::uint8_t>(digit);
      }
    }
  }
  return result;
}

int slices_of(int weight_bits, const Architecture& architecture) {
  return ceil_divide(weight_bits - 1, architecture.bits_per_cell);
}

std::vector<int> weight_bit_menu(const Architecture& architecture, int least, int most) {
  std::vector<int> menu;
  for (int bits = 1 + architecture.bits_per_cell; bits <= most;
       bits += architecture.bits_per_cell) {
    if (bits >= least && columns_of_output(bits, architecture) <= architecture.array_columns) {
      menu.push_back(bits);
    }
  }
  return menu;
}

precision::AnalogPlan analog_plan(const precision::NetworkLayers::Layer& layer, int weight_bits,
                                  const Architecture& architecture) {
  const std::size_t outputs = outputs_of_tile(layer.name, weight_bits, architecture);
  precision::AnalogPlan plan;
  plan.cells_per_weight = columns_of_output(weight_bits, architecture);
  plan.bits_per_cell = architecture.bits_per_cell;
  plan.arrays = ((layer.depth + architecture.array_rows - 1) / architecture.array_rows) *
                ((layer.outputs + outputs - 1) / outputs);
  plan.converter_bits = architecture.adc_bits;
  return plan;
}

void check_array_form(const precision::LayerPrecision& bits, const std::string& layer,
                      const base::Location& where) {
  const auto refuse = [&](const std::string& what, const std::string& remedy) {
    throw base::Error("mapping.precision", "layer '" + layer + "' has " + what, remedy, where);
  };
  if (bits.weight_affine) refuse("weights with a zero point", "give symmetric weights");
  if (bits.granularity != precision::Granularity::tensor) {
    refuse("scales for each " + std::string(to_string(bits.granularity)),
           "give one scale for the layer");
  }
  if (bits.activation_form != precision::ActivationForm::not_negative) {
    refuse("signed inputs", "give the activation form NOT_NEGATIVE: codes are unsigned");
  }
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
    check_array_form(bits, layer.name, precision.where);
    LayerPlan plan;
    plan.layer = id;
    plan.name = layer.name;
    plan.weight_bits = bits.weight_bits;
    plan.activation_bits = bits.activation_bits;
    plan.slices = slices_of(bits.weight_bits, architecture);
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
