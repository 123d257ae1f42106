#include "neucasl/plugin/weight_storage.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "neucasl/precision/graph_quantisation.hpp"

namespace neucasl::plugin {

WeightStorage::~WeightStorage() = default;

AnalogStorage::AnalogStorage(AnalogCells cells, const Options& options)
    : cells_(std::move(cells)), options_(options) {
  if (options_.draws > 0) return;
  throw base::Error("precision.value", "weights are read in no draw", "give at least one");
}

std::vector<float> AnalogStorage::read(const LayerWeight& weight, int bits,
                                       std::size_t draw) const {
  AnalogDraw one = options_.first;
  one.chip.sample += draw;
  const precision::QuantisedTensor codes = precision::quantise_symmetric(
      std::vector<float>(weight.values.begin(), weight.values.end()), bits);
  if (!options_.wires) return analog_weights(codes, bits, weight.layer, cells_, one);
  return analog_weights(codes, bits, weight.layer, cells_, one, weight.layout, *options_.wires);
}

AnalogStorage::Options AnalogStorage::further() const {
  Options result = options_;
  result.first.chip.sample += options_.draws;
  return result;
}

double effective_bits(const LayerWeight& weight, int bits, const WeightStorage& storage) {
  const precision::QuantisedTensor codes = precision::quantise_symmetric(
      std::vector<float>(weight.values.begin(), weight.values.end()), bits);
  int largest = 0;
  for (const std::int16_t code : codes.value) largest = std::max(largest, std::abs(code));
  if (largest == 0) {
    throw base::Error("precision.value", "layer '" + weight.layer + "' has no weight but 0",
                      "give weights other than 0");
  }
  double squares = 0.0;
  for (std::size_t draw = 0; draw < storage.draws(); ++draw) {
    const std::vector<float> read = storage.read(weight, bits, draw);
    for (std::size_t i = 0; i < read.size(); ++i) {
      const double error = static_cast<double>(read[i]) - codes.scale * codes.value[i];
      squares += error * error;
    }
  }
  const double sigma = std::sqrt(
      squares / (static_cast<double>(weight.values.size()) * static_cast<double>(storage.draws())));
  if (sigma == 0.0) return std::numeric_limits<double>::infinity();
  return std::log2(1.0 + 2.0 * codes.scale * largest / (std::sqrt(12.0) * sigma));
}

std::vector<float> stored_weight(workload::StagedNetwork& network, std::size_t layer,
                                 std::span<const float> weight,
                                 const precision::QuantiserForm& form, const WeightStorage* storage,
                                 std::size_t draw) {
  const workload::PlacedLayer placed = network.place(layer);
  const precision::WeightLayout layout = precision::weight_layout(placed.graph, placed.node);
  if (storage == nullptr) return precision::quantise(weight, layout, form).values();
  const std::string& name = network.network().matrix_layers()[layer].name;
  return storage->read({name, weight, layout}, form.bits, draw);
}

}  // namespace neucasl::plugin
