#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "neucasl/logic/network.hpp"

/// \file
/// Definitions of signals in any order, as the readers find them, and the network they make.

namespace neucasl::logic {

using Signal = std::uint32_t;
inline constexpr Signal no_signal = 0xffffffff;

/// Where something stands in the file being read.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// "1 signal", "2 signals".
std::string counted(std::size_t count, std::string_view noun);

struct LatchDefinition {
  Signal input = no_signal;
  Signal output = no_signal;
  std::optional<bool> initial;
  Signal clock = no_signal;
  Place place;
};

class SignalTable {
 public:
  explicit SignalTable(std::string file) : file_(std::move(file)) {}

  /// The signal of this name.
  Signal named(std::string_view name);
  [[nodiscard]] std::optional<Signal> find(std::string_view name) const;
  /// A new signal, called `name` or, if that is taken, something that begins so.
  Signal unnamed(std::string name);
  [[nodiscard]] const std::string& name_of(Signal signal) const { return signals_[signal].name; }
  [[nodiscard]] bool driven(Signal signal) const { return signals_[signal].driven; }

  // Each signal may be driven once. \throws base::Error "logic.multiple-drivers" with both places.
  void add_input(Signal signal, Place place);
  void add_function(Signal signal, std::vector<Signal> fanins, TruthTable table, Place place);
  void add_latch(const LatchDefinition& latch);
  void add_output(Signal signal, Place place);

  [[nodiscard]] std::size_t functions() const { return functions_.size(); }
  [[nodiscard]] base::Location location(Place place) const {
    return {file_, place.line, place.column};
  }

  /// A clock that nothing else uses is no input. \throws base::Error "logic.undriven",
  /// "logic.loop", "logic.clock" (latches of different clocks, or a clock that is no input).
  [[nodiscard]] Network build(const std::string& name);

 private:
  struct Entry {
    std::string name;
    bool driven = false;
    bool fixed_name = false;
    Place place;  ///< Of the driver.
  };
  struct Function {
    Signal signal = no_signal;
    TruthTable table;
    Place place;
  };
  struct Use {
    Signal signal = no_signal;
    Place place;
  };

  void drive(Signal signal, Place place);
  void require_driver(Signal signal, Place place) const;
  void check_drivers() const;
  void check_clocks() const;
  void settle_names();
  [[nodiscard]] std::vector<char> used_as_data() const;
  [[nodiscard]] std::vector<NodeIndex> order() const;
  [[noreturn]] void report_loop(const std::vector<NodeIndex>& loop) const;

  std::string file_;
  std::vector<Entry> signals_;
  std::unordered_map<std::string, Signal> names_;
  std::vector<Use> inputs_;
  std::vector<Use> outputs_;
  std::vector<LatchDefinition> latches_;
  std::vector<Function> functions_;
  std::vector<std::vector<Signal>> fanins_;  ///< By function.
};

}  // namespace neucasl::logic
