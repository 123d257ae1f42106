#pragma once

#include <chrono>
#include <string>

/// \file
/// Graphviz's program `dot`.

namespace neucasl::cli {

/// Lays out a DOT text and returns it as SVG. The program is started without a shell and reads and
/// writes pipes only.
/// \throws base::Error "cli.graphviz" when it is not installed, fails (with its first message) or
/// is not done within `limit`; it is ended then.
std::string svg_of(const std::string& dot, std::chrono::seconds limit);

}  // namespace neucasl::cli
