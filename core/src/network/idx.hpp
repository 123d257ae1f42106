#pragma once

#include <filesystem>
#include <string>

#include "neucasl/network/dataset.hpp"

namespace neucasl::network {

/// A file that has been read.
struct FileBytes {
  std::filesystem::path path;
  std::string bytes;
};

/// The pair of IDX files as images; the bytes are released as early as possible.
LabelledImages parse_idx(FileBytes images, FileBytes labels);

/// Reads a file of at most the size any IDX file may have.
FileBytes read_bytes(const std::filesystem::path& path, const base::Location& where);

}  // namespace neucasl::network
