#include "child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "neucasl/base/diagnostics.hpp"

extern char** environ;

namespace neucasl::cli {

int run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                const std::filesystem::path& out, const std::filesystem::path& err,
                const base::CancelFlag& cancel) {
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), program.string());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), flags, 0644);
  ::posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), flags, 0644);
  pid_t child = -1;
  const int code =
      ::posix_spawn(&child, program.c_str(), &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (code != 0) {
    throw base::Error("cli.program",
                      "'" + program.string() + "' cannot be started: " + std::strerror(code),
                      "build it anew");
  }
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(child, &status, WNOHANG)) == 0) {
    if (cancel.requested()) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      throw base::Cancelled();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  // An interrupt from the terminal reaches the child as well, which may end first.
  cancel.throw_if_requested();
  if (ended != child) {
    throw base::Error("cli.program",
                      "the end of '" + program.string() + "' was missed: " + std::strerror(errno),
                      "run it by itself");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace neucasl::cli
