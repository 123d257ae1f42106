#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/results/table.hpp"

/// \file
/// Where commands write several files.

namespace neucasl::cli {

/// A folder that is made when the first file is written into it.
class OutputFolder {
 public:
  /// \throws base::Error "cli.output" when the path is there and no folder.
  explicit OutputFolder(std::filesystem::path folder);

  /// `name` becomes a file name without folders; other characters than letters, digits, '_', '-'
  /// and '.' become '_'.
  std::filesystem::path write(const std::string& name, std::string_view bytes);
  std::filesystem::path write(const results::Table& table);
  [[nodiscard]] const std::vector<std::string>& files() const { return files_; }

 private:
  std::filesystem::path folder_;
  std::vector<std::string> files_;
};

/// A folder for a plugin's private files, removed at the end.
class ScratchFolder {
 public:
  /// \throws base::Error "cli.output" when the system refuses.
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace neucasl::cli
