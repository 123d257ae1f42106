/// \file
/// The process that holds libngspice. Usage: neucasl-ngspice-worker SOCKET ADDRESS_SPACE_BYTES
///
/// libngspice keeps global state, returns 0 from almost every failure, and may end its process. So
/// it lives here, answers requests from a socket, and the plugin replaces it when it misbehaves.

#include <fcntl.h>
#include <ngspice/sharedspice.h>
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
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "worker.pb.h"
#include "worker_protocol.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace message = ngspice::worker;

constexpr std::size_t most_text_bytes = std::size_t{64} << 10;  // of ngspice's lines in one reply

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

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// Decks hold linear elements only, so that any help ngspice gives itself (gmin and source
/// stepping, a transient towards rest) and any warning means a result that is not the circuit's.
bool harmless(std::string_view line) {
  constexpr std::string_view standard_error = "stderr ";
  const std::string text = lower(line);
  if (text.starts_with(standard_error)) {
    const std::string_view rest = std::string_view(text).substr(standard_error.size());
    if (!rest.starts_with("note: ") && rest.find_first_not_of(" \t") != std::string_view::npos) {
      return false;
    }
  }
  constexpr std::string_view faults[] = {"error", "warning",   "singular",    "fail",
                                         "abort", "gmin step", "source step", "transient op"};
  return std::ranges::none_of(
      faults, [&](std::string_view fault) { return text.find(fault) != std::string::npos; });
}

/// What ngspice said and did since the last `start`.
class Session {
 public:
  void start(const std::string& run_id) {
    reply_.Clear();
    reply_.set_run_id(run_id);
    text_bytes_ = 0;
    plot_title_.clear();
    plot_name_.clear();
    running_ = true;
  }
  void fail(message::Rule rule, std::string_view detail) {
    if (failed()) return;
    reply_.set_rule(rule);
    reply_.set_detail(detail.data(), detail.size());
  }
  void pass() { reply_.set_rule(message::RULE_PASSED); }
  /// From here on ngspice's words are kept but not judged: a missing vector has its own rule.
  void end_run() { running_ = false; }
  /// The first fault stands.
  [[nodiscard]] bool failed() const { return reply_.rule() != message::RULE_UNSPECIFIED; }
  [[nodiscard]] message::Reply& reply() { return reply_; }
  [[nodiscard]] const std::string& plot_title() const { return plot_title_; }
  [[nodiscard]] const std::string& plot_name() const { return plot_name_; }

  void send() {
    if (reply_.rule() != message::RULE_PASSED) reply_.clear_vector();
    reply_.set_version(version_);
    reply_.set_resident_bytes(resident_bytes());
    send_message(channel, reply_);
  }

  static int on_text(char* text, int, void* self) {
    static_cast<Session*>(self)->add_text(text);
    return 0;
  }
  static int on_plot(pvecinfoall plot, int, void* self) {
    auto& session = *static_cast<Session*>(self);
    session.plot_title_ = plot->title;
    session.plot_name_ = plot->type;
    return 0;
  }
  /// ngspice is not fit for use after this, and may never return to the caller.
  static int on_exit(int status, NG_BOOL, NG_BOOL, int, void* self) {
    auto& session = *static_cast<Session*>(self);
    session.fail(message::RULE_EXIT, "ngspice ended with status " + std::to_string(status));
    try {
      session.send();
    } catch (const std::exception&) {
    }
    ::_exit(0);
  }

 private:
  void add_text(std::string_view line) {
    constexpr std::string_view banner = "** ngspice-";
    if (const auto at = line.find(banner); at != std::string_view::npos) {
      const std::string_view rest = line.substr(at + banner.size());
      version_ = rest.substr(0, rest.find(' '));
    }
    if (running_ && !harmless(line)) fail(message::RULE_MESSAGE, line.substr(line.find(' ') + 1));
    if (text_bytes_ + line.size() > most_text_bytes) return;
    text_bytes_ += line.size();
    reply_.add_message(line.data(), line.size());
  }

