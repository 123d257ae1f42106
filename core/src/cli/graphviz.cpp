#include "graphviz.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "neucasl/base/diagnostics.hpp"

extern char** environ;

namespace neucasl::cli {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    close(read);
    close(write);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

/// While it lives, writing to a program that has ended is an error and no signal.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before_);
  }
  ~NoBrokenPipe() { ::sigaction(SIGPIPE, &before_, nullptr); }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  struct sigaction before_ {};
};

[[noreturn]] void graphviz_error(const std::string& what, const std::string& remedy) {
  throw base::Error("cli.graphviz", what, remedy);
}

pid_t start(const Pipe& input, const Pipe& output, const Pipe& messages) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input.read, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, messages.write, STDERR_FILENO);
  std::string program = "dot";
  std::string format = "-Tsvg";
  char* arguments[] = {program.data(), format.data(), nullptr};
  pid_t child = -1;
  const int code = ::posix_spawnp(&child, "dot", &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (code != 0) {
    graphviz_error("the program 'dot' cannot be started",
                   "install the package graphviz, or write the text for it: --out NAME.dot");
  }
  return child;
}

/// Sends all of `text` while it collects what comes back. False when the time is over.
bool exchange(const std::string& text, Pipe& input, Pipe& output, Pipe& messages,
              std::chrono::seconds limit, std::string& result, std::string& complaints) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + limit;
  ::fcntl(input.write, F_SETFL, O_NONBLOCK);
  std::size_t sent = 0;
  while (output.read >= 0 || messages.read >= 0) {
    pollfd ends[] = {
        {input.write, POLLOUT, 0}, {output.read, POLLIN, 0}, {messages.read, POLLIN, 0}};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    if (::poll(ends, 3, static_cast<int>(left)) < 0) {
      if (errno == EINTR) continue;
      break;
    }
    if (input.write >= 0 && ends[0].revents != 0) {
      const ssize_t n = ::write(input.write, text.data() + sent, text.size() - sent);
      if (n > 0) sent += static_cast<std::size_t>(n);
      if (sent == text.size() || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        Pipe::close(input.write);
      }
    }
    const auto take = [](int& end, short events, std::string& into) {
      if (end < 0 || events == 0) return;
      char block[65536];
      const ssize_t n = ::read(end, block, sizeof block);
      if (n > 0) into.append(block, static_cast<std::size_t>(n));
      if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) Pipe::close(end);
    };
    take(output.read, ends[1].revents, result);
    take(messages.read, ends[2].revents, complaints);
  }
  return true;
}

}  // namespace

std::string svg_of(const std::string& dot, std::chrono::seconds limit) {
  Pipe input;
  Pipe output;
  Pipe messages;
  if (input.read < 0 || output.read < 0 || messages.read < 0) {
    graphviz_error("the system has no pipes left", "close other programs");
  }
  const NoBrokenPipe guard;
  const pid_t child = start(input, output, messages);
  Pipe::close(input.read);
  Pipe::close(output.write);
  Pipe::close(messages.write);
  std::string result;
  std::string complaints;
  const bool in_time = exchange(dot, input, output, messages, limit, result, complaints);
  if (!in_time) ::kill(child, SIGKILL);
  Pipe::close(input.write);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) {
    graphviz_error(
        "the program 'dot' is not done after " + std::to_string(limit.count()) + " s",
        "draw a smaller module or --view hierarchy, give a longer --time-limit, or write "
        "the text for Graphviz and lay it out by sfdp: --out NAME.dot");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || result.empty()) {
    graphviz_error(complaints.empty()
                       ? "the program 'dot' failed without a message"
                       : "the program 'dot' failed: " + complaints.substr(0, complaints.find('\n')),
                   "write the text for Graphviz and look at it: --out NAME.dot");
  }
  return result;
}

}  // namespace neucasl::cli
