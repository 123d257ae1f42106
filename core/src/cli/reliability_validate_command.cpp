#include <cmath>
#include <cstdio>
#include <iostream>
#include <thread>

#include "console.hpp"
#include "estimator_pool.hpp"
#include "json_text.hpp"
#include "neucasl/sampling/validation.hpp"

namespace neucasl::cli {
namespace {

using sampling::KnownProblem;
using sampling::MethodKind;
using sampling::ValidationRow;

options::options_description validate_options() {
  options::options_description description;
  add_format(description);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  description.add_options()("seeds", options::value<std::size_t>()->default_value(200),
                            "estimates of each problem, from seed 1 on")(
      "problem", options::value<std::string>(), "one problem only")(
      "method", options::value<std::string>(),
      "one method only, or 'all'; else auto and mean-shift")(
      "confidence", options::value<double>()->default_value(0.95), "of the intervals")(
      "jobs", options::value<int>()->default_value(static_cast<int>(cores)), "threads")(
      "quiet", options::bool_switch(), "print no progress");
  return description;
}

std::vector<MethodKind> methods_of(const Parsed& parsed) {
  if (!parsed.has("method")) return {MethodKind::automatic, MethodKind::mean_shift};
  if (parsed.text("method") != "all") return {sampling::method_kind(parsed.text("method"))};
  std::vector<MethodKind> methods = sampling::all_methods();
  // The problems are their own cheapest model.
  std::erase(methods, MethodKind::control_variate);
  return methods;
}

std::vector<const KnownProblem*> problems_of(const Parsed& parsed) {
  if (parsed.has("problem")) return {&sampling::known_problem(parsed.text("problem"))};
  std::vector<const KnownProblem*> problems;
  for (const KnownProblem& problem : sampling::known_problems()) problems.push_back(&problem);
  return problems;
}

std::string json_of(const ValidationRow& row) {
  return JsonObject()
      .text("problem", row.problem)
      .text("method", row.method)
      .number("exact", row.exact)
      .number("inside_rate", row.inside_rate)
      .number("evaluations", row.evaluations)
      .number("silent_errors", static_cast<double>(row.silent_errors))
      .number("seeds", static_cast<double>(row.seeds))
      .number("supported", static_cast<double>(row.supported))
      .number("relative_width", row.relative_width)
      .str();
}

std::string four_digits(double value) {
  if (std::isnan(value)) return "-";
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

void print_text(const std::vector<ValidationRow>& rows) {
  std::vector<std::vector<std::string>> lines{{"problem", "method", "exact", "inside", "supported",
                                               "silent errors", "evaluations", "half width"}};
  for (const ValidationRow& row : rows) {
    lines.push_back({row.problem, row.method, four_digits(row.exact), four_digits(row.inside_rate),
                     std::to_string(row.supported) + " of " + std::to_string(row.seeds),
                     std::to_string(row.silent_errors), four_digits(row.evaluations),
                     four_digits(row.relative_width)});
  }
  print_columns(lines);
}

}  // namespace

int validate_reliability(Session& session, const Arguments& arguments) {
  const Parsed parsed("reliability validate", validate_options(), {}, arguments);
  sampling::ValidationOptions validation;
  validation.seeds = parsed.get<std::size_t>("seeds");
  if (validation.seeds == 0) {
    throw base::Error("cli.usage", "neucasl reliability validate: no seeds", "give at least 1");
  }
  validation.confidence = parsed.get<double>("confidence");
  validation.threads = jobs_of(parsed);
  validation.cancel = session.cancel;
  const std::vector<MethodKind> methods = methods_of(parsed);
  Console console(parsed.get<bool>("quiet"));
  std::vector<ValidationRow> rows;
  std::size_t silent_errors = 0;
  for (const KnownProblem* problem : problems_of(parsed)) {
    for (const MethodKind kind : methods) {
      const std::string name = problem->name + ' ' + std::string(sampling::to_string(kind));
      validation.progress = [&](std::string_view, std::size_t finished, std::size_t total) {
        console.progress(name, finished, total);
      };
      sampling::Method method;
      method.kind = kind;
      rows.push_back(sampling::validate(*problem, method, validation));
      silent_errors += rows.back().silent_errors;
    }
  }
  console.clear();
  if (parsed.json()) {
    std::vector<std::string> parts;
    parts.reserve(rows.size());
    for (const ValidationRow& row : rows) parts.push_back(json_of(row));
    std::cout << json_list(parts) << '\n';
  } else {
    print_text(rows);
  }
  return silent_errors > 0 ? check_failed : done;
}

}  // namespace neucasl::cli
