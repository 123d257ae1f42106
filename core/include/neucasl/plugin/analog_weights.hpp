#pragma once

#include <span>
#include <string>
#include <vector>

#include "neucasl/mapping/architecture.hpp"
#include "neucasl/plugin/analog_chip.hpp"
#include "neucasl/precision/quantiser.hpp"

/// \file
/// Weights as the cells of a chip hold them: the perturbation of a layer by its device.
///
/// A quantised weight q is kept in digits d_k of c bits in differential pairs of cells, as
/// mapping/slicing.hpp says. Each cell is programmed, drifts and fluctuates as analog_chip.hpp
/// says, and the weight that its reads stand for is
///   w' = scale sum_k 2^(c k) (G+_k - G-_k) / ((G_max - G_min) / (2^c - 1)).
/// With wires, G+ and G- are entries of the effective matrix of the array (array_solver.hpp) that
/// the weights share: columns as in mapping/slicing.hpp, as many rows and outputs as fit.
/// Validity: ideal converters, one fluctuation for a draw, whatever the input; with wires that of
/// mapping/analog_inference.hpp. `mapping::analog_backend` reads whole arrays with converters.

namespace neucasl::plugin {

struct AnalogCells {
  ProgrammingModel device;
  mapping::CellLevels levels;
  int bits_per_cell = 1;
};

/// \throws base::Error as `read_programming_model` and `mapping::read_cell_levels`.
NEUCASL_EXPORT AnalogCells read_analog_cells(const device::Card& card, int bits_per_cell,
                                             device::UseList& uses);

/// The arrays that cells are in. The solver must outlive it.
struct ArrayWires {
  const ArraySolver* solver = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  double row_segment_resistance = 0.0;     ///< ohm
  double column_segment_resistance = 0.0;  ///< ohm
  double tolerance = 1e-7;                 ///< Of the effective matrix, relative.
  int threads = 1;                         ///< The result does not depend on it.
  base::CancelFlag cancel{};
};

struct AnalogDraw {
  ChipSample chip;
  bool read_noise = true;
  /// All weights divided by the factor by which drift has changed the sum of the layer's
  /// conductances (V. Joshi et al., Nat. Commun. 11:2473, 2020, "global drift compensation").
  bool drift_compensation = false;
};

/// The weights of a layer on one chip. Depends on the draw and the layer's name only.
/// \throws base::Error "device.drift" as `program_tile`; "precision.bits".
NEUCASL_EXPORT std::vector<float> analog_weights(const precision::QuantisedTensor& weight,
                                                 int weight_bits, const std::string& layer,
                                                 const AnalogCells& cells, const AnalogDraw& draw);

/// The same with wires. `layout` says where the weights of an output stand in `weight`.
/// \throws base::Error as above and as the solver; "precision.size" when layout and weight do not
/// fit; "mapping.fit" when an output takes more columns than an array has.
NEUCASL_EXPORT std::vector<float> analog_weights(const precision::QuantisedTensor& weight,
                                                 int weight_bits, const std::string& layer,
                                                 const AnalogCells& cells, const AnalogDraw& draw,
                                                 const precision::WeightLayout& layout,
                                                 const ArrayWires& wires);

}  // namespace neucasl::plugin
