#pragma once

#include <boost/program_options.hpp>
#include <memory>
#include <string>
#include <vector>

#include "neucasl/campaign/worker_pool.hpp"
#include "neucasl/flow/flow.hpp"

/// \file
/// What the commands of the tool share.

namespace neucasl::cli {

namespace options = boost::program_options;

enum ExitCode { done = 0, check_failed = 1, bad_input = 2, internal_error = 3, interrupted = 130 };

/// The program's surroundings; made once in main.
struct Session {
  flow::Installation installation;
  base::DiagnosticSink* sink = nullptr;
  plugin::Host* host = nullptr;
  base::CancelFlag cancel;
  campaign::Ranks* ranks = nullptr;  ///< Of a job with several processes.
};

/// Arguments after the words of the command.
using Arguments = std::vector<std::string>;

struct Command {
  std::string words;    ///< "netlist verify"
  std::string summary;  ///< one line
  std::string usage;    ///< "FILE"
  int (*run)(Session& session, const Arguments& arguments);
};

const std::vector<Command>& all_commands();

/// Thrown after the help of a command was printed.
struct HelpShown {};

/// Parses options and positional arguments.
/// \throws HelpShown for --help; base::Error "cli.usage" for an unknown option (with the nearest),
/// a missing value or argument, or too many arguments.
class Parsed {
 public:
  /// `positional` are the names of the arguments in order; all are required.
  Parsed(const std::string& command, options::options_description description,
         const std::vector<std::string>& positional, const Arguments& arguments);

  [[nodiscard]] bool has(const std::string& name) const { return values_.count(name) > 0; }
  template <class T>
  [[nodiscard]] const T& get(const std::string& name) const {
    return values_[name].as<T>();
  }
  [[nodiscard]] const std::string& text(const std::string& name) const {
    return get<std::string>(name);
  }
  /// The value of --format is json.
  [[nodiscard]] bool json() const { return has("format") && text("format") == "json"; }

 private:
  options::variables_map values_;
};

/// --format text|json
void add_format(options::options_description& description);

/// Prints a table for people: aligned columns.
void print_columns(const std::vector<std::vector<std::string>>& rows);

/// Rows as a JSON array of objects; `names` are the keys.
void print_json_rows(const std::vector<std::string>& names,
                     const std::vector<std::vector<std::string>>& rows);

/// Text in JSON quotes.
std::string json_quoted(const std::string& text);

/// A temperature in K: "350" or "350 K".
/// \throws base::Error "cli.usage", "base.quantity", "base.dimension".
double temperature_of(const std::string& text);

int run_flow(Session& session, const Arguments& arguments);
int check_flow(Session& session, const Arguments& arguments);
int explain_flow(Session& session, const Arguments& arguments);
int list_plugins(Session& session, const Arguments& arguments);
int show_plugin(Session& session, const Arguments& arguments);
int check_plugins(Session& session, const Arguments& arguments);
int list_devices(Session& session, const Arguments& arguments);
int show_device(Session& session, const Arguments& arguments);
int validate_devices(Session& session, const Arguments& arguments);
int list_models(Session& session, const Arguments& arguments);
int characterize_device(Session& session, const Arguments& arguments);
int map_logic(Session& session, const Arguments& arguments);
int list_circuits(Session& session, const Arguments& arguments);
int show_circuit(Session& session, const Arguments& arguments);
int build_circuit(Session& session, const Arguments& arguments);
int simulate(Session& session, const Arguments& arguments);
int verify_netlist(Session& session, const Arguments& arguments);
int show_netlist_statistics(Session& session, const Arguments& arguments);
int convert_netlist(Session& session, const Arguments& arguments);
int flatten_netlist(Session& session, const Arguments& arguments);
int export_netlist(Session& session, const Arguments& arguments);
int diff_netlists(Session& session, const Arguments& arguments);
int draw_netlist(Session& session, const Arguments& arguments);
int solve_array(Session& session, const Arguments& arguments);
int run_benchmarks(Session& session, const Arguments& arguments);
int array_matrix(Session& session, const Arguments& arguments);
int disturb_array(Session& session, const Arguments& arguments);
int run_spiking(Session& session, const Arguments& arguments);
int tune_heaters(Session& session, const Arguments& arguments);
int sweep_photonic(Session& session, const Arguments& arguments);
int transfer_photonic(Session& session, const Arguments& arguments);
int gradient_photonic(Session& session, const Arguments& arguments);
int calibrate_photonic(Session& session, const Arguments& arguments);
int budget_photonic(Session& session, const Arguments& arguments);
int show_workload(Session& session, const Arguments& arguments);
int estimate_system(Session& session, const Arguments& arguments);
int validate_architectures(Session& session, const Arguments& arguments);
int quantize_network(Session& session, const Arguments& arguments);
int import_precision_map(Session& session, const Arguments& arguments);
int export_precision_map(Session& session, const Arguments& arguments);
int show_precision_map(Session& session, const Arguments& arguments);
int explore_space(Session& session, const Arguments& arguments);
int compare_architectures(Session& session, const Arguments& arguments);
int audit_design(Session& session, const Arguments& arguments);
int run_campaign(Session& session, const Arguments& arguments);
int work_for_campaign(Session& session, const Arguments& arguments);
int train_opt(Session& session, const Arguments& arguments);
int validate_reliability(Session& session, const Arguments& arguments);
int show_version(Session& session, const Arguments& arguments);

}  // namespace neucasl::cli
