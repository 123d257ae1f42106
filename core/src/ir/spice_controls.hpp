#pragma once

#include "spice_values.hpp"

/// \file
/// Cards that say what to compute.

namespace neucasl::ir::spice {

/// Fills analyses, measurements, initial voltages and options.
void read_controls(const Deck& deck, Parameters& parameters, SpiceImport& import);

/// Output step of the first .tran card, s; 0 without one.
double output_step(const Deck& deck, Parameters& parameters);

}  // namespace neucasl::ir::spice
