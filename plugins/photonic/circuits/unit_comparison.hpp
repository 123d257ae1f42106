#pragma once

#include <memory>
#include <string>
#include <vector>

#include "convolution_bank.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"
#include "neucasl/results/table.hpp"

/// \file
/// A convolution unit in a circuit simulator against the functional model of inference.
///
/// Random weight vectors are the outputs of a dense layer, random input vectors its inputs, of the
/// bits that the unit's parameters say. The model (photonic_inference.hpp, without converters and
/// noise) runs that layer on the unit's banks; each weight vector is also a netlist, with the same
/// conductances and resonances, whose receiver's voltage over `unit_voltage` is the same sum of
/// products.

namespace neucasl::photonic {

struct ComparisonRequest {
  std::size_t weight_vectors = 1;
  std::size_t input_vectors = 1;
  int input_bits = 8;         ///< 0: 16, the most that the model has.
  double unit_voltage = 0.0;  ///< V, of a product of 1.
  std::uint64_t seed = 1;
};

struct UnitComparison {
  std::vector<std::vector<double>> weights;  ///< Targets, of each weight vector.
  std::vector<double> exact;                 ///< Products, weight vector by weight vector.
  std::vector<double> model;                 ///< The same from the functional model.
  std::vector<double> circuit;               ///< The same from the receiver's voltage.
  std::vector<double> activated_circuit;     ///< Behind the activation; empty without it.
  /// Sum of the squares of the inputs of each product.
  std::vector<double> input_squares;
  std::string method;  ///< Of the simulator.

  /// Root mean square of (circuit - exact) / sqrt(sum x^2): the error of a weight, when those of
  /// the weights of a product are independent and of mean 0.
  [[nodiscard]] double weight_error() const;
  /// max |circuit - model|
  [[nodiscard]] double largest() const;
  /// max |activated circuit - max(model, 0)|; 0 without an activation.
  [[nodiscard]] double largest_activated() const;
  /// A row for each pair of vectors.
  [[nodiscard]] results::Table table(std::size_t input_vectors) const;
};

/// \throws base::Error as the bank, the model and the simulator.
UnitComparison compare_unit(const std::shared_ptr<const ConvolutionParts>& parts,
                            const std::shared_ptr<const ConvolutionBank>& bank,
                            const ComparisonRequest& request, plugin::CircuitSimulator& simulator,
                            plugin::Context& context);

}  // namespace neucasl::photonic
