#pragma once

#include "command.hpp"

/// \file
/// The tool as a function, for the programs that are one.

namespace neucasl::cli {

/// Runs a command and prints what goes wrong. `ranks`: the processes of a parallel job, or null.
/// \return the exit code.
int run_tool(Arguments arguments, campaign::Ranks* ranks);

}  // namespace neucasl::cli
