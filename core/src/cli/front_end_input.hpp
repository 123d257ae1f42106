#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "command.hpp"
#include "console.hpp"
#include "output_folder.hpp"

/// \file
/// What `map` and `circuits build` share: parameters, a context, results on disk.

namespace neucasl::cli {

/// --set name=value (may be repeated), --seed, --jobs, --out, --quiet, --format.
void add_front_end_options(options::options_description& description);

/// Values of --set, checked against the schema.
/// \throws base::Error "cli.usage", "parameter.*".
plugin::ParameterSet set_parameters(const Parsed& parsed,
                                    const std::vector<plugin::ParameterSpec>& schema,
                                    const std::string& owner);

/// A simulator plugin and an object of it.
struct NamedSimulator {
  std::string name;
  std::unique_ptr<plugin::CircuitSimulator> simulator;
};
NamedSimulator make_simulator(Session& session, const std::string& name);

/// A context whose progress goes to the terminal.
class FrontEndCall {
 public:
  FrontEndCall(Session& session, const Parsed& parsed);
  [[nodiscard]] plugin::Context& context() { return context_; }
  [[nodiscard]] Console& console() { return console_; }
  /// Null without --out.
  [[nodiscard]] OutputFolder* folder() { return folder_ ? &*folder_ : nullptr; }
  /// Netlist, as text of the IR, and other files.
  void write(const ir::Design& design,
             const std::vector<std::pair<std::string, std::string>>& files,
             const results::Findings& findings);

 private:
  Console console_;
  ScratchFolder scratch_;
  device::Library cards_;
  plugin::Context context_;
  std::optional<OutputFolder> folder_;
};

/// "12.3 ps"; a share as per cent.
std::string figure_text(const results::Figure& figure);
void print_parameters(const std::vector<plugin::ParameterSpec>& parameters);

}  // namespace neucasl::cli
