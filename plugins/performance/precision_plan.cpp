#include "precision_plan.hpp"

#include <algorithm>
#include <map>

namespace neucasl::performance_plugin {
namespace {

using precision::LayerPrecision;
using precision::PrecisionMap;

void apply(const PrecisionMap& map, const workload::Workload& workload,
           std::vector<architecture::OperationBits>& bits) {
  map.check(precision::layers_of(workload));
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
