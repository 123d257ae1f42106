#pragma once

#include <span>
#include <string>
#include <string_view>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/model/symbol.hpp"

/// \file
/// Formulas of behavioural sources.

namespace neucasl::circuit {

/// Parses a formula over v(NAME) and v(NAME,NAME): numbers with SPICE suffixes, + - * / ^ and **
/// (constant exponents), comparisons and ?:, parentheses, and exp ln log sqrt sin cos tan atan sinh
/// cosh tanh abs min max pow limit. Unknown i of the result is `inputs[i]`.
/// \throws base::Error "circuit.formula" with the column, an unknown name with the nearest, or
/// nesting deeper than 200.
NEUCASL_EXPORT model::Symbol parse_formula(std::string_view text,
                                           std::span<const std::string> inputs,
                                           const base::Location& where = {});

}  // namespace neucasl::circuit
