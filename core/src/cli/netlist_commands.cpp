#include <iostream>

#include "command.hpp"
#include "graphviz.hpp"
#include "model_devices.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/circuit/spice_export.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/checks.hpp"
#include "neucasl/ir/diff.hpp"
#include "neucasl/ir/drawing.hpp"
#include "neucasl/ir/verifier.hpp"
#include "neucasl/logic/readers.hpp"
#include "simulation_input.hpp"

namespace neucasl::cli {
namespace {

ir::Design read_netlist(Session& session, const std::string& file) {
  const ModelDevices devices(session);
  return io::read_design(file, &devices);
}

/// The module that --module names, else the top.
ir::ModuleId chosen_module(const ir::Design& design, const Parsed& parsed) {
  if (!parsed.has("module")) return design.top;
  const ir::ModuleId found = design.find_module(parsed.text("module"));
  if (found.valid()) return found;
  std::vector<std::string> known;
  known.reserve(design.modules.size());
  for (const ir::Module& module : design.modules) known.push_back(module.name);
  throw base::Error("ir.reference", "the design has no module '" + parsed.text("module") + "'",
                    base::suggest(parsed.text("module"), known));
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
  const std::filesystem::path output = parsed.text("OUTPUT");
  if (output.extension() == ".blif") {
    base::write_file(output, logic::print_blif(logic::read_logic(parsed.text("FILE"))));
    return done;
  }
  const ir::Design design = read_netlist(session, parsed.text("FILE"));
  if (!ir::verify(design, *session.sink)) return check_failed;
  io::write_design(output, design, {parsed.get<bool>("locations")});
  return done;
}

int flatten_netlist(Session& session, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("module", options::value<std::string>(),
                            "module to expand; default: the top");
  const Parsed parsed("netlist flatten", description, {"FILE", "OUTPUT"}, arguments);
  const ir::Design design = read_netlist(session, parsed.text("FILE"));
  if (!ir::verify(design, *session.sink)) return check_failed;
  const ir::ModuleId top = chosen_module(design, parsed);
  // A design of single instances costs about a kilobyte each.
  constexpr std::size_t most_elements = 2'000'000;
  io::write_design(parsed.text("OUTPUT"), ir::to_design(ir::flatten(design, top, most_elements)));
  return done;
}

int export_netlist(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_simulation_options(description);
  const Parsed parsed("netlist export", description, {"FILE", "OUTPUT"}, arguments);
  const SimulationInput input = read_simulation(session, parsed);
  if (input.analyses.size() != 1) {
    throw base::Error("cli.usage",
                      "a deck has one analysis, not " + std::to_string(input.analyses.size()),
                      "give one --analysis");
  }
  circuit::SpiceExportOptions deck{input.analyses.front().analysis, input.options.tolerances,
                                   input.title};
  base::write_file(parsed.text("OUTPUT"), circuit::to_spice(input.circuit, deck));
  return done;
}

namespace {

std::string place_text(const base::Location& where) {
  if (where.file.empty()) return "";
  return where.line == 0 ? where.file : where.file + ':' + std::to_string(where.line);
}

}  // namespace

int diff_netlists(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  const Parsed parsed("netlist diff", description, {"BEFORE", "AFTER"}, arguments);
  const ir::Design before = read_netlist(session, parsed.text("BEFORE"));
  const ir::Design after = read_netlist(session, parsed.text("AFTER"));
  const bool before_valid = ir::verify(before, *session.sink);
  if (!ir::verify(after, *session.sink) || !before_valid) return check_failed;
  const std::vector<ir::Difference> differences = ir::diff(before, after);
  const std::vector<std::string> names{"change", "path",         "before",
                                       "after",  "place_before", "place_after"};
  std::vector<std::vector<std::string>> rows;
  for (const ir::Difference& one : differences) {
    constexpr const char* changes[] = {"added", "removed", "changed"};
    rows.push_back({changes[static_cast<std::size_t>(one.change)], one.path, one.before, one.after,
                    place_text(one.where_before), place_text(one.where_after)});
  }
  if (parsed.json()) {
    print_json_rows(names, rows);
  } else {
    if (!rows.empty()) rows.insert(rows.begin(), names);
    for (auto& row : rows) {
      for (std::string& cell : row) {
        if (cell.empty()) cell = "-";
      }
    }
    print_columns(rows);
    std::cout << differences.size()
              << (differences.size() == 1 ? " difference\n" : " differences\n");
  }
  return differences.empty() ? done : check_failed;
}

int draw_netlist(Session& session, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("view", options::value<std::string>()->default_value("schematic"),
                            "schematic or hierarchy")("module", options::value<std::string>(),
                                                      "module to draw; default: the top")(
      "out", options::value<std::string>(), "NAME.svg, or NAME.dot for the text of Graphviz")(
      "time-limit", options::value<int>()->default_value(120), "seconds for the layout");
  const Parsed parsed("netlist draw", description, {"FILE"}, arguments);
  if (!parsed.has("out")) {
    throw base::Error("cli.usage", "neucasl netlist draw: the option --out is missing",
                      "give NAME.svg or NAME.dot");
  }
  const std::filesystem::path file = parsed.text("out");
  const std::string ending = file.extension().string();
  if (ending != ".svg" && ending != ".dot") {
    throw base::Error("cli.usage", "'" + file.string() + "' is neither .svg nor .dot",
                      "give NAME.svg or NAME.dot");
  }
  const int limit = parsed.get<int>("time-limit");
  if (limit < 1 || limit > 86400) {
    throw base::Error("cli.usage", "neucasl netlist draw: --time-limit is out of range",
                      "give 1 to 86400 seconds");
  }
  ir::DrawingOptions drawing;
  if (parsed.text("view") == "hierarchy") {
    drawing.view = ir::DrawingOptions::View::hierarchy;
  } else if (parsed.text("view") != "schematic") {
    throw base::Error("cli.usage", "unknown view '" + parsed.text("view") + "'",
                      base::suggest(parsed.text("view"), {"schematic", "hierarchy"}));
  }
  const ir::Design design = read_netlist(session, parsed.text("FILE"));
  if (!ir::verify(design, *session.sink)) return check_failed;
  drawing.module = chosen_module(design, parsed);
  const std::string dot = ir::to_dot(design, drawing);
  base::write_file(file, ending == ".dot" ? dot : svg_of(dot, std::chrono::seconds(limit)));
  return done;
}

}  // namespace neucasl::cli
