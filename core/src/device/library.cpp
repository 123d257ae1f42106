#include <algorithm>

#include "neucasl/device/card.hpp"

namespace neucasl::device {
namespace fs = std::filesystem;

Library::Library(std::vector<fs::path> folders) : folders_(std::move(folders)) {}

namespace {

/// Descriptions of chips, "name.architecture.xml", lie beside cards and are none.
bool is_card(const fs::path& file) {
  return file.extension() == ".xml" && file.stem().extension() != ".architecture";
}

}  // namespace

std::vector<fs::path> Library::files() const {
  std::vector<fs::path> result;
  for (const fs::path& folder : folders_) {
    std::error_code code;
    for (auto entry = fs::recursive_directory_iterator(
             folder, fs::directory_options::follow_directory_symlink, code);
         !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
      if (entry->is_regular_file(code) && is_card(entry->path())) {
        result.push_back(entry->path());
      }
    }
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

std::vector<std::string> Library::ids() const {
  std::vector<std::string> result;
  for (const fs::path& file : files()) result.push_back(file.stem().string());
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

fs::path Library::file_of(std::string_view id, const base::Location& where) const {
  // Earlier folders come first, so that a user's card may stand in for a bundled one.
  for (const fs::path& folder : folders_) {
    for (const fs::path& file : Library({folder}).files()) {
      if (file.stem() == id) return file;
    }
  }
  throw base::Error("device.unknown", "no device card '" + std::string(id) + "'",
                    base::suggest(id, ids()), where);
}

Card Library::load(std::string_view id, const base::Location& where) const {
  return load_card(file_of(id, where));
}

}  // namespace neucasl::device
