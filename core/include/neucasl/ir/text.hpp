#pragma once

#include <string>
#include <string_view>

#include "neucasl/ir/design.hpp"

/// \file
/// The .ncir text form of a design. The grammar is described in core/src/ir/README.md.

namespace neucasl::ir {

/// Canonical text: parse(print(d)) == d, and print(parse(t)) == t for t made by print.
NEUCASL_EXPORT std::string print(const Design& design);

/// Parses .ncir text. Each object gets its place in `file` as source location.
/// \throws base::Error "ir.syntax" with file, line and column, what was found and what was
/// expected. The result is well-formed but not verified.
NEUCASL_EXPORT Design parse(std::string_view text, const std::string& file = "<text>");

}  // namespace neucasl::ir
