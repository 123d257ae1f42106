#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <limits>

#include "child_process.hpp"
#include "command.hpp"
#include "console.hpp"
#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/io/benchmark_file.hpp"
#include "output_folder.hpp"

namespace neucasl::cli {
namespace {

namespace fs = std::filesystem;

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

/// One benchmark beside what is claimed of it; see tests/benchmark/comparison.hpp.
struct Row {
  io::BenchmarkRun run;

  [[nodiscard]] double counter(const char* name) const {
    const auto found = run.counters.find(name);
    return found == run.counters.end() ? absent : found->second;
  }
  /// Of the engine.
  [[nodiscard]] double seconds() const {
    const double own = counter("seconds");
    return std::isnan(own) ? run.seconds : own;
  }
  [[nodiscard]] double ratio() const { return counter("reference_seconds") / seconds(); }
  /// What is claimed must have been measured: comparisons with what is absent are false.
  [[nodiscard]] bool holds() const {
    const auto claimed = [&](const char* name) { return run.counters.contains(name); };
    return run.failure.empty() && (!claimed("floor") || ratio() >= counter("floor")) &&
           (!claimed("limit_seconds") || seconds() <= counter("limit_seconds")) &&
           (!claimed("bound_limit") ||
            seconds() <= counter("bound_limit") * counter("bound_seconds")) &&
           (!claimed("error_limit") || counter("error") <= counter("error_limit")) &&
           (!claimed("bytes_limit") || counter("bytes") <= counter("bytes_limit"));
  }
};

/// Programs of the build; the one that measures the machine comes first.
std::vector<fs::path> benchmark_programs() {
  const fs::path folder = flow::program_prefix() / "benchmark";
  std::vector<fs::path> programs;
  std::error_code code;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with("_benchmark") && ::access(entry.path().c_str(), X_OK) == 0) {
      programs.push_back(entry.path());
    }
  }
  if (programs.empty()) {
    throw base::Error("cli.benchmark", "no benchmark program in " + folder.string(),
                      "build them: cmake --preset release -DNEUCASL_TESTS=ON && cmake --build "
                      "--preset release");
  }
  std::sort(programs.begin(), programs.end(), [](const fs::path& a, const fs::path& b) {
    const auto key = [](const fs::path& path) {
      const std::string name = path.filename().string();
      return std::pair(!name.starts_with("machine_"), name);
    };
    return key(a) < key(b);
  });
  return programs;
}

std::vector<Row> rows_of(const fs::path& program, const std::string& filter,
                         const fs::path& scratch, const base::CancelFlag& cancel) {
  const fs::path file = scratch / "result.json";
  const fs::path messages = scratch / "messages";
  fs::remove(file);
  const int code = run_program(program,
                               {"--benchmark_filter=" + filter, "--benchmark_out_format=json",
                                "--benchmark_out=" + file.string()},
                               scratch / "out", messages, cancel);
  // Where the filter leaves nothing, nothing is written.
  if (code == 0 && (!fs::exists(file) || fs::file_size(file) == 0)) return {};
  if (code != 0) {
    std::string what = base::read_file(messages);
    what.erase(what.find_last_not_of('\n') + 1);
    what.erase(0, what.rfind('\n') == std::string::npos ? 0 : what.rfind('\n') + 1);
    throw base::Error("cli.benchmark",
                      program.filename().string() + " ended with code " + std::to_string(code) +
                          (what.empty() ? "" : ": " + what),
                      "run it by itself: " + program.string());
  }
  std::vector<Row> rows;
  for (io::BenchmarkRun& run : io::decode_benchmarks(base::read_file(file), file.string())) {
    rows.push_back({std::move(run)});
  }
  return rows;
}

std::string json_of(const Row& row) {
  JsonObject object;
  object.text("name", row.run.name).text("size", row.run.size);
  if (!row.run.failure.empty()) object.text("failure", row.run.failure);
  if (!row.run.label.empty()) object.text("reference", row.run.label);
  object.number("seconds", row.run.failure.empty() ? row.seconds() : absent);
  object.number("reference_seconds", row.counter("reference_seconds"));
  object.number("ratio", row.ratio());
  for (const char* name : {"floor", "limit_seconds", "error", "error_limit", "bound_seconds",
                           "bound_limit", "bytes", "bytes_limit"}) {
    object.number(name, row.counter(name));
  }
  for (const auto& [name, value] : row.run.counters) {
    if (name.ends_with("_per_second")) object.number(name, value);
  }
  object.add("holds", row.holds() ? "true" : "false");
  return object.str();
}

