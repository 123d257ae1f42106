#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace neucasl::cli {

/// Progress on the error stream: a line that is rewritten on a terminal, nothing in a pipe.
class Console {
 public:
  explicit Console(bool quiet);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// Thread-safe; redraws at most ten times a second.
  void progress(std::string_view what, std::size_t done, std::size_t total);
  void stage(const std::string& name, const std::string& state, double seconds);
  /// Removes the progress line, so that something else can be printed.
  void clear();

 private:
  void erase_line();

  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::mutex mutex_;
  std::string what_;
  std::size_t first_ = 0;  ///< Done when it began: earlier runs may have done some.
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace neucasl::cli
