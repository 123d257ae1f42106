#include "accuracy_results.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"

namespace neucasl::comparison {
namespace {

using base::Error;

constexpr const char* results_code = "comparison.results";
constexpr const char* table_name = "accuracy_by_cause";

struct Step {
  std::string name;
  double accuracy = 0.0;
};

struct Steps {
  bool cumulative = false;
  std::vector<Step> rows;
};

/// The first cell, which may stand in quotes, and the rest behind the comma.
std::pair<std::string, std::string> split(const std::string& line) {
  if (!line.starts_with('"')) {
    const std::size_t comma = line.find(',');
    if (comma == std::string::npos) return {line, ""};
    return {line.substr(0, comma), line.substr(comma + 1)};
  }
  std::string cell;
  std::size_t at = 1;
  for (; at < line.size(); ++at) {
    if (line[at] != '"') {
      cell += line[at];
    } else if (at + 1 < line.size() && line[at + 1] == '"') {
      cell += line[at++];
    } else {
      break;
    }
  }
  return {cell, at + 2 <= line.size() ? line.substr(at + 2) : ""};
}

Step step_of(const std::string& line, const base::Location& where) {
  const auto [name, text] = split(line);
  Step result{name, 0.0};
  const char* const end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, result.accuracy);
  const bool share = result.accuracy >= 0.0 && result.accuracy <= 1.0;
  if (!name.empty() && fault == std::errc{} && rest == end && share) return result;
  throw Error(results_code, "'" + line + "' is no cause with its accuracy",
              "give the table as the flow wrote it: NAME,SHARE", where);
}

Steps steps_of(const std::string& csv, const std::string& file) {
  std::istringstream stream(csv);
  std::string line;
  std::getline(stream, line);
  Steps result;
  result.cumulative = line == "step,accuracy";
  if (!result.cumulative && line != "imperfection,accuracy") {
    throw Error(results_code, "'" + line + "' is no heading of accuracies by cause",
                "give a table of a stage 'accuracy' or 'photonic-accuracy'", {file, 1, 1});
  }
  for (std::uint32_t number = 2; std::getline(stream, line); ++number) {
    result.rows.push_back(step_of(line, {file, number, 1}));
  }
  const std::size_t least = result.cumulative ? 2 : 3;
  if (result.rows.size() >= least && result.rows.front().name == "float") return result;
  throw Error(results_code, "the table does not begin with the float network and go on",
              "give the table as the flow wrote it", {file, 2, 1});
}

/// "+ converters" and "converters alone" as "converters".
std::string cause_of(std::string name) {
  name.erase(0, name.find_first_not_of(" +"));
  constexpr std::string_view alone = " alone";
  if (name.ends_with(alone)) name.resize(name.size() - alone.size());
  return name;
}

std::vector<std::pair<std::string, double>> causes_in_turn(const std::vector<Step>& rows) {
  std::vector<std::pair<std::string, double>> result;
  for (std::size_t k = 1; k < rows.size(); ++k) {
    result.emplace_back(cause_of(rows[k].name), rows[k - 1].accuracy - rows[k].accuracy);
  }
  return result;
}

std::vector<std::pair<std::string, double>> causes_alone(const std::vector<Step>& rows) {
  const double quantised = rows[1].accuracy;
  std::vector<std::pair<std::string, double>> result;
  result.emplace_back(cause_of(rows[1].name), rows[0].accuracy - quantised);
  double sum = result.front().second;
  for (std::size_t k = 2; k + 1 < rows.size(); ++k) {
    const bool has_parts = !rows[k].name.starts_with(' ') && rows[k + 1].name.starts_with(' ');
    if (has_parts) continue;
    result.emplace_back(cause_of(rows[k].name), quantised - rows[k].accuracy);
    sum += result.back().second;
  }
  result.emplace_back("causes acting together", rows[0].accuracy - rows.back().accuracy - sum);
  return result;
}

/// Stages that measure accuracies, by the manifest.
std::vector<std::string> accuracy_stages(const std::string& manifest) {
  std::vector<std::string> result;
  std::istringstream lines(manifest);
  std::string stage;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || line[begin] != '"') continue;
    const std::size_t end = line.find('"', begin + 1);
    if (line.ends_with('{')) stage = line.substr(begin + 1, end - begin - 1);
    const std::string_view entry = std::string_view(line).substr(begin);
    const bool measures = entry.starts_with("\"kind\": \"accuracy\"") ||
                          entry.starts_with("\"kind\": \"photonic-accuracy\"");
    if (measures) result.push_back(stage);
  }
  return result;
}

