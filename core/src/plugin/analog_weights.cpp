#include "neucasl/plugin/analog_weights.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/parallel.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::plugin {
namespace {

/// Weights whose cells are drawn together.
constexpr std::size_t weights_at_once = 4096;

/// Conductances that a block of weights asks for: weights x slices x (positive, negative).
std::vector<double> targets(std::span<const std::int16_t> codes, int slices,
                            const AnalogCells& cells) {
  const int mask = (1 << cells.bits_per_cell) - 1;
  std::vector<double> level(static_cast<std::size_t>(mask) + 1);
  for (int k = 0; k <= mask; ++k) {
    level[static_cast<std::size_t>(k)] = cells.levels.conductance(k, cells.bits_per_cell);
  }
  std::vector<double> result;
  result.reserve(codes.size() * static_cast<std::size_t>(slices) * 2);
  for (const std::int16_t code : codes) {
    for (int k = 0; k < slices; ++k) {
      const int digit = (std::abs(code) >> (k * cells.bits_per_cell)) & mask;
      const double conductance = level[static_cast<std::size_t>(digit)];
      result.push_back(code < 0 ? level[0] : conductance);
      result.push_back(code < 0 ? conductance : level[0]);
    }
  }
  return result;
}

void fluctuate(std::vector<double>& conductance, const std::string& block, const AnalogCells& cells,
               const ChipSample& chip) {
  const auto sigma = read_noise_at(cells.device, chip.time);
  if (!sigma) return;
  base::RandomStream random(chip.seed, "read/" + block, chip.sample);
  for (double& g : conductance) g = std::max(0.0, g + sigma(g) * random.normal());
}

double sum_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum;
}

/// Sums of the weights' digits, in units of the scale.
void append_weights(const std::vector<double>& conductance, int slices, const AnalogCells& cells,
                    std::vector<double>& result) {
  const double step = (cells.levels.conductance_max - cells.levels.conductance_min) /
                      ((1 << cells.bits_per_cell) - 1);
  for (std::size_t at = 0; at < conductance.size();) {
    double weight = 0.0;
    for (int k = 0; k < slices; ++k, at += 2) {
      weight += std::ldexp((conductance[at] - conductance[at + 1]) / step, k * cells.bits_per_cell);
    }
    result.push_back(weight);
  }
}

int slices_of(int weight_bits, const AnalogCells& cells) {
  precision::QuantiserForm form;
  form.bits = weight_bits;
  form.check();
  return (weight_bits - 1 + cells.bits_per_cell - 1) / cells.bits_per_cell;
}

/// Sums of a layer's conductances: as they are, and right after programming.
struct ConductanceSums {
  double now = 0.0;
  double before = 0.0;
};

/// Conductances of a block as programmed and drifted.
std::vector<double> programmed(const std::vector<double>& target, const std::string& block,
                               const AnalogCells& cells, const AnalogDraw& draw,
                               ConductanceSums& sums) {
  std::vector<double> conductance = program_tile(target, block, cells.device, draw.chip);
  if (draw.drift_compensation) {
    const ChipSample fresh{draw.chip.seed, draw.chip.sample, 0.0};
    sums.now += sum_of(conductance);
    sums.before += sum_of(program_tile(target, block, cells.device, fresh));
  }
  return conductance;
}

double factor_of(const precision::QuantisedTensor& weight, const AnalogDraw& draw,
                 const ConductanceSums& sums) {
  return weight.scale * (draw.drift_compensation && sums.now > 0.0 ? sums.before / sums.now : 1.0);
}

std::vector<float> scaled(const std::vector<double>& values, double factor) {
  std::vector<float> result(values.size());
  std::transform(values.begin(), values.end(), result.begin(),
                 [&](double value) { return static_cast<float>(factor * value); });
  return result;
}

/// The weights that one array holds: a block of depth times a block of outputs.
struct ArrayBlock {
  std::size_t matrix = 0;
  std::size_t depth_first = 0;
  std::size_t depths = 0;
  std::size_t output_first = 0;
  std::size_t outputs = 0;

  /// Calls body(place in the array's order, place in the tensor).
  template <class Body>
  void for_each(const precision::WeightLayout& layout, const Body& body) const {
    std::size_t place = 0;
    for (std::size_t k = 0; k < depths; ++k) {
      for (std::size_t n = 0; n < outputs; ++n) {
        body(place++, layout.index(matrix * layout.outputs + output_first + n, depth_first + k));
      }
    }
  }
};

