#pragma once

#include <Eigen/Core>
#include <functional>
#include <string>
#include <utility>

#include "neucasl/ir/design.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"

namespace neucasl::photonic {

/// A bench whose outputs are linear in its inputs.
struct MatrixBench {
  ir::Design design;  ///< All inputs are 0.
  Eigen::Index inputs = 0;
  Eigen::Index outputs = 0;
  /// What circuit::Circuit::set takes for an input, and the value that stands for 1.
  std::function<std::string(std::size_t input)> target;
  double value = 1.0;
  /// Nodes of the real and imaginary part of an output.
  std::function<std::pair<std::string, std::string>(std::size_t output)> nodes;
  double unit = 1.0;  ///< Element of the matrix for a node value of 1.
};

struct MeasuredMatrix {
  Eigen::MatrixXcd matrix;
  std::string method;  ///< Of the simulator.
};

/// The matrix of a bench as a simulator finds it: one operating point for each input alone.
/// \throws base::Error what the simulator reports.
MeasuredMatrix measure_matrix(const MatrixBench& bench, plugin::CircuitSimulator& simulator,
                              plugin::Context& context);

}  // namespace neucasl::photonic
