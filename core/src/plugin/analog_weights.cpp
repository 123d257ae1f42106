#include "neucasl/plugin/analog_weights.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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

}  // namespace

AnalogCells read_analog_cells(const device::Card& card, int bits_per_cell, device::UseList& uses) {
  return {read_programming_model(card, uses), mapping::read_cell_levels(card, uses), bits_per_cell};
}

std::vector<float> analog_weights(const precision::QuantisedTensor& weight, int weight_bits,
                                  const std::string& layer, const AnalogCells& cells,
                                  const AnalogDraw& draw) {
  precision::QuantiserForm form;
  form.bits = weight_bits;
  form.check();
  const int slices = (weight_bits - 1 + cells.bits_per_cell - 1) / cells.bits_per_cell;
  const std::span<const std::int16_t> codes(weight.value);
  const ChipSample fresh{draw.chip.seed, draw.chip.sample, 0.0};
  std::vector<double> values;
  values.reserve(codes.size());
  double now = 0.0;
  double before = 0.0;
  for (std::size_t first = 0; first < codes.size(); first += weights_at_once) {
    const std::string block = layer + '/' + std::to_string(first / weights_at_once);
    const std::vector<double> target = targets(
        codes.subspan(first, std::min(weights_at_once, codes.size() - first)), slices, cells);
    std::vector<double> conductance = program_tile(target, block, cells.device, draw.chip);
    if (draw.drift_compensation) {
      now += sum_of(conductance);
      before += sum_of(program_tile(target, block, cells.device, fresh));
    }
    if (draw.read_noise) fluctuate(conductance, block, cells, draw.chip);
    append_weights(conductance, slices, cells, values);
  }
  const double factor = weight.scale * (draw.drift_compensation && now > 0.0 ? before / now : 1.0);
  std::vector<float> result(values.size());
  std::transform(values.begin(), values.end(), result.begin(),
                 [&](double value) { return static_cast<float>(factor * value); });
  return result;
}

double effective_bits(std::span<const float> weight, int weight_bits, const std::string& layer,
                      const AnalogCells& cells, const AnalogDraw& draw, int draws) {
  const precision::QuantisedTensor quantised =
      precision::quantise_symmetric(std::vector<float>(weight.begin(), weight.end()), weight_bits);
  int largest = 0;
  for (const std::int16_t code : quantised.value) largest = std::max(largest, std::abs(code));
  if (draws < 1 || largest == 0) {
    throw base::Error("precision.value",
                      "layer '" + layer + "' has " + std::to_string(draws) +
                          " draws and a largest code of " + std::to_string(largest),
                      "give draws, and weights other than 0");
  }
  double squares = 0.0;
  AnalogDraw one = draw;
  for (int k = 0; k < draws; ++k, ++one.chip.sample) {
    const std::vector<float> read = analog_weights(quantised, weight_bits, layer, cells, one);
    for (std::size_t i = 0; i < read.size(); ++i) {
      const double error = static_cast<double>(read[i]) - quantised.scale * quantised.value[i];
      squares += error * error;
    }
  }
  const double sigma =
      std::sqrt(squares / (static_cast<double>(weight.size()) * static_cast<double>(draws)));
  if (sigma == 0.0) return std::numeric_limits<double>::infinity();
  return std::log2(1.0 + 2.0 * quantised.scale * largest / (std::sqrt(12.0) * sigma));
}

}  // namespace neucasl::plugin
