#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "neucasl/cells/circuits.hpp"

namespace neucasl::cells {
namespace {

using Build = plugin::CircuitDesign (*)(const CircuitTask& task);

constexpr std::array<std::pair<std::string_view, Build>, 8> circuits{{
    {"ring_oscillator", ring_oscillator},
    {"lif_neuron", lif_neuron},
    {"adaptive_neuron", adaptive_neuron},
    {"winner_take_all", winner_take_all},
    {"sense_amplifier", sense_amplifier},
    {"sar_adc", sar_adc},
    {"r2r_dac", r2r_dac},
    {"current_synapse_array", current_synapse_array},
}};

}  // namespace

plugin::CircuitDesign build_circuit(const CircuitTask& task) {
  const auto found = std::ranges::find(circuits, std::string_view(task.request.name),
                                       &std::pair<std::string_view, Build>::first);
  if (found != circuits.end()) return found->second(task);
  std::vector<std::string> known;
  known.reserve(circuits.size());
  for (const auto& [name, build] : circuits) known.emplace_back(name);
  throw base::Error("cells.circuit", "no circuit '" + task.request.name + "'",
                    base::suggest(task.request.name, known));
}

}  // namespace neucasl::cells
