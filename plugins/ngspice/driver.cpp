#include "driver.hpp"

#include <dlfcn.h>
#include <ngspice/sharedspice.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "model_names.hpp"
#include "model_table.hpp"
#include "worker.pb.h"
#include "worker_protocol.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace message = ngspice::worker;

constexpr std::size_t most_text_bytes = std::size_t{64} << 10;  // of ngspice's lines in one reply
constexpr std::uint64_t runs_per_look = 16;                     // at the memory in use
constexpr double axis_tolerance = 1e-9;

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

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

/// A linear circuit has its solution at once or has none: any help that ngspice gives itself (gmin
/// and source stepping, a transient towards rest) and any warning means a result that is not the
/// circuit's. Others may need that help; that an attempt failed is told by a warning, that all did
/// by an error.
bool harmless(std::string_view line, bool linear) {
  constexpr std::string_view standard_error = "stderr ";
  const std::string text = lower(line);
  if (!linear && !contains_any(text, {"error", "too small", "doanalyses", "abort"}) &&
      contains_any(text, {"gmin", "source step", "transient op"})) {
    return true;
  }
  if (text.starts_with(standard_error)) {
    const std::string_view rest = std::string_view(text).substr(standard_error.size());
    if (!rest.starts_with("note: ") && rest.find_first_not_of(" \t") != std::string_view::npos) {
      return false;
    }
  }
  return !contains_any(text, {"error", "warning", "singular", "fail", "abort", "gmin step",
                              "source step", "transient op"});
}

void command(const std::string& text) { ngSpice_Command(const_cast<char*>(text.c_str())); }

const char* axis_name(message::Analysis analysis) {
  switch (analysis) {
    case message::ANALYSIS_SWEEP:
      return "v-sweep";
    case message::ANALYSIS_TRANSIENT:
      return "time";
    case message::ANALYSIS_AC:
    case message::ANALYSIS_NOISE:
      return "frequency";
    default:
      return "";
  }
}

bool close(double a, double b) {
  return std::abs(a - b) <= axis_tolerance * std::max(std::abs(a), std::abs(b));
}

}  // namespace

/// What ngspice said and did since the last `start`.
class Driver::Session {
 public:
  explicit Session(std::function<void(const message::Reply&)> leaving)
      : leaving_(std::move(leaving)) {
    start({});
    ngSpice_Init(on_text, nullptr, on_exit, nullptr, on_plot, nullptr, this);
  }

  const message::Reply& run(const message::Request& request) {
    start(request.run_id());
    linear_ = request.linear();
    simulate(request);
    finish();
    running_ = false;
    forget_circuit();
    return reply_;
  }

 private:
  void start(const std::string& run_id) {
    reply_.Clear();
    reply_.set_run_id(run_id);
    text_bytes_ = 0;
    singular_.clear();
    forget_plots();
    running_ = true;
  }
  /// Without this each circuit leaks hundreds of kilobytes and slows down the next.
  static void forget_circuit() {
    command("destroy all");
    command("remcirc");
  }
  void forget_plots() {
    plot_title_.clear();
    plot_name_.clear();
  }
  /// The first fault stands.
  void fail(message::Rule rule, std::string_view detail) {
    if (failed()) return;
    reply_.set_rule(rule);
    reply_.set_detail(detail.data(), detail.size());
  }
  [[nodiscard]] bool failed() const { return reply_.rule() != message::RULE_UNSPECIFIED; }

  void finish() {
    if (!failed()) reply_.set_rule(message::RULE_PASSED);
    // A model without an answer is the cause of whatever ngspice says then.
    if (reply_.rule() == message::RULE_MESSAGE && table_.failed()) {
      reply_.set_rule(message::RULE_MODEL);
      reply_.set_detail("a" + std::to_string(*table_.failed()) + " gives no finite answer" +
                        (table_.failure().empty() ? "" : ": " + table_.failure()));
    }
    if (reply_.rule() != message::RULE_PASSED) reply_.clear_run();
    reply_.set_version(version_);
    if (runs_++ % runs_per_look == 0) resident_bytes_ = resident_bytes();
    reply_.set_resident_bytes(resident_bytes_);
    reply_.set_iterations(table_.evaluations());
    reply_.set_checksum(checksum(reply_));
  }

