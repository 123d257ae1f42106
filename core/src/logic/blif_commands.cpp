#include <array>

#include "blif_model.hpp"

namespace neucasl::logic {
namespace {

struct RefusedCommand {
  std::string_view command;
  std::string_view remedy;
};

constexpr std::string_view gate_remedy =
    "write the logic before it is mapped to a library (Yosys: write_blif without -gates; ABC: "
    "unmap, then write_blif)";
constexpr std::string_view machine_remedy =
    "encode the state machine first (SIS: state_assign, then write_blif without -f)";

constexpr std::array<RefusedCommand, 18> refused_commands = {{
    {".gate", gate_remedy},
    {".mlatch", gate_remedy},
    {".gateinit", gate_remedy},
    {".exdc", "leave the external don't-cares out: every row of a function must be 0 or 1"},
    {".search", "copy the models of that file into this one"},
    {".start_kiss", machine_remedy},
    {".end_kiss", machine_remedy},
    {".latch_order", machine_remedy},
    {".code", machine_remedy},
    {".i", machine_remedy},
    {".o", machine_remedy},
    {".s", machine_remedy},
    {".p", machine_remedy},
    {".r", machine_remedy},
    {".clock_event", "leave it out: all latches share one rising-edge clock"},
    {".cycle", "leave it out: the clock's period is given where the circuit is simulated"},
    {".mv", "encode multiple-valued signals in binary ones"},
    {".table", "write .names: BLIF-MV is another format"},
}};

}  // namespace

void refuse_blif_command(const Word& command, const base::Location& where) {
  const std::string text(command.text);
  for (const RefusedCommand& refused : refused_commands) {
    if (refused.command != command.text) continue;
    throw base::Error("blif.unsupported", text + " is not supported", std::string(refused.remedy),
                      where);
  }
  const std::vector<std::string> known = {".model", ".inputs", ".outputs", ".names",
                                          ".latch", ".clock",  ".subckt",  ".conn",
                                          ".attr",  ".param",  ".cname",   ".end"};
  throw base::Error("blif.unsupported", text + " is not a command known here",
                    base::suggest(text, known), where);
}

}  // namespace neucasl::logic
