#include "worker.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <exception>

#include "driver.hpp"
#include "worker.pb.h"
#include "worker_protocol.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace message = ngspice::worker;

int channel = -1;
volatile std::sig_atomic_t simulating = 0;

/// A host that dies during a run closes the socket. PR_SET_PDEATHSIG would not do: it follows the
/// thread that started the worker, which may end long before the host.
void on_socket_event(int) {
  if (simulating == 0) return;
  const int saved = errno;
  pollfd entry{channel, POLLIN, 0};
  if (::poll(&entry, 1, 0) > 0 && (entry.revents & POLLHUP) != 0) ::_exit(0);
  errno = saved;
}

void watch_host() {
  struct sigaction action {};
  action.sa_handler = on_socket_event;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGIO, &action, nullptr);
  ::fcntl(channel, F_SETOWN, ::getpid());
  ::fcntl(channel, F_SETFL, ::fcntl(channel, F_GETFL) | O_ASYNC);
}

void limit(decltype(RLIMIT_CORE) resource, rlim_t value) {
  const rlimit both{value, value};
  ::setrlimit(resource, &both);
}

void set_limits([[maybe_unused]] rlim_t address_bytes) {
  std::signal(SIGXFSZ, SIG_IGN);  // a write to a file then fails with EFBIG
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NPROC, 0);  // no further process or thread, unless run by root
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_AS, address_bytes);  // the sanitizers reserve terabytes
#endif
}

/// Lets the process use this much more processor time.
void allow_cpu(double seconds) {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  rlimit both{RLIM_INFINITY, RLIM_INFINITY};
  ::getrlimit(RLIMIT_CPU, &both);
  const double until =
      static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + std::ceil(seconds) + 2.0;
  both.rlim_cur = std::min(both.rlim_max, static_cast<rlim_t>(std::clamp(until, 2.0, 1e9)));
  ::setrlimit(RLIMIT_CPU, &both);
}

[[noreturn]] void serve(const Faults& faults) {
  Driver driver([](const message::Reply& reply) {
    try {
      send_message(channel, reply);
    } catch (const std::exception&) {
    }
    ::_exit(0);
  });
  for (;;) {
    message::Request request;
    receive_message(channel, request);
    allow_cpu(request.cpu_seconds());
    simulating = 1;
    const message::Reply& reply = driver.run(request);
    simulating = 0;
    if (faults) {
      message::Reply changed = reply;
      faults(request, changed);
      send_message(channel, changed);
    } else {
      send_message(channel, reply);
    }
  }
}

template <class Integer>
bool parse(const char* text, Integer& value) {
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, value);
  return error == std::errc{} && stop == end;
}

}  // namespace

int run_worker(int argc, char** argv, const Faults& faults) {
  std::uint64_t address_bytes = 0;
  if (argc != 3 || !parse(argv[1], channel) || !parse(argv[2], address_bytes)) return 2;
  watch_host();
  set_limits(address_bytes);
  try {
    serve(faults);
  } catch (const ChannelClosed&) {
    return 0;
  } catch (const std::exception&) {
    return 1;
  }
}

}  // namespace neucasl::ngspice_plugin
