#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Where plugins, device cards and data sets lie.

namespace neucasl::flow {

struct Installation {
  std::vector<std::filesystem::path> plugin_folders;
  std::vector<std::filesystem::path> device_folders;
  std::vector<std::filesystem::path> dataset_folders;
};

/// Folders named in the environment (NEUCASL_PLUGIN_PATH, NEUCASL_DEVICE_PATH,
/// NEUCASL_DATASET_PATH, separated by ':') come first, then those below `prefix`:
/// lib/neucasl/plugins, share/neucasl/devices, share/neucasl/datasets.
NEUCASL_EXPORT Installation find_installation(const std::filesystem::path& prefix);

/// The prefix of the running program: the folder above its own.
NEUCASL_EXPORT std::filesystem::path program_prefix();

/// "0.1.0"
NEUCASL_EXPORT std::string version();

}  // namespace neucasl::flow
