#include "circuits.hpp"

#include <string>
#include <vector>

#include "../chip/core_circuit.hpp"
#include "convolution_circuit.hpp"
#include "filter_bank.hpp"
#include "mesh_circuit.hpp"
#include "photonic_neuron.hpp"
#include "synapse_circuit.hpp"
#include "weight_bank_circuit.hpp"

namespace neucasl::photonic {
namespace {

struct NamedCircuit {
  std::string_view name;
  CircuitBuilder build;
};

// One line for each <circuit> of the manifest.
const std::vector<NamedCircuit>& circuit_table() {
  static const std::vector<NamedCircuit> table = {
      {"mzi_mesh", build_mzi_mesh},
      {"filter_bank", build_filter_bank},
      {"photonic_neuron", build_photonic_neuron},
      {"weight_bank", build_weight_bank},
      {"convolution_unit", build_convolution_unit},
      {"synapse_array", build_synapse_array},
      {"chip_core", build_chip_core},
  };
  return table;
}

}  // namespace

CircuitBuilder circuit_builder(std::string_view name) {
  std::vector<std::string> known;
  for (const NamedCircuit& circuit : circuit_table()) {
    if (circuit.name == name) return circuit.build;
    known.emplace_back(circuit.name);
  }
  throw base::Error("photonic.circuit", "there is no circuit '" + std::string(name) + "'",
                    base::suggest(std::string(name), known));
}

}  // namespace neucasl::photonic
