#include "output_folder.hpp"

#include <unistd.h>

#include <cctype>
#include <cstdlib>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/file.hpp"

namespace neucasl::cli {
namespace fs = std::filesystem;

OutputFolder::OutputFolder(fs::path folder) : folder_(std::move(folder)) {
  if (folder_.empty()) {
    throw base::Error("cli.output", "the output folder has no name", "give --out FOLDER");
  }
  std::error_code code;
  if (fs::exists(folder_, code) && !fs::is_directory(folder_, code)) {
    throw base::Error("cli.output", "'" + folder_.string() + "' is there and is no folder",
                      "give another output folder");
  }
}

fs::path OutputFolder::write(const std::string& name, std::string_view bytes) {
  std::string safe;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' ||
                       (c == '.' && !safe.empty());
    safe += plain ? c : '_';
  }
  fs::path file = folder_ / safe;
  base::write_file(file, bytes);
  files_.push_back(safe);
  return file;
}

fs::path OutputFolder::write(const results::Table& table) {
  return write(table.name + ".csv", results::to_csv(table));
}

ScratchFolder::ScratchFolder() {
  std::error_code code;
  std::string name = (fs::temp_directory_path(code) / "neucasl-XXXXXX").string();
  if (code || ::mkdtemp(name.data()) == nullptr) {
    throw base::Error("cli.output", "cannot make a folder for temporary files",
                      "check TMPDIR and the space on the disk");
  }
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code code;
  fs::remove_all(path_, code);
}

}  // namespace neucasl::cli