std::string engineering(double value, const base::Dimension& dimension) {
  return std::isnan(value) ? "" : base::to_engineering({value, dimension}, 3);
}

std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return std::isnan(value) ? "" : text;
}

/// "412 (>= 50)"
std::string with_claim(const std::string& value, const char* relation, const std::string& claim) {
  return claim.empty() ? value : value + " (" + relation + ' ' + claim + ')';
}

/// 1.5e9 as "1.50 GB"
std::string bytes_text(double value) {
  if (std::isnan(value)) return "";
  int step = 0;
  for (; value >= 1e3 && step < 4; ++step) value /= 1e3;
  static const char* const units[] = {" B", " kB", " MB", " GB", " TB"};
  return rounded(value) + units[step];
}

const std::vector<std::string> titles = {"benchmark", "size",  "time",   "reference", "its time",
                                         "ratio",     "error", "memory", "of bound",  "holds"};

std::vector<std::string> cells_of(const Row& row) {
  std::string time =
      with_claim(engineering(row.seconds(), base::dimension::time),
                 "<=", engineering(row.counter("limit_seconds"), base::dimension::time));
  for (const auto& [name, value] : row.run.counters) {
    if (name == "bytes_per_second") time += ", " + bytes_text(value) + "/s";
    if (name == "flop_per_second") time += ", " + rounded(value / 1e9) + " GFlop/s";
  }
  if (!row.run.failure.empty()) time = row.run.failure;
  return {
      row.run.name,
      row.run.size,
      time,
      row.run.label,
      engineering(row.counter("reference_seconds"), base::dimension::time),
      with_claim(rounded(row.ratio()), ">=", rounded(row.counter("floor"))),
      with_claim(rounded(row.counter("error")), "<=", rounded(row.counter("error_limit"))),
      with_claim(bytes_text(row.counter("bytes")), "<=", bytes_text(row.counter("bytes_limit"))),
      with_claim(rounded(row.seconds() / row.counter("bound_seconds")),
                 "<=", rounded(row.counter("bound_limit"))),
      row.holds() ? "yes" : "NO"};
}

void print_markdown(const std::vector<std::vector<std::string>>& lines) {
  for (std::size_t k = 0; k < lines.size(); ++k) {
    for (const std::string& cell : lines[k]) std::cout << "| " << cell << ' ';
    std::cout << "|\n";
    if (k > 0) continue;
    for (std::size_t c = 0; c < lines[k].size(); ++c) std::cout << "|---";
    std::cout << "|\n";
  }
}

void print_rows(const std::vector<Row>& rows, const Parsed& parsed) {
  if (parsed.json()) {
    std::vector<std::string> parts;
    parts.reserve(rows.size());
    for (const Row& row : rows) parts.push_back("\n" + json_of(row));
    std::cout << json_list(parts) << '\n';
    return;
  }
  std::vector<std::vector<std::string>> lines = {titles};
  for (const Row& row : rows) lines.push_back(cells_of(row));
  if (parsed.has("markdown")) {
    print_markdown(lines);
  } else {
    print_columns(lines);
  }
}

}  // namespace

int run_benchmarks(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  description.add_options()("filter", options::value<std::string>(),
                            "regular expression that the names must match")(
      "markdown", "print a table as READMEs have it")("quiet", "no progress");
  const Parsed parsed("benchmark", description, {}, arguments);
  const std::string filter = parsed.has("filter") ? parsed.text("filter") : ".";
  Console console(parsed.has("quiet"));
  const ScratchFolder scratch;
  const std::vector<fs::path> programs = benchmark_programs();
  std::vector<Row> rows;
  for (std::size_t k = 0; k < programs.size(); ++k) {
    console.progress(programs[k].filename().string(), k, programs.size());
    for (Row& row : rows_of(programs[k], filter, scratch.path(), session.cancel)) {
      rows.push_back(std::move(row));
    }
  }
  console.clear();
  if (rows.empty()) {
    throw base::Error("cli.benchmark", "no benchmark matches '" + filter + "'",
                      "see the tables in README.md for names");
  }
  print_rows(rows, parsed);
  return std::all_of(rows.begin(), rows.end(), [](const Row& row) { return row.holds(); })
             ? done
             : check_failed;
}

}  // namespace neucasl::cli
