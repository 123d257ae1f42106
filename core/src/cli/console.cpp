#include "console.hpp"

#include <unistd.h>

#include <cstdio>

namespace neucasl::cli {

using Clock = std::chrono::steady_clock;

Console::Console(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) != 0) {}

Console::~Console() { clear(); }

void Console::clear() {
  const std::lock_guard lock(mutex_);
  erase_line();
}

void Console::erase_line() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

void Console::progress(std::string_view what, std::size_t done, std::size_t total) {
  if (quiet_ || !terminal_ || total == 0) return;
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (what_ != what || done < first_ || done <= 1) {
    what_ = what;
    first_ = done;
    started_ = now;
  }
  if (done < total && drawn_ && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  std::fprintf(stderr, "\r\033[K  %s %zu of %zu", what_.c_str(), done, total);
  if (done > first_ && elapsed > 1.0) {
    std::fprintf(stderr, ", about %.0f s left",
                 elapsed * static_cast<double>(total - done) / static_cast<double>(done - first_));
  }
  std::fflush(stderr);
  drawn_ = true;
}

void Console::stage(const std::string& name, const std::string& state, double seconds) {
  if (quiet_ || (!terminal_ && state == "running")) return;
  const std::lock_guard lock(mutex_);
  erase_line();
  if (state == "done") {
    std::fprintf(stderr, "%s: done in %.1f s\n", name.c_str(), seconds);
  } else {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), state.c_str());
  }
}

}  // namespace neucasl::cli
