#pragma once

#include <Eigen/Core>
#include <string>

#include "mesh_netlist.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"

namespace neucasl::photonic {

struct MeasuredMatrix {
  Eigen::MatrixXcd matrix;  ///< As `transfer` gives it.
  std::string method;       ///< Of the simulator.
};

/// The matrix of a bench as a simulator finds it: one operating point for each input alone, read at
/// the outputs' fields.
/// \throws base::Error what the simulator reports.
MeasuredMatrix measure_matrix(const MeshFactors& factors, MeshBench bench,
                              plugin::CircuitSimulator& simulator, plugin::Context& context);

}  // namespace neucasl::photonic
