#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "neucasl/logic/network.hpp"

/// \file
/// Descriptions of logic functions: BLIF, Boolean equations, truth tables.

namespace neucasl::logic {

/// Berkeley Logic Interchange Format (University of California, Berkeley, 1992), as SIS, ABC and
/// Yosys write it: .model, .inputs, .outputs, .names (any number of inputs; cubes of the on-set or
/// the off-set), .latch, .subckt of models in the same file (expanded), .attr, .param, .cname,
/// .end, comments, continued lines. The first model is the top. \throws base::Error with file and
/// line: "blif.syntax"; "blif.unsupported" (.gate, .mlatch, .exdc, .fsm and so on, with what to do
/// instead); "logic.loop" (naming the signals of the loop); "logic.undriven";
/// "logic.multiple-drivers" (with both places); "blif.model" (unknown, with the nearest name, or
/// recursive).
NEUCASL_EXPORT Network parse_blif(std::string_view text, const std::string& file);
NEUCASL_EXPORT std::string print_blif(const Network& network);

/// One equation a line, "NAME = EXPRESSION": names, 0, 1, ! ~ ' (not), & * (and), ^ (exclusive
/// or), | + (or), in this order of binding, and parentheses. A name that no equation defines is an
/// input, in order of appearance; a name that no other equation uses is an output; "inputs a b c"
/// and "outputs s c" lines say otherwise. Comments begin with #. Equations may stand in any order.
/// \throws base::Error "equation.syntax" with line and column, and as parse_blif.
NEUCASL_EXPORT Network parse_equations(std::string_view text, const std::string& file);

/// A header "a b cin | sum cout" and one line a row, "0 1 1 | 0 1"; an input "-" stands for both
/// values. Every row must appear exactly once.
/// \throws base::Error "truth-table.syntax", "truth-table.row" (missing or twice, naming the row).
NEUCASL_EXPORT Network parse_truth_table(std::string_view text, const std::string& file);

/// By the file's extension: .blif, .eqn, .truth.
/// \throws base::Error "base.file", "logic.format" for another extension, and those above.
NEUCASL_EXPORT Network read_logic(const std::filesystem::path& file);

}  // namespace neucasl::logic
