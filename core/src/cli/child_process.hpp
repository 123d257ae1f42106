#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neucasl/base/parallel.hpp"

/// \file
/// Programs that a command starts and waits for.

namespace neucasl::cli {

/// Runs `program` (a path, no shell) with what it prints in the files `out` and `err`.
/// \return its exit code, or 128 plus the signal that ended it.
/// \throws base::Error "cli.program" when it cannot be started; base::Cancelled after `cancel`, the
/// program being ended then.
int run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                const std::filesystem::path& out, const std::filesystem::path& err,
                const base::CancelFlag& cancel);

}  // namespace neucasl::cli