  message::Reply reply_;
  std::size_t text_bytes_ = 0;
  std::string plot_title_;
  std::string plot_name_;
  std::string version_;
  bool running_ = false;
};

void command(const char* text) { ngSpice_Command(const_cast<char*>(text)); }

void load(const message::Request& request) {
  std::vector<std::string> lines{request.run_id()};  // the first line is always the title
  lines.insert(lines.end(), request.deck().begin(), request.deck().end());
  lines.emplace_back(".op");
  lines.emplace_back(".end");
  std::vector<char*> pointers;
  pointers.reserve(lines.size() + 1);
  for (std::string& line : lines) pointers.push_back(line.data());
  pointers.push_back(nullptr);
  ngSpice_Circ(pointers.data());
}

void copy_vector(Session& session, const std::string& name) {
  // ngspice returns one static struct: all that matters is copied before the next call.
  const vector_info* info = ngGet_Vec_Info(const_cast<char*>(name.c_str()));
  if (info == nullptr || (info->v_realdata == nullptr && info->v_length > 0)) {
    session.fail(message::RULE_MISSING_VECTOR, "ngspice has no real vector '" + name + "'");
    return;
  }
  if (info->v_length < 1) {
    session.fail(message::RULE_SHORT_VECTOR, "vector '" + name + "' is empty");
    return;
  }
  message::Vector& vector = *session.reply().add_vector();
  for (int i = 0; i < info->v_length; ++i) {
    if (!std::isfinite(info->v_realdata[i])) {
      session.fail(message::RULE_NOT_FINITE, "vector '" + name + "' is not finite");
      return;
    }
    vector.add_value(info->v_realdata[i]);
  }
}

/// One run; it counts only if nothing at all speaks against it.
void simulate(Session& session, const message::Request& request) {
  if (request.analysis() != message::ANALYSIS_OPERATING_POINT || request.run_id().empty()) {
    session.fail(message::RULE_REQUEST, "unknown analysis or no run id");
    return;
  }
  load(request);
  if (session.failed()) return;
  command("run");
  session.end_run();
  if (session.failed()) return;
  const char* current = ngSpice_CurPlot();
  if (session.plot_title() != request.run_id() || current == nullptr ||
      session.plot_name() != current) {
    session.fail(message::RULE_STALE_PLOT, "ngspice made no plot titled '" + request.run_id() +
                                               "', the last is '" + session.plot_title() + "'");
    return;
  }
  for (const std::string& name : request.wanted()) {
    copy_vector(session, name);
    if (session.failed()) return;
  }
  session.pass();
}

/// Without this each circuit leaks hundreds of kilobytes and slows down the next.
void forget_circuit() {
  command("destroy all");
  command("remcirc");
}

[[noreturn]] void serve(Session& session) {
  for (;;) {
    message::Request request;
    receive_message(channel, request);
    session.start(request.run_id());
    allow_cpu(request.cpu_seconds());
    simulating = 1;
    simulate(session, request);
    simulating = 0;
    forget_circuit();
    session.send();
  }
}

template <class Integer>
bool parse(const char* text, Integer& value) {
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, value);
  return error == std::errc{} && stop == end;
}

int run(int argc, char** argv) {
  std::uint64_t address_bytes = 0;
  if (argc != 3 || !parse(argv[1], channel) || !parse(argv[2], address_bytes)) return 2;
  watch_host();
  set_limits(address_bytes);
  Session session;
  session.start({});
  ngSpice_Init(Session::on_text, nullptr, Session::on_exit, nullptr, Session::on_plot, nullptr,
               &session);
  try {
    serve(session);
  } catch (const ChannelClosed&) {
    return 0;
  } catch (const std::exception&) {
    return 1;
  }
}

}  // namespace
}  // namespace neucasl::ngspice_plugin

int main(int argc, char** argv) { return neucasl::ngspice_plugin::run(argc, argv); }
