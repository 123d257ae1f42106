#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

#include "command.hpp"
#include "console.hpp"
#include "json_text.hpp"
#include "neucasl/circuit/waveform_charts.hpp"
#include "output_folder.hpp"
#include "simulation_input.hpp"

namespace neucasl::cli {
namespace {

using circuit::TraceKind;

/// V^2/Hz; people read its root.
constexpr base::Dimension noise_density =
    base::dimension::voltage * base::dimension::voltage * base::dimension::time;
constexpr std::size_t most_rows = 200;  // of a table on the terminal

struct Finished {
  std::string name;  ///< Of its files: "tran", "tran_2".
  std::string text;
  circuit::Result result;
};

/// Traces of elements that the importer added are no results.
void drop_added(circuit::Result& result) {
  std::erase_if(result.traces, [](const circuit::Trace& trace) {
    return trace.kind != TraceKind::noise && trace.name.find('#') != std::string::npos;
  });
}

std::string value_text(double value, const base::Dimension& dimension) {
  if (dimension == noise_density) {
    return base::to_engineering({std::sqrt(value), base::dimension::voltage}, 6) + "/sqrt(Hz)";
  }
  return base::to_engineering({value, dimension}, 6);
}

// --- JSON ----------------------------------------------------------------------------------------

std::string values_json(const circuit::Trace& trace, bool single) {
  if (!trace.imaginary.empty()) {
    return JsonObject()
        .add("real", json_array(trace.real))
        .add("imaginary", json_array(trace.imaginary))
        .str();
  }
  return single && trace.real.size() == 1 ? json_number(trace.real[0]) : json_array(trace.real);
}

std::string traces_json(const circuit::Result& result, TraceKind kind) {
  JsonObject object;
  for (const circuit::Trace& trace : result.traces) {
    if (trace.kind == kind) object.add(trace.name, values_json(trace, result.axis_name.empty()));
  }
  return object.str();
}

JsonObject summary_of(const Finished& one) {
  JsonObject object;
  object.text("analysis", one.result.analysis).text("text", one.text);
  object.text("method", one.result.method);
  if (one.result.iterations > 0) {
    object.number("iterations", static_cast<double>(one.result.iterations));
  }
  if (one.result.time_points > 0) {
    object.number("time_points", static_cast<double>(one.result.time_points));
  }
  return object;
}

void add_waveforms(JsonObject& object, const circuit::Result& result) {
  if (!result.axis_name.empty()) {
    object.add("axis", JsonObject()
                           .text("name", result.axis_name)
                           .text("unit", base::unit_symbol(result.axis_dimension))
                           .add("values", json_array(result.axis))
                           .str());
  }
  object.add("nodes", traces_json(result, TraceKind::node));
  object.add("branches", traces_json(result, TraceKind::branch));
  if (result.analysis == "noise") object.add("noise", traces_json(result, TraceKind::noise));
}

std::string measurements_json(const std::vector<results::Figure>& figures) {
  JsonObject object;
  for (const results::Figure& figure : figures) {
    object.add(figure.key, JsonObject()
                               .number("value", figure.value)
                               .text("unit", base::unit_symbol(figure.dimension))
                               .str());
  }
  return object.str();
}

std::string report_json(const SimulationInput& input, const std::string& simulator,
                        const std::vector<Finished>& finished,
                        const std::vector<results::Figure>& figures, bool waveforms) {
  std::vector<std::string> analyses;
  for (const Finished& one : finished) {
    JsonObject object = summary_of(one);
    if (waveforms || one.result.axis_name.empty()) {
      add_waveforms(object, one.result);
    } else {
      object.number("points", static_cast<double>(one.result.axis.size()));
      object.text("table", one.name + ".csv");
    }
    analyses.push_back(object.str());
  }
  JsonObject report;
  report.text("title", input.title).text("simulator", simulator);
  report.add("analyses", json_list(analyses));
  report.add("measurements", measurements_json(figures));
  const auto& uses = input.circuit.uses.uses();
  report.number("card_numbers", static_cast<double>(uses.size()));
  report.number("assumed_share", input.circuit.uses.assumed_share());
  return report.str() + '\n';
}

// --- text ----------------------------------------------------------------------------------------

std::string quantity_name(const circuit::Trace& trace) {
  if (trace.kind == TraceKind::noise) return trace.name + " noise";
  return (trace.kind == TraceKind::node ? "v(" : "i(") + trace.name + ')';
}

std::vector<double> magnitudes(const circuit::Trace& trace) {
  std::vector<double> values = trace.real;
  for (std::size_t i = 0; i < trace.imaginary.size(); ++i) {
    values[i] = std::hypot(values[i], trace.imaginary[i]);
  }
  return values;
}

void print_result(const Finished& one) {
  const circuit::Result& result = one.result;
  std::cout << one.text << " (" << result.method << ")\n";
  std::vector<std::vector<std::string>> rows;
  if (result.axis_name.empty()) {
    for (const circuit::Trace& trace : result.traces) {
      rows.push_back({"  " + quantity_name(trace), value_text(trace.real.at(0), trace.dimension)});
    }
  } else {
    const bool complex = result.analysis == "ac";
    rows.push_back({"  " + result.axis_name + ": " + std::to_string(result.axis.size()) + " points",
                    complex ? "least magnitude" : "minimum",
                    complex ? "largest magnitude" : "maximum", "last"});
    for (const circuit::Trace& trace : result.traces) {
      const std::vector<double> values = magnitudes(trace);
      if (values.empty()) continue;
      const auto [least, most] = std::minmax_element(values.begin(), values.end());
      rows.push_back({"  " + quantity_name(trace), value_text(*least, trace.dimension),
                      value_text(*most, trace.dimension),
                      value_text(values.back(), trace.dimension)});
    }
  }
  const std::size_t hidden = rows.size() > most_rows ? rows.size() - most_rows : 0;
  rows.resize(rows.size() - hidden);
  print_columns(rows);
  if (hidden > 0) {
    std::cout << "  and " << hidden << " more; --out FOLDER or --format json has all\n";
  }
}

// --- files ---------------------------------------------------------------------------------------

void write_result(OutputFolder& folder, const SimulationInput& input, const Finished& one, bool raw,
                  Session& session) {
  folder.write(circuit::to_table(one.result, one.name));
  if (raw) folder.write(one.name + ".raw", circuit::to_raw(one.result, input.title));
  std::size_t left_out = 0;
  for (const auto& [name, chart] : circuit::waveform_charts(one.result, one.name, left_out)) {
    folder.write(name + ".svg", results::render_svg(chart));
  }
  if (left_out > 0) {
    session.sink->report(
        {base::Severity::note,
         "cli.charts",
         {},
         std::to_string(left_out) + " traces of '" + one.text + "' are in no chart",
         "the table " + one.name + ".csv has them"});
  }
}

// --- measurements --------------------------------------------------------------------------------

const circuit::Result& result_for(const RequestedMeasurement& request,
                                  const std::vector<Finished>& finished) {
  std::vector<const circuit::Result*> fitting;
  for (const Finished& one : finished) {
    const bool fits = request.analysis.empty() ? !one.result.axis_name.empty()
                                               : one.result.analysis == request.analysis;
    if (fits) fitting.push_back(&one.result);
  }
  if (fitting.empty()) {
    throw base::Error("circuit.measure",
                      "no " +
                          (request.analysis.empty() ? std::string("sweep or transient")
                                                    : "'" + request.analysis + "' analysis") +
                          " to measure '" + request.measurement.text + "' on",
                      "add the analysis", request.measurement.where);
  }
  if (request.analysis.empty() && fitting.size() > 1) {
    throw base::Error("circuit.measure", "'" + request.measurement.text + "' fits several analyses",
                      "begin it with the analysis: tran, dc, ac or noise",
                      request.measurement.where);
  }
  return *fitting.front();
}

/// Those that succeed; faults of the others are reported.
std::vector<results::Figure> take_measurements(const SimulationInput& input,
                                               const std::vector<Finished>& finished,
                                               Session& session) {
  std::vector<results::Figure> figures;
  for (const RequestedMeasurement& request : input.measurements) {
    try {
      figures.push_back(circuit::measure(request.measurement, result_for(request, finished)));
    } catch (const base::Error& error) {
      session.sink->report(error.diagnostic());
    }
  }
  return figures;
}

results::Table table_of(const std::vector<results::Figure>& figures) {
  std::vector<std::string> names;
  std::vector<std::string> units;
  std::vector<std::string> methods;
  std::vector<double> values;
  for (const results::Figure& figure : figures) {
    names.push_back(figure.key);
    values.push_back(figure.value);
    units.push_back(base::unit_symbol(figure.dimension));
    methods.push_back(figure.method);
  }
  results::Table table;
  table.name = "measurements";
  return table.add("name", names).add("value", values).add("unit", units).add("method", methods);
}

/// The start of output of a transient.
double start_of(const circuit::Analysis& analysis) {
  const auto* transient = std::get_if<circuit::TransientAnalysis>(&analysis);
  return transient ? transient->start : 0.0;
}

class Simulation {
 public:
  Simulation(Session& session, const Parsed& parsed)
      : session_(session),
        simulator_name_(parsed.text("simulator")),
        raw_(parsed.get<bool>("raw")),
        cards_(session.installation.device_folders),
        console_(parsed.get<bool>("quiet")) {
    if (parsed.has("out")) folder_.emplace(parsed.text("out"));
    if (raw_ && !folder_) {
      throw base::Error("cli.usage", "neucasl simulate: --raw without --out",
                        "give the output folder");
    }
    const plugin::Manifest manifest =
        session.host->find(simulator_name_, plugin::PluginKind::circuit_simulator);
    input_ = read_simulation(session, parsed);
    simulator_ = session.host->make_circuit_simulator(manifest);
    context_.diagnostics = session.sink;
    context_.cancel = session.cancel;
    context_.scratch_folder = scratch_.path();
    context_.devices = &cards_;
    context_.models = &session.host->models();
    context_.progress = [this](std::string_view what, std::size_t done_now, std::size_t total) {
      console_.progress(what, done_now, total);
    };
  }

