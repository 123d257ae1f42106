#include <signal.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <thread>

#include "console.hpp"
#include "estimator_pool.hpp"
#include "front_end_input.hpp"
#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/campaign/findings.hpp"
#include "neucasl/campaign/models.hpp"
#include "output_folder.hpp"

namespace neucasl::cli {
namespace {

using campaign::Campaign;

/// What rank 0 tells the others when what is prepared once is there.
const std::string begin_message = "begin";

options::options_description campaign_options() {
  options::options_description description;
  add_format(description);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  description.add_options()("out", options::value<std::string>(),
                            "folder for log, tables, results.json and report")(
      "resume", options::bool_switch(), "go on with the log in the folder")(
      "sample", options::value<std::uint64_t>(),
      "replay this sample alone, with its netlist and waveforms")(
      "samples", options::value<std::uint64_t>(), "number of samples, in place of the file's")(
      "seed", options::value<std::uint64_t>(), "seed, in place of the file's")(
      "workers", options::value<int>(), "worker processes, in place of threads")(
      "jobs", options::value<int>()->default_value(static_cast<int>(cores)), "threads")(
      "quiet", options::bool_switch(), "print no progress");
  return description;
}

Campaign campaign_of(const Parsed& parsed) {
  const std::string& file = parsed.text("CAMPAIGN");
  Campaign result = campaign::parse_campaign(base::read_file(file), file);
  if (parsed.has("seed")) result.seed = parsed.get<std::uint64_t>("seed");
  if (parsed.has("samples")) {
    result.samples = parsed.get<std::uint64_t>("samples");
    if (result.samples == 0) {
      throw base::Error("cli.usage", "--samples is 0", "give 1 or more");
    }
  }
  return result;
}

const std::string& folder_of(const Parsed& parsed) {
  if (parsed.has("out")) return parsed.text("out");
  throw base::Error("cli.usage", "neucasl reliability: the option --out is missing",
                    "give the output folder");
}

std::unique_ptr<campaign::SampleModel> model_of(const Session& session, const Campaign& spec,
                                                const std::string& folder, int threads,
                                                Console* console) {
  campaign::ModelRequest request{spec,
                                 session.installation,
                                 *session.host,
                                 *session.sink,
                                 session.cancel,
                                 {},
                                 std::filesystem::path(folder) / "model",
                                 threads};
  if (console != nullptr) {
    request.progress = [console](std::string_view what, std::size_t done_now, std::size_t total) {
      console->progress(what, done_now, total);
    };
  }
  return campaign::make_model(request);
}

std::size_t workers_of(const Parsed& parsed) {
  constexpr int most = 1024;
  const int workers = parsed.get<int>("workers");
  if (workers >= 1 && workers <= most) return static_cast<std::size_t>(workers);
  throw base::Error("cli.usage", "--workers is out of range", "give 1 to 1024");
}

/// Threads, worker processes or ranks, and the transport to them.
struct PoolChoice {
  std::unique_ptr<campaign::Transport> transport;
  std::unique_ptr<campaign::WorkerPool> pool;
};

PoolChoice pool_of(const Session& session, const Parsed& parsed, const Campaign& spec,
                   const campaign::SampleModel& model) {
  PoolChoice choice;
  campaign::RemotePoolOptions remote;
  remote.cancel = session.cancel;
  remote.sink = session.sink;
  if (session.ranks != nullptr) {
    if (parsed.has("workers")) {
      throw base::Error("cli.usage", "--workers with several ranks", "leave one out");
    }
    campaign::Transport& ranks = session.ranks->transport();
    for (std::size_t i = 0; i < ranks.size(); ++i) ranks.send(i, begin_message);
    remote.take_part = true;
    choice.pool = campaign::remote_pool(model, spec.seed, ranks, remote);
  } else if (parsed.has("workers")) {
    std::vector<std::string> arguments{
        "reliability",     "worker", parsed.text("CAMPAIGN"),  "--out",
        folder_of(parsed), "--seed", std::to_string(spec.seed)};
    choice.transport = campaign::process_transport("/proc/self/exe", arguments, workers_of(parsed));
    choice.pool = campaign::remote_pool(model, spec.seed, *choice.transport, remote);
  } else {
    choice.pool = campaign::thread_pool(model, spec.seed, jobs_of(parsed), session.cancel);
  }
  return choice;
}

std::string output_json(const campaign::SampleModel& model, const std::vector<double>& values) {
  JsonObject object;
  for (std::size_t i = 0; i < values.size(); ++i) {
    object.number(model.outputs()[i].name, values[i]);
  }
  return object.str();
}

campaign::RunOptions run_options(const Session& session, const Parsed& parsed, Console& console) {
  campaign::RunOptions options;
  options.log = std::filesystem::path(folder_of(parsed)) / "samples.log";
  options.resume = parsed.get<bool>("resume");
  options.cancel = session.cancel;
  options.progress = [&console](std::string_view what, std::size_t done_now, std::size_t total) {
    console.progress(what, done_now, total);
  };
  return options;
}

/// The point of a sample. A method that looks for failures goes through its log up to there.
std::vector<double> normals_of(const Session& session, const Parsed& parsed, const Campaign& spec,
                               const campaign::SampleModel& model, std::uint64_t number) {
  std::vector<double> normals(model.dimension());
  if (spec.method == "monte-carlo") {
    campaign::draw_normals(spec.seed, number, normals);
    return normals;
  }
  Console console(parsed.get<bool>("quiet"));
  campaign::RunOptions options = run_options(session, parsed, console);
  options.resume = true;
  static_cast<void>(base::read_file(options.log));
  const auto pool = campaign::thread_pool(model, spec.seed, jobs_of(parsed), session.cancel);
  const campaign::Outcome outcome = campaign::run(spec, model, *pool, options);
  if (number >= outcome.samples) {
    throw base::Error("cli.usage",
                      "the campaign has " + std::to_string(outcome.samples) + " samples",
                      "give --sample 0 to " + std::to_string(outcome.samples - 1));
  }
  const auto begin =
      outcome.normals.begin() + static_cast<std::ptrdiff_t>(number * model.dimension());
  std::copy_n(begin, model.dimension(), normals.begin());
  return normals;
}

/// One sample alone, into a folder of its own.
int replay(const Session& session, const Parsed& parsed, const Campaign& spec,
           const campaign::SampleModel& model) {
  const auto number = parsed.get<std::uint64_t>("sample");
  const campaign::Limits limits(spec.limits, model.outputs());
  const std::vector<double> normals = normals_of(session, parsed, spec, model, number);
  std::vector<double> outputs(model.outputs().size(), std::nan(""));
  const std::string name = "sample-" + std::to_string(number);
  OutputFolder folder(std::filesystem::path(folder_of(parsed)) / name);
  const campaign::ReplayFiles files =
      model.evaluator()->replay({spec.seed, number, normals}, outputs);
  for (const auto& [file, content] : files) folder.write(file, content);
  const double margin = limits.margin(outputs);
  const std::string json = JsonObject()
                               .text("campaign", spec.name)
                               .add("seed", std::to_string(spec.seed))
                               .add("sample", std::to_string(number))
                               .add("good", margin >= 0.0 ? "true" : "false")
                               .number("margin", margin)
                               .add("outputs", output_json(model, outputs))
                               .str() +
                           '\n';
  folder.write("results.json", json);
  if (parsed.json()) {
    std::cout << json;
    return done;
  }
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    rows.push_back({model.outputs()[i].label,
                    base::to_string(base::Quantity{outputs[i], model.outputs()[i].dimension})});
  }
  rows.push_back({"Margin", base::shortest(margin)});
  rows.push_back({"Good", margin >= 0.0 ? "yes" : "no"});
  print_columns(rows);
  std::cout << "Files: " << (std::filesystem::path(folder_of(parsed)) / name).string() << '\n';
  return done;
}

std::string results_json(const Campaign& spec, const campaign::SampleModel& model,
                         const campaign::Outcome& outcome, const results::Findings& findings) {
  const campaign::YieldEstimate& yield = outcome.yield;
  JsonObject object, figures;
  object.text("campaign", spec.name)
      .text("model", model.description())
      .text("method", spec.method)
      .add("seed", std::to_string(spec.seed))
      .number("yield", yield.yield)
      .number("yield_low", yield.low)
      .number("yield_high", yield.high)
      .number("failure_probability", outcome.failure_probability)
      .number("failure_probability_low", outcome.failure_low)
      .number("failure_probability_high", outcome.failure_high)
      .number("confidence", spec.confidence)
      .add("samples", std::to_string(outcome.samples))
      .add("failed_simulations", std::to_string(yield.failed))
      .number("effective_samples", outcome.effective_samples);
  for (const results::Figure& figure : findings.figures) {
    if (figure.key.find('.') != std::string::npos) figures.number(figure.key, figure.value);
  }
  std::vector<std::string> warnings;
  warnings.reserve(outcome.warnings.size());
  for (const std::string& warning : outcome.warnings) warnings.push_back(json_quoted(warning));
  return object.add("outputs", figures.str()).add("warnings", json_list(warnings)).str() + '\n';
}

void print_figures(const results::Findings& findings) {
  std::vector<std::vector<std::string>> rows;
  for (const results::Figure& figure : findings.figures) {
    std::string interval;
    if (figure.has_interval) {
      const auto text = [&](double value) {
        results::Figure end = figure;
        end.value = value;
        return figure_text(end);
      };
      interval = base::shortest(100.0 * figure.confidence) + " %: " + text(figure.low) + " to " +
                 text(figure.high);
    }
    rows.push_back({figure.label, figure_text(figure), interval});
  }
  print_columns(rows);
}

/// Ranks other than 0.
int work_as_rank(const Session& session, const Parsed& parsed) {
  campaign::WorkerChannel& channel = session.ranks->channel();
  const auto begin = channel.receive();
  if (!begin) return done;
  const Campaign spec = campaign_of(parsed);
  const auto make = [&] { return model_of(session, spec, folder_of(parsed), 1, nullptr); };
  return campaign::serve(make, spec.seed, channel) ? done : bad_input;
}

}  // namespace

