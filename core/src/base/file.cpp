#include "neucasl/base/file.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace neucasl::base {
namespace fs = std::filesystem;

std::string read_file(const fs::path& path, const Location& where) {
  std::error_code code;
  if (!fs::is_regular_file(path, code)) {
    throw Error("base.file", "there is no file '" + path.string() + "'", "check the path", where);
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(fs::file_size(path)), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file || static_cast<std::size_t>(file.gcount()) != bytes.size()) {
    throw Error("base.file", "cannot read '" + path.string() + "'", "check its permissions", where);
  }
  return bytes;
}

void write_file(const fs::path& path, std::string_view bytes) {
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status)) {
    // A device or pipe is written to, never replaced.
    std::ofstream special(path, std::ios::binary);
    special.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    special.close();
    if (!special) throw Error("base.file", "cannot write '" + path.string() + "'", "check it");
    return;
  }
  if (fs::is_symlink(fs::symlink_status(path, code)) && fs::exists(status)) {
    write_file(fs::canonical(path), bytes);
    return;
  }
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), code);
  const fs::path temporary = path.string() + ".partial." + std::to_string(::getpid());
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) fs::rename(temporary, path, code);
  if (!file || code) {
    fs::remove(temporary, code);
    throw Error("base.file", "cannot write '" + path.string() + "'",
                "check that the folder exists, is writable and has space");
  }
}

std::string beside(const std::string& path, const Location& where) {
  const std::filesystem::path own = path;
  if (own.is_absolute()) return path;
  const std::filesystem::path found = std::filesystem::path(where.file).parent_path() / own;
  std::error_code code;
  return std::filesystem::is_regular_file(found, code) ? found.string() : path;
}

Location locate(std::string_view text, std::size_t offset, std::string file) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const auto start = before.rfind('\n');
  const std::size_t column =
      start == std::string_view::npos ? before.size() : before.size() - start - 1;
  return {std::move(file), line + 1, static_cast<std::uint32_t>(column) + 1};
}

}  // namespace neucasl::base