  void run() {
    finished_.reserve(input_.analyses.size());
    for (const RequestedAnalysis& request : input_.analyses) run(request);
    const std::size_t faults = session_.sink->error_count();
    figures_ = take_measurements(input_, finished_, session_);
    measured_ = session_.sink->error_count() == faults;
    if (!folder_) return;
    if (!figures_.empty()) folder_->write(table_of(figures_));
    folder_->write("results.json",
                   report_json(input_, simulator_name_, finished_, figures_, false));
  }

  void print_json() const {
    const bool only_point = finished_.size() == 1 && finished_[0].result.axis_name.empty() &&
                            input_.measurements.empty();
    if (!only_point) {
      std::cout << report_json(input_, simulator_name_, finished_, figures_, true);
      return;
    }
    JsonObject object;
    add_waveforms(object, finished_[0].result);
    std::cout << object.str() << '\n';
  }

  void print_text(const std::string& folder) const {
    for (const Finished& one : finished_) print_result(one);
    std::vector<std::vector<std::string>> rows;
    rows.reserve(figures_.size());
    for (const results::Figure& figure : figures_) {
      rows.push_back({figure.key, value_text(figure.value, figure.dimension)});
    }
    print_columns(rows);
    if (folder_) std::cout << "Results: " << folder << '\n';
  }