  /// A run counts only if nothing at all speaks against it.
  void simulate(const message::Request& request) {
    if (!message::Analysis_IsValid(request.analysis()) ||
        request.analysis() == message::ANALYSIS_UNSPECIFIED || request.run_id().empty() ||
        request.command().empty()) {
      fail(message::RULE_REQUEST, "unknown analysis, no command or no run id");
      return;
    }
    load_devices(request);
    if (failed()) return;
    load_deck(request);
    for (const std::string& one : request.command()) {
      if (failed()) return;
      forget_plots();
      command(one);
      if (!failed()) read_plot(request);
    }
  }

  void load_devices(const message::Request& request) {
    try {
      if (!request.devices().model_of().empty() && !bridge_ready(request.code_model())) return;
      table_.load(request);
    } catch (const BadLibrary& error) {
      fail(message::RULE_LIBRARY, error.what());
    } catch (const BadMessage& error) {
      fail(message::RULE_REQUEST, error.what());
    }
  }

  void load_deck(const message::Request& request) {
    std::string text = request.run_id() + '\n' + request.deck();  // the first line is the title
    if (text.back() != '\n') text += '\n';
    text += ".end\n";
    std::vector<char*> lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      text[end] = '\0';
      lines.push_back(text.data() + at);
      at = end + 1;
    }
    lines.push_back(nullptr);
    ngSpice_Circ(lines.data());
  }

  void read_plot(const message::Request& request) {
    if (plot_title_ != request.run_id() || plot_name_.empty()) {
      fail(message::RULE_STALE_PLOT, "ngspice made no plot titled '" + request.run_id() +
                                         "', the last is '" + plot_title_ + "'");
      return;
    }
    const char* current = ngSpice_CurPlot();
    // A noise analysis ends with a second plot, of totals.
    prefix_ = current != nullptr && plot_name_ == current ? "" : plot_name_ + '.';
    if (!prefix_.empty() && request.analysis() != message::ANALYSIS_NOISE) {
      fail(message::RULE_STALE_PLOT, "the present plot is not the new one");
      return;
    }
    running_ = false;  // a missing vector has its own rule
    message::Run& run = *reply_.add_run();
    read_axis(request, run);
    for (const std::string& name : request.wanted()) {
      if (failed()) return;
      read_vector(name, run);
    }
    running_ = true;
  }

  const vector_info* find_vector(const std::string& name) {
    // ngspice returns one static struct: all that matters is copied before the next call.
    const vector_info* info = ngGet_Vec_Info(const_cast<char*>((prefix_ + name).c_str()));
    if (info == nullptr ||
        (info->v_realdata == nullptr && info->v_compdata == nullptr && info->v_length > 0)) {
      fail(message::RULE_MISSING_VECTOR, "ngspice has no vector '" + name + "'");
      return nullptr;
    }
    if (info->v_length < 1) {
      fail(message::RULE_SHORT_VECTOR, "vector '" + name + "' is empty");
      return nullptr;
    }
    return info;
  }

  void read_axis(const message::Request& request, message::Run& run) {
    const std::string name = axis_name(request.analysis());
    if (name.empty()) {
      run.set_points(1);
      return;
    }
    const vector_info* info = find_vector(name);
    if (info == nullptr) return;
    std::vector<double> axis(static_cast<std::size_t>(info->v_length));
    for (std::size_t i = 0; i < axis.size(); ++i) {
      axis[i] = info->v_realdata != nullptr ? info->v_realdata[i] : info->v_compdata[i].cx_real;
      if (!std::isfinite(axis[i]) || (i > 0 && !(axis[i] > axis[i - 1]))) {
        fail(message::RULE_INCOMPLETE, "the axis '" + name + "' does not ascend");
        return;
      }
    }
    if (request.points() != 0 && axis.size() != request.points()) {
      fail(message::RULE_SHORT_VECTOR, "'" + name + "' has " + std::to_string(axis.size()) +
                                           " points instead of " +
                                           std::to_string(request.points()));
    }
    if (!std::isnan(request.last()) && !close(axis.back(), request.last())) {
      fail(message::RULE_INCOMPLETE, "'" + name + "' ends at " + std::to_string(axis.back()));
    }
    run.set_points(static_cast<std::uint32_t>(axis.size()));
    run.set_axis(pack<double>(axis));
  }

  void read_vector(const std::string& name, message::Run& run) {
    const vector_info* info = find_vector(name);
    if (info == nullptr) return;
    if (static_cast<std::uint32_t>(info->v_length) < run.points()) {
      fail(message::RULE_SHORT_VECTOR, "vector '" + name + "' has too few points");
      return;
    }
    const bool complex = info->v_realdata == nullptr;
    const double* values = complex ? &info->v_compdata->cx_real : info->v_realdata;
    const std::size_t count = std::size_t{run.points()} * (complex ? 2 : 1);
    if (!std::all_of(values, values + count, [](double one) { return std::isfinite(one); })) {
      fail(message::RULE_NOT_FINITE, "vector '" + name + "' is not finite");
      return;
    }
    run.mutable_values()->append(reinterpret_cast<const char*>(values), count * sizeof(double));
  }

  bool bridge_ready(const std::string& path);
  std::string bridge_fault(const std::string& path);
  std::string identity_fault();
  std::string trial_fault();
  std::string words_of(const std::string& text);

  static int on_text(char* text, int, void* self) {
    static_cast<Session*>(self)->add_text(text);
    return 0;
  }
  static int on_plot(pvecinfoall plot, int, void* self) {
    auto& session = *static_cast<Session*>(self);
    if (!session.plot_name_.empty()) return 0;  // of several, the first is the one to read
    session.plot_title_ = plot->title;
    session.plot_name_ = plot->type;
    return 0;
  }
  /// ngspice is not fit for use after this, and may never return to the caller.
  static int on_exit(int status, NG_BOOL, NG_BOOL, int, void* self) {
    auto& session = *static_cast<Session*>(self);
    session.fail(message::RULE_EXIT, "ngspice ended with status " + std::to_string(status));
    session.finish();
    session.leaving_(session.reply_);
    ::_exit(1);
  }

  void add_text(std::string_view line) {
    if (probing_) {
      words_.append(line).push_back('\n');
      return;
    }
    constexpr std::string_view banner = "** ngspice-";
    if (const std::size_t at = line.find(banner); at != std::string_view::npos) {
      const std::string_view rest = line.substr(at + banner.size());
      version_ = std::string(rest.substr(0, rest.find(' ')));
    }
    if (!running_) return;
    judge(line);
    if (text_bytes_ + line.size() > most_text_bytes) return;
    text_bytes_ += line.size();
    reply_.add_message(line.data(), line.size());
  }

  /// A step of the search may meet a matrix that rounding makes singular. If the circuit's own is,
  /// all stepping ends with that, and only a transient towards rest can still give an answer.
  void judge(std::string_view line) {
    const std::string_view words = line.substr(line.find(' ') + 1);
    const std::string text = lower(words);
    if (!linear_ && contains_any(text, {"singular"})) {
      if (singular_.empty()) singular_ = words;
      return;
    }
    const bool hides = !singular_.empty() && contains_any(text, {"transient op"});
    if (!hides && harmless(line, linear_)) return;
    fail(message::RULE_MESSAGE, singular_.empty() ? words : std::string_view(singular_));
  }

  std::function<void(const message::Reply&)> leaving_;
  message::Reply reply_;
  ModelTable table_;
  std::string prefix_;
  std::size_t text_bytes_ = 0;
  std::uint64_t runs_ = 0;
  std::uint64_t resident_bytes_ = 0;
  std::string plot_title_;
  std::string plot_name_;
  std::string version_;
  std::string words_;
  std::string singular_;  // what ngspice first said about a singular matrix
  bool running_ = false;
  bool probing_ = false;
  bool linear_ = true;
  bool bridge_tried_ = false;
  std::string bridge_reason_;  // why it cannot be used; empty when it can
};

