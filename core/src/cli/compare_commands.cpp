#include <iostream>
#include <map>
#include <thread>

#include "console.hpp"
#include "estimator_pool.hpp"
#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/comparison/comparison.hpp"
#include "output_folder.hpp"
#include "table_text.hpp"
#include "workload_input.hpp"

namespace neucasl::cli {
namespace {

using comparison::ComparisonResult;
using comparison::SensitivityResult;

std::string json_of(const comparison::Comparison& comparison, const ComparisonResult& result,
                    const results::Table& figures) {
  JsonObject object;
  object.text("comparison", comparison.id)
      .text("baseline", comparison.baseline)
      .text("estimator", comparison.estimator)
      .add("units", units_as_json(figures))
      .add("outcomes", rows_as_json(figures))
      .add("mean_ratios", rows_as_json(mean_ratios_table(comparison, result)))
      .add("claims", rows_as_json(claims_table(result)))
      .add("accuracy_loss", rows_as_json(losses_table(comparison)));
  std::vector<std::string> sensitivities;
  for (std::size_t k = 0; k < result.sensitivities.size(); ++k) {
    const SensitivityResult& one = result.sensitivities[k];
    sensitivities.push_back(JsonObject()
                                .text("figure", one.sensitivity.figure)
                                .text("architecture", one.sensitivity.architecture)
                                .text("baseline", one.sensitivity.baseline)
                                .text("network", one.sensitivity.network)
                                .text("phase", one.sensitivity.phase)
                                .add("ratio", one.ratio ? json_number(*one.ratio) : "null")
                                .number("assumed_effect", one.assumed_effect)
                                .add("moves", rows_as_json(sensitivity_table(one, k)))
                                .str());
  }
  return object.add("sensitivities", json_list(sensitivities)).str() + '\n';
}

void print_table(const results::Table& table, std::size_t most) {
  if (table.rows() == 0) return;
  std::cout << table.title << '\n';
  print_columns(text_rows(table, most));
  if (table.rows() > most) {
    std::cout << table.rows() - most << " more in " << table.name << ".csv\n";
  }
  std::cout << '\n';
}

/// Without columns of long text.
results::Table short_table(results::Table table) {
  std::erase_if(table.columns, [](const results::Column& column) {
    return column.name == "source" || column.name == "place" || column.name == "moved_with";
  });
  return table;
}

void print_text(const comparison::Comparison& comparison, const ComparisonResult& result,
                const results::Table& figures) {
  constexpr std::size_t all = 1000;
  constexpr std::size_t most_moves = 12;
  print_table(figures, all);
  print_table(mean_ratios_table(comparison, result), all);
  print_table(short_table(claims_table(result)), all);
  print_table(short_table(losses_table(comparison)), all);
  for (std::size_t k = 0; k < result.sensitivities.size(); ++k) {
    const SensitivityResult& one = result.sensitivities[k];
    if (!one.ratio) continue;
    print_table(short_table(sensitivity_table(one, k)), most_moves);
    std::cout << "ratio " << base::to_engineering({*one.ratio, {}}) << "; assumed numbers make "
              << base::to_engineering({100.0 * one.assumed_effect, {}})
              << " % of the squared effects of the quantities moved; " << one.without_effect
              << " quantities have none\n\n";
  }
  std::cout << "1 multiply-accumulate = 2 operations\n";
}

void write_all(const comparison::Comparison& comparison, const ComparisonResult& result,
               const results::Table& figures, const std::string& json, OutputFolder& folder) {
  folder.write(figures);
  folder.write(mean_ratios_table(comparison, result));
  folder.write(claims_table(result));
  if (!comparison.losses.empty()) folder.write(losses_table(comparison));
  for (std::size_t k = 0; k < result.sensitivities.size(); ++k) {
    folder.write(sensitivity_table(result.sensitivities[k], k));
  }
  folder.write("results.json", json);
  folder.write("report.html", results::render_html(comparison_report(comparison, result)));
}

options::options_description compare_options() {
  options::options_description description;
  add_format(description);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  description.add_options()("out", options::value<std::string>(), "folder for tables and report")(
      "jobs", options::value<int>()->default_value(static_cast<int>(cores)), "threads")(
      "quiet", options::bool_switch(), "print no progress");
  return description;
}

}  // namespace

int compare_architectures(Session& session, const Arguments& arguments) {
  const Parsed parsed("compare", compare_options(), {"COMPARISON"}, arguments);
  const std::string& file = parsed.text("COMPARISON");
  const comparison::Comparison comparison = comparison::parse_comparison(
      base::read_file(file), file, session.installation.device_folders);
  std::optional<OutputFolder> folder;
  if (parsed.has("out")) folder.emplace(parsed.text("out"));
  std::map<std::string, workload::Workload> workloads;
  for (const comparison::Network& one : comparison.networks) {
    workloads[one.name] = workload_named(one.name, one.where);
  }
  for (const comparison::Phase& one : comparison.phases) {
    static_cast<void>(phase_of(one.name, one.where));
  }
  EstimatorPool estimators(session, comparison.estimator);
  Console console(parsed.get<bool>("quiet"));
  comparison::Options options;
  options.threads = jobs_of(parsed);
  options.cancel = session.cancel;
  options.progress = [&console](std::string_view what, std::size_t done_now, std::size_t total) {
    console.progress(what, done_now, total);
  };
  const ComparisonResult result = comparison::compare(
      comparison,
      [&](const architecture::Architecture& architecture, const comparison::Network& network,
          const comparison::Phase& phase) {
        const plugin::SystemRequest request{architecture, workloads.at(network.name),
                                            phase_of(phase.name, phase.where), phase.batch};
        return estimators.estimate(request).figures;
      },
      options);
  console.clear();
  const results::Table figures = comparison_table(comparison, result);
  const std::string json = json_of(comparison, result, figures);
  if (folder) write_all(comparison, result, figures, json, *folder);
  if (parsed.json()) {
    std::cout << json;
  } else {
    print_text(comparison, result, figures);
  }
  return done;
}

}  // namespace neucasl::cli
