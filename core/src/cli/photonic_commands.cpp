#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <thread>
#include <tuple>

#include "command.hpp"
#include "console.hpp"
#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/circuit/analysis.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/io/touchstone.hpp"
#include "output_folder.hpp"

namespace neucasl::cli {
namespace {

constexpr double light_speed = 299792458.0;  // m/s, exact (SI)

using Texts = std::vector<std::string>;

auto text_list() { return options::value<Texts>()->composing(); }

Texts texts_of(const Parsed& parsed, const std::string& option) {
  return parsed.has(option) ? parsed.get<Texts>(option) : Texts{};
}

void add_network_options(options::options_description& description) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  add_format(description);
  description.add_options()("temperature", options::value<std::string>(), "in K; default 300 K")(
      "wavelength", text_list(), "of an optical carrier; default: those of the lasers")(
      "simulator", options::value<std::string>()->default_value("scattering"), "plugin")(
      "jobs", options::value<int>()->default_value(cores), "threads")(
      "set", text_list(), "TARGET=VALUE: a source, passive or device.parameter");
}

/// The network of a file and the solver for it.
class PhotonicBench {
 public:
  PhotonicBench(Session& session, const Parsed& parsed)
      : cards_(session.installation.device_folders) {
    const std::string& name = parsed.text("simulator");
    simulator_ = session.host->make_circuit_simulator(
        session.host->find(name, plugin::PluginKind::circuit_simulator));
    if (simulator_->photonic_solver() == nullptr) {
      throw base::Error("cli.usage", "plugin '" + name + "' has no solver of photonic networks",
                        "use --simulator scattering");
    }
    context_.diagnostics = session.sink;
    context_.cancel = session.cancel;
    context_.scratch_folder = scratch_.path();
    context_.devices = &cards_;
    context_.models = &session.host->models();
    context_.threads = parsed.get<int>("jobs");
    if (context_.threads < 1 || context_.threads > 1024) {
      throw base::Error("cli.usage", "--jobs is out of range", "give 1 to 1024");
    }
    circuit::LoweringOptions lowering;
    if (parsed.has("temperature")) {
      lowering.temperature = temperature_of(parsed.text("temperature"));
    }
    for (const std::string& text : texts_of(parsed, "wavelength")) {
      lowering.carriers.push_back(
          base::parse_si(text, base::dimension::length, {"--wavelength", 0, 0}));
    }
    const ir::Design design = io::read_design(parsed.text("FILE"));
    circuit_ = circuit::lower(ir::flatten(design), session.host->models(), cards_, lowering);
    for (const std::string& text : texts_of(parsed, "set")) set(text);
  }

  [[nodiscard]] const plugin::PhotonicSolver& solver() const {
    return *simulator_->photonic_solver();
  }
  [[nodiscard]] const circuit::Circuit& circuit() const { return circuit_; }
  [[nodiscard]] const plugin::Context& context() const { return context_; }

  /// A number of a target, with its unit or in SI.
  [[nodiscard]] double value_of(const std::string& target, const std::string& text,
                                const std::string& option) const {
    const base::Location where{option, 0, 0};
    const base::Quantity quantity = base::parse_quantity(text, where);
    if (quantity.dimension.dimensionless()) return quantity.value;
    return base::parse_si(text, circuit_.dimension_of(target), where);
  }

 private:
  void set(const std::string& text) {
    const std::size_t equal = text.find('=');
    if (equal == std::string::npos) {
      throw base::Error("cli.usage", "'" + text + "' sets nothing", "write TARGET=VALUE",
                        {"--set", 0, 0});
    }
    const std::string target = text.substr(0, equal);
    circuit_.set(target, value_of(target, text.substr(equal + 1), "--set"));
  }

