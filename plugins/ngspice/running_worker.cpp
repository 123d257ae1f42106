#include "running_worker.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::ngspice_plugin {
namespace {

constexpr int worker_descriptor = 3;

[[noreturn]] void fail(const std::string& what, int error) {
  throw base::Error(
      "ngspice.worker",
      "cannot start the ngspice worker: " + what + ": " + std::generic_category().message(error),
      "check the limits on processes, open files and the temporary folder");
}

void check(int result, const char* what) {
  if (result != 0) fail(what, result);
}

/// What the new process does before its program runs.
class SpawnPlan {
 public:
  SpawnPlan() {
    check(posix_spawn_file_actions_init(&actions_), "posix_spawn");
    check(posix_spawnattr_init(&attributes_), "posix_spawn");
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void use(int socket, const std::filesystem::path& folder) {
    for (int descriptor = 0; descriptor < worker_descriptor; ++descriptor) {
      check(posix_spawn_file_actions_addopen(&actions_, descriptor, "/dev/null", O_RDWR, 0),
            "/dev/null");
    }
    check(posix_spawn_file_actions_adddup2(&actions_, socket, worker_descriptor), "dup2");
    check(posix_spawn_file_actions_addclosefrom_np(&actions_, worker_descriptor + 1), "closefrom");
    check(posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()), "chdir");
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    check(posix_spawnattr_setsigdefault(&attributes_, &all), "signals");
    check(posix_spawnattr_setsigmask(&attributes_, &none), "signals");
    // A group of its own: an interrupt from the terminal is the host's to handle.
    check(posix_spawnattr_setpgroup(&attributes_, 0), "process group");
    check(posix_spawnattr_setflags(
              &attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP),
          "flags");
  }
  pid_t start(const std::filesystem::path& executable, std::vector<std::string> arguments,
              std::vector<std::string> environment) {
    const auto pointers = [](std::vector<std::string>& texts) {
      std::vector<char*> result;
      result.reserve(texts.size() + 1);
      for (std::string& text : texts) result.push_back(text.data());
      result.push_back(nullptr);
      return result;
    };
    pid_t child = -1;
    check(posix_spawn(&child, executable.c_str(), &actions_, &attributes_,
                      pointers(arguments).data(), pointers(environment).data()),
          executable.c_str());
    return child;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::vector<std::string> clean_environment(const std::string& folder) {
  std::vector<std::string> result = {"HOME=" + folder, "TMPDIR=" + folder,
                                     "SPICE_SCRIPTS=" + folder,  // no spinit of the system
                                     "LC_ALL=C", "OMP_NUM_THREADS=1", "OMP_WAIT_POLICY=passive",
                                     // ngspice frees and allocates each circuit in small pieces.
                                     "MALLOC_TRIM_THRESHOLD_=268435456", "MALLOC_TOP_PAD_=4194304",
                                     "PATH=" + folder};
  if (const char* libraries = std::getenv("LD_LIBRARY_PATH"); libraries != nullptr) {
    result.push_back("LD_LIBRARY_PATH=" + std::string(libraries));
  }
  return result;
}

std::string describe(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

/// False when the process still runs.
bool reap(pid_t process, int options, int& status) {
  pid_t result = -1;
  do {
    result = ::waitpid(process, &status, options);
  } while (result < 0 && errno == EINTR);
  return result != 0;  // an error means that there is nothing left to reap
}

}  // namespace

RunningWorker::RunningWorker(const std::filesystem::path& executable,
                             std::uint64_t most_address_bytes) {
  int worker_socket = -1;
  try {
    make_folder();
    worker_socket = make_sockets();
    spawn(executable, most_address_bytes, worker_socket);
  } catch (...) {
    if (worker_socket >= 0) ::close(worker_socket);
    release();
    throw;
  }
  ::close(worker_socket);
}

void RunningWorker::make_folder() {
  std::error_code error;
  const auto parent = std::filesystem::temp_directory_path(error);
  if (error) fail("temporary folder", error.value());
  std::string name = (parent / "neucasl-ngspice-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail(name, errno);
  folder_ = name;
  if (::chmod(name.c_str(), S_IRUSR | S_IXUSR) != 0) fail(name, errno);
}

int RunningWorker::make_sockets() {
  std::array<int, 2> pair{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    fail("socketpair", errno);
  }
  socket_ = pair[0];
  // Above the descriptors that the new process sets up, so that none overwrites it.
  const int worker_socket = ::fcntl(pair[1], F_DUPFD_CLOEXEC, worker_descriptor + 1);
  const int error = errno;
  ::close(pair[1]);
  if (worker_socket < 0) fail("fcntl", error);
  if (::fcntl(socket_, F_SETFL, O_NONBLOCK) != 0) {
    const int reason = errno;
    ::close(worker_socket);
    fail("fcntl", reason);
  }
  return worker_socket;
}

void RunningWorker::spawn(const std::filesystem::path& executable, std::uint64_t most_address_bytes,
                          int worker_socket) {
  SpawnPlan plan;
  plan.use(worker_socket, folder_);
  process_id_ = plan.start(
      executable,
      {executable.string(), std::to_string(worker_descriptor), std::to_string(most_address_bytes)},
      clean_environment(folder_.string()));
}

std::string RunningWorker::kill() {
  if (process_id_ < 0) return "nothing";
  int status = 0;
  // One that has ended by itself keeps its own status.
  if (!reap(process_id_, WNOHANG, status)) {
    ::kill(process_id_, SIGKILL);
    reap(process_id_, 0, status);
  }
  process_id_ = -1;
  return describe(status);
}

RunningWorker::~RunningWorker() {
  if (socket_ >= 0) ::close(socket_);  // an idle worker ends when it sees this
  socket_ = -1;
  constexpr timespec pause{0, 1'000'000};
  int status = 0;
  for (int i = 0; i < 200 && process_id_ >= 0; ++i) {
    if (reap(process_id_, WNOHANG, status)) {
      process_id_ = -1;
    } else {
      ::nanosleep(&pause, nullptr);
    }
  }
  release();
}

void RunningWorker::release() noexcept {
  if (process_id_ >= 0) {
    int status = 0;
    ::kill(process_id_, SIGKILL);
    reap(process_id_, 0, status);
  }
  if (socket_ >= 0) ::close(socket_);
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

}  // namespace neucasl::ngspice_plugin
