#include "simulation_input.hpp"

#include <algorithm>
#include <cctype>

#include "model_devices.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/text.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "neucasl/ir/spice_formula.hpp"

namespace neucasl::cli {
namespace {

constexpr double deck_temperature = 300.15;  // K, SPICE's 27 degrees Celsius

const std::vector<std::string> analysis_kinds{"op", "dc", "ac", "tran", "noise"};

std::vector<std::string> list_of(const Parsed& parsed, const std::string& option) {
  if (!parsed.has(option)) return {};
  return parsed.get<std::vector<std::string>>(option);
}

/// Names in parentheses in lower case, as decks have them; units keep their letters.
std::string with_lower_names(std::string text) {
  int depth = 0;
  for (char& c : text) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (depth > 0) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

/// Puts the names of the deck in place of the identifiers of the netlist.
void use_spice_names(circuit::Circuit& circuit) {
  const auto rename = [](auto& list) {
    for (auto& one : list) one.name = ir::spice_name(one.name);
  };
  rename(circuit.nodes);
  rename(circuit.passives);
  rename(circuit.couplings);
  rename(circuit.sources);
  rename(circuit.controlled);
  rename(circuit.behavioural);
  rename(circuit.lines);
  rename(circuit.devices);
}

void apply_options(const ir::SpiceOptions& options, Session& session, SimulationInput& input) {
  circuit::Tolerances& tolerances = input.options.tolerances;
  tolerances.relative = options.relative_tolerance.value_or(tolerances.relative);
  tolerances.voltage = options.voltage_tolerance.value_or(tolerances.voltage);
  tolerances.current = options.current_tolerance.value_or(tolerances.current);
  if (options.gmin || options.method) {
    session.sink->report({base::Severity::note,
                          "spice.options",
                          {},
                          "the options gmin and method have no effect",
                          "each simulator chooses its own"});
  }
}

circuit::Analysis analysis_of(const std::string& text, const base::Location& where, bool deck) {
  circuit::Analysis analysis = circuit::parse_analysis(text, where);
  if (!deck) return analysis;
  if (auto* sweep = std::get_if<circuit::SweepAnalysis>(&analysis)) {
    sweep->target = base::lower_case(sweep->target);
  } else if (auto* noise = std::get_if<circuit::NoiseAnalysis>(&analysis)) {
    noise->output = base::lower_case(noise->output);
    noise->reference = base::lower_case(noise->reference);
    noise->input = base::lower_case(noise->input);
  }
  return analysis;
}

std::uint32_t node_named(const SimulationInput& input, const std::string& name,
                         const base::Location& where) {
  const auto found = input.circuit.find_node(input.deck ? base::lower_case(name) : name);
  if (found && *found != 0) return *found;
  std::vector<std::string> known;
  for (std::size_t i = 1; i < input.circuit.nodes.size(); ++i) {
    known.push_back(input.circuit.nodes[i].name);
  }
  throw base::Error("circuit.node", "no node '" + name + "' to set an initial voltage of",
                    base::suggest(name, known), where);
}

/// "v(NODE)=VALUE"
void add_initial_voltage(SimulationInput& input, const std::string& text) {
  const base::Location where{"--ic", 0, 0};
  const std::size_t close = text.find(")=");
  if (!(text.starts_with("v(") || text.starts_with("V(")) || close == std::string::npos) {
    throw base::Error("cli.usage", "'" + text + "' is no initial voltage", "write v(NODE)=VALUE",
                      where);
  }
  const std::string value = text.substr(close + 2);
  const auto plain = ir::read_spice_number(value);
  const double volts = plain && plain->length == value.size()
                           ? plain->value
                           : base::parse_si(value, base::dimension::voltage, where);
  input.circuit.initial_voltages.emplace_back(node_named(input, text.substr(2, close - 2), where),
                                              volts);
}

RequestedMeasurement measurement_of(const std::string& text, bool deck) {
  RequestedMeasurement request;
  request.measurement.where = {"--measure", 0, 0};
  request.measurement.text = deck ? with_lower_names(text) : text;
  const std::size_t space = text.find(' ');
  const std::string first = base::lower_case(text.substr(0, space));
  if (space != std::string::npos &&
      std::find(analysis_kinds.begin(), analysis_kinds.end(), first) != analysis_kinds.end()) {
    request.analysis = first;
    request.measurement.text.erase(0, space + 1);
  }
  return request;
}

circuit::LoweringOptions lowering_options(const Parsed& parsed,
                                          const std::optional<double>& deck_value, bool deck) {
  circuit::LoweringOptions lowering;
  if (deck) lowering.temperature = deck_value.value_or(deck_temperature);
  if (parsed.has("temperature")) lowering.temperature = temperature_of(parsed.text("temperature"));
  for (const std::string& text : list_of(parsed, "wavelength")) {
    lowering.carriers.push_back(
        base::parse_si(text, base::dimension::length, {"--wavelength", 0, 0}));
  }
  return lowering;
}

void choose_tolerances(const Parsed& parsed, SimulationInput& input) {
  if (!parsed.has("tolerance")) return;
  const std::string& name = parsed.text("tolerance");
  if (name == "tight") {
    input.options.tolerances = circuit::Tolerances::tight();
  } else if (name == "default") {
    input.options.tolerances = {};
  } else {
    throw base::Error("cli.usage", "unknown tolerance '" + name + "'",
                      base::suggest(name, {"default", "tight"}));
  }
}

}  // namespace

double temperature_of(const std::string& text) {
  const base::Location where{"--temperature", 0, 0};
  const base::Quantity quantity = base::parse_quantity(text, where);
  const double kelvin = quantity.dimension.dimensionless()
                            ? quantity.value
                            : base::parse_si(text, base::dimension::temperature, where);
  if (!(kelvin > 0.0 && kelvin < 2000.0)) {
    throw base::Error("cli.usage", "a temperature of " + base::shortest(kelvin) + " K",
                      "give more than 0 K and less than 2000 K", where);
  }
  return kelvin;
}

void add_simulation_options(options::options_description& description) {
  const auto list = [] { return options::value<std::vector<std::string>>()->composing(); };
  description.add_options()(
      "analysis", list(),
      "op, \"dc TARGET FROM TO STEP\", \"ac dec N FROM TO\", \"tran STEP STOP\", \"noise v(NODE) "
      "SOURCE dec N FROM TO\"; default: those of the deck, else op")(
      "measure", list(), "\"[ANALYSIS] NAME max v(NODE)\", and so on")(
      "ic", list(), "v(NODE)=VALUE, at the start of transients")(
      "temperature", options::value<std::string>(), "in K; default: the deck's, else 300 K")(
      "wavelength", list(), "of an optical carrier; default: those of the lasers")(
      "tolerance", options::value<std::string>(), "default or tight")(
      "device-form", options::value<std::string>()->default_value("compiled"),
      "how device models are evaluated: compiled or behavioural")(
      "no-group-delays",
      "transients of 'scattering': light passes guides and rings at once, as in the others");
}

SimulationInput read_simulation(Session& session, const Parsed& parsed) {
  SimulationInput input;
  const std::filesystem::path file = parsed.text("FILE");
  input.deck = file.extension() == ".cir";
  const ModelDevices devices(session);
  ir::SpiceImport import;
  if (input.deck) {
    import = ir::parse_spice(base::read_file(file), file.string(), &devices);
    for (const base::Diagnostic& note : import.notes) session.sink->report(note);
  } else {
    import.design = io::read_design(file);
  }
  input.title = import.design.name;
  apply_options(import.options, session, input);
  choose_tolerances(parsed, input);
  input.options.device_form = parsed.text("device-form");
  input.options.group_delays = !parsed.has("no-group-delays");
  if (input.options.device_form != "compiled" && input.options.device_form != "behavioural") {
    throw base::Error("cli.usage", "unknown device form '" + input.options.device_form + "'",
                      base::suggest(input.options.device_form, {"compiled", "behavioural"}));
  }

  for (const std::string& text : list_of(parsed, "analysis")) {
    input.analyses.push_back({text, analysis_of(text, {"--analysis", 0, 0}, input.deck)});
  }
  if (input.analyses.empty()) {
    for (const ir::SpiceCard& card : import.analyses) {
      input.analyses.push_back({card.text, analysis_of(card.text, card.where, false)});
    }
  }
  if (input.analyses.empty()) input.analyses.push_back({"op", circuit::OperatingPointAnalysis{}});
  for (const std::string& text : list_of(parsed, "measure")) {
    input.measurements.push_back(measurement_of(text, input.deck));
  }
  // A deck's measurements go with a deck's analyses.
  if (!parsed.has("analysis")) {
    for (const ir::SpiceMeasurement& one : import.measurements) {
      input.measurements.push_back({one.analysis, {{}, one.text, one.where}});
    }
  }

  const ir::FlatNetlist netlist = ir::flatten(import.design);
  input.circuit = circuit::lower(netlist, session.host->models(),
                                 device::Library(session.installation.device_folders),
                                 lowering_options(parsed, import.options.temperature, input.deck));
  if (input.deck) use_spice_names(input.circuit);
  for (const ir::SpiceInitialVoltage& one : import.initial_voltages) {
    input.circuit.initial_voltages.emplace_back(node_named(input, one.node, one.where), one.value);
  }
  for (const std::string& text : list_of(parsed, "ic")) add_initial_voltage(input, text);
  return input;
}

}  // namespace neucasl::cli
