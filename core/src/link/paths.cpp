#include "neucasl/link/paths.hpp"

#include <algorithm>
#include <bit>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::link {
namespace {

void require(std::size_t given, std::size_t least, const char* what) {
  if (given >= least) return;
  throw base::Error("link.core", "a core with " + std::to_string(given) + ' ' + what,
                    "give " + std::to_string(least) + " or more");
}

double number(std::size_t count) { return static_cast<double>(count); }

}  // namespace

std::size_t splitter_levels(std::size_t ends) {
  return ends <= 1 ? 0 : static_cast<std::size_t>(std::bit_width(ends - 1));
}

CorePath serial_rings(const ElementLosses& losses, std::size_t rings, double length) {
  require(rings, 1, "rings");
  return {{{"source", losses.source, 1.0},
           {"ring modulation", losses.ring_modulation, 1.0},
           {"ring through", losses.ring_through, number(rings - 1)},
           {"waveguide", losses.waveguide, length}},
          1.0};
}

CorePath broadcast_and_weight(const ElementLosses& losses, std::size_t channels,
                              std::size_t outputs, double length) {
  require(channels, 1, "channels");
  require(outputs, 1, "outputs");
  return {{{"source", losses.source, 1.0},
           {"ring modulation", losses.ring_modulation, 1.0},
           {"ring through", losses.ring_through, 2.0 * number(channels - 1)},
           {"splitter", losses.splitter, number(splitter_levels(outputs))},
           {"ring drop", losses.ring_drop, 1.0},
           {"waveguide", losses.waveguide, length}},
          number(outputs)};
}

CorePath interferometer_mesh(const ElementLosses& losses, std::size_t inputs, Mesh arrangement,
                             bool any_matrix) {
  require(inputs, 2, "inputs");
  const std::size_t depth = arrangement == Mesh::rectangular ? inputs : 2 * inputs - 3;
  return {{{"source", losses.source, 1.0},
           {"splitter", losses.splitter, number(splitter_levels(inputs))},
           {"modulator", losses.modulator, 1.0},
           {"interferometer", losses.interferometer, number(any_matrix ? 2 * depth + 1 : depth)}},
          number(inputs)};
}

CorePath dot_product_crossbar(const ElementLosses& losses, std::size_t rows, std::size_t columns) {
  require(rows, 1, "rows");
  require(columns, 1, "columns");
  const std::size_t levels = splitter_levels(std::max(rows, columns));
  return {{{"source", losses.source, 1.0},
           {"splitter", losses.splitter, number(levels + 1)},
           {"multiplexer", losses.multiplexer, 2.0},
           {"modulator", losses.modulator, 1.0},
           {"phase shifter", losses.phase_shifter, 1.0},
           {"coupler", losses.coupler, 1.0}},
          number(rows) * number(columns)};
}

}  // namespace neucasl::link
