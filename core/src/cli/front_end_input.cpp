#include "front_end_input.hpp"

#include <charconv>
#include <iostream>
#include <thread>

#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/text.hpp"

namespace neucasl::cli {

void add_front_end_options(options::options_description& description) {
  add_format(description);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  description.add_options()("set", options::value<std::vector<std::string>>()->composing(),
                            "name=value, a parameter; may be repeated")(
      "seed", options::value<std::uint64_t>()->default_value(1), "seed of random choices")(
      "jobs", options::value<int>()->default_value(static_cast<int>(cores)), "threads")(
      "out", options::value<std::string>(), "folder for netlist, tables and results.json")(
      "quiet", options::bool_switch(), "print no progress");
}

plugin::ParameterSet set_parameters(const Parsed& parsed,
                                    const std::vector<plugin::ParameterSpec>& schema,
                                    const std::string& owner) {
  std::vector<plugin::ParameterSet::Given> given;
  if (parsed.has("set")) {
    for (const std::string& assignment : parsed.get<std::vector<std::string>>("set")) {
      const std::size_t equals = assignment.find('=');
      if (equals == std::string::npos || equals == 0) {
        throw base::Error("cli.usage", "--set " + assignment + " assigns nothing",
                          "write --set name=value");
      }
      given.push_back({assignment.substr(0, equals),
                       assignment.substr(equals + 1),
                       {"--set " + assignment, 0, 0}});
    }
  }
  return {schema, given, owner, {}};
}

NamedSimulator make_simulator(Session& session, const std::string& name) {
  const plugin::Manifest manifest = session.host->find(name, plugin::PluginKind::circuit_simulator);
  return {name, session.host->make_circuit_simulator(manifest)};
}

FrontEndCall::FrontEndCall(Session& session, const Parsed& parsed)
    : console_(parsed.get<bool>("quiet")), cards_(session.installation.device_folders) {
  if (parsed.has("out")) folder_.emplace(parsed.text("out"));
  context_.diagnostics = session.sink;
  context_.cancel = session.cancel;
  context_.seed = parsed.get<std::uint64_t>("seed");
  context_.threads = parsed.get<int>("jobs");
  if (context_.threads < 1 || context_.threads > 1024) {
    throw base::Error("cli.usage", "--jobs is out of range", "give 1 to 1024");
  }
  context_.scratch_folder = scratch_.path();
  context_.devices = &cards_;
  context_.models = &session.host->models();
  context_.progress = [this](std::string_view what, std::size_t done_now, std::size_t total) {
    console_.progress(what, done_now, total);
  };
}

void FrontEndCall::write(const ir::Design& design,
                         const std::vector<std::pair<std::string, std::string>>& files,
                         const results::Findings& findings) {
  if (!folder_) return;
  folder_->write("netlist.ncir", ir::print(design));
  for (const auto& [name, content] : files) folder_->write(name, content);
  for (const results::Table& table : findings.tables) folder_->write(table);
  if (!findings.numbers_used.columns.empty()) folder_->write(findings.numbers_used);
}

std::string figure_text(const results::Figure& figure) {
  return figure.as_percent ? base::to_engineering({100.0 * figure.value, {}}) + " %"
                           : base::to_engineering({figure.value, figure.dimension});
}

void print_parameters(const std::vector<plugin::ParameterSpec>& parameters) {
  for (const plugin::ParameterSpec& parameter : parameters) {
    std::string choices;
    for (const std::string& choice : parameter.choices) {
      choices += (choices.empty() ? "" : "|") + choice;
    }
    std::cout << "  " << parameter.name << " (" << plugin::to_string(parameter.type)
              << (choices.empty() ? "" : " " + choices)
              << (parameter.default_value.empty() ? "" : ", default " + parameter.default_value)
              << (parameter.optional ? ", optional" : "") << "): " << parameter.meaning << '\n';
  }
}

}  // namespace neucasl::cli
