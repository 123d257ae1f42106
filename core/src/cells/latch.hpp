#pragma once

#include "neucasl/cells/circuit_draft.hpp"
#include "neucasl/cells/transistor_law.hpp"

/// \file
/// Clocked latch comparator and the rate at which it decides.
///
/// While the clock is low, p transistors hold both outputs at the supply. When it rises, the input
/// pair discharges the outputs at slightly different speeds until two cross-coupled inverters take
/// over and the difference grows exponentially (T. Kobayashi et al., IEEE J. Solid-State Circuits
/// 28(4):523, 1993; B. Razavi, IEEE Solid-State Circuits Magazine 7(2):12, 2015).

namespace neucasl::cells {

struct LatchSetup {
  double common_mode = 0.0;  ///< Of the inputs, V.
  double load = 0.0;         ///< F, at each output
  double input_width = 1.0;  ///< Of the input transistors, in units; the tail is twice as wide.
};

/// The module "latch": in_p, in_n, clock, out_p, out_n, supply. A higher in_p leaves out_p high.
ir::ModuleId latch_module(CircuitDraft& draft, const LatchSetup& setup);

/// What rules the growth of the difference of the outputs, at the point where both are equal and
/// at rest.
struct LatchLaw {
  double output = 0.0;        ///< Both outputs, V.
  double current = 0.0;       ///< Of one branch, A.
  double linear_range = 0.0;  ///< Difference of the inputs up to which the pair is linear, V.
  double time_constant =
      0.0;  ///< C / gm of the cross-coupled inverters with what degenerates them, s.
};
/// \throws base::Error "cells.value" at `parameter` when the input pair carries no current at the
/// common mode.
LatchLaw latch_law(const CircuitTask& task, const LatchSetup& setup, std::string_view parameter);

}  // namespace neucasl::cells
