#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Whole files, read and written so that a reader never sees a half-written one.

namespace neucasl::base {

/// \throws Error "base.file" when the path is missing, not a regular file, or cannot be read.
NEUCASL_EXPORT std::string read_file(const std::filesystem::path& path, const Location& where = {});

/// Writes to a temporary name in the same folder and renames. Makes missing folders.
/// \throws Error "base.file" when writing fails; the old file, if any, is then unchanged.
NEUCASL_EXPORT void write_file(const std::filesystem::path& path, std::string_view bytes);

/// A path that stands in a file: a relative one is beside that file when there is such a file.
NEUCASL_EXPORT std::string beside(const std::string& path, const Location& where);

/// Line and column of a byte offset in a text.
NEUCASL_EXPORT Location locate(std::string_view text, std::size_t offset, std::string file);

}  // namespace neucasl::base
