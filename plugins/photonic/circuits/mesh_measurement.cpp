#include "mesh_measurement.hpp"

#include <complex>

#include "neucasl/ir/flat_netlist.hpp"
#include "node_value.hpp"

namespace neucasl::photonic {

MeasuredMatrix measure_matrix(const MatrixBench& bench, plugin::CircuitSimulator& simulator,
                              plugin::Context& context) {
  const circuit::Circuit dark =
      circuit::lower(ir::flatten(bench.design), *context.models, *context.devices);
  plugin::SimulationOptions options;
  options.tolerances = circuit::Tolerances::tight();
  MeasuredMatrix measured;
  measured.matrix.resize(bench.outputs, bench.inputs);
  simulator.simulate_batch(
      static_cast<std::size_t>(bench.inputs),
      [&](std::size_t k) {
        circuit::Circuit one = dark;
        one.set(bench.target(k), bench.value);
        return one;
      },
      circuit::OperatingPointAnalysis{}, options,
      [&](std::size_t k, const plugin::SimulationOutcome& outcome) {
        if (!outcome.result) throw base::Error(*outcome.failure);
        for (Eigen::Index i = 0; i < bench.outputs; ++i) {
          const auto [re, im] = bench.nodes(static_cast<std::size_t>(i));
          measured.matrix(i, static_cast<Eigen::Index>(k)) =
              bench.unit * std::complex<double>(node_value(*outcome.result, re),
                                                node_value(*outcome.result, im));
        }
        measured.method = outcome.result->method;
      },
      context);
  return measured;
}

}  // namespace neucasl::photonic
