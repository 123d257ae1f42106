#include "digital_core.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::performance_plugin {
namespace {

double as_real(std::size_t value) { return static_cast<double>(value); }

}  // namespace

void add_digital_core(const workload::Operation& operation, const architecture::OperationBits& bits,
                      const architecture::OperationPlacement& placed,
                      const architecture::ArrayPlan& plan, Demand& demand) {
  const workload::MatrixProduct& product = operation.product;
  const double positions = as_real(product.count) * as_real(product.positions);
  const double matrix =
      as_real(product.count) * as_real(product.depth) * as_real(product.outputs) * bits.weight;
  demand.multiplications = product.multiply_accumulates() * as_real(placed.input_cycles);
  demand.weight_memory_bits = product.multiply_accumulates() * bits.weight;
  demand.partial_sums = positions * as_real(product.outputs);
  const double readings = std::ceil(as_real(placed.column_blocks) / as_real(plan.available));
  demand.buffer_bits = positions * as_real(product.depth) * bits.input * readings +
                       as_real(operation.output_elements) * bits.output;
  if (!product.stationary) demand.buffer_bits += matrix;
  if (!product.stationary || placed.streamed) {
    demand.weight_memory_bits += matrix * as_real(placed.copies);
  }
  if (placed.streamed) {
    demand.off_chip_bits += matrix;
    demand.link_bits += matrix;
  }
  const double cores = as_real(placed.arrays) * as_real(placed.copies);
  demand.groups = cores;
  demand.tiles = std::ceil(cores / as_real(plan.per_tile));
  demand.chips = std::ceil(cores / as_real(plan.per_chip));
  demand.router_bits = as_real(operation.input_elements) * bits.input * demand.tiles;
}

double digital_step_time(const std::vector<Unit>& units, const architecture::ArrayPlan& plan,
                         double weight_bits, std::size_t& slowest) {
  using architecture::ComponentKind;
  double longest = 0.0;
  for (std::size_t u = 0; u < units.size(); ++u) {
    const Unit& unit = units[u];
    double time = 0.0;
    if (unit.kind == ComponentKind::multiplier || unit.kind == ComponentKind::adder_tree) {
      time = as_real(plan.rows) * as_real(plan.columns) / unit.per_level * unit.time;
    } else if (unit.kind == ComponentKind::weight_memory) {
      time = as_real(plan.rows) * as_real(plan.columns) * weight_bits / unit.width /
             unit.per_level * unit.time;
    }
    if (time > longest) {
      longest = time;
      slowest = u;
    }
  }
  return longest;
}

}  // namespace neucasl::performance_plugin
