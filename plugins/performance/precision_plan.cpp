#include "precision_plan.hpp"

#include <algorithm>
#include <set>

namespace neucasl::performance_plugin {
namespace {

using precision::LayerPrecision;
using precision::PrecisionMap;

void check_bits(const LayerPrecision& layer, const PrecisionMap& map) {
  for (const int bits : {layer.weight_bits, layer.activation_bits}) {
    if (bits >= precision::least_bits && bits <= precision::most_bits) continue;
    throw base::Error("precision.bits",
                      (layer.layer.empty() ? "the fallback" : "layer '" + layer.layer + "'") +
                          " has " + std::to_string(bits) + " bits",
                      "give " + std::to_string(precision::least_bits) + " to " +
                          std::to_string(precision::most_bits),
                      map.where);
  }
}

void check_map(const PrecisionMap& map, const workload::Workload& workload) {
  if (map.network != workload.name) {
    throw base::Error(
        "precision.network",
        "the precision map is for network '" + map.network + "', not '" + workload.name + "'",
        "use a map made for this network", map.where);
  }
  std::vector<std::string> names;
  for (const workload::Operation& operation : workload.operations) {
    if (operation.product.count > 0) names.push_back(operation.name);
  }
  std::set<std::string> seen;
  for (const LayerPrecision& layer : map.layers) {
    check_bits(layer, map);
    if (std::find(names.begin(), names.end(), layer.layer) == names.end()) {
      throw base::Error("precision.layer",
                        "the network has no matrix operation '" + layer.layer + "'",
                        base::suggest(layer.layer, names), map.where);
    }
    if (!seen.insert(layer.layer).second) {
      throw base::Error("precision.layer", "layer '" + layer.layer + "' is named twice",
                        "remove one entry", map.where);
    }
  }
  if (map.fallback) check_bits(*map.fallback, map);
}

void apply(const PrecisionMap& map, const workload::Workload& workload,
           std::vector<architecture::OperationBits>& bits) {
  check_map(map, workload);
  std::map<std::string_view, const LayerPrecision*> named;
  for (const LayerPrecision& layer : map.layers) named.emplace(layer.layer, &layer);
  for (std::size_t id = 0; id < bits.size(); ++id) {
    const workload::Operation& operation = workload.operations[id];
    if (operation.product.count == 0) continue;
    const auto found = named.find(operation.name);
    // What multiplies two computed matrices has no weights that a map must name.
    if (found == named.end() && !map.fallback && !operation.product.stationary) continue;
    const LayerPrecision& chosen = found == named.end() ? map.at(operation.name) : *found->second;
    bits[id].weight = chosen.weight_bits;
    bits[id].input = chosen.activation_bits;
  }
}

}  // namespace

std::vector<architecture::OperationBits> operation_bits(
    const architecture::Architecture& architecture, const workload::Workload& workload,
    const PrecisionMap* map) {
  std::vector<architecture::OperationBits> bits =
      architecture::uniform_bits(architecture, workload);
  if (map == nullptr) return bits;
  apply(*map, workload, bits);
  std::vector<int> widest(bits.size(), 0);
  for (std::size_t id = bits.size(); id-- > 0;) {
    const workload::Operation& operation = workload.operations[id];
    bits[id].output = widest[id] > 0 ? widest[id] : architecture.activation_bits;
    if (operation.product.count == 0) bits[id].input = bits[id].output;
    for (const workload::OperationId input : operation.inputs) {
      if (input != workload::workload_input) {
        widest[input] = std::max(widest[input], bits[id].input);
      }
    }
  }
  return bits;
}

}  // namespace neucasl::performance_plugin