/// All but the first stage of a kind name their tables.
std::filesystem::path table_of(const std::filesystem::path& folder, const FlowResults& results) {
  const auto file_of = [&](const std::string& name) {
    return folder / "tables" / (name + table_name + ".csv");
  };
  const auto has_own = [&](const std::string& stage) {
    std::error_code code;
    return std::filesystem::is_regular_file(file_of(stage + '_'), code);
  };
  const std::vector<std::string> stages =
      accuracy_stages(base::read_file(folder / "manifest.json", results.where));
  if (std::find(stages.begin(), stages.end(), results.stage) == stages.end()) {
    throw Error(
        results_code,
        "stage '" + results.stage + "' has no accuracies by cause in '" + folder.string() + "'",
        stages.empty() ? "run a flow with a stage 'accuracy' or 'photonic-accuracy'"
                       : base::suggest(results.stage, stages),
        results.where);
  }
  if (has_own(results.stage)) return file_of(results.stage + '_');
  if (stages.size() -
          static_cast<std::size_t>(std::count_if(stages.begin(), stages.end(), has_own)) ==
      1) {
    return file_of("");
  }
  throw Error(results_code,
              "in '" + folder.string() + "' several stages have written '" + table_name + ".csv'",
              "run a flow with one of them", results.where);
}

/// The manifest lists the parameters of the stages; that which makes the network has a topology.
void check_network(const std::filesystem::path& folder, const FlowResults& results) {
  const std::string manifest = base::read_file(folder / "manifest.json", results.where);
  constexpr std::string_view mark = "topology = ";
  const std::size_t at = manifest.find(mark);
  if (at == std::string::npos) return;
  const std::size_t begin = at + mark.size();
  const std::string topology =
      manifest.substr(begin, manifest.find_first_of("\\\"\n", begin) - begin);
  if (topology == results.network) return;
  throw Error(results_code,
              "the results in '" + folder.string() + "' are of network '" + topology + "'",
              "give those of '" + results.network + "'", results.where);
}

}  // namespace

std::vector<AccuracyLoss> losses_of(const FlowResults& results) {
  constexpr const char* last_file = "results.json";
  const std::filesystem::path last =
      base::beside((std::filesystem::path(results.folder) / last_file).string(), results.where);
  std::error_code code;
  if (!std::filesystem::is_regular_file(last, code)) {
    throw Error(results_code, "'" + results.folder + "' holds no results of a flow that ended",
                "run it first: neucasl run FLOW.xml --out " + results.folder, results.where);
  }
  const std::filesystem::path folder = last.parent_path();
  check_network(folder, results);
  const std::filesystem::path file = table_of(folder, results);
  const std::string csv = base::read_file(file, results.where);
  const Steps steps = steps_of(csv, file.string());
  constexpr std::size_t digits = 16;
  AccuracyLoss loss;
  loss.origin = LossOrigin::flow;
  loss.architecture = results.architecture;
  loss.network = results.network;
  loss.kind = device::Kind::derived;
  loss.source = {"", "", "flow in " + results.folder + ", stage " + results.stage};
  loss.place =
      "table " + file.filename().string() + ", SHA-256 " + base::sha256(csv).substr(0, digits);
  std::vector<AccuracyLoss> result;
  for (auto& [cause, value] :
       steps.cumulative ? causes_in_turn(steps.rows) : causes_alone(steps.rows)) {
    loss.cause = cause;
    loss.value = value;
    result.push_back(loss);
  }
  return result;
}

}  // namespace neucasl::comparison
