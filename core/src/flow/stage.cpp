#include "stage.hpp"

#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"

namespace neucasl::flow {

const network::Dataset& Workspace::dataset() {
  if (!dataset_) dataset_ = network::load_dataset(dataset_name, installation->dataset_folders);
  return *dataset_;
}

plugin::Context Workspace::context(const std::filesystem::path& scratch) const {
  plugin::Context result;
  result.diagnostics = sink;
  result.progress = options.progress;
  result.cancel = options.cancel;
  result.seed = seed;
  result.threads = options.threads;
  result.scratch_folder = scratch;
  result.devices = devices;
  return result;
}

std::filesystem::path Workspace::resolve(const std::string& path) const {
  return flow_folder / path;
}

std::string_view to_string(Artifact artifact) {
  constexpr std::string_view names[] = {"", "network", "precision map", "chip"};
  return names[static_cast<std::size_t>(artifact)];
}

const std::vector<StageKind>& all_stage_kinds() {
  static const std::vector<StageKind> kinds = {
      network_stage(),     precision_stage(),   map_stage(),          accuracy_stage(),
      performance_stage(), reliability_stage(), circuit_check_stage()};
  return kinds;
}

std::vector<StageDescription> stage_kinds() {
  std::vector<StageDescription> result;
  for (const StageKind& kind : all_stage_kinds()) {
    StageDescription description{
        kind.kind, kind.summary, {}, std::string(to_string(kind.makes)), kind.parameters};
    for (const Artifact artifact : kind.takes) description.takes.emplace_back(to_string(artifact));
    result.push_back(std::move(description));
  }
  return result;
}

InputFile file_input(const std::string& role, const std::filesystem::path& file) {
  return {role, file.filename().string(), base::sha256(base::read_file(file))};
}

std::vector<InputFile> plugin_inputs(const plugin::Manifest& manifest) {
  std::vector<InputFile> result{
      file_input("plugin " + manifest.name, manifest.folder / "manifest.xml")};
  const std::filesystem::path library = manifest.folder / manifest.library;
  // Absent when the plugin is linked into the program.
  if (std::filesystem::exists(library)) {
    result.push_back(file_input("plugin " + manifest.name, library));
  }
  return result;
}

results::Table uses_table(const device::UseList& uses) {
  std::vector<std::string> card, name, value, kind, source, place, citation;
  for (const device::Use& use : uses.uses()) {
    card.push_back(use.card);
    name.push_back(use.name);
    value.push_back(use.value);
    kind.emplace_back(device::to_string(use.kind));
    source.push_back(use.source);
    place.push_back(use.place);
    citation.push_back(use.citation);
  }
  results::Table table{"numbers_used", "Device and architecture numbers used", {}};
  table.add("card", card).add("name", name).add("value", value).add("kind", kind);
  table.add("source", source).add("place", place).add("citation", citation);
  return table;
}

results::Findings to_findings(plugin::Estimate estimate) {
  results::Findings findings;
  findings.figures = std::move(estimate.figures);
  findings.tables = std::move(estimate.tables);
  findings.section = std::move(estimate.section);
  findings.numbers_used = uses_table(estimate.uses);
  return findings;
}

results::Figure make_figure(std::string key, std::string label, double value,
                            const base::Dimension& dimension, std::string method,
                            std::string plugin) {
  results::Figure figure;
  figure.key = std::move(key);
  figure.label = std::move(label);
  figure.value = value;
  figure.dimension = dimension;
  figure.method = std::move(method);
  figure.plugin = std::move(plugin);
  return figure;
}

}  // namespace neucasl::flow
