#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "neucasl/plugin/context.hpp"

namespace neucasl::ngspice::worker {
class Request;
class Reply;
}  // namespace neucasl::ngspice::worker

/// \file
/// The host's side of the worker process.

namespace neucasl::ngspice_plugin {

struct WorkerOptions {
  /// Empty: $NEUCASL_NGSPICE_WORKER, else beside the plugin, else near the host's executable.
  std::filesystem::path executable;
  std::filesystem::path code_model;  ///< Empty: beside the executable.
  std::chrono::milliseconds time_limit = std::chrono::minutes(10);  ///< For one run.
  int most_circuits = 10'000;  ///< Before a new worker: ngspice leaks a little with each.
  std::uint64_t most_resident_bytes = std::uint64_t{1} << 30;  ///< After a run; else a new worker.
  std::uint64_t most_address_bytes = std::uint64_t{8} << 30;   ///< Enforced by the system.
};

/// The worker's executable.
/// \throws base::Error "ngspice.worker" that says where it looked.
std::filesystem::path find_worker(const std::filesystem::path& given);

/// The code model for that worker; it need not exist.
std::filesystem::path find_code_model(const WorkerOptions& options);

class RunningWorker;

/// Keeps one worker, started when first needed and replaced when it dies, hangs, fails a run or has
/// done its share. Not thread-safe.
class WorkerProcess {
 public:
  explicit WorkerProcess(WorkerOptions options = {});
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  /// Throws base::Error when the numbers of a passed run are wrong.
  using Judge = std::function<void(const ngspice::worker::Reply& reply)>;

  /// Sends a request and returns the reply to it. A worker that dies, exceeds the time limit or
  /// gives a wrong answer costs one retry and the warning "ngspice.worker".
  /// \throws base::Error "ngspice.worker" when the retry fails too or no worker can be started;
  /// what `judge` throws about the second answer; "ngspice.message-size" for a request that is too
  /// long; base::Cancelled.
  ngspice::worker::Reply run(const ngspice::worker::Request& request,
                             const plugin::Context& context, const Judge& judge = {});

  /// Of the present worker; -1 when there is none.
  [[nodiscard]] int process_id() const;
  /// Its private working folder; empty when there is no worker.
  [[nodiscard]] std::filesystem::path working_folder() const;

 private:
  void exchange(const ngspice::worker::Request& request, ngspice::worker::Reply& reply,
                const plugin::Context& context);
  void replace_if_used_up(const ngspice::worker::Reply& reply);

  WorkerOptions options_;
  std::unique_ptr<RunningWorker> worker_;
  int circuits_ = 0;
};

}  // namespace neucasl::ngspice_plugin
