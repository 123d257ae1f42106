#pragma once

#include "neucasl/ir/design.hpp"

/// \file
/// Structural checks of a design: run after each stage that makes or changes one.

namespace neucasl::ir {

/// Reports every fault to `sink` and returns true when there is none. Cost: proportional to the
/// number of objects plus the number of table values; nothing is flattened.
///
/// Codes: "ir.top", "ir.name" (empty, malformed or repeated), "ir.reference" (an index out of
/// range), "ir.recursion" (a module that contains itself), "ir.primitive" (a primitive with
/// content), "ir.discipline" (unspecified, or a port joined to a net of another one), "ir.port"
/// (connected twice), "ir.unconnected" (a port left open), "ir.width" (bits out of the net's
/// range), "ir.table" (shape, or a value that is not finite), "ir.parameter" (unknown to the
/// master, or another dimension than its default), "ir.expression", "ir.optical" (an optical bit
/// that does not join exactly two ports).
NEUCASL_EXPORT bool verify(const Design& design, base::DiagnosticSink& sink);

/// Letters, digits, '_' and '.', beginning with a letter or '_'; at most 255 characters.
NEUCASL_EXPORT bool is_identifier(std::string_view name);

}  // namespace neucasl::ir
