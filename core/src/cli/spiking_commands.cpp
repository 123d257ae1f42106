#include <iostream>

#include "command.hpp"
#include "console.hpp"
#include "neucasl/flow/spiking_run.hpp"
#include "output_folder.hpp"

namespace neucasl::cli {
namespace {

double time_of(const Parsed& parsed, const std::string& option) {
  return base::parse_si(parsed.text(option), base::dimension::time, {"--" + option, 0, 0});
}

/// A whole number that is not negative.
template <class Number>
Number count_of(const Parsed& parsed, const std::string& option) {
  const auto value = parsed.get<std::int64_t>(option);
  if (value >= 0) return static_cast<Number>(value);
  throw base::Error("cli.usage", "neucasl spiking run: --" + option + " is negative",
                    "give 0 or more");
}

void write_tables(const flow::SpikingRun& run, const std::string& path) {
  OutputFolder folder(path);
  folder.write(flow::spike_table(run));
  folder.write(flow::rate_table(run));
  if (!run.options.probes.empty()) folder.write(flow::potential_table(run));
  for (std::size_t k = 0; k < run.network.projections.size(); ++k) {
    if (run.network.projections[k].memristive) folder.write(flow::conductance_table(run, k));
  }
}

void print_text(const flow::SpikingRun& run) {
  const results::Table rates = flow::rate_table(run);
  std::vector<std::vector<std::string>> rows{{"population", "kind", "members", "spikes", "rate"}};
  for (std::size_t p = 0; p < rates.rows(); ++p) {
    const double rate = std::get<std::vector<double>>(rates.column("rate").values)[p];
    rows.push_back(
        {std::get<std::vector<std::string>>(rates.column("population").values)[p],
         std::get<std::vector<std::string>>(rates.column("kind").values)[p],
         std::to_string(std::get<std::vector<std::int64_t>>(rates.column("members").values)[p]),
         std::to_string(std::get<std::vector<std::int64_t>>(rates.column("spikes").values)[p]),
         base::to_engineering({rate, base::dimension::frequency})});
  }
  print_columns(rows);
  std::cout << run.network.synapses() << " synapses, " << run.result.synaptic_events
            << " synaptic events\n";
}

void print_json(const flow::SpikingRun& run) {
  std::vector<io::SummaryEntry> entries{
      {"synapses", static_cast<double>(run.network.synapses())},
      {"synaptic_events", static_cast<double>(run.result.synaptic_events)},
      {"spikes", static_cast<double>(run.result.spikes.size())},
      {"bytes", static_cast<double>(run.result.bytes)},
      {"method", run.method}};
  const results::Table rates = flow::rate_table(run);
  for (std::size_t p = 0; p < rates.rows(); ++p) {
    entries.push_back({"rate." + run.network.populations[p].name,
                       std::get<std::vector<double>>(rates.column("rate").values)[p]});
  }
  std::cout << io::summary_json(entries);
}

}  // namespace

int run_spiking(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  description.add_options()("time", options::value<std::string>()->required(), "to be simulated")(
      "out", options::value<std::string>(),
      "folder for spikes.csv, rates.csv, potentials.csv and conductance_*.csv")(
      "probes", options::value<std::string>()->default_value(""),
      "neurons whose potential is sampled: population[index], apart by commas")(
      "sample-interval", options::value<std::string>()->default_value("1 ms"),
      "between samples of the potential")("seed", options::value<std::int64_t>()->default_value(1),
                                          "of Poisson sources and devices")(
      "jobs", options::value<int>()->default_value(1), "threads")(
      "max-spikes", options::value<std::int64_t>()->default_value(100000000),
      "stop with an error beyond; 0: any number")(
      "solver", options::value<std::string>()->default_value("spiking"), "plugin")(
      "quiet", options::bool_switch(), "print no progress");
  const Parsed parsed("spiking run", description, {"NETLIST"}, arguments);
  flow::SpikingRun run;
  run.network = flow::load_spiking_network(
      parsed.text("NETLIST"), device::Library(session.installation.device_folders), run.uses);
  run.options.duration = time_of(parsed, "time");
  run.options.sample_interval = time_of(parsed, "sample-interval");
  run.options.probes = flow::parse_probes(parsed.text("probes"), run.network, {"--probes", 0, 0});
  run.options.seed = count_of<std::uint64_t>(parsed, "seed");
  run.options.max_spikes = count_of<std::size_t>(parsed, "max-spikes");
  run.options.threads = parsed.get<int>("jobs");
  run.options.cancel = session.cancel;
  const auto simulator = session.host->make_circuit_simulator(
      session.host->find(parsed.text("solver"), plugin::PluginKind::circuit_simulator));
  const plugin::SpikingSolver* solver = simulator->spiking_solver();
  if (!solver) {
    throw base::Error("cli.usage",
                      "plugin '" + parsed.text("solver") + "' has no engine for spiking networks",
                      "use --solver spiking");
  }
  run.method = solver->method();
  Console console(parsed.get<bool>("quiet"));
  run.options.progress = [&console](std::string_view what, std::size_t done_now,
                                    std::size_t total) { console.progress(what, done_now, total); };
  run.result = solver->run(run.network, run.options);
  console.clear();
  if (parsed.has("out")) write_tables(run, parsed.text("out"));
  if (parsed.json()) {
    print_json(run);
  } else {
    print_text(run);
  }
  return done;
}

}  // namespace neucasl::cli
