#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "neucasl/base/file.hpp"

/// \file
/// Checks every #include of a source tree against the rules of core/layers.txt.

namespace neucasl::layers {

namespace fs = std::filesystem;

struct Rules {
  std::map<std::string, std::set<std::string>> layers;  ///< Layer to allowed layers; "plugins" too.
  std::vector<std::string> system;
  std::map<std::string, std::vector<std::string>> third_party;  ///< Header prefix to places.
};

inline std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

inline Rules read_rules(const fs::path& file) {
  Rules rules;
  std::istringstream lines(base::read_file(file));
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find('#'));
    const auto colon = line.find(':');
    if (words(line).empty()) continue;
    if (colon == std::string::npos) throw std::runtime_error("no ':' in '" + line + "'");
    const std::vector<std::string> head = words(line.substr(0, colon));
    const std::vector<std::string> rest = words(line.substr(colon + 1));
    if (head.size() == 2 && head[0] == "third-party") {
      rules.third_party[head[1]] = rest;
    } else if (head.size() == 1 && head[0] == "system") {
      rules.system = rest;
    } else if (head.size() == 1) {
      rules.layers[head[0]] = {rest.begin(), rest.end()};
    } else {
      throw std::runtime_error("cannot read '" + line + "'");
    }
  }
  return rules;
}

struct Violation {
  std::string file;
  std::size_t line = 0;
  std::string what;
};

inline std::string to_string(const Violation& violation) {
  return violation.file + ':' + std::to_string(violation.line) + ": " + violation.what;
}

class Checker {
 public:
  Checker(fs::path root, Rules rules) : root_(std::move(root)), rules_(std::move(rules)) {}

  std::vector<Violation> run() {
    for (const char* folder : {"core/include", "core/src", "plugins"}) scan(root_ / folder);
    if (files_ == 0) violations_.push_back({root_.string(), 0, "no source file was found"});
    return violations_;
  }
  [[nodiscard]] std::size_t files() const { return files_; }
  [[nodiscard]] std::size_t includes() const { return includes_; }

 private:
  void scan(const fs::path& folder) {
    if (!fs::is_directory(folder)) return;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const std::string ending = entry.path().extension().string();
      if (ending == ".hpp" || ending == ".cpp" || ending == ".h" || ending == ".in") {
        files.push_back(entry.path());
      }
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      if (file.extension() == ".in" && file.stem().extension() != ".cpp") continue;
      check_file(file);
    }
  }

  void check_file(const fs::path& file) {
    ++files_;
    file_ = fs::relative(file, root_).generic_string();
    line_ = 0;
    layer_ = layer_of(file_);
    if (!rules_.layers.contains(layer_)) report("folder of no layer in layers.txt: " + layer_);
    std::istringstream lines(base::read_file(file));
    for (std::string line; std::getline(lines, line);) {
      ++line_;
      std::string packed = line;
      std::erase_if(packed, [](char c) { return c == ' ' || c == '\t'; });
      if (!packed.starts_with("#include")) continue;
      ++includes_;
      if (packed[8] == '<') {
        check_system(packed.substr(9, packed.find('>') - 9));
      } else if (packed[8] == '"') {
        check_own(packed.substr(9, packed.find('"', 9) - 9), file.parent_path());
      } else {
        report("computed include");
      }
    }
  }

  static std::string layer_of(const std::string& file) {
    if (file.starts_with("plugins/")) return "plugins";
    const std::string prefix =
        file.starts_with("core/src/") ? "core/src/" : "core/include/neucasl/";
    return file.substr(prefix.size(), file.find('/', prefix.size()) - prefix.size());
  }

  /// The path, ".." resolved, is below the folder of the plugin that the current file is part of.
  [[nodiscard]] bool within_plugin(const fs::path& path) const {
    const std::string plugin = file_.substr(0, file_.find('/', std::string("plugins/").size()) + 1);
    return fs::relative(path, root_).lexically_normal().generic_string().starts_with(plugin);
  }

  void check_own(const std::string& header, const fs::path& folder) {
    if (header.starts_with("neucasl/")) {
      const auto slash = header.find('/', 8);
      if (slash == std::string::npos) {
        check_third_party("google/protobuf", header);  // generated from proto/
        return;
      }
      const std::string target = header.substr(8, slash - 8);
      if (target == layer_ && rules_.layers.contains(layer_)) return;
      const auto allowed = rules_.layers.find(layer_);
      if (allowed == rules_.layers.end() || !allowed->second.contains(target)) {
        report("layer '" + layer_ + "' may not include layer '" + target + "'");
      }
      return;
    }
    // What is not below neucasl/ is private to its folder.
    const bool generated = header.ends_with(".pb.h");
    if (header.find('/') == std::string::npos && (generated || fs::exists(folder / header))) return;
    // A plugin may have folders of its own below its folder, which know each other.
    if (layer_ == "plugins" && fs::exists(folder / header) && within_plugin(folder / header))
      return;
    if (header.find('/') != std::string::npos) {
      report("'" + header + "' lies in another folder");
    } else {
      check_system(header);
    }
  }

  void check_system(const std::string& header) {
    if (header.find_first_of("./") == std::string::npos) return;
    for (const std::string& prefix : rules_.system) {
      if (header.starts_with(prefix)) return;
    }
    check_third_party(header, header);
  }

  void check_third_party(const std::string& name, const std::string& header) {
    const std::vector<std::string>* places = nullptr;
    std::size_t longest = 0;
    for (const auto& [prefix, allowed] : rules_.third_party) {
      if (!name.starts_with(prefix) || prefix.size() < longest) continue;
      longest = prefix.size();
      places = &allowed;
    }
    if (!places) {
      report("third-party header '" + header + "' is not in layers.txt");
    } else if (std::none_of(places->begin(), places->end(),
                            [&](const std::string& place) { return lies_in(place); })) {
      report("third-party header '" + header + "' is not allowed here");
    }
  }

  [[nodiscard]] bool lies_in(const std::string& place) const {
    if (const auto star = place.find("/*"); star != std::string::npos) {
      return file_.starts_with(place.substr(0, star + 1)) &&
             file_.ends_with(place.substr(star + 2));
    }
    return file_ == place || file_.starts_with(place + '/');
  }

  void report(const std::string& what) { violations_.push_back({file_, line_, what}); }

  fs::path root_;
  Rules rules_;
  std::vector<Violation> violations_;
  std::size_t files_ = 0;
  std::size_t includes_ = 0;
  std::string file_;
  std::size_t line_ = 0;
  std::string layer_;
};

}  // namespace neucasl::layers
