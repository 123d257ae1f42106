#include "command.hpp"

#include <algorithm>
#include <iostream>

#include "neucasl/ir/verifier.hpp"

namespace neucasl::cli {

const std::vector<Command>& all_commands() {
  static const std::vector<Command> commands = {
      {"run", "run a flow into an output folder", "FLOW.xml --out FOLDER", run_flow},
      {"flow check", "check a flow without running it", "FLOW.xml", check_flow},
      {"flow explain", "list the kinds of stages and their parameters", "", explain_flow},
      {"plugins list", "list the plugins found, without loading them", "", list_plugins},
      {"plugins show", "show one plugin and its parameters", "NAME", show_plugin},
      {"plugins check", "load every plugin and check its handshake", "", check_plugins},
      {"devices list", "list the device cards", "", list_devices},
      {"devices show", "show one card with its sources", "ID", show_device},
      {"devices validate", "check all cards, or the given files", "[FILE ...]", validate_devices},
      {"devices models", "list the device models, or show one", "[NAME]", list_models},
      {"devices characterize", "characteristic curves of a card's device", "ID --out FOLDER",
       characterize_device},
      {"map", "map a Boolean function to a technology", "FILE.blif --technology PLUGIN", map_logic},
      {"circuits list", "list the circuits that front ends build", "", list_circuits},
      {"circuits show", "show a circuit's parameters", "PLUGIN CIRCUIT", show_circuit},
      {"circuits build", "build a circuit and simulate it", "PLUGIN CIRCUIT [--simulate PLUGIN]",
       build_circuit},
      {"simulate", "simulate a circuit: SPICE deck or design", "FILE [--analysis TEXT ...]",
       simulate},
      {"netlist verify", "check a design and its connectivity", "FILE", verify_netlist},
      {"netlist stats", "count what a design holds", "FILE", show_netlist_statistics},
      {"netlist convert", "convert between .ncir, .pb, .json and .cir", "FILE OUTPUT",
       convert_netlist},
      {"netlist flatten", "expand the hierarchy", "FILE OUTPUT", flatten_netlist},
      {"netlist export", "write a deck that plain ngspice runs on its own",
       "FILE OUTPUT.cir [--analysis TEXT]", export_netlist},
      {"netlist diff", "list what differs between two designs", "BEFORE AFTER", diff_netlists},
      {"netlist draw", "draw a module or the hierarchy", "FILE --out NAME.svg [--view hierarchy]",
       draw_netlist},
      {"array solve", "solve a resistive crossbar array given as CSV files",
       "--resistance-csv R.csv --input-csv V.csv --out I.csv", solve_array},
      {"benchmark", "measure every engine against its reference", "[--filter REGEX]",
       run_benchmarks},
      {"array matrix", "compute the effective conductances of such an array, wires included",
       "--resistance-csv R.csv --out W.csv [--change-csv C.csv]", array_matrix},
      {"array disturb", "read one cell: sneak current and voltages across the others",
       "--resistance-csv R.csv --row I --column J --voltage V [--scheme half]", disturb_array},
      {"spiking run", "simulate a spiking network", "NETLIST --time TIME [--out FOLDER]",
       run_spiking},
      {"photonic tune", "heater powers that hold wanted temperatures or shifts of resonances",
       "FILE --target NAME=VALUE ...", tune_heaters},
      {"photonic sweep", "transfer between the ports of a photonic network over the wavelength",
       "FILE --range \"FROM TO STEP\" [--input NET]... [--output NET]... [--out FILE.csv|.sNp]",
       sweep_photonic},
      {"photonic transfer", "transfer matrix of a photonic network",
       "FILE [--input NET]... [--output NET]... [--out FILE.csv|.sNp]", transfer_photonic},
      {"photonic gradient", "slopes of powers and transfers over numbers of the circuit",
       "FILE --of OUTPUT... --over TARGET... [--out FILE.csv]", gradient_photonic},
      {"photonic calibrate", "adjust a photonic network until its outputs are the goals",
       "FILE --goal OUTPUT=VALUE... --knob \"TARGET LOW HIGH\"... [--bits N]", calibrate_photonic},
      {"photonic budget", "loss, crosstalk and noise of each detector",
       "FILE --bandwidth FREQUENCY [--out FOLDER]", budget_photonic},
      {"workload show", "list what a network asks of hardware",
       "NAME|FILE.onnx|CHECKPOINT_FOLDER [--sequence N] [--format json]", show_workload},
      {"estimate", "energy, latency, area and throughput of a network on an architecture",
       "--architecture FILE|NAME --network NAME [--chips N] [--format json]", estimate_system},
      {"architectures validate", "published figures beside those of the bundled descriptions",
       "[--architecture FILE|NAME ...] [--format json]", validate_architectures},
      {"quantize", "choose the bits of a network's layers by a precision method",
       "MODEL --method M [--variant V] --budget \"arrays<=22\" [--out map.pmap.json]",
       quantize_network},
      {"precision import", "precision map from a file of another tool or a quantised ONNX model",
       "FILE [--network NAME|FILE.onnx] [--out MAP.pmap.json]", import_precision_map},
      {"precision export", "precision map for another tool", "MAP --to llama.cpp|gptqmodel",
       export_precision_map},
      {"precision show", "show a precision map, and check it against a network",
       "MAP [--network NAME|FILE.onnx] [--format json]", show_precision_map},
      {"explore", "search a space of architectures for its Pareto front",
       "SPACE.xml --out FOLDER [--format json]", explore_space},
      {"compare", "compare architectures over networks and phases",
       "COMPARISON.xml [--out FOLDER] [--format json]", compare_architectures},
      {"audit", "hold a design's claims against its own parameters",
       "ARCHITECTURE|FILE.xml [--set NAME=VALUE]...", audit_design},
      {"reliability", "yield of a circuit or chip from a campaign of samples",
       "CAMPAIGN.xml --out FOLDER [--resume] [--sample K] [--workers N] [--format json]",
       run_campaign},
      {"reliability worker", "work for a campaign, which starts this itself",
       "CAMPAIGN.xml --out FOLDER", work_for_campaign},
      {"train opt", "train a character model of OPT's architecture on a text",
       "TEXT --out FOLDER [--layers N] [--steps N] [--seed N]", train_opt},
      {"reliability validate", "hold the estimators of rare failures against known probabilities",
       "[--seeds N] [--problem P] [--method M|all] [--format json]", validate_reliability},
      {"version", "print versions", "", show_version},
  };
  return commands;
}

namespace {

[[noreturn]] void usage_error(const std::string& command, const std::string& what,
                              const std::string& remedy) {
  throw base::Error("cli.usage", "neucasl " + command + ": " + what, remedy);
}

std::vector<std::string> option_names(const options::options_description& description) {
  std::vector<std::string> names;
  for (const auto& option : description.options()) names.push_back("--" + option->long_name());
  return names;
}

}  // namespace

Parsed::Parsed(const std::string& command, options::options_description description,
               const std::vector<std::string>& positional, const Arguments& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    for (const Command& known_command : all_commands()) {
      if (known_command.words != command) continue;
      std::cout << known_command.summary << "\nusage: neucasl " << command << ' '
                << known_command.usage << '\n'
                << description;
    }
    throw HelpShown{};
  }
  const std::vector<std::string> known = option_names(description);
  options::positional_options_description positions;
  options::options_description hidden;
  for (const std::string& name : positional) {
    positions.add(name.c_str(), 1);
    hidden.add_options()(name.c_str(), options::value<std::string>());
  }
  description.add(hidden);
  try {
    options::store(options::command_line_parser(arguments)
                       .options(description)
                       .positional(positions)
                       .style(options::command_line_style::default_style &
                              ~options::command_line_style::allow_guessing)
                       .run(),
                   values_);
    options::notify(values_);
  } catch (const options::unknown_option& error) {
    usage_error(command, "unknown option '" + error.get_option_name() + "'",
                base::suggest(error.get_option_name(), known));
  } catch (const options::too_many_positional_options_error&) {
    usage_error(command, "too many arguments", "it takes " + std::to_string(positional.size()));
  } catch (const options::error& error) {
    usage_error(command, error.what(), "see 'neucasl help'");
  }
  for (const std::string& name : positional) {
    if (!has(name)) usage_error(command, "the argument " + name + " is missing", "give it");
  }
  if (has("format") && text("format") != "text" && text("format") != "json") {
    usage_error(command, "unknown format '" + text("format") + "'",
                base::suggest(text("format"), {"text", "json"}));
  }
}

void add_format(options::options_description& description) {
  description.add_options()("format", options::value<std::string>()->default_value("text"),
                            "text or json");
}

void print_columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> width;
  for (const auto& row : rows) {
    width.resize(std::max(width.size(), row.size()), 0);
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      line += row[c] + std::string(width[c] + 2 - row[c].size(), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << line << '\n';
  }
}

std::string json_quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr char digits[] = "0123456789abcdef";
      result += "\\u00";
      result += digits[(c >> 4) & 15];
      result += digits[c & 15];
    } else {
      result += c;
    }
  }
  return result + '"';
}

void print_json_rows(const std::vector<std::string>& names,
                     const std::vector<std::vector<std::string>>& rows) {
  std::cout << "[\n";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::cout << "  {";
    for (std::size_t c = 0; c < names.size(); ++c) {
      std::cout << (c ? ", " : "") << json_quoted(names[c]) << ": " << json_quoted(rows[r][c]);
    }
    std::cout << (r + 1 < rows.size() ? "},\n" : "}\n");
  }
  std::cout << "]\n";
}

}  // namespace neucasl::cli
