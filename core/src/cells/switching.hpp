#pragma once

#include "neucasl/cells/circuit_draft.hpp"
#include "neucasl/cells/transistor_law.hpp"
#include "neucasl/circuit/analysis.hpp"

/// \file
/// What an inverter of one unit transistor of each kind charges and drives.

namespace neucasl::cells {

struct InverterLaw {
  double charge = 0.0;  ///< Of an inner node of a chain between both levels, without wires, C.
  /// Mean of n and p of [I(V, V/2) + I(V/2, V)] / 2 (M. Na et al., IEDM 2002), A.
  double effective_current = 0.0;
  double threshold = 0.0;  ///< V

  /// Delay of a stage whose node has `capacitance` beside the transistors, s.
  [[nodiscard]] double delay(double capacitance, double supply) const {
    return 0.5 * (charge + capacitance * supply) / effective_current;
  }
};
InverterLaw inverter_law(const CircuitTask& task, double units = 1.0);

/// The module "inverter": in, out, supply; found when the design has it.
ir::ModuleId inverter_module(CircuitDraft& draft, double units = 1.0);

/// Simulates `design` by the request's simulator.
circuit::Result simulated(const CircuitTask& task, const plugin::CircuitDesign& design);

}  // namespace neucasl::cells
