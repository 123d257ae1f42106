#include "simulator.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "circuit_checks.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/ir/spice_writer.hpp"
#include "worker.pb.h"

namespace neucasl::ngspice_plugin {
namespace {

namespace message = ngspice::worker;

/// No stepping towards a solution: a linear circuit has one at once or none. The tolerances make
/// ngspice solve until two solutions agree this closely.
constexpr const char* options_line =
    ".options gminsteps=0 srcsteps=0 reltol=1e-10 abstol=1e-18 vntol=1e-15";

constexpr const char* keep_variable = "NEUCASL_NGSPICE_KEEP";

bool has_branch_current(const ir::FlatNetlist& netlist, std::size_t element) {
  const std::string& form = netlist.kinds[netlist.kind[element]].element;
  return form == "voltage_source" || form == "inductor";
}

message::Request make_request(const ir::FlatNetlist& netlist, const ir::SpiceDeck& deck) {
  message::Request request;
  request.set_analysis(message::ANALYSIS_OPERATING_POINT);
  request.add_deck(options_line);
  for (const std::string& line : deck.elements) request.add_deck(line);
  for (std::size_t node = 1; node < netlist.nodes(); ++node) {
    request.add_wanted(deck.node_names[node]);
  }
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    if (has_branch_current(netlist, e)) request.add_wanted(deck.element_names[e] + "#branch");
  }
  return request;
}

const char* rule_name(message::Rule rule) {
  switch (rule) {
    case message::RULE_REQUEST:
      return "request";
    case message::RULE_MESSAGE:
      return "message";
    case message::RULE_STALE_PLOT:
      return "stale-plot";
    case message::RULE_MISSING_VECTOR:
      return "missing-vector";
    case message::RULE_SHORT_VECTOR:
      return "short-vector";
    case message::RULE_NOT_FINITE:
      return "not-finite";
    case message::RULE_EXIT:
      return "exit";
    default:
      return "protocol";
  }
}

/// Puts the names of the IR in place of "n12" and "r34" of the deck.
std::string name_in_ir(const std::string& text, const ir::FlatNetlist& netlist,
                       const ir::SpiceDeck& deck) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of(letters, at), text.size());
    const std::string word = text.substr(at, end - at);
    const std::size_t number = word.size() < 2 || word.size() > 10 ||
                                       word.find_first_not_of("0123456789", 1) != std::string::npos
                                   ? SIZE_MAX
                                   : std::stoull(word.substr(1));
    result += word;
    if (number < netlist.nodes() && deck.node_names[number] == word) {
      result += " ('" + netlist.node_name(number) + "')";
    } else if (number < netlist.elements() && deck.element_names[number] == word) {
      result += " ('" + netlist.element_name(number) + "')";
    }
    if (end < text.size()) result += text[end];
    at = end + 1;
  }
  return result;
}

void keep_deck(ir::SpiceDeck deck, const std::string& run_id) {
  const char* folder = std::getenv(keep_variable);
  if (folder == nullptr || *folder == '\0') return;
  deck.elements.insert(deck.elements.begin(), options_line);
  const std::string name = run_id + "-of-" + std::to_string(::getpid()) + ".cir";
  base::write_file(std::filesystem::path(folder) / name, ir::to_text(deck));
}

/// Unique in the process, so that two simulators keep two decks.
std::string next_run_id() {
  static std::atomic<std::uint64_t> runs = 0;
  return "run-" + std::to_string(++runs);
}

RestState state_from(const ir::FlatNetlist& netlist, const message::Reply& reply) {
  RestState state{std::vector<double>(netlist.nodes()), std::vector<double>(netlist.elements())};
  int next = 0;
  for (std::size_t node = 1; node < netlist.nodes(); ++node) {
    state.voltage[node] = reply.vector(next++).value(0);
  }
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    if (has_branch_current(netlist, e)) state.current[e] = reply.vector(next++).value(0);
  }
  return state;
}

plugin::OperatingPoint named(const ir::FlatNetlist& netlist, const RestState& state,
                             const std::string& version) {
  plugin::OperatingPoint result;
  result.method = "ngspice " + version + ", operating point";
  result.node_voltage.reserve(netlist.nodes());
  for (std::size_t node = 1; node < netlist.nodes(); ++node) {
    result.node_voltage.emplace_back(netlist.node_name(node), state.voltage[node]);
  }
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    if (netlist.kinds[netlist.kind[e]].element != "voltage_source") continue;
    result.source_current.emplace_back(netlist.element_name(e), state.current[e]);
  }
  return result;
}

/// The worker vouches for the content; this keeps a wrong reply from being read out of bounds.
bool complete(const message::Request& request, const message::Reply& reply) {
  if (reply.vector_size() != request.wanted_size()) return false;
  for (const message::Vector& vector : reply.vector()) {
    if (vector.value_size() != 1) return false;
  }
  return true;
}

}  // namespace

NgspiceSimulator::NgspiceSimulator(const WorkerOptions& options)
    : worker_(options), options_(options) {}

plugin::OperatingPoint NgspiceSimulator::operating_point(const ir::Design& design, ir::ModuleId top,
                                                         plugin::Context& context) {
  const ir::FlatNetlist netlist = ir::flatten(design, top);
  const ir::SpiceDeck deck = ir::to_spice(netlist);
  if (netlist.nodes() < 2 || netlist.elements() == 0) {
    throw base::Error("ngspice.empty-circuit", "'" + netlist.name + "' holds no circuit",
                      "simulate a module with elements between nets");
  }
  require_paths_to_ground(netlist);
  message::Request request = make_request(netlist, deck);
  request.set_run_id(next_run_id());
  request.set_cpu_seconds(std::chrono::duration<double>(options_.time_limit).count());
  const message::Reply reply = worker_.run(request, context);
  if (reply.rule() != message::RULE_PASSED || !complete(request, reply)) {
    keep_deck(deck, request.run_id());
    throw base::Error(
        std::string("ngspice.") + rule_name(reply.rule()),
        "ngspice on '" + netlist.name + "': " + name_in_ir(reply.detail(), netlist, deck),
        std::string("to see the deck, set ") + keep_variable + " to a folder");
  }
  const RestState state = state_from(netlist, reply);
  try {
    require_circuit_laws(netlist, state);
  } catch (const base::Error&) {
    keep_deck(deck, request.run_id());
    throw;
  }
  return named(netlist, state, reply.version());
}

}  // namespace neucasl::ngspice_plugin