  device::Library cards_;
  ScratchFolder scratch_;
  std::unique_ptr<plugin::CircuitSimulator> simulator_;
  circuit::Circuit circuit_;
  plugin::Context context_;
};

std::vector<double> wavelengths_of(const Parsed& parsed) {
  const auto analysis =
      circuit::parse_analysis("dc wavelength " + parsed.text("range"), {"--range", 0, 0});
  return std::get<circuit::SweepAnalysis>(analysis).values;
}

results::Table table_of(const plugin::PhotonicTransfer& transfer) {
  std::vector<double> wavelength, real, imaginary, decibel;
  Texts from, to;
  const std::size_t in = transfer.inputs.size();
  for (std::size_t k = 0; k < transfer.value.size(); ++k) {
    const std::complex<double>& value = transfer.value[k];
    wavelength.push_back(transfer.wavelengths[k / (in * transfer.outputs.size())]);
    from.push_back(transfer.inputs[k % in]);
    to.push_back(transfer.outputs[k / in % transfer.outputs.size()]);
    real.push_back(value.real());
    imaginary.push_back(value.imag());
    decibel.push_back(10.0 * std::log10(std::norm(value)));
  }
  results::Table table;
  table.name = "transfer";
  table.title = "Transfer of waves between port nets";
  table.add("wavelength", wavelength, base::dimension::length).add("from", from).add("to", to);
  return table.add("real", real).add("imaginary", imaginary).add("power_db", decibel);
}

/// Ports in the order of the outputs, which must be the inputs.
io::Touchstone touchstone_of(const plugin::PhotonicTransfer& transfer) {
  if (transfer.inputs != transfer.outputs) {
    throw base::Error("cli.usage", "a Touchstone file has the same ports on both sides",
                      "give the same nets as --input and --output, or write .csv");
  }
  io::Touchstone data;
  data.ports = transfer.inputs.size();
  for (std::size_t k = 0; k < data.ports; ++k) {
    data.comments.push_back("port " + std::to_string(k + 1) + " is net " + transfer.inputs[k]);
  }
  std::vector<std::size_t> order(transfer.wavelengths.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return transfer.wavelengths[a] > transfer.wavelengths[b];
  });
  const std::size_t size = data.ports * data.ports;
  for (const std::size_t k : order) {
    data.frequency.push_back(light_speed / transfer.wavelengths[k]);
    const auto begin = transfer.value.begin() + static_cast<std::ptrdiff_t>(k * size);
    data.matrix.insert(data.matrix.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
  }
  return data;
}

void write_transfer(const plugin::PhotonicTransfer& transfer, const std::string& file) {
  if (file.ends_with(".csv")) {
    base::write_file(file, results::to_csv(table_of(transfer)));
    return;
  }
  const std::size_t ports = io::touchstone_ports(file);
  const io::Touchstone data = touchstone_of(transfer);
  if (ports != data.ports) {
    throw base::Error("cli.usage",
                      "'" + file + "' is for " + std::to_string(ports) + " ports and there are " +
                          std::to_string(data.ports),
                      "end it in .s" + std::to_string(data.ports) + "p");
  }
  base::write_file(file, io::to_touchstone(data));
}

int run_transfer(Session& session, const Arguments& arguments, bool sweep) {
  options::options_description description;
  add_network_options(description);
  description.add_options()("input", text_list(), "port net where waves enter; default: all")(
      "output", text_list(), "port net where waves leave; default: all")(
      "out", options::value<std::string>(), "FILE.csv or FILE.sNp");
  if (sweep) {
    description.add_options()("range", options::value<std::string>()->required(),
                              "wavelengths: \"FROM TO STEP\"");
  }
  const Parsed parsed(sweep ? "photonic sweep" : "photonic transfer", description, {"FILE"},
                      arguments);
  const PhotonicBench bench(session, parsed);
  const plugin::PhotonicTransfer transfer = bench.solver().transfer(
      bench.circuit(), texts_of(parsed, "input"), texts_of(parsed, "output"),
      sweep ? wavelengths_of(parsed) : std::vector<double>{}, bench.context());
  if (parsed.has("out")) write_transfer(transfer, parsed.text("out"));
  std::vector<std::vector<std::string>> rows;
  const std::size_t in = transfer.inputs.size();
  const std::size_t out = transfer.outputs.size();
  for (std::size_t k = 0; k < in * out; ++k) {
    double least = 0.0;
    double most = 0.0;
    double least_at = 0.0;
    double most_at = 0.0;
    for (std::size_t point = 0; point < transfer.wavelengths.size(); ++point) {
      const double share = std::norm(transfer.value[point * in * out + k]);
      const double at = transfer.wavelengths[point];
      if (point == 0 || share < least) std::tie(least, least_at) = std::pair(share, at);
      if (point == 0 || share > most) std::tie(most, most_at) = std::pair(share, at);
    }
    const std::string name = transfer.inputs[k % in] + " -> " + transfer.outputs[k / in];
    const auto length = [](double value) {
      return base::to_engineering({value, base::dimension::length}, 8);
    };
    if (sweep) {
      rows.push_back(
          {name, base::shortest(least), length(least_at), base::shortest(most), length(most_at)});
    } else {
      rows.push_back({name, base::shortest(transfer.value[k].real()),
                      base::shortest(transfer.value[k].imag()), base::shortest(most)});
    }
  }
  const Texts head = sweep ? Texts{"wave", "least share", "at", "largest share", "at"}
                           : Texts{"wave", "real", "imaginary", "share of power"};
  if (parsed.json()) {
    const Texts keys = sweep ? Texts{"wave", "least", "least_at", "largest", "largest_at"}
                             : Texts{"wave", "real", "imaginary", "share"};
    print_json_rows(keys, rows);
    return done;
  }
  std::cout << transfer.method << '\n';
  rows.insert(rows.begin(), head);
  print_columns(rows);
  return done;
}

/// "OUTPUT=VALUE" or "OUTPUT=VALUE/RANGE"
plugin::PhotonicGoal goal_of(const std::string& text) {
  const base::Location where{"--goal", 0, 0};
  const std::size_t equal = text.rfind('=');
  if (equal == std::string::npos) {
    throw base::Error("cli.usage", "'" + text + "' is no goal",
                      "write OUTPUT=VALUE or OUTPUT=VALUE/RANGE", where);
  }
  plugin::PhotonicGoal goal;
  goal.output = text.substr(0, equal);
  while (!goal.output.empty() && goal.output.back() == ' ') goal.output.pop_back();
  const std::string value = text.substr(equal + 1);
  const std::size_t slash = value.find('/');
  goal.value = base::parse_quantity(value.substr(0, slash), where).value;
  if (slash != std::string::npos) {
    goal.full_range = base::parse_quantity(value.substr(slash + 1), where).value;
  }
  return goal;
}

/// "TARGET LOW HIGH [START]"
plugin::PhotonicKnob knob_of(const PhotonicBench& bench, const std::string& text) {
  std::istringstream words(text);
  Texts parts;
  for (std::string word; words >> word;) parts.push_back(word);
  if (parts.size() != 3 && parts.size() != 4) {
    throw base::Error("cli.usage", "'" + text + "' is no knob", "write \"TARGET LOW HIGH [START]\"",
                      {"--knob", 0, 0});
  }
  plugin::PhotonicKnob knob;
  knob.target = parts[0];
  knob.low = bench.value_of(knob.target, parts[1], "--knob");
  knob.high = bench.value_of(knob.target, parts[2], "--knob");
  knob.start = parts.size() == 4 ? bench.value_of(knob.target, parts[3], "--knob")
                                 : 0.5 * (knob.low + knob.high);
  return knob;
}

void print_table(const results::Table& table) {
  std::vector<std::vector<std::string>> rows(table.rows() + 1);
  for (const results::Column& column : table.columns) {
    rows[0].push_back(column.name);
    for (std::size_t k = 0; k < column.size(); ++k) {
      if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
        rows[k + 1].push_back(base::to_engineering({(*numbers)[k], column.dimension}, 6));
      } else if (const auto* texts = std::get_if<Texts>(&column.values)) {
        rows[k + 1].push_back((*texts)[k]);
      }
    }
  }
  std::cout << table.title << '\n';
  print_columns(rows);
}

