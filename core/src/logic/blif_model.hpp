#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "blif_lines.hpp"

/// \file
/// BLIF models as they are written: names are not looked up, the hierarchy is not expanded. Views
/// point into the text.

namespace neucasl::logic {

struct BlifCube {
  std::string_view inputs;  ///< Of 0, 1 and -.
  Place place;
};

/// A .names with its cover.
struct BlifNames {
  std::vector<Word> inputs;
  Word output;
  std::vector<BlifCube> cubes;
  bool off_set = false;  ///< The cubes say where the output is 0.
};

struct BlifLatch {
  Word input, output;
  std::string_view clock;  ///< Empty: none.
  std::optional<bool> initial;
};

struct BlifInstance {
  struct Join {
    Word formal;
    std::string_view actual;
  };
  Word model;
  std::string_view name;  ///< Of a .cname; may be empty.
  std::vector<Join> joins;
};

struct BlifModel {
  std::string_view name;
  Place place;
  std::vector<Word> inputs, outputs, clocks;
  std::vector<BlifNames> names;
  std::vector<BlifLatch> latches;
  std::vector<BlifInstance> instances;
  bool black_box = false;
};

struct BlifFile {
  std::string file;
  std::vector<BlifModel> models;
  std::unordered_map<std::string_view, std::size_t> index;  ///< By name.

  [[nodiscard]] base::Location location(Place place) const {
    return {file, place.line, place.column};
  }
};

/// \throws base::Error "blif.syntax", "blif.unsupported", "logic.multiple-drivers".
BlifFile read_blif_models(std::string_view text, const std::string& file);

/// The error for a command that is none of those read here, with what to do instead.
[[noreturn]] void refuse_blif_command(const Word& command, const base::Location& where);

/// The first model with all .subckt expanded.
/// \throws base::Error "blif.model", "blif.port", "blif.size".
SignalTable expand_blif(const BlifFile& file);

/// Adds a .names to the table; `inputs` and `output` are its signals.
void add_blif_names(const BlifNames& names, std::vector<Signal> inputs, Signal output,
                    SignalTable& table);

}  // namespace neucasl::logic
