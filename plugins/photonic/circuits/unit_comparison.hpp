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
  std::vector<double> model;                 ///< Products, weight vector by weight vector.
  std::vector<double> circuit;               ///< The same from the receiver's voltage.
  std::vector<double> activated_circuit;     ///< Behind the activation; empty without it.
  std::string method;                        ///< Of the simulator.

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

/// Effective bits of a weight by cause, and of all together.
struct UnitResolution {
  std::vector<std::string> causes;
  std::vector<double> bits;
  double combined = 0.0;

  [[nodiscard]] results::Table table() const;
};

/// Root mean square errors of these weights, realised with one imperfection of the bank after the
/// other, and noise with all inputs at 1, each as (SNR - 1.76 dB) / 6.02 dB against a weight of 1;
/// the causes add in power (link/resolution.hpp).
UnitResolution unit_resolution(const ConvolutionBank& bank,
                               const std::vector<std::vector<double>>& weights, int input_bits);

}  // namespace neucasl::photonic
