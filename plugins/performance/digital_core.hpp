#pragma once

#include "demand.hpp"

/// \file
/// What a product asks of digital cores: multipliers, adder trees and weight memories (Y. Chen et
/// al., MICRO 2014).
///
/// c products of P positions, depth K and N outputs on cores of T_i inputs and T_o outputs, factors
/// of b_w and b_a bits, q steps in place of one for factors wider than the multipliers, ask for
///   multiplications, additions   P c K N q
///   weight bits read             P c K N b_w      each weight anew for each position
///   buffer bits                  P c K b_a ceil(column blocks / cores) + outputs
/// A product of two computed matrices first moves the second one, c K N b_w bits, from the buffer
/// to the weight memories; streamed weights come there from off-chip memory. A step takes
///   t_step = max(multiplication, addition, T_i T_o b_w bits from the weight memories of a core)

namespace neucasl::performance_plugin {

/// Adds what the cores and their memories do; says where it runs.
void add_digital_core(const workload::Operation& operation, const architecture::OperationBits& bits,
                      const architecture::OperationPlacement& placed,
                      const architecture::ArrayPlan& plan, Demand& demand);

/// Time of one step with weights of so many bits, and the unit that sets it.
double digital_step_time(const std::vector<Unit>& units, const architecture::ArrayPlan& plan,
                         double weight_bits, std::size_t& slowest);

}  // namespace neucasl::performance_plugin
