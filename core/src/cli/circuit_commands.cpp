#include <iostream>

#include "front_end_input.hpp"
#include "json_text.hpp"
#include "neucasl/circuit/waveform_charts.hpp"
#include "neucasl/flow/circuit_run.hpp"
#include "neucasl/io/files.hpp"

namespace neucasl::cli {
namespace {

void write_waveforms(OutputFolder& folder, const flow::EngineRun& engine) {
  for (std::size_t i = 0; i < engine.results.size(); ++i) {
    const circuit::Result& result = engine.results[i];
    const std::string name = engine.simulator + '_' + std::to_string(i + 1) + '_' + result.analysis;
    folder.write(circuit::to_table(result, name));
    if (result.axis_name.empty()) continue;
    std::size_t left_out = 0;
    for (const auto& [chart_name, chart] : circuit::waveform_charts(result, name, left_out)) {
      folder.write(chart_name + ".svg", results::render_svg(chart));
    }
  }
}

void print_run(const plugin::CircuitDesign& design, const flow::CircuitRun& run) {
  std::vector<std::vector<std::string>> rows(1);
  rows[0] = {"measurement"};
  for (const flow::EngineRun& engine : run.engines) rows[0].push_back(engine.simulator);
  rows[0].insert(rows[0].end(), {"expected", "met"});
  for (std::size_t i = 0; i < design.measurements.size(); ++i) {
    std::vector<std::string> row{design.measurements[i].label};
    for (const flow::EngineRun& engine : run.engines)
      row.push_back(figure_text(engine.measured[i]));
    for (const flow::CircuitRun::Checked& one : run.checked) {
      if (one.expectation.measurement != design.measurements[i].measurement.name) continue;
      results::Figure expected = run.engines.front().measured[i];
      expected.value = one.expectation.value;
      row.push_back(figure_text(expected));
      row.emplace_back(one.met ? "yes" : "NO");
    }
    rows.push_back(std::move(row));
  }
  print_columns(rows);
  if (run.engines.size() > 1) {
    std::cout << "Worst difference of the simulators: " << base::shortest(run.worst_difference)
              << " (" << run.worst_measurement << ")\n";
  }
}

void print_design(const plugin::CircuitDesign& design) {
  std::vector<std::vector<std::string>> rows;
  for (const results::Figure& figure : design.figures) {
    rows.push_back({figure.label, figure_text(figure)});
  }
  print_columns(rows);
}

void print_analyses(const plugin::CircuitDesign& design) {
  for (const std::string& analysis : design.analyses) {
    std::cout << "analysis: " << analysis << '\n';
  }
  for (const auto& one : design.measurements) {
    std::cout << "measurement: " << one.measurement.text << '\n';
  }
}

std::vector<io::SummaryEntry> entries_of(const std::vector<results::Figure>& figures) {
  std::vector<io::SummaryEntry> entries;
  entries.reserve(figures.size());
  for (const results::Figure& figure : figures) entries.push_back({figure.key, figure.value});
  return entries;
}

struct CircuitCall {
  plugin::Manifest manifest;
  std::string circuit;
};

CircuitCall circuit_named(Session& session, const Parsed& parsed) {
  CircuitCall call{session.host->find(parsed.text("PLUGIN"), plugin::PluginKind::front_end),
                   parsed.text("CIRCUIT")};
  static_cast<void>(call.manifest.circuit(call.circuit));
  return call;
}

}  // namespace

int list_circuits(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  const Parsed parsed("circuits list", description, {}, arguments);
  std::vector<std::vector<std::string>> rows;
  for (const plugin::Manifest& manifest : session.host->manifests(*session.sink)) {
    for (const plugin::CircuitSpec& spec : manifest.circuits) {
      rows.push_back({manifest.name, spec.name, spec.summary});
    }
  }
  if (parsed.json()) {
    print_json_rows({"plugin", "circuit", "summary"}, rows);
  } else {
    print_columns(rows);
  }
  return session.sink->error_count() > 0 ? bad_input : done;
}

int show_circuit(Session& session, const Arguments& arguments) {
  const Parsed parsed("circuits show", {}, {"PLUGIN", "CIRCUIT"}, arguments);
  const CircuitCall call = circuit_named(session, parsed);
  const plugin::CircuitSpec& spec = call.manifest.circuit(call.circuit);
  std::cout << call.manifest.name << ' ' << spec.name << ": " << spec.summary << '\n';
  print_parameters(spec.parameters);
  return done;
}

int build_circuit(Session& session, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("simulate", options::value<std::string>(), "simulator plugin")(
      "reference", options::value<std::string>(), "second simulator to compare with")(
      "limit", options::value<double>()->default_value(0.01),
      "largest relative difference between the simulators")(
      "tolerance", options::value<std::string>()->default_value("default"), "default or tight");
  add_front_end_options(description);
  const Parsed parsed("circuits build", description, {"PLUGIN", "CIRCUIT"}, arguments);
  const CircuitCall named = circuit_named(session, parsed);
  const plugin::ParameterSet parameters = set_parameters(
      parsed, named.manifest.circuit(named.circuit).parameters, "circuit '" + named.circuit + "'");
  plugin::SimulationOptions simulation;
  if (parsed.text("tolerance") == "tight") {
    simulation.tolerances = circuit::Tolerances::tight();
  } else if (parsed.text("tolerance") != "default") {
    throw base::Error("cli.usage", "unknown tolerance '" + parsed.text("tolerance") + "'",
                      base::suggest(parsed.text("tolerance"), {"default", "tight"}));
  }
  if (parsed.has("reference") && !parsed.has("simulate")) {
    throw base::Error("cli.usage", "neucasl circuits build: --reference without --simulate",
                      "give the simulator to compare");
  }
  FrontEndCall call(session, parsed);
  std::vector<NamedSimulator> owned;
  for (const char* role : {"simulate", "reference"}) {
    if (parsed.has(role)) owned.push_back(make_simulator(session, parsed.text(role)));
  }
  plugin::CircuitRequest request{named.circuit, parameters};
  if (!owned.empty()) request.simulator = owned.front().simulator.get();
  const auto front_end = session.host->make_front_end(named.manifest);
  const plugin::CircuitDesign design = front_end->build_circuit(request, call.context());
  if (owned.empty()) {
    call.console().clear();
    results::Findings findings;
    findings.tables = design.tables;
    call.write(design.design, design.files, findings);
    if (parsed.json()) {
      std::cout << io::summary_json(entries_of(design.figures));
    } else {
      print_design(design);
      print_analyses(design);
    }
    return done;
  }
  std::vector<std::pair<std::string, plugin::CircuitSimulator*>> simulators;
  simulators.reserve(owned.size());
  for (const NamedSimulator& one : owned) simulators.emplace_back(one.name, one.simulator.get());
  const flow::CircuitRun run = flow::run_circuit(design, simulators, simulation, call.context());
  call.console().clear();
  const results::Findings findings =
      flow::to_findings(design, run, named.manifest.name, named.circuit);
  call.write(design.design, design.files, findings);
  const std::string json = io::summary_json(entries_of(findings.figures));
  if (call.folder() != nullptr) {
    for (const flow::EngineRun& engine : run.engines) write_waveforms(*call.folder(), engine);
    call.folder()->write("results.json", json);
  }
  if (parsed.json()) {
    std::cout << json;
  } else {
    print_design(design);
    print_run(design, run);
    if (call.folder() != nullptr) std::cout << "Results: " << parsed.text("out") << '\n';
  }
  const std::string faults = flow::faults_of(run, parsed.get<double>("limit"));
  if (faults.empty()) return done;
  session.sink->report({base::Severity::error,
                        "flow.circuit",
                        {},
                        faults,
                        "the circuit does not do what theory says for these parameters"});
  return check_failed;
}

}  // namespace neucasl::cli
