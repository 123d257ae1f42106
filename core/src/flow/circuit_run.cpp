#include "neucasl/flow/circuit_run.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "neucasl/circuit/waveform_charts.hpp"
#include "stage.hpp"

namespace neucasl::flow {
namespace {

const results::Figure& measured_figure(const plugin::CircuitDesign& design, const EngineRun& engine,
                                       const std::string& name) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < design.measurements.size(); ++i) {
    if (design.measurements[i].measurement.name == name) return engine.measured.at(i);
    known.push_back(design.measurements[i].measurement.name);
  }
  throw base::Error("front-end.expectation", "nothing measures '" + name + "'",
                    base::suggest(name, known));
}

/// As numbers where all rows have one, otherwise as text.
void add_numbers(results::Table& table, const std::string& name,
                 const std::vector<std::optional<double>>& values) {
  std::vector<double> numbers;
  std::vector<std::string> texts;
  for (const std::optional<double>& value : values) {
    if (value) numbers.push_back(*value);
    texts.push_back(value ? base::shortest(*value) : "");
  }
  if (numbers.size() == values.size()) {
    table.add(name, std::move(numbers));
  } else {
    table.add(name, std::move(texts));
  }
}

EngineRun run_engine(const plugin::CircuitDesign& design, const circuit::Circuit& lowered,
                     const std::string& name, plugin::CircuitSimulator& simulator,
                     const plugin::SimulationOptions& options, plugin::Context& context) {
  EngineRun engine;
  engine.simulator = name;
  for (const std::string& text : design.analyses) {
    context.cancel.throw_if_requested();
    const circuit::Analysis analysis = circuit::parse_analysis(text);
    circuit::Result result = simulator.simulate(lowered, analysis, options, context);
    const auto* transient = std::get_if<circuit::TransientAnalysis>(&analysis);
    if (transient && transient->start > 0.0) {
      result = circuit::after(std::move(result), transient->start);
    }
    engine.results.push_back(std::move(result));
  }
  for (const plugin::CircuitDesign::Measurement& one : design.measurements) {
    engine.measured.push_back(circuit::measure(one.measurement, engine.results.at(one.analysis)));
  }
  return engine;
}

double largest_of_dimension(const EngineRun& engine, const base::Dimension& dimension) {
  double largest = 0.0;
  for (const results::Figure& figure : engine.measured) {
    if (figure.dimension == dimension) largest = std::max(largest, std::abs(figure.value));
  }
  return largest;
}

void compare_engines(const plugin::CircuitDesign& design, CircuitRun& run) {
  const EngineRun& first = run.engines.front();
  const EngineRun& reference = run.engines.back();
  for (std::size_t i = 0; i < first.measured.size(); ++i) {
    const double a = first.measured[i].value;
    const double b = reference.measured[i].value;
    const double floor = 1e-3 * largest_of_dimension(reference, reference.measured[i].dimension);
    const double scale = std::max({std::abs(a), std::abs(b), floor});
    const double difference = a == b ? 0.0 : std::abs(a - b) / scale;
    if (run.worst_measurement.empty() || difference > run.worst_difference) {
      run.worst_difference = difference;
      run.worst_measurement = design.measurements[i].measurement.name;
    }
  }
}

}  // namespace

bool CircuitRun::expectations_met() const {
  return std::all_of(checked.begin(), checked.end(), [](const Checked& one) { return one.met; });
}

CircuitRun run_circuit(
    const plugin::CircuitDesign& design,
    const std::vector<std::pair<std::string, plugin::CircuitSimulator*>>& simulators,
    const plugin::SimulationOptions& options, plugin::Context& context) {
  const circuit::Circuit lowered =
      circuit::lower(ir::flatten(design.design), *context.models, *context.devices);
  CircuitRun run;
  for (const auto& [name, simulator] : simulators) {
    run.engines.push_back(run_engine(design, lowered, name, *simulator, options, context));
  }
  for (const plugin::Expectation& expectation : design.expectations) {
    const double measured =
        measured_figure(design, run.engines.front(), expectation.measurement).value;
    const double tolerance =
        expectation.relative * std::abs(expectation.value) + expectation.absolute;
    run.checked.push_back(
        {expectation, measured, std::abs(measured - expectation.value) <= tolerance});
  }
  if (run.engines.size() > 1) compare_engines(design, run);
  return run;
}