int run_campaign(Session& session, const Arguments& arguments) {
  const Parsed parsed("reliability", campaign_options(), {"CAMPAIGN"}, arguments);
  if (session.ranks != nullptr && session.ranks->rank() > 0) return work_as_rank(session, parsed);
  const Campaign spec = campaign_of(parsed);
  OutputFolder folder(folder_of(parsed));
  Console console(parsed.get<bool>("quiet"));
  const auto model = model_of(session, spec, folder_of(parsed), jobs_of(parsed), &console);
  if (parsed.has("sample")) return replay(session, parsed, spec, *model);
  const PoolChoice pool = pool_of(session, parsed, spec, *model);
  const campaign::RunOptions options = run_options(session, parsed, console);
  const campaign::Outcome outcome = campaign::run(spec, *model, *pool.pool, options);
  console.clear();
  for (const std::string& warning : outcome.warnings) {
    session.sink->warning("campaign.interval", warning, "see the report", spec.where);
  }
  const results::Findings findings = campaign::findings_of(spec, *model, outcome);
  const std::string json = results_json(spec, *model, outcome, findings);
  for (const results::Table& table : findings.tables) folder.write(table);
  folder.write("report.html", results::render_html(campaign::report_of(spec, *model, findings)));
  folder.write("results.json", json);
  if (parsed.json()) {
    std::cout << json;
  } else {
    print_figures(findings);
    std::cout << "Report: " << (std::filesystem::path(folder_of(parsed)) / "report.html").string()
              << '\n';
  }
  return done;
}

int work_for_campaign(Session& session, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("out", options::value<std::string>(), "folder of the campaign")(
      "seed", options::value<std::uint64_t>(), "seed of the campaign");
  const Parsed parsed("reliability worker", description, {"CAMPAIGN"}, arguments);
  // The campaign ends its workers; an interrupt from the terminal is for the campaign.
  ::signal(SIGINT, SIG_IGN);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto channel = campaign::inherited_channel();
  const Campaign spec = campaign_of(parsed);
  const auto make = [&] { return model_of(session, spec, folder_of(parsed), 1, nullptr); };
  return campaign::serve(make, spec.seed, *channel) ? done : bad_input;
}

}  // namespace neucasl::cli