std::string table_json(const results::Table& table) {
  JsonObject object;
  for (const results::Column& column : table.columns) {
    if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
      object.add(column.name, json_array(*numbers));
    } else if (const auto* texts = std::get_if<Texts>(&column.values)) {
      Texts quoted;
      for (const std::string& text : *texts) quoted.push_back(json_quoted(text));
      object.add(column.name, json_list(quoted));
    }
  }
  return object.str();
}

}  // namespace

int sweep_photonic(Session& session, const Arguments& arguments) {
  return run_transfer(session, arguments, true);
}

int transfer_photonic(Session& session, const Arguments& arguments) {
  return run_transfer(session, arguments, false);
}

int gradient_photonic(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_network_options(description);
  description.add_options()("of", text_list()->required(),
                            "output: p(NET), t(OUT,IN), re(OUT,IN), im(OUT,IN), their sums")(
      "over", text_list()->required(), "target: a source, passive or device.parameter")(
      "out", options::value<std::string>(), "FILE.csv");
  const Parsed parsed("photonic gradient", description, {"FILE"}, arguments);
  const PhotonicBench bench(session, parsed);
  const Texts outputs = texts_of(parsed, "of");
  const Texts targets = texts_of(parsed, "over");
  const plugin::PhotonicGradient gradient =
      bench.solver().gradient(bench.circuit(), outputs, targets, bench.context());
  results::Table table;
  table.name = "gradient";
  table.title = "Slopes per SI unit of the target";
  Texts of, over, unit;
  std::vector<double> value;
  for (std::size_t k = 0; k < gradient.slope.size(); ++k) {
    of.push_back(outputs[k / targets.size()]);
    over.push_back(targets[k % targets.size()]);
    unit.push_back(base::unit_symbol(bench.circuit().dimension_of(over.back())));
    value.push_back(gradient.value[k / targets.size()]);
  }
  table.add("output", of).add("target", over).add("target_unit", unit);
  table.add("value", value).add("slope", gradient.slope);
  if (parsed.has("out")) base::write_file(parsed.text("out"), results::to_csv(table));
  if (parsed.json()) {
    std::cout
        << JsonObject().text("method", gradient.method).add("gradient", table_json(table)).str()
        << '\n';
    return done;
  }
  std::cout << gradient.method << '\n';
  print_table(table);
  return done;
}

