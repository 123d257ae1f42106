#include "mesh_measurement.hpp"

#include <cmath>

#include "bench_parts.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "node_value.hpp"

namespace neucasl::photonic {
MeasuredMatrix measure_matrix(const MeshFactors& factors, MeshBench bench,
                              plugin::CircuitSimulator& simulator, plugin::Context& context) {
  const auto inputs = static_cast<std::size_t>(factors.inputs());
  const auto outputs = static_cast<std::size_t>(factors.outputs());
  bench.inputs.assign(inputs, 0.0);
  const circuit::Circuit dark =
      circuit::lower(ir::flatten(mesh_design(factors, bench)), *context.models, *context.devices);
  plugin::SimulationOptions options;
  options.tolerances = circuit::Tolerances::tight();
  MeasuredMatrix measured;
  measured.matrix.resize(factors.outputs(), factors.inputs());
  const double unit = factors.scale / std::sqrt(bench.power);
  simulator.simulate_batch(
      inputs,
      [&](std::size_t k) {
        circuit::Circuit one = dark;
        one.set("laser_" + std::to_string(k) + ".power", bench.power);
        return one;
      },
      circuit::OperatingPointAnalysis{}, options,
      [&](std::size_t k, const plugin::SimulationOutcome& outcome) {
        if (!outcome.result) throw base::Error(*outcome.failure);
        for (std::size_t i = 0; i < outputs; ++i) {
          const std::string net = bus_bit("output", i, outputs);
          measured.matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) =
              unit * std::complex<double>(node_value(*outcome.result, net + ".re"),
                                          node_value(*outcome.result, net + ".im"));
        }
        measured.method = outcome.result->method;
      },
      context);
  return measured;
}

}  // namespace neucasl::photonic
