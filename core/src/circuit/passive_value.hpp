#pragma once

#include <string_view>

#include "neucasl/circuit/circuit.hpp"

/// \file
/// The value of a passive element.

namespace neucasl::circuit {

/// "resistance", "conductance", "capacitance", "inductance"
std::string_view value_name(PassiveKind kind);
base::Dimension dimension_of_passive(PassiveKind kind);
/// \throws base::Error "circuit.value" unless it is finite and not negative; zero only where that
/// is no short circuit.
void set_passive(Passive& passive, double value);

}  // namespace neucasl::circuit
