#pragma once

#include <optional>

#include "crossbar.hpp"
#include "neucasl/plugin/front_end.hpp"
#include "neuron.hpp"

/// \file
/// What a synapse array is made of and what theory says about it, before any netlist.

namespace neucasl::memristor_circuits {

struct SynapsePlan {
  Cell cell;
  EncodedWeights weights;
  CrossbarRequest crossbar;
  double transresistance = 0.0;  ///< ohm
  double period = 0.0;           ///< s, of one input vector

  NumberTable inputs;  ///< One vector a row, one number a row of the array, -1 to 1.
  struct Vector {
    std::vector<double> voltage;        ///< V, of each row
    std::vector<double> product;        ///< sum of weight x input, of each output
    std::vector<double> current;        ///< A, of each column, solved with wires and real cells
    std::vector<double> current_bound;  ///< A, largest difference from conductance x voltage
  };
  std::vector<Vector> vectors;

  /// Output voltage for a product of 1, V.
  [[nodiscard]] double volts_per_unit() const {
    return transresistance * weights.unit * cell.read_voltage();
  }
  /// Output voltage from column currents by the readout's gains, V.
  [[nodiscard]] std::vector<double> outputs(const std::vector<double>& current) const;
  /// Bound of an output's difference from volts_per_unit x product, V.
  [[nodiscard]] double output_bound(const Vector& vector, std::size_t output) const;
};

/// \throws base::Error "memristor.shape" when files and parameters do not fit together,
/// "memristor.input" for an input beyond -1 to 1 or, with selectors, between 0 and 1; what cells
/// and weights throw.
SynapsePlan plan_synapses(const plugin::CircuitRequest& request, plugin::Context& context,
                          device::UseList& uses);

/// Tables "outputs" (each vector and output: product, voltages), "cells" (conductances and states).
std::vector<results::Table> synapse_tables(const SynapsePlan& plan);
/// Counts, ranges, scales, power.
std::vector<results::Figure> synapse_figures(const SynapsePlan& plan);

}  // namespace neucasl::memristor_circuits
