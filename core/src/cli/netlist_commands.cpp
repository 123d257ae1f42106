#include <iostream>

#include "command.hpp"
#include "model_devices.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/checks.hpp"
#include "neucasl/ir/verifier.hpp"

namespace neucasl::cli {
namespace {

ir::Design read_netlist(Session& session, const std::string& file) {
  const ModelDevices devices(session);
  return io::read_design(file, &devices);
}

}  // namespace

int verify_netlist(Session& session, const Arguments& arguments) {
  const Parsed parsed("netlist verify", {}, {"FILE"}, arguments);
  const ir::Design design = read_netlist(session, parsed.text("FILE"));
  if (!ir::verify(design, *session.sink)) return check_failed;
  const ir::FlatNetlist netlist = ir::flatten(design);
  const bool connected = ir::report_connectivity(netlist, *session.sink);
  if (!connected) return check_failed;
  std::cout << parsed.text("FILE") << ": " << netlist.elements() << " elements on "
            << netlist.nodes() << " nodes, no fault found\n";
  return done;
}

int show_netlist_statistics(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  const Parsed parsed("netlist stats", description, {"FILE"}, arguments);
  const ir::Design design = read_netlist(session, parsed.text("FILE"));
  if (!ir::verify(design, *session.sink)) return check_failed;
  const ir::DesignStatistics s = ir::statistics(design);
  std::vector<std::pair<std::string, std::size_t>> counts = {{"modules", s.modules},
                                                             {"primitives", s.primitives},
                                                             {"depth", s.depth},
                                                             {"instances", s.instances},
                                                             {"instance_arrays", s.arrays},
                                                             {"leaf_instances", s.leaf_instances},
                                                             {"table_values", s.table_values}};
  if (parsed.json()) {
    std::vector<io::SummaryEntry> entries{{"design", design.name}};
    for (const auto& [name, count] : counts) entries.push_back({name, static_cast<double>(count)});
    for (const auto& [name, count] : s.leaves) {
      entries.push_back({"leaves." + name, static_cast<double>(count)});
    }
    std::cout << io::summary_json(entries);
    return done;
  }
  std::vector<std::vector<std::string>> rows{{"design", design.name}};
  for (const auto& [name, count] : counts) rows.push_back({name, std::to_string(count)});
  for (const auto& [name, count] : s.leaves) rows.push_back({"  " + name, std::to_string(count)});
  print_columns(rows);
  return done;
}

int convert_netlist(Session& session, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("locations", options::bool_switch(), "keep source locations");
  const Parsed parsed("netlist convert", description, {"FILE", "OUTPUT"}, arguments);
  const ir::Design design = read_netlist(session, parsed.text("FILE"));
  if (!ir::verify(design, *session.sink)) return check_failed;
  io::write_design(parsed.text("OUTPUT"), design, {parsed.get<bool>("locations")});
  return done;
}

int flatten_netlist(Session& session, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("module", options::value<std::string>(),
                            "module to expand; default: the top");
  const Parsed parsed("netlist flatten", description, {"FILE", "OUTPUT"}, arguments);
  const ir::Design design = read_netlist(session, parsed.text("FILE"));
  if (!ir::verify(design, *session.sink)) return check_failed;
  ir::ModuleId top = design.top;
  if (parsed.has("module")) {
    top = design.find_module(parsed.text("module"));
    if (!top.valid()) {
      std::vector<std::string> known;
      for (const ir::Module& module : design.modules) known.push_back(module.name);
      throw base::Error("ir.reference", "the design has no module '" + parsed.text("module") + "'",
                        base::suggest(parsed.text("module"), known));
    }
  }
  // A design of single instances costs about a kilobyte each.
  constexpr std::size_t most_elements = 2'000'000;
  io::write_design(parsed.text("OUTPUT"), ir::to_design(ir::flatten(design, top, most_elements)));
  return done;
}

}  // namespace neucasl::cli
