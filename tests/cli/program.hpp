#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/scratch_folder.hpp"

/// \file
/// Runs the built tool as a user would.

namespace neucasl::test {

struct Result {
  int code = -1;
  std::string out;
  std::string err;
};

inline std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

inline void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

/// `arguments` and `environment` ("NAME=value") are shell text.
inline Result neucasl(const std::string& arguments, const std::string& environment = "") {
  const ScratchFolder folder;
  const std::string out = (folder / "out").string();
  const std::string err = (folder / "err").string();
  const std::string line = environment + ' ' + NEUCASL_BINARY_FOLDER + "/bin/neucasl " + arguments +
                           " >" + out + " 2>" + err + " </dev/null";
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read(out), read(err)};
}

/// With the plugin of tests/flow/fake_plugin beside the built ones.
inline Result neucasl_with_fake(const std::string& arguments, const std::string& environment = "") {
  return neucasl(arguments, "NEUCASL_PLUGIN_PATH=" + std::string(NEUCASL_BINARY_FOLDER) +
                                "/tests/fake_plugins " + environment);
}

}  // namespace neucasl::test
