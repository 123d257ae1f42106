#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "neucasl/campaign/worker_pool.hpp"

extern char** environ;

namespace neucasl::campaign {
namespace {

using Length = std::uint64_t;

/// Without a signal when the other side is gone.
bool send_all(int descriptor, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(descriptor, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool send_frame(int descriptor, const std::string& message) {
  const Length length = message.size();
  std::string frame(reinterpret_cast<const char*>(&length), sizeof length);
  frame += message;
  return send_all(descriptor, frame.data(), frame.size());
}

/// The first whole message of `bytes`, which is then removed.
std::optional<std::string> take_frame(std::string& bytes) {
  Length length = 0;
  if (bytes.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, bytes.data(), sizeof length);
  if (bytes.size() - sizeof length < length) return std::nullopt;
  std::string message = bytes.substr(sizeof length, length);
  bytes.erase(0, sizeof length + length);
  return message;
}

[[noreturn]] void cannot_start(const std::filesystem::path& program, int code) {
  throw base::Error("campaign.worker",
                    "'" + program.string() + "' cannot be started: " + std::strerror(code),
                    "check the program and the limits of processes and open files");
}

/// A process with its socket; ended with the object.
class WorkerProcess {
 public:
  WorkerProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      cannot_start(program, errno);
    }
    descriptor_ = ends[0];
    const int code = spawn(program, arguments, ends[1]);
    ::close(ends[1]);
    if (code != 0) {
      ::close(descriptor_);
      cannot_start(program, code);
    }
  }
  ~WorkerProcess() {
    ::close(descriptor_);
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }

  void send(const std::string& message) const { send_frame(descriptor_, message); }

  std::optional<std::string> buffered() { return take_frame(bytes_); }

  /// Reads what is there. \return false at the end.
  bool read() {
    constexpr std::size_t most = 65536;
    char part[most];
    const ssize_t count = ::recv(descriptor_, part, most, MSG_DONTWAIT);
    if (count > 0) bytes_.append(part, static_cast<std::size_t>(count));
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
  }

  /// How the process ended; it is ended when only its socket was closed.
  std::string end() {
    ::kill(child_, SIGKILL);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    if (WIFEXITED(status)) return "ended with code " + std::to_string(WEXITSTATUS(status));
    return "was ended by signal " + std::to_string(WTERMSIG(status));
  }

 private:
  int spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments,
            int other_end) {
    std::vector<std::string> words = arguments;
    words.insert(words.begin(), program.string());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, other_end, worker_descriptor);
    const int code =
        ::posix_spawn(&child_, program.c_str(), &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    return code;
  }

  int descriptor_ = -1;
  pid_t child_ = -1;
  std::string bytes_;
};

class ProcessTransport final : public Transport {
 public:
  ProcessTransport(std::filesystem::path program, std::vector<std::string> arguments,
                   std::size_t workers)
      : program_(std::move(program)), arguments_(std::move(arguments)) {
    for (std::size_t i = 0; i < workers; ++i) {
      processes_.push_back(std::make_unique<WorkerProcess>(program_, arguments_));
    }
  }

  [[nodiscard]] std::size_t size() const override { return processes_.size(); }

  void send(std::size_t worker, const std::string& message) override {
    processes_[worker]->send(message);
  }

  std::optional<Arrival> receive(std::chrono::milliseconds most) override {
    if (auto arrival = buffered()) return arrival;
    std::vector<pollfd> waiting;
    waiting.reserve(processes_.size());
    for (const auto& process : processes_) waiting.push_back({process->descriptor(), POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(most.count())) <= 0) {
      return std::nullopt;
    }
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].revents == 0 || processes_[i]->read()) continue;
      // What it sent before it ended counts; nothing more can come.
      if (auto message = processes_[i]->buffered()) return Arrival{i, false, *message};
      return Arrival{i, true, processes_[i]->end()};
    }
    return buffered();
  }

  bool restart(std::size_t worker) override {
    processes_[worker] = std::make_unique<WorkerProcess>(program_, arguments_);
    return true;
  }

 private:
  std::optional<Arrival> buffered() {
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      // Each in turn, so that none is forgotten behind a busy one.
      const std::size_t worker = (next_ + i) % processes_.size();
      if (auto message = processes_[worker]->buffered()) {
        next_ = worker + 1;
        return Arrival{worker, false, std::move(*message)};
      }
    }
    return std::nullopt;
  }

  std::filesystem::path program_;
  std::vector<std::string> arguments_;
  std::vector<std::unique_ptr<WorkerProcess>> processes_;
  std::size_t next_ = 0;
};

class InheritedChannel final : public WorkerChannel {
 public:
  std::optional<std::string> receive() override {
    while (true) {
      if (auto message = take_frame(bytes_)) return message;
      constexpr std::size_t most = 65536;
      char part[most];
      const ssize_t count = ::recv(worker_descriptor, part, most, 0);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return std::nullopt;
      bytes_.append(part, static_cast<std::size_t>(count));
    }
  }
  void send(const std::string& message) override { send_frame(worker_descriptor, message); }

 private:
  std::string bytes_;
};

}  // namespace

std::unique_ptr<Transport> process_transport(const std::filesystem::path& program,
                                             const std::vector<std::string>& arguments,
                                             std::size_t workers) {
  return std::make_unique<ProcessTransport>(program, arguments, workers);
}

std::unique_ptr<WorkerChannel> inherited_channel() { return std::make_unique<InheritedChannel>(); }

}  // namespace neucasl::campaign
