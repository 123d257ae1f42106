#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "neucasl/ir/design.hpp"

/// \file
/// Formulas over parameters: numbers with units, names, + - * / ^, parentheses, and the functions
/// sqrt, exp, log, abs, min, max, floor, ceil. Dimensions are checked: "length + 1 V" is an error.
/// A unit stands in square brackets after its number: "2 * width + 10 [nm]".

namespace neucasl::ir {

/// Gives the value of a name, or nothing when it is unknown.
using NameLookup = std::function<std::optional<base::Quantity>(std::string_view name)>;

/// \throws base::Error "ir.expression" for a syntax error (with the column in the text), an unknown
/// name, incompatible dimensions, a result that is not finite, or nesting deeper than 200.
NEUCASL_EXPORT base::Quantity evaluate(const Expression& expression, const NameLookup& lookup,
                                       const base::Location& where = {});

}  // namespace neucasl::ir