/// What ngspice answers to a command outside of a run.
std::string Driver::Session::words_of(const std::string& text) {
  words_.clear();
  probing_ = true;
  command(text);
  probing_ = false;
  return lower(words_);
}

/// The code model depends on the memory layout of the build; see xspice_layout.hpp.
std::string Driver::Session::identity_fault() {
  if (version_ != "39")
    return "it knows the memory layout of ngspice 39, this is '" + version_ + "'";
  if (words_of("osdi").find("no such command") == std::string::npos) {
    return "this ngspice is built with OSDI";
  }
  const std::string devices = words_of("devhelp");
  if (devices.find("numd") == std::string::npos) return "this ngspice is built without CIDER";
  return {};
}

std::string Driver::Session::bridge_fault(const std::string& path) {
  if (std::string fault = identity_fault(); !fault.empty()) return fault;
  // ngspice reports a missing file and goes on.
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* reason = ::dlerror();
    return reason != nullptr ? reason : "it cannot be loaded";
  }
  using Connect = bool (*)(BridgeDevices*);
  const auto connect = reinterpret_cast<Connect>(::dlsym(library, "neucasl_bridge_connect"));
  if (connect == nullptr) return "'" + path + "' is another code model";
  words_of("codemodel " + path);
  if (!connect(&table_)) return "ngspice does not load '" + path + "'";
  if (words_of("devhelp").find("neucasl_bridge") == std::string::npos) {
    return "ngspice does not know the code model after loading it";
  }
  return trial_fault();
}

