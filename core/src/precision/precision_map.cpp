#include "neucasl/precision/precision_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "neucasl/base/hash.hpp"

namespace neucasl::precision {
namespace {

constexpr std::array activation_names{"not-negative", "symmetric", "affine"};

std::string title(const LayerPrecision& layer) {
  return layer.layer.empty() ? "the fallback" : "layer '" + layer.layer + "'";
}

void check_scores(const LayerPrecision& layer, const base::Location& where) {
  for (const auto& [method, scores] : layer.sensitivities) {
    for (const auto& [bits, score] : scores) {
      if (std::isfinite(score)) continue;
      throw base::Error("precision.sensitivity",
                        title(layer) + " has a score of '" + method + "' at " +
                            std::to_string(bits) + " bits that is not finite",
                        "give a number", where);
    }
  }
}

void check_layer(const LayerPrecision& layer, const base::Location& where) {
  for (const int bits : {layer.weight_bits, layer.activation_bits}) {
    if (bits >= least_bits && bits <= most_bits) continue;
    throw base::Error("precision.bits", title(layer) + " has " + std::to_string(bits) + " bits",
                      "give " + std::to_string(least_bits) + " to " + std::to_string(most_bits),
                      where);
  }
  if (layer.granularity == Granularity::group && layer.group_size == 0) {
    throw base::Error("precision.granularity", title(layer) + " has groups of no weight",
                      "give the size of a group", where);
  }
  check_scores(layer, where);
}

std::vector<std::string> names_of(const NetworkLayers& network) {
  std::vector<std::string> names;
  names.reserve(network.layers.size() + network.dynamic_products.size());
  for (const NetworkLayers::Layer& layer : network.layers) names.push_back(layer.name);
  names.insert(names.end(), network.dynamic_products.begin(), network.dynamic_products.end());
  return names;
}

void check_names(const PrecisionMap& map, const NetworkLayers& network) {
  const std::vector<std::string> names = names_of(network);
  const std::set<std::string_view> known(names.begin(), names.end());
  std::set<std::string_view> seen;
  for (const LayerPrecision& layer : map.layers) {
    if (!known.contains(layer.layer)) {
      throw base::Error("precision.layer", "the network has no matrix layer '" + layer.layer + "'",
                        base::suggest(layer.layer, names), map.where);
    }
    if (!seen.insert(layer.layer).second) {
      throw base::Error("precision.layer", "layer '" + layer.layer + "' is named twice",
                        "remove one entry", map.where);
    }
  }
  for (const NetworkLayers::Layer& layer : network.layers) {
    if (!seen.contains(layer.name)) static_cast<void>(map.at(layer.name));
  }
}

}  // namespace

std::string_view to_string(ActivationForm form) {
  return activation_names.at(static_cast<std::size_t>(form));
}

std::optional<ActivationForm> activation_form_from(std::string_view name) {
  const auto found = std::find(activation_names.begin(), activation_names.end(), name);
  if (found == activation_names.end()) return std::nullopt;
  return static_cast<ActivationForm>(found - activation_names.begin());
}

QuantiserForm LayerPrecision::weight_form() const {
  QuantiserForm form;
  form.bits = weight_bits;
  form.affine = weight_affine;
  form.granularity = granularity;
  form.group_size = group_size;
  return form;
}

std::string NetworkLayers::structure() const {
  std::string text;
  for (const Layer& layer : layers) {
    text += std::to_string(layer.depth) + " x " + std::to_string(layer.outputs) + '\n';
  }
  constexpr std::size_t digits = 16;
  return base::sha256(text).substr(0, digits);
}

NetworkLayers layers_of(const network::Network& network) {
  NetworkLayers result{network.name, {}, {}};
  const std::vector<network::Shape> shapes = network.shapes();
  for (const network::LayerId id : network.matrix_layers()) {
    result.layers.push_back(
        {network.layers[id].name, network.depth(id, shapes), network.layers[id].outputs});
  }
  return result;
}

NetworkLayers layers_of(const workload::Workload& workload) {
  NetworkLayers result{workload.name, {}, {}};
  for (const workload::Operation& operation : workload.operations) {
    const workload::MatrixProduct& product = operation.product;
    if (product.count == 0) continue;
    if (product.stationary && operation.weights_of == workload::workload_input) {
      result.layers.push_back({operation.name, product.depth, product.count * product.outputs});
    } else {
      result.dynamic_products.push_back(operation.name);
    }
  }
  return result;
}

NetworkLayers layers_of(const workload::SegmentedNetwork& network) {
  NetworkLayers result{network.name(), {}, {}};
  for (const workload::MatrixLayer& layer : network.matrix_layers()) {
    result.layers.push_back({layer.name, layer.depth, layer.outputs});
  }
  return result;
}

bool PrecisionMap::operator==(const PrecisionMap& other) const {
  return network == other.network && method == other.method && variant == other.variant &&
         seed == other.seed && calibration == other.calibration && structure == other.structure &&
         tool == other.tool && layers == other.layers && fallback == other.fallback;
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

void PrecisionMap::check(const NetworkLayers& target) const {
  if (network != target.network) {
    throw base::Error(
        "precision.network",
        "the precision map is for network '" + network + "', not '" + target.network + "'",
        "use a map made for this network", where);
  }
  if (!structure.empty() && structure != target.structure()) {
    throw base::Error("precision.structure",
                      "the precision map is for another structure of '" + network +
                          "': its hash is " + structure + ", the network's " + target.structure(),
                      "use a map made for this network, or one without 'structure'", where);
  }
  check_names(*this, target);
  for (const LayerPrecision& layer : layers) check_layer(layer, where);
  if (fallback) check_layer(*fallback, where);
}

PrecisionMap uniform(const NetworkLayers& network, int weight_bits, int activation_bits) {
  PrecisionMap map;
  map.network = network.network;
  map.method = "uniform";
  map.structure = network.structure();
  for (const NetworkLayers::Layer& layer : network.layers) {
    LayerPrecision& bits = map.layers.emplace_back();
    bits.layer = layer.name;
    bits.weight_bits = weight_bits;
    bits.activation_bits = activation_bits;
  }
  map.check(network);
  return map;
}

PrecisionMap uniform(const network::Network& network, int weight_bits, int activation_bits) {
  return uniform(layers_of(network), weight_bits, activation_bits);
}

}  // namespace neucasl::precision
