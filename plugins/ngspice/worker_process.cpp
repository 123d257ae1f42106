#include "worker_process.hpp"

#include <dlfcn.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include "running_worker.hpp"
#include "worker.pb.h"
#include "worker_protocol.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* worker_name = "neucasl-ngspice-worker";
constexpr const char* code_model_name = "neucasl_bridge.cm";
constexpr const char* worker_variable = "NEUCASL_NGSPICE_WORKER";
constexpr std::chrono::milliseconds cancel_interval{50};

/// The worker did not answer in time.
struct TimedOut {};

std::vector<fs::path> worker_places() {
  std::vector<fs::path> places;
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&find_worker), &info) != 0 &&
      info.dli_fname != nullptr) {
    places.push_back(fs::path(info.dli_fname).parent_path());
  }
  std::error_code error;
  if (const fs::path host = fs::read_symlink("/proc/self/exe", error); !error) {
    const fs::path folder = host.parent_path();
    places.push_back(folder);
    places.push_back(folder.parent_path() / "libexec" / "neucasl");
    places.push_back(folder.parent_path() / "lib" / "neucasl" / "plugins" / "ngspice");
  }
  return places;
}

bool executable(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

[[noreturn]] void no_worker(const std::string& where) {
  throw base::Error("ngspice.worker", "found no executable ngspice worker: looked for " + where,
                    std::string("install it, or set ") + worker_variable + " to its path");
}

/// Gives up when the deadline passes or the caller cancels.
Waiter make_waiter(Clock::time_point deadline, const base::CancelFlag& cancel) {
  return [deadline, cancel](int socket, short events) {
    for (;;) {
      cancel.throw_if_requested();
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) throw TimedOut{};
      pollfd entry{socket, events, 0};
      if (::poll(&entry, 1, static_cast<int>(std::min(left, cancel_interval).count())) > 0) return;
    }
  };
}

[[noreturn]] void give_up(const std::string& first, const std::string& second) {
  throw base::Error(
      "ngspice.worker",
      "the ngspice worker failed twice on one circuit: it " + first + ", then " + second,
      "simulate a smaller circuit, or raise the limits of the plugin");
}

}  // namespace

fs::path find_worker(const fs::path& given) {
  if (!given.empty()) {
    if (!executable(given)) no_worker("'" + given.string() + "'");
    return fs::absolute(given);
  }
  if (const char* named = std::getenv(worker_variable); named != nullptr && *named != '\0') {
    if (!executable(named)) no_worker(std::string("'") + named + "' (" + worker_variable + ")");
    return fs::absolute(named);
  }
  std::string looked;
  for (const fs::path& place : worker_places()) {
    const fs::path candidate = place / worker_name;
    if (executable(candidate)) return fs::absolute(candidate);
    looked += (looked.empty() ? "'" : ", '") + candidate.string() + "'";
  }
  no_worker(looked);
}

fs::path find_code_model(const WorkerOptions& options) {
  if (!options.code_model.empty()) return fs::absolute(options.code_model);
  return find_worker(options.executable).parent_path() / code_model_name;
}

WorkerProcess::WorkerProcess(WorkerOptions options) : options_(std::move(options)) {}
WorkerProcess::~WorkerProcess() = default;

int WorkerProcess::process_id() const { return worker_ ? worker_->process_id() : -1; }

fs::path WorkerProcess::working_folder() const { return worker_ ? worker_->folder() : fs::path(); }

void WorkerProcess::exchange(const ngspice::worker::Request& request, ngspice::worker::Reply& reply,
                             const plugin::Context& context) {
  if (!worker_) {
    worker_ = std::make_unique<RunningWorker>(find_worker(options_.executable),
                                              options_.most_address_bytes);
    circuits_ = 0;
  }
  const Waiter waiter = make_waiter(Clock::now() + options_.time_limit, context.cancel);
  send_message(worker_->socket(), request, waiter);
  receive_message(worker_->socket(), reply, waiter);
  if (reply.run_id() != request.run_id()) throw BadMessage("a reply to another request");
  if (reply.checksum() != checksum(reply)) throw BadMessage("numbers with a wrong checksum");
  ++circuits_;
}

void WorkerProcess::replace_if_used_up(const ngspice::worker::Reply& reply) {
  // After a failed run ngspice may be in any state.
  if (reply.rule() != ngspice::worker::RULE_PASSED || circuits_ >= options_.most_circuits ||
      reply.resident_bytes() > options_.most_resident_bytes) {
    worker_.reset();
  }
}

ngspice::worker::Reply WorkerProcess::run(const ngspice::worker::Request& request,
                                          const plugin::Context& context, const Judge& judge) {
  if (request.ByteSizeLong() > most_message_bytes) {
    throw base::Error("ngspice.message-size", "the circuit is too long for the ngspice worker",
                      "simulate a smaller circuit");
  }
  context.cancel.throw_if_requested();
  std::optional<std::string> earlier;
  for (;;) {
    ngspice::worker::Reply reply;
    std::string fault;
    try {
      exchange(request, reply, context);
      if (judge && reply.rule() == ngspice::worker::RULE_PASSED) judge(reply);
      replace_if_used_up(reply);
      return reply;
    } catch (const TimedOut&) {
      if (worker_) worker_->kill();
      fault = "exceeded the time limit of " + std::to_string(options_.time_limit.count()) + " ms";
    } catch (const ChannelClosed&) {
      fault = "ended by " + worker_->kill();
    } catch (const BadMessage& error) {
      worker_->kill();
      fault = std::string("sent ") + error.what();
    } catch (const base::Error& error) {
      if (worker_) worker_->kill();
      worker_.reset();
      if (earlier || !judge || reply.rule() != ngspice::worker::RULE_PASSED) throw;
      fault = "gave a wrong answer: " + error.diagnostic().message;
    } catch (...) {
      if (worker_) worker_->kill();
      worker_.reset();
      throw;
    }
    worker_.reset();
    if (earlier) give_up(*earlier, fault);
    earlier = fault;
    context.diagnostics->warning("ngspice.worker", "the ngspice worker " + fault,
                                 "the run is repeated once with a new one");
  }
}

}  // namespace neucasl::ngspice_plugin
