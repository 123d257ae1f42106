#pragma once

#include <string>

/// \file
/// Graphviz's program `dot`.

namespace neucasl::cli {

/// Lays out a DOT text and returns it as SVG. The program is started without a shell and reads and
/// writes pipes only.
/// \throws base::Error "cli.graphviz" when it is not installed or fails, with its first message.
std::string svg_of(const std::string& dot);

}  // namespace neucasl::cli