int calibrate_photonic(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_network_options(description);
  description.add_options()("goal", text_list()->required(), "OUTPUT=VALUE or OUTPUT=VALUE/RANGE")(
      "knob", text_list()->required(), "\"TARGET LOW HIGH [START]\"")(
      "bits", options::value<double>()->default_value(8.0),
      "the largest error may be 2^-bits of the full range")(
      "scan", options::value<int>()->default_value(0), "values of each knob tried beforehand")(
      "iterations", options::value<int>()->default_value(100), "at most")(
      "made", options::value<std::uint64_t>(), "sample of the cards' spreads to calibrate")(
      "seed", options::value<std::uint64_t>()->default_value(1), "of the spreads")(
      "out", options::value<std::string>(), "FILE.csv with the knobs");
  const Parsed parsed("photonic calibrate", description, {"FILE"}, arguments);
  const PhotonicBench bench(session, parsed);
  std::vector<plugin::PhotonicGoal> goals;
  for (const std::string& text : texts_of(parsed, "goal")) goals.push_back(goal_of(text));
  std::vector<plugin::PhotonicKnob> knobs;
  for (const std::string& text : texts_of(parsed, "knob")) knobs.push_back(knob_of(bench, text));
  const double accepted = std::exp2(-parsed.get<double>("bits"));
  plugin::PhotonicCalibrationOptions calibration;
  calibration.tolerance = 1e-3 * accepted;
  calibration.scan_points = parsed.get<int>("scan");
  calibration.most_iterations = parsed.get<int>("iterations");
  circuit::Circuit made = bench.circuit();
  if (parsed.has("made")) {
    circuit::vary(made, parsed.get<std::uint64_t>("seed"), parsed.get<std::uint64_t>("made"));
  }
  const plugin::PhotonicCalibration found =
      bench.solver().calibrate(made, goals, knobs, calibration, bench.context());
  results::Table table;
  table.name = "knobs";
  table.title = "Calibrated values";
  Texts names, units;
  for (const plugin::PhotonicKnob& knob : knobs) {
    names.push_back(knob.target);
    units.push_back(base::unit_symbol(made.dimension_of(knob.target)));
  }
  table.add("knob", names).add("unit", units).add("value", found.knob);
  if (parsed.has("out")) base::write_file(parsed.text("out"), results::to_csv(table));
  const bool good = found.largest_error <= accepted;
  if (parsed.json()) {
    std::cout << JsonObject()
                     .text("method", found.method)
                     .number("largest_error", found.largest_error)
                     .number("start_error", found.start_error)
                     .number("iterations", found.iterations)
                     .number("evaluations", found.evaluations)
                     .add("knobs", table_json(table))
                     .add("values", json_array(found.value))
                     .str()
              << '\n';
  } else {
    print_table(table);
    std::cout << found.method << ": largest error " << base::shortest(found.largest_error)
              << " of the full range, " << base::shortest(found.start_error) << " before; "
              << found.iterations << " iterations, " << found.evaluations << " evaluations\n";
  }
  if (good) return done;
  throw base::CheckFailed("photonic.calibration",
                          "the largest error is " + base::shortest(found.largest_error) +
                              " of the full range and may be " + base::shortest(accepted),
                          "widen the knobs' bounds, scan more values, or ask for fewer bits");
}

int budget_photonic(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_network_options(description);
  description.add_options()("bandwidth", options::value<std::string>()->required(),
                            "of the receivers' noise, as 5GHz")(
      "out", options::value<std::string>(), "folder for the tables");
  const Parsed parsed("photonic budget", description, {"FILE"}, arguments);
  const PhotonicBench bench(session, parsed);
  const double bandwidth =
      base::parse_si(parsed.text("bandwidth"), base::dimension::frequency, {"--bandwidth", 0, 0});
  const plugin::PhotonicBudget budget =
      bench.solver().budget(bench.circuit(), {bandwidth}, bench.context());
  if (parsed.has("out")) {
    OutputFolder folder(parsed.text("out"));
    for (const auto* table : {&budget.detectors, &budget.bits, &budget.channels}) {
      folder.write(*table);
    }
  }
  if (parsed.json()) {
    JsonObject object;
    object.text("method", budget.method);
    for (const auto* table : {&budget.detectors, &budget.bits, &budget.channels}) {
      object.add(table->name, table_json(*table));
    }
    std::cout << object.str() << '\n';
    return done;
  }
  std::cout << budget.method << '\n';
  print_table(budget.detectors);
  print_table(budget.bits);
  return done;
}

}  // namespace neucasl::cli