/// A circuit whose answer is known, with options that the code model must find in memory where it
/// looks for them.
std::string Driver::Session::trial_fault() {
  message::Request trial;
  trial.set_run_id("trial");
  trial.set_deck(
      ".options reltol=1.25e-4 abstol=1.5e-13 vntol=1.75e-7 chgtol=2.5e-15 trtol=0.75\n"
      ".options gmin=1.125e-12 temp=33 method=gear\n"
      "v1 n1 0 1\nr1 n1 n2 1000\na0 [ n2 0 ] bridge\n.model bridge neucasl_bridge\n");
  message::Devices& devices = *trial.mutable_devices();
  message::Model& model = *devices.add_model();
  model.set_name(swept_conductance);
  model.set_unknowns(2);
  model.set_derived(1);
  const double conductance = 3e-3;
  const std::uint32_t first = 0;
  devices.set_model_of(pack<std::uint32_t>({&first, 1}));
  devices.set_derived(pack<double>({&conductance, 1}));
  table_.load(trial);
  BridgeView view;
  table_.show_in(&view);
  probing_ = true;
  load_deck(trial);
  command("tran 1e-9 1e-7 0 1e-9");
  const vector_info* info = ngGet_Vec_Info(const_cast<char*>("n2"));
  const bool solved = info != nullptr && info->v_realdata != nullptr && info->v_length > 1 &&
                      std::abs(info->v_realdata[info->v_length - 1] - 0.25) < 1e-9;
  forget_circuit();
  probing_ = false;
  table_.show_in(nullptr);
  const double expected[] = {1.25e-4,   1.5e-13, 1.75e-7, 2.5e-15, 0.75,
                             1.125e-12, 306.15,  1e-7,    1e-9,    1e-7};
  const double found[] = {view.relative,     view.current, view.voltage,     view.charge,
                          view.truncation,   view.gmin,    view.temperature, view.stop,
                          view.largest_step, view.time};
  const bool alike = std::equal(std::begin(expected), std::end(expected), std::begin(found), close);
  const double step = view.time - view.before;
  if (solved && alike && view.method == 2.0 && step > 0.0 && step < 1.001e-9) return {};
  return "a trial shows another memory layout than that of ngspice 39";
}

bool Driver::Session::bridge_ready(const std::string& path) {
  if (!bridge_tried_) {
    bridge_tried_ = true;
    bridge_reason_ = bridge_fault(path);
  }
  if (!bridge_reason_.empty()) fail(message::RULE_BRIDGE, bridge_reason_);
  return bridge_reason_.empty();
}

Driver::Driver(std::function<void(const message::Reply&)> leaving)
    : session_(std::make_unique<Session>(std::move(leaving))) {}
Driver::~Driver() = default;

const message::Reply& Driver::run(const message::Request& request) {
  return session_->run(request);
}

}  // namespace neucasl::ngspice_plugin