results::Table measurement_table(const plugin::CircuitDesign& design, const CircuitRun& run) {
  results::Table table{"measurements", "Measurements beside what theory says", {}};
  std::vector<std::string> names, labels, units;
  for (const auto& one : design.measurements) {
    names.push_back(one.measurement.name);
    labels.push_back(one.label);
  }
  for (const results::Figure& figure : run.engines.front().measured) {
    units.push_back(base::unit_symbol(figure.dimension));
  }
  table.add("measurement", names).add("label", labels).add("unit", units);
  for (const EngineRun& engine : run.engines) {
    std::vector<double> values;
    for (const results::Figure& figure : engine.measured) values.push_back(figure.value);
    table.add(engine.simulator, values);
  }
  std::vector<std::optional<double>> expected(names.size()), tolerance(names.size());
  std::vector<std::string> basis(names.size()), met(names.size());
  for (const CircuitRun::Checked& one : run.checked) {
    const auto i = static_cast<std::size_t>(
        std::find(names.begin(), names.end(), one.expectation.measurement) - names.begin());
    expected[i] = one.expectation.value;
    tolerance[i] =
        one.expectation.relative * std::abs(one.expectation.value) + one.expectation.absolute;
    basis[i] = one.expectation.basis;
    met[i] = one.met ? "yes" : "no";
  }
  add_numbers(table, "expected", expected);
  add_numbers(table, "tolerance", tolerance);
  table.add("basis", basis).add("met", met);
  return table;
}

namespace {

/// The traces that the design names, of its first analysis.
void add_charts(const plugin::CircuitDesign& design, const CircuitRun& run,
                results::ReportSection& section) {
  if (run.engines.front().results.empty()) return;
  circuit::Result shown = run.engines.front().results.front();
  if (shown.axis_name.empty()) return;
  if (!design.traces.empty()) {
    std::erase_if(shown.traces, [&](const circuit::Trace& trace) {
      return std::find(design.traces.begin(), design.traces.end(), trace.name) ==
             design.traces.end();
    });
  }
  std::size_t left_out = 0;
  for (auto& [name, chart] : circuit::waveform_charts(shown, "waveforms", left_out)) {
    section.items.emplace_back(std::move(chart));
  }
}

}  // namespace

results::Findings to_findings(const plugin::CircuitDesign& design, const CircuitRun& run,
                              const std::string& front_end, const std::string& circuit) {
  results::Findings findings;
  findings.figures = design.figures;
  const EngineRun& first = run.engines.front();
  for (std::size_t i = 0; i < first.measured.size(); ++i) {
    results::Figure figure = first.measured[i];
    figure.key = design.measurements[i].measurement.name;
    figure.label = design.measurements[i].label;
    figure.plugin = first.simulator;
    findings.figures.push_back(std::move(figure));
  }
  findings.figures.push_back(make_figure(
      "expectations_met", "Expectations met, share", run.expectations_met() ? 1.0 : 0.0, {},
      std::to_string(run.checked.size()) + " measurements beside theory", front_end));
  if (run.engines.size() > 1) {
    findings.figures.push_back(
        make_figure("engine_difference",
                    "'" + first.simulator + "' against '" + run.engines[1].simulator +
                        "', worst relative difference",
                    run.worst_difference, {},
                    "Largest over the measurements, in '" + run.worst_measurement + "'",
                    first.simulator + ", " + run.engines[1].simulator));
  }
  for (results::Figure& figure : findings.figures) figure.key = circuit + '.' + figure.key;
  findings.section.title = "Circuit '" + circuit + "' by '" + front_end + "'";
  results::Table table = measurement_table(design, run);
  findings.section.items.emplace_back(results::ShownTable{table});
  findings.tables.push_back(std::move(table));
  for (const results::Table& more : design.tables) {
    findings.section.items.emplace_back(results::ShownTable{more});
    findings.tables.push_back(more);
  }
  add_charts(design, run, findings.section);
  findings.numbers_used = uses_table(design.uses);
  return findings;
}

std::string faults_of(const CircuitRun& run, double limit) {
  std::string text;
  const auto add = [&text](const std::string& fault) {
    text += (text.empty() ? "" : "; ") + fault;
  };
  for (const CircuitRun::Checked& one : run.checked) {
    if (one.met) continue;
    add("'" + one.expectation.measurement + "' is " + base::shortest(one.measured) + ", expected " +
        base::shortest(one.expectation.value) + " (" + one.expectation.basis + ")");
  }
  if (run.engines.size() > 1 && run.worst_difference > limit) {
    add("'" + run.worst_measurement + "' differs by " + base::shortest(run.worst_difference) +
        " between '" + run.engines[0].simulator + "' and '" + run.engines[1].simulator + "'");
  }
  return text;
}

}  // namespace neucasl::flow
