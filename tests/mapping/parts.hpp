#pragma once

#include <string>
#include <vector>

#include "memristor/front_end.hpp"
#include "neucasl/mapping/chip.hpp"
#include "neucasl/mapping/slicing.hpp"
#include "tests/network/reference.hpp"

/// \file
/// Cards, a network and a chip for the tests of the mapping layer.

namespace neucasl::mapping::test {

inline std::string number(const std::string& name, const std::string& value,
                          const std::string& unit) {
  return "<number name=\"" + name + "\" value=\"" + value + "\" unit=\"" + unit +
         "\" kind=\"assumed\" source=\"s\" place=\"p\"/>\n";
}

inline device::Card card(const std::string& id, const std::string& family,
                         const std::string& body) {
  return device::parse_card("<card id=\"" + id + "\" family=\"" + family +
                                "\" title=\"t\"><citation key=\"s\">c</citation>\n" + body +
                                "</card>",
                            id + ".xml");
}

/// Levels are whole multiples of 2^-20 S, so that all sums of currents are exact.
inline device::Card memory_card() {
  return card("cell", "memristor",
              number("conductance_min", "9.5367431640625e-07", "S") +
                  number("conductance_max", "3.814697265625e-06", "S") +
                  number("read_voltage", "0.99609375", "V"));
}

inline Architecture architecture(std::size_t rows, std::size_t columns) {
  Architecture result;
  result.id = "test";
  result.device = "cell";
  result.periphery = "periphery";
  result.array_rows = rows;
  result.array_columns = columns;
  result.bits_per_cell = 2;
  result.dac_bits = 8;
  result.adc_bits = 8;
  result.lines_per_adc = 4;
  result.pulse_time = 1e-9;
  result.row_segment_resistance = 1.0;
  result.column_segment_resistance = 2.0;
  return result;
}

/// Every matrix layer sees inputs >= 0; sizes do not divide those of the arrays.
inline network::Network network() {
  namespace ref = network::reference;
  network::Network result;
  result.name = "tiny";
  result.input = {5, 4, 2};
  ref::append(result, "conv", network::LayerKind::convolution, 3, 3, 1, 1);
  ref::append(result, "relu", network::LayerKind::relu, 0, 1, 1, 0);
  ref::append(result, "fc", network::LayerKind::dense, 7, 1, 1, 0);
  std::uint64_t seed = 70;
  for (const network::LayerId id : result.matrix_layers()) {
    ref::randomise(result.layers[id].weight, ++seed, 0.5);
    ref::randomise(result.layers[id].bias, ++seed, 0.1);
  }
  return result;
}

inline std::vector<float> images(const network::Network& network, std::size_t count) {
  base::RandomStream random(71, "test/images");
  std::vector<float> result(count * network.input.size());
  for (float& x : result) x = static_cast<float>(random.uniform());
  return result;
}

inline ir::Design build_chip(const network::Network& network,
                             const precision::PrecisionMap& precision,
                             const Architecture& architecture) {
  device::Card memory = memory_card();
  // One step of the input code is 2^-8 V for every resolution.
  for (device::Number& n : memory.numbers) {
    if (n.name == "read_voltage") n.value.value = ((1 << architecture.dac_bits) - 1) / 256.0;
  }
  const device::Card periphery = card("periphery", "periphery", "");
  const std::vector<float> samples = images(network, 3);
  base::DiagnosticSink sink;
  plugin::Context context;
  context.diagnostics = &sink;
  return memristor_plugin::MemristorFrontEnd()
      .build_chip({network, precision, architecture, memory, periphery, samples, 3}, context)
      .design;
}

/// Sets a parameter of every layer of a chip.
inline void set_in_layers(ir::Design& chip, const std::string& name, double value) {
  for (ir::Module& module : chip.modules) {
    if (module.attribute("role") != "layer") continue;
    for (ir::Parameter& parameter : module.parameters) {
      if (parameter.name == name) std::get<base::Quantity>(parameter.value).value = value;
    }
  }
}

template <class Call>
base::Diagnostic failure(const Call& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  return {};
}

}  // namespace neucasl::mapping::test
