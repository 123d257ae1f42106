#include "summary.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "neucasl/base/file.hpp"
#include "neucasl/io/design_file.hpp"

namespace neucasl::flow {
namespace fs = std::filesystem;

namespace {

/// The numbers of all stages, each once.
results::Table all_numbers_used(const std::vector<results::Findings>& findings) {
  std::set<std::vector<std::string>> rows;
  results::Table merged;
  for (const results::Findings& part : findings) {
    if (merged.columns.empty()) merged = part.numbers_used;
    for (std::size_t row = 0; row < part.numbers_used.rows(); ++row) {
      std::vector<std::string> cells;
      for (const results::Column& column : part.numbers_used.columns) {
        cells.push_back(std::get<std::vector<std::string>>(column.values)[row]);
      }
      rows.insert(std::move(cells));
    }
  }
  for (std::size_t c = 0; c < merged.columns.size(); ++c) {
    std::vector<std::string> values;
    values.reserve(rows.size());
    for (const std::vector<std::string>& row : rows) values.push_back(row[c]);
    merged.columns[c].values = std::move(values);
  }
  return merged;
}

results::Report make_report(const Flow& flow, const Workspace& workspace, const Outcome& outcome) {
  results::Report report;
  report.title = flow.name;
  const std::string data =
      workspace.dataset_name.empty() ? "Seed " : "Data set " + workspace.dataset_name + ", seed ";
  report.subtitle = data + std::to_string(flow.seed) + ", NeuCASL " + version();
  std::vector<results::ReportSection> sections;
  for (const results::Findings& part : outcome.findings) {
    report.figures.insert(report.figures.end(), part.figures.begin(), part.figures.end());
    if (!part.section.title.empty()) sections.push_back(part.section);
  }
  results::Table numbers = all_numbers_used(outcome.findings);
  if (numbers.rows() > 0) {
    results::ReportSection section;
    section.title = "Numbers used";
    section.items.emplace_back(results::Paragraph{
        "Every number from a device, periphery or architecture card that the results rest on."});
    section.items.emplace_back(results::ShownTable{std::move(numbers), 1000});
    sections.push_back(std::move(section));
  }
  report.sections = std::move(sections);
  return report;
}

std::string manifest_json(const Flow& flow, const std::vector<PlannedStage>& stages,
                          const Workspace& workspace) {
  std::vector<io::SummaryEntry> entries;
  entries.push_back({"neucasl.version", version()});
  entries.push_back({"flow.name", flow.name});
  entries.push_back({"flow.file", flow.file.filename().string()});
  entries.push_back({"flow.seed", std::to_string(flow.seed)});
  entries.push_back({"dataset", workspace.dataset_name});
  for (const PlannedStage& planned : stages) {
    const std::string prefix = "stages." + planned.spec.name + '.';
    entries.push_back({prefix + "kind", planned.spec.kind});
    entries.push_back({prefix + "key", planned.key});
    entries.push_back({prefix + "parameters", planned.parameters});
    std::string inputs;
    for (const InputFile& input : planned.inputs) {
      inputs += input.role + ' ' + input.name + " sha256 " + input.sha256 + '\n';
    }
    entries.push_back({prefix + "inputs", inputs});
  }
  return io::summary_json(entries);
}

}  // namespace

void remove_summary(const fs::path& folder) {
  std::error_code code;
  for (const char* name :
       {"report.html", "results.json", "manifest.json", "chip.ncir", "precision.pmap.json"}) {
    fs::remove(folder / name, code);
  }
  fs::remove_all(folder / "tables", code);
  fs::remove_all(folder / "circuits", code);
}

void name_after(results::Findings& findings, const std::string& stage) {
  for (results::Figure& figure : findings.figures) {
    figure.key = stage + '.' + figure.key;
    figure.label += " (" + stage + ')';
  }
  for (results::Table& table : findings.tables) table.name = stage + '_' + table.name;
  findings.section.title += " (" + stage + ')';
}

std::vector<io::SummaryEntry> summary_of(const std::vector<results::Findings>& findings) {
  std::vector<io::SummaryEntry> summary;
  for (const results::Findings& part : findings) {
    for (const results::Figure& figure : part.figures) {
      summary.push_back({figure.key, figure.value});
      if (!figure.has_interval) continue;
      summary.push_back({figure.key + "_low", figure.low});
      summary.push_back({figure.key + "_high", figure.high});
    }
  }
  return summary;
}

void write_summary(const Flow& flow, const std::vector<PlannedStage>& stages,
                   const Workspace& workspace, const Outcome& outcome, const fs::path& folder) {
  for (const results::Findings& part : outcome.findings) {
    for (const results::Table& table : part.tables) {
      base::write_file(folder / "tables" / (table.name + ".csv"), results::to_csv(table));
      base::write_file(folder / "tables" / (table.name + ".json"), io::encode_json(table));
    }
  }
  const results::Table numbers = all_numbers_used(outcome.findings);
  if (!numbers.columns.empty()) {
    base::write_file(folder / "tables" / "numbers_used.csv", results::to_csv(numbers));
  }
  if (workspace.chip) io::write_design(folder / "chip.ncir", *workspace.chip);
  for (const auto& [stage, files] : workspace.circuits) {
    const fs::path part = folder / "circuits" / stage;
    io::write_design(part / "netlist.ncir", files.netlist);
    for (const auto& [name, content] : files.files) {
      base::write_file(part / fs::path(name).filename(), content);
    }
  }
  if (workspace.precision) {
    base::write_file(folder / "precision.pmap.json", io::encode_json(*workspace.precision));
  }
  base::write_file(folder / "manifest.json", manifest_json(flow, stages, workspace));
  base::write_file(outcome.report, results::render_html(make_report(flow, workspace, outcome)));
  base::write_file(folder / "results.json", io::summary_json(outcome.summary));
}

}  // namespace neucasl::flow
