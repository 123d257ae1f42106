#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "front_end.hpp"
#include "neucasl/base/normal_field.hpp"
#include "neucasl/mapping/chip.hpp"
#include "neucasl/network/dataset.hpp"
#include "neucasl/plugin/context.hpp"

/// \file
/// LeNet-5 of random weights on a chip, for benchmarks: time and memory do not depend on weights.

namespace neucasl::benchmarks {

inline void randomise(network::Network& network) {
  const base::NormalField normals(1, "benchmark");
  const auto shapes = network.shapes();
  for (const network::LayerId id : network.matrix_layers()) {
    const auto sigma =
        static_cast<float>(std::sqrt(2.0 / static_cast<double>(network.depth(id, shapes))));
    std::vector<float>& weight = network.layers[id].weight;
    std::vector<float> block(base::NormalField::block);
    for (std::size_t i = 0; i < weight.size(); ++i) {
      const std::size_t k = i % block.size();
      if (k == 0) normals.fill(id, i / block.size(), 1, block.data());
      weight[i] = sigma * block[k];
    }
  }
}

inline std::string source_file(const char* file) {
  return std::string(NEUCASL_SOURCE_FOLDER) + '/' + file;
}

inline mapping::Architecture lenet_architecture() {
  device::UseList uses;
  return mapping::read_architecture(
      device::load_card(source_file("examples/lenet_memristor/architecture.xml")), uses);
}

/// The network, the chip and 10,000 images of Fashion-MNIST.
struct Lenet {
  network::Dataset dataset = network::load_dataset("fashion-mnist", {});
  network::Network network = network::lenet5();
  device::Card memory;
  ir::Design chip;
  mapping::ChipView view;

  Lenet() {
    randomise(network);
    const mapping::Architecture arrays = lenet_architecture();
    const device::Library library({source_file("devices")});
    memory = library.load(arrays.device);
    base::DiagnosticSink sink;
    plugin::Context context;
    context.diagnostics = &sink;
    chip = memristor_plugin::MemristorFrontEnd()
               .build_chip({network, precision::uniform(network, 8, 8), arrays, memory,
                            library.load(arrays.periphery), dataset.training.slice(0, 64), 64},
                           context)
               .design;
    view = mapping::read_chip(chip);
  }
};

}  // namespace neucasl::benchmarks