std::vector<ArrayBlock> blocks_of(const precision::WeightLayout& layout, std::size_t rows,
                                  std::size_t outputs) {
  std::vector<ArrayBlock> blocks;
  for (std::size_t matrix = 0; matrix < layout.matrices; ++matrix) {
    for (std::size_t k = 0; k < layout.depth; k += rows) {
      for (std::size_t n = 0; n < layout.outputs; n += outputs) {
        blocks.push_back({matrix, k, std::min(rows, layout.depth - k), n,
                          std::min(outputs, layout.outputs - n)});
      }
    }
  }
  return blocks;
}

/// What the cells of one array give through its wires.
std::vector<double> through_wires(const std::vector<double>& conductance, const ArrayBlock& block,
                                  const ArrayWires& wires) {
  ArrayProblem problem;
  problem.rows = block.depths;
  problem.columns = conductance.size() / block.depths;
  problem.conductance = conductance;
  problem.row_segment_resistance = wires.row_segment_resistance;
  problem.column_segment_resistance = wires.column_segment_resistance;
  ArraySolveOptions options;
  options.tolerance = wires.tolerance;
  options.cancel = wires.cancel;
  return wires.solver->effective_matrix(problem, options).value;
}

}  // namespace

AnalogCells read_analog_cells(const device::Card& card, int bits_per_cell, device::UseList& uses) {
  return {read_programming_model(card, uses), mapping::read_cell_levels(card, uses), bits_per_cell};
}

std::vector<float> analog_weights(const precision::QuantisedTensor& weight, int weight_bits,
                                  const std::string& layer, const AnalogCells& cells,
                                  const AnalogDraw& draw) {
  const int slices = slices_of(weight_bits, cells);
  const std::span<const std::int16_t> codes(weight.value);
  std::vector<double> values;
  values.reserve(codes.size());
  ConductanceSums sums;
  for (std::size_t first = 0; first < codes.size(); first += weights_at_once) {
    const std::string block = layer + '/' + std::to_string(first / weights_at_once);
    const std::vector<double> target = targets(
        codes.subspan(first, std::min(weights_at_once, codes.size() - first)), slices, cells);
    std::vector<double> conductance = programmed(target, block, cells, draw, sums);
    if (draw.read_noise) fluctuate(conductance, block, cells, draw.chip);
    append_weights(conductance, slices, cells, values);
  }
  return scaled(values, factor_of(weight, draw, sums));
}

std::vector<float> analog_weights(const precision::QuantisedTensor& weight, int weight_bits,
                                  const std::string& layer, const AnalogCells& cells,
                                  const AnalogDraw& draw, const precision::WeightLayout& layout,
                                  const ArrayWires& wires) {
  const int slices = slices_of(weight_bits, cells);
  const std::size_t outputs = wires.columns / (2 * static_cast<std::size_t>(slices));
  if (layout.size() != weight.value.size()) {
    throw base::Error("precision.size",
                      "layer '" + layer + "' has " + std::to_string(weight.value.size()) +
                          " weights, its layout " + std::to_string(layout.size()),
                      "give the layout of the layer");
  }
  if (outputs == 0 || wires.rows == 0) {
    throw base::Error("mapping.fit",
                      "an output of layer '" + layer + "' takes " + std::to_string(2 * slices) +
                          " columns of an array of " + std::to_string(wires.rows) + " x " +
                          std::to_string(wires.columns),
                      "give larger arrays, fewer bits or more bits in a cell");
  }
  const std::vector<ArrayBlock> blocks = blocks_of(layout, wires.rows, outputs);
  std::vector<ConductanceSums> sums(blocks.size());
  std::vector<double> values(weight.value.size());
  base::parallel_for(blocks.size(), wires.threads, wires.cancel, [&](std::size_t b) {
    const ArrayBlock& block = blocks[b];
    const std::string name = layer + "/array/" + std::to_string(b);
    std::vector<std::int16_t> codes(block.depths * block.outputs);
    block.for_each(layout,
                   [&](std::size_t place, std::size_t at) { codes[place] = weight.value[at]; });
    std::vector<double> conductance = through_wires(
        programmed(targets(codes, slices, cells), name, cells, draw, sums[b]), block, wires);
    if (draw.read_noise) fluctuate(conductance, name, cells, draw.chip);
    std::vector<double> read;
    read.reserve(codes.size());
    append_weights(conductance, slices, cells, read);
    block.for_each(layout, [&](std::size_t place, std::size_t at) { values[at] = read[place]; });
  });
  ConductanceSums all;
  for (const ConductanceSums& one : sums) {
    all.now += one.now;
    all.before += one.before;
  }
  return scaled(values, factor_of(weight, draw, all));
}

}  // namespace neucasl::plugin
