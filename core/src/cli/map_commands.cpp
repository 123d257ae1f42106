#include <iostream>

#include "front_end_input.hpp"
#include "json_text.hpp"
#include "neucasl/flow/logic_run.hpp"
#include "neucasl/logic/readers.hpp"

namespace neucasl::cli {
namespace {

std::string json_of(const flow::LogicRun& run, const logic::Network& network,
                    const std::string& technology, const std::string& simulator) {
  JsonObject object;
  object.text("function", network.name).text("technology", technology);
  object.add("equivalent", run.equivalence.holds() ? "true" : "false");
  object.add("proven", run.equivalence.proven() ? "true" : "false");
  object.text("equivalence_method", run.equivalence.method);
  if (run.checked) {
    object.text("simulator", simulator);
    object.number("rows_total", static_cast<double>(run.check.rows.size()));
    object.number("rows_correct", static_cast<double>(run.rows_correct));
  }
  object.number("cells", static_cast<double>(run.design.cells));
  object.text("cell_name", run.design.cell_name);
  object.number("delay_s", run.delay()).number("energy_J", run.energy());
  if (run.checked && run.check.table_delay > 0.0) {
    object.number("table_delay_s", run.check.table_delay);
  }
  if (run.checked && run.check.table_energy > 0.0) {
    object.number("table_energy_J", run.check.table_energy);
  }
  for (const results::Figure& figure : run.design.figures) {
    const std::string unit = base::unit_symbol(figure.dimension);
    object.number(figure.key + (unit.empty() || unit == "1" ? "" : "_" + unit), figure.value);
  }
  object.number("assumed_share", run.design.uses.assumed_share());
  return object.str() + '\n';
}

std::string cell_text(const results::Column& column, std::size_t row) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) {
    return texts->at(row);
  }
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    return base::to_engineering({numbers->at(row), column.dimension}, 4);
  }
  return std::to_string(std::get<std::vector<std::int64_t>>(column.values).at(row));
}

void print_truth_table(const results::Table& table) {
  constexpr std::size_t most_rows = 64;
  std::vector<std::vector<std::string>> rows(1);
  for (const results::Column& column : table.columns) rows[0].push_back(column.name);
  for (std::size_t r = 0; r < std::min(table.rows(), most_rows); ++r) {
    std::vector<std::string> row;
    for (const results::Column& column : table.columns) row.push_back(cell_text(column, r));
    rows.push_back(std::move(row));
  }
  print_columns(rows);
  if (table.rows() > most_rows) {
    std::cout << "and " << table.rows() - most_rows << " more rows; --out FOLDER has all\n";
  }
}

void print_text(const flow::LogicRun& run, const logic::Network& network,
                const results::Findings& findings) {
  if (run.checked) print_truth_table(flow::truth_table(run, network));
  std::vector<std::vector<std::string>> rows;
  for (const results::Figure& figure : findings.figures) {
    rows.push_back({figure.label, figure_text(figure)});
  }
  print_columns(rows);
}

}  // namespace

int map_logic(Session& session, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("technology", options::value<std::string>(), "front end plugin")(
      "check", options::value<std::string>(), "simulator plugin that runs the truth table")(
      "characterize", options::value<std::string>()->default_value("ngspice"),
      "simulator plugin for cells without tables")(
      "rows", options::value<std::string>()->default_value(""), "rows to simulate, or 'all'");
  add_front_end_options(description);
  const Parsed parsed("map", description, {"FILE"}, arguments);
  if (!parsed.has("technology")) {
    throw base::Error("cli.usage", "neucasl map: the option --technology is missing",
                      "give a front end: memristor, finfet, cnt or photonic");
  }
  const plugin::Manifest manifest =
      session.host->find(parsed.text("technology"), plugin::PluginKind::front_end);
  if (!manifest.logic) {
    throw base::Error("front-end.unsupported", "plugin '" + manifest.name + "' maps no logic",
                      "choose another technology");
  }
  const plugin::ParameterSet parameters =
      set_parameters(parsed, *manifest.logic, "technology '" + manifest.name + "'");
  const flow::RowChoice rows = flow::parse_rows(parsed.text("rows"));
  const logic::Network network = logic::read_logic(parsed.text("FILE"));
  FrontEndCall call(session, parsed);
  const NamedSimulator characterizer = make_simulator(session, parsed.text("characterize"));
  NamedSimulator simulator;
  if (parsed.has("check")) simulator = make_simulator(session, parsed.text("check"));
  const auto front_end = session.host->make_front_end(manifest);
  const flow::LogicRun run = flow::run_logic(
      {network, parameters, *front_end, *characterizer.simulator, simulator.simulator.get(), rows},
      call.context());
  call.console().clear();
  const results::Findings findings = flow::to_findings(run, network, manifest.name, simulator.name);
  call.write(run.design.design, run.design.files, findings);
  const std::string json = json_of(run, network, manifest.name, simulator.name);
  if (call.folder() != nullptr) {
    call.folder()->write("realised.blif", logic::print_blif(run.design.realised));
    call.folder()->write("results.json", json);
  }
  if (parsed.json()) {
    std::cout << json;
  } else {
    print_text(run, network, findings);
    if (call.folder() != nullptr) std::cout << "Results: " << parsed.text("out") << '\n';
  }
  const std::string faults = flow::faults_of(run, network);
  if (faults.empty()) return done;
  session.sink->report({base::Severity::error,
                        "flow.logic",
                        {parsed.text("FILE"), 0, 0},
                        faults,
                        "see 'neucasl circuits' and the technology's parameters"});
  return check_failed;
}

}  // namespace neucasl::cli
