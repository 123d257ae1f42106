#pragma once

#include "neucasl/architecture/placement.hpp"
#include "neucasl/workload/workload.hpp"
#include "units.hpp"

/// \file
/// What one operation of a workload asks of a chip of arrays, for one inference.
///
/// A matrix operation with stationary weights, c products of P positions, depth K and N outputs, on
/// R row blocks, C column blocks and s cells for a weight, with d input cycles and activations of b
/// bits, asks for
///   array reads          P d c R C
///   rows driven          P d c K C
///   columns held        P d c R N s
///   conversions, shift-and-adds   P d c R N s, half as many with analog subtraction
///   sums in registers    P d c N R (arrays), P c N R (tile)
///   additions of partial sums   P c N (R - 1), by a vector unit where there is no accumulator
///   buffer bits          c P K b read for each round, output elements x b written
///   router bits          input elements x b x tiles x min(1, arrays of a tile / R)
/// Activation follows on the results' way and takes no buffer; other operations read their inputs
/// from the buffer and write their outputs to it. Two computed matrices are multiplied by a vector
/// unit, two events a multiply-accumulate. Digital cores: digital_core.hpp.

namespace neucasl::performance_plugin {

struct Demand {
  double array_reads = 0.0;
  double rows_driven = 0.0;
  double columns_held = 0.0;
  double conversions = 0.0;
  double cycle_sums = 0.0;    ///< Results of one input cycle.
  double partial_sums = 0.0;  ///< Results of all input cycles of one array.
  double additions = 0.0;
  double activations = 0.0;
  double pooled = 0.0;
  double vector_operations = 0.0;
  double buffer_bits = 0.0;
  double router_bits = 0.0;
  double link_bits = 0.0;
  double off_chip_bits = 0.0;
  double cells_written = 0.0;
  double weights_set = 0.0;         ///< In banks of photonic cores.
  double multiplications = 0.0;     ///< Of digital cores.
  double weight_memory_bits = 0.0;  ///< Read and written.
  // Where it runs.
  double chips = 1.0;
  double tiles = 1.0;
  double groups = 1.0;
};

/// Conversions of so many columns of weights: one for a pair with analog subtraction.
double converted(const architecture::Architecture& architecture, double columns);

/// Events of a unit that a demand causes.
double events_of(const Unit& unit, const Demand& demand, double dac_bits, double partial_sum_bits);

/// The demand of each operation, `bits` holding those of each.
/// \throws base::Error "performance.unsupported" for an operation that no component can do.
std::vector<Demand> demands(const architecture::Architecture& architecture,
                            const architecture::Placement& placement,
                            const workload::Workload& workload,
                            const std::vector<architecture::OperationBits>& bits,
                            const std::vector<Unit>& units);

}  // namespace neucasl::performance_plugin
