#pragma once

#include <string>

#include "neucasl/ir/design.hpp"
#include "neucasl/logic/network.hpp"

/// \file
/// Logic networks as designs of digital nets, for counting, checking, drawing and conversion.

namespace neucasl::logic {

/// The rows of a table as text, "0111" for the OR of two inputs: character m is the output when
/// input i has bit i of m.
NEUCASL_EXPORT std::string to_text(TruthTable table);

/// One module, named after the network, with a net for each node and an instance for each function,
/// constant and latch. The primitives have the attribute `element` = "logic" and, for each
/// different table, the attribute `function` = `to_text(table)` and ports in0, in1, ..., out; or
/// `element` = "latch" with the ports in, out and, with a clock, clock, and the attribute `initial`
/// when there is a value. An output that is not the only name of its node gets a buffer. Names
/// become identifiers (`ir::is_identifier`): other characters turn into '_', and a number is added
/// where names then coincide. Source locations are kept.
NEUCASL_EXPORT ir::Design to_design(const Network& network);

}  // namespace neucasl::logic
