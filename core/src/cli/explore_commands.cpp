#include <iostream>
#include <thread>

#include "console.hpp"
#include "estimator_pool.hpp"
#include "inference_accuracy.hpp"
#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/exploration/exploration.hpp"
#include "output_folder.hpp"
#include "table_text.hpp"
#include "workload_input.hpp"

namespace neucasl::cli {
namespace {

using exploration::Exploration;
using exploration::Space;

/// Shapes of all operations: what an estimate takes of a network.
std::string key_of(const workload::Workload& workload) {
  std::string text = workload.name + ' ' + std::to_string(workload.input_elements) + '\n';
  for (const workload::Operation& one : workload.operations) {
    text += std::string(workload::to_string(one.kind));
    for (const std::size_t size :
         {one.product.count, one.product.positions, one.product.depth, one.product.outputs,
          static_cast<std::size_t>(one.product.stationary), one.input_elements,
          one.output_elements}) {
      text += ' ' + std::to_string(size);
    }
    for (const workload::OperationId input : one.inputs) text += " <" + std::to_string(input);
    text += '\n';
  }
  return text;
}

void print_text(const results::Report& report, const results::Table& front,
                const results::Table& infeasible) {
  constexpr std::size_t most = 20;
  std::vector<std::vector<std::string>> rows;
  rows.reserve(report.figures.size());
  for (const results::Figure& figure : report.figures) {
    rows.push_back({figure.label, base::to_engineering({figure.value, figure.dimension})});
  }
  print_columns(rows);
  if (front.rows() > 0) {
    std::cout << '\n' << front.title << '\n';
    print_columns(text_rows(front, most));
    if (front.rows() > most) {
      std::cout << front.rows() - most << " more points in front.csv\n";
    }
  }
  if (infeasible.rows() > 0) {
    std::cout << '\n' << infeasible.title << '\n';
    print_columns(text_rows(infeasible, most));
  }
}

/// Numbers in SI units; columns carry no units in their keys, "units" tells them.
std::string json_of(const Space& space, const results::Report& report, const results::Table& front,
                    const results::Table& infeasible) {
  JsonObject object, reasons;
  object.text("space", space.id).text("method", std::string(to_string(space.search.method)));
  if (space.accuracy) {
    object.text("accuracy_method", std::string(to_string(space.accuracy->method)));
  }
  for (const results::Figure& figure : report.figures) object.number(figure.key, figure.value);
  const auto& codes = std::get<std::vector<std::string>>(infeasible.columns[0].values);
  const auto& counts = std::get<std::vector<std::int64_t>>(infeasible.columns[1].values);
  for (std::size_t k = 0; k < codes.size(); ++k) reasons.add(codes[k], std::to_string(counts[k]));
  return object.add("units", units_as_json(front))
             .add("infeasible", reasons.str())
             .add("front_points", rows_as_json(front))
             .str() +
         '\n';
}

options::options_description explore_options() {
  options::options_description description;
  add_format(description);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  description.add_options()("out", options::value<std::string>(),
                            "folder for points, front and report; the log in it is resumed")(
      "seed", options::value<std::uint64_t>(), "seed, in place of the file's")(
      "jobs", options::value<int>()->default_value(static_cast<int>(cores)), "threads")(
      "quiet", options::bool_switch(), "print no progress");
  return description;
}

exploration::Options options_of(const Session& session, const Parsed& parsed, Console& console) {
  exploration::Options result;
  if (parsed.has("out")) {
    const std::filesystem::path folder = parsed.text("out");
    result.log = folder / "points.log";
    result.accuracy_log = folder / "accuracies.log";
  }
  result.threads = jobs_of(parsed);
  result.cancel = session.cancel;
  result.progress = [&console](std::string_view what, std::size_t done_now, std::size_t total) {
    console.progress(what, done_now, total);
  };
  return result;
}

}  // namespace

int explore_space(Session& session, const Arguments& arguments) {
  const Parsed parsed("explore", explore_options(), {"SPACE"}, arguments);
  const std::string& file = parsed.text("SPACE");
  Space space = exploration::parse_space(base::read_file(file), file);
  if (parsed.has("seed")) space.search.nsga2.seed = parsed.get<std::uint64_t>("seed");
  std::optional<OutputFolder> folder;
  if (parsed.has("out")) folder.emplace(parsed.text("out"));
  const plugin::SystemPhase phase = phase_of(space.phase, space.where);
  const workload::Workload workload = workload_named(space.network, space.where);
  const exploration::Designs designs(space, session.installation.device_folders);
  EstimatorPool estimators(session, space.estimator);
  Console console(parsed.get<bool>("quiet"));
  exploration::Options options = options_of(session, parsed, console);
  options.source_key = key_of(workload) + estimators.key();
  std::optional<InferenceAccuracy> accuracy;
  if (space.accuracy) {
    accuracy.emplace(session, space, workload, parsed.has("out") ? parsed.text("out") : "",
                     options.threads, console);
    options.accuracy = &*accuracy;
  }
  const Exploration result = exploration::explore(
      space, designs,
      [&](const architecture::Architecture& architecture) {
        plugin::SystemRequest request{architecture, workload, phase, space.batch};
        return estimators.estimate(request).figures;
      },
      options);
  console.clear();
  const results::Report report = exploration_report(space, result);
  const results::Table front = front_table(space, result);
  const results::Table infeasible = infeasible_table(result);
  const std::string json = json_of(space, report, front, infeasible);
  if (folder) {
    folder->write(points_table(space, result));
    folder->write(front);
    if (result.accuracy_check) folder->write(accuracy_table(space, *result.accuracy_check));
    folder->write("results.json", json);
    folder->write("report.html", results::render_html(report));
  }
  if (parsed.json()) {
    std::cout << json;
  } else {
    print_text(report, front, infeasible);
  }
  return result.front.empty() ? check_failed : done;
}

}  // namespace neucasl::cli