  /// All measurements succeeded.
  [[nodiscard]] bool measured() const { return measured_; }

 private:
  void run(const RequestedAnalysis& request) {
    session_.cancel.throw_if_requested();
    Finished one;
    one.text = request.text;
    one.result = simulator_->simulate(input_.circuit, request.analysis, input_.options, context_);
    console_.clear();
    if (const double start = start_of(request.analysis); start > 0.0) {
      one.result = circuit::after(std::move(one.result), start);
    }
    if (input_.deck) drop_added(one.result);
    const auto earlier = std::count_if(
        finished_.begin(), finished_.end(),
        [&](const Finished& other) { return other.result.analysis == one.result.analysis; });
    one.name = one.result.analysis + (earlier > 0 ? '_' + std::to_string(earlier + 1) : "");
    if (folder_) write_result(*folder_, input_, one, raw_, session_);
    finished_.push_back(std::move(one));
  }

  Session& session_;
  std::string simulator_name_;
  bool raw_;
  device::Library cards_;
  ScratchFolder scratch_;
  Console console_;
  std::optional<OutputFolder> folder_;
  SimulationInput input_;
  std::unique_ptr<plugin::CircuitSimulator> simulator_;
  plugin::Context context_;
  std::vector<Finished> finished_;
  std::vector<results::Figure> figures_;
  bool measured_ = true;
};

}  // namespace

int simulate(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  description.add_options()("simulator", options::value<std::string>()->default_value("native"),
                            "plugin");
  add_simulation_options(description);
  description.add_options()("out", options::value<std::string>(),
                            "folder for tables, charts and results.json")(
      "raw", options::bool_switch(), "write raw files as ngspice does too")(
      "quiet", options::bool_switch(), "print no progress");
  const Parsed parsed("simulate", description, {"FILE"}, arguments);
  Simulation simulation(session, parsed);
  simulation.run();
  if (parsed.json()) {
    simulation.print_json();
  } else {
    simulation.print_text(parsed.has("out") ? parsed.text("out") : std::string());
  }
  return simulation.measured() ? done : bad_input;
}

}  // namespace neucasl::cli
