#include <charconv>
#include <iostream>
#include <thread>

#include "command.hpp"
#include "console.hpp"
#include "neucasl/base/file.hpp"

namespace neucasl::cli {
namespace {

void print_findings(const flow::Outcome& outcome) {
  std::vector<std::vector<std::string>> rows;
  for (const results::Findings& part : outcome.findings) {
    for (const results::Figure& figure : part.figures) {
      const auto text = [&](double value) {
        return figure.as_percent ? base::to_engineering({100.0 * value, {}}) + " %"
                                 : base::to_engineering({value, figure.dimension});
      };
      std::string interval;
      if (figure.has_interval) {
        interval = "95 %: " + text(figure.low) + " to " + text(figure.high);
      }
      rows.push_back({figure.label, text(figure.value), interval});
    }
  }
  print_columns(rows);
}

}  // namespace

int run_flow(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  description.add_options()("out", options::value<std::string>(), "output folder")(
      "set", options::value<std::vector<std::string>>()->composing(), "stage.parameter=value")(
      "seed", options::value<std::string>(), "in place of the flow's seed")(
      "jobs", options::value<int>()->default_value(static_cast<int>(cores)), "threads")(
      "resume", options::bool_switch(), "go on where an earlier run ended; always on")(
      "quiet", options::bool_switch(), "print no progress");
  const Parsed parsed("run", description, {"FLOW"}, arguments);
  if (!parsed.has("out")) {
    throw base::Error("cli.usage", "neucasl run: the option --out is missing",
                      "give the output folder");
  }
  flow::Flow flow = flow::read_flow(parsed.text("FLOW"));
  if (parsed.has("seed")) {
    const std::string& seed = parsed.text("seed");
    const auto [end, code] = std::from_chars(seed.data(), seed.data() + seed.size(), flow.seed);
    if (code != std::errc{} || end != seed.data() + seed.size()) {
      throw base::Error("cli.usage", "neucasl run: the seed '" + seed + "' is not a whole number",
                        "give 0 to 2^64 - 1");
    }
  }
  if (parsed.has("set")) {
    for (const std::string& assignment : parsed.get<std::vector<std::string>>("set")) {
      flow::set_parameter(flow, assignment);
    }
  }
  flow::RunOptions run_options;
  run_options.threads = parsed.get<int>("jobs");
  if (run_options.threads < 1 || run_options.threads > 1024) {
    throw base::Error("cli.usage", "neucasl run: --jobs is out of range", "give 1 to 1024");
  }
  run_options.cancel = session.cancel;
  Console console(parsed.get<bool>("quiet"));
  run_options.progress = [&](std::string_view what, std::size_t done, std::size_t total) {
    console.progress(what, done, total);
  };
  run_options.stage = [&](const std::string& name, const std::string& state, double seconds) {
    console.stage(name, state, seconds);
  };
  const std::filesystem::path folder = parsed.text("out");
  flow::Runner runner(session.installation, *session.host, *session.sink);
  const flow::Outcome outcome = runner.run(flow, folder, run_options);
  console.clear();
  if (parsed.json()) {
    std::cout << io::summary_json(outcome.summary);
  } else {
    print_findings(outcome);
    std::cout << "Report: " << outcome.report.string() << '\n';
  }
  return done;
}

int check_flow(Session& session, const Arguments& arguments) {
  options::options_description description;
  description.add_options()("set", options::value<std::vector<std::string>>()->composing(),
                            "stage.parameter=value");
  const Parsed parsed("flow check", description, {"FLOW"}, arguments);
  flow::Flow flow = flow::read_flow(parsed.text("FLOW"));
  if (parsed.has("set")) {
    for (const std::string& assignment : parsed.get<std::vector<std::string>>("set")) {
      flow::set_parameter(flow, assignment);
    }
  }
  flow::Runner(session.installation, *session.host, *session.sink).check(flow);
  std::cout << parsed.text("FLOW") << ": " << flow.stages.size() << " stages, no fault found\n";
  return done;
}

int explain_flow(Session& /*session*/, const Arguments& arguments) {
  const Parsed parsed("flow explain", {}, {}, arguments);
  for (const flow::StageDescription& stage : flow::stage_kinds()) {
    std::cout << stage.kind << ": " << stage.summary << '\n';
    std::string takes;
    for (const std::string& artifact : stage.takes) takes += (takes.empty() ? "" : ", ") + artifact;
    if (!takes.empty()) std::cout << "  takes " << takes << '\n';
    if (!stage.makes.empty()) std::cout << "  makes " << stage.makes << '\n';
    for (const plugin::ParameterSpec& parameter : stage.parameters) {
      std::cout << "  " << parameter.name << " (" << plugin::to_string(parameter.type)
                << (parameter.default_value.empty() ? "" : ", default " + parameter.default_value)
                << "): " << parameter.meaning << '\n';
    }
  }
  return done;
}

}  // namespace neucasl::cli
