#pragma once

#include <string>
#include <vector>

/// \file
/// Figures in the README of an example beside those that a run prints. The rules are in
/// examples/README.md.

namespace neucasl::test {

/// A line "label  value": columns stand apart by two blanks or more.
struct FigureLine {
  std::string label;
  std::string value;  ///< With unit; an interval, if any, stands behind it.
};

/// Lines of two columns or more; others are left out.
std::vector<FigureLine> figure_lines(const std::string& text);

/// The lines of the first block fenced by ``` that follows the first line with `command`; empty
/// when there is none.
std::string block_after(const std::string& readme, const std::string& command);

/// What is wrong with the README's block, a line each; empty when nothing is.
std::vector<std::string> faults_of(const std::string& block, const std::string& printed);

}  // namespace neucasl::test
