#pragma once

#include "crossbar.hpp"
#include "neucasl/network/network.hpp"
#include "neucasl/plugin/front_end.hpp"

/// \file
/// A network of dense layers as crossbars, with the voltages that theory says.
///
/// Each layer is an array with one row more than inputs: that row has the read voltage Vr and holds
/// the biases. With A the scale of a layer's inputs (an input a is the voltage Vr a/A; A = 1 for
/// the network's own) and B that of its outputs, the array holds the weights A W and b as
/// differential pairs, and the readout's transresistance makes the output voltage
///   Vr (W a + b)/B,
/// which a rectifier passes on where the network has a ReLU. B is the largest output over the input
/// vectors, so that no row gets more than Vr.

namespace neucasl::memristor_circuits {

struct NetworkLayer {
  std::string name;
  bool rectified = false;
  double output_scale = 1.0;  ///< B
  EncodedWeights weights;
  CrossbarRequest crossbar;
  double transresistance = 0.0;  ///< ohm
};

struct NetworkPlan {
  Cell cell;
  std::vector<NetworkLayer> layers;
  NumberTable inputs;
  double period = 0.0;  ///< s, of one vector
  struct Vector {
    std::vector<float> scores;                 ///< Of the float network.
    std::vector<std::vector<double>> voltage;  ///< V, by layer and output, before rectifying
  };
  std::vector<Vector> vectors;

  /// Voltage that a score of the last layer stands for.
  [[nodiscard]] double ideal_voltage(const Vector& vector, std::size_t output) const;
  [[nodiscard]] static std::size_t decision(const std::vector<float>& scores);
};

/// \throws base::Error "memristor.network" without a network, for layers other than dense and ReLU,
/// or a cell that is not ohmic; "memristor.shape", "memristor.input".
NetworkPlan plan_network(const plugin::CircuitRequest& request, plugin::Context& context,
                         device::UseList& uses);

}  // namespace neucasl::memristor_circuits
