#include "neucasl/flow/installation.hpp"

#include <cstdlib>
#include <string_view>

namespace neucasl::flow {
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> folders(const char* variable, const fs::path& last) {
  std::vector<fs::path> result;
  const char* value = std::getenv(variable);
  std::string_view rest = value ? value : "";
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    if (colon > 0) result.emplace_back(rest.substr(0, colon));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  result.push_back(last);
  return result;
}

}  // namespace

Installation find_installation(const fs::path& prefix) {
  return {folders("NEUCASL_PLUGIN_PATH", prefix / "lib" / "neucasl" / "plugins"),
          folders("NEUCASL_DEVICE_PATH", prefix / "share" / "neucasl" / "devices"),
          folders("NEUCASL_DATASET_PATH", prefix / "share" / "neucasl" / "datasets")};
}

fs::path program_prefix() {
  std::error_code code;
  const fs::path program = fs::read_symlink("/proc/self/exe", code);
  return program.parent_path().parent_path();
}

std::string version() { return NEUCASL_VERSION; }

}  // namespace neucasl::flow
