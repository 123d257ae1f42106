#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

/// \file
/// One started worker: process, socket and private folder.

namespace neucasl::ngspice_plugin {

class RunningWorker {
 public:
  /// \throws base::Error "ngspice.worker" when the process cannot be started.
  RunningWorker(const std::filesystem::path& executable, std::uint64_t most_address_bytes);
  /// Asks the process to end, insists soon after, and reaps it.
  ~RunningWorker();
  RunningWorker(const RunningWorker&) = delete;
  RunningWorker& operator=(const RunningWorker&) = delete;

  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] pid_t process_id() const { return process_id_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// Ends the process at once, reaps it and says how it ended, "signal 9" or "exit code 1".
  std::string kill();

 private:
  void make_folder();
  int make_sockets();
  void spawn(const std::filesystem::path& executable, std::uint64_t most_address_bytes,
             int worker_socket);
  void release() noexcept;

  int socket_ = -1;
  pid_t process_id_ = -1;
  std::filesystem::path folder_;
};

}  // namespace neucasl::ngspice_plugin
