#pragma once

#include <string>

#include "neucasl/circuit/analysis.hpp"

/// \file
/// Single values of an operating point.

namespace neucasl::photonic {

/// \throws base::Error "photonic.simulation" when the result has no such node.
double node_value(const circuit::Result& result, const std::string& node);

/// Power of an optical net on one carrier ("drop", or "drop.3" with several), W.
double net_power(const circuit::Result& result, const std::string& net);

}  // namespace neucasl::photonic
