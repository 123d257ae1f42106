#include "neucasl/precision/precision_map.hpp"

#include <algorithm>

namespace neucasl::precision {
namespace {

std::vector<std::string> matrix_layer_names(const network::Network& network) {
  std::vector<std::string> names;
  for (const network::LayerId id : network.matrix_layers()) {
    names.push_back(network.layers[id].name);
  }
  return names;
}

void check_bits(const LayerPrecision& layer, const base::Location& where) {
  for (const int bits : {layer.weight_bits, layer.activation_bits}) {
    if (bits >= least_bits && bits <= most_bits) continue;
    throw base::Error(
        "precision.bits", "layer '" + layer.layer + "' has " + std::to_string(bits) + " bits",
        "give " + std::to_string(least_bits) + " to " + std::to_string(most_bits), where);
  }
}

}  // namespace

bool PrecisionMap::operator==(const PrecisionMap& other) const {
  return network == other.network && method == other.method && variant == other.variant &&
         seed == other.seed && layers == other.layers && fallback == other.fallback;
}

const LayerPrecision& PrecisionMap::at(std::string_view layer) const {
  for (const LayerPrecision& candidate : layers) {
    if (candidate.layer == layer) return candidate;
  }
  if (fallback) return *fallback;
  throw base::Error("precision.layer",
                    "the precision map has no layer '" + std::string(layer) + "'",
                    "add it to 'layers' or give a 'fallback'", where);
}

void PrecisionMap::check(const network::Network& target) const {
  if (network != target.name) {
    throw base::Error(
        "precision.network",
        "the precision map is for network '" + network + "', not '" + target.name + "'",
        "use a map made for this network", where);
  }
  const std::vector<std::string> names = matrix_layer_names(target);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (std::find(names.begin(), names.end(), layers[i].layer) == names.end()) {
      throw base::Error("precision.layer",
                        "the network has no matrix layer '" + layers[i].layer + "'",
                        base::suggest(layers[i].layer, names), where);
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (layers[j].layer != layers[i].layer) continue;
      throw base::Error("precision.layer", "layer '" + layers[i].layer + "' is named twice",
                        "remove one entry", where);
    }
    check_bits(layers[i], where);
  }
  if (fallback) check_bits(*fallback, where);
  for (const std::string& name : names) static_cast<void>(at(name));
}

PrecisionMap uniform(const network::Network& network, int weight_bits, int activation_bits) {
  PrecisionMap map;
  map.network = network.name;
  map.method = "uniform";
  for (const std::string& name : matrix_layer_names(network)) {
    map.layers.push_back({name, weight_bits, activation_bits});
  }
  map.check(network);
  return map;
}

}  // namespace neucasl::precision
