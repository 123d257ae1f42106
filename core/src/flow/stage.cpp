#include "stage.hpp"

#include <dlfcn.h>

#include <algorithm>

#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/io/design_file.hpp"

namespace neucasl::flow {

const network::Dataset& Workspace::dataset() {
  if (!dataset_)
    dataset_ = network::load_dataset(dataset_name, installation->dataset_folders, dataset_where);
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
  result.models = &host->models();
  return result;
}

std::filesystem::path Workspace::file_of(const plugin::ParameterSet& parameters,
                                         std::string_view name) const {
  const std::string& path = parameters.text(name);
  if (path.empty()) return {};
  return parameters.where(name).file.starts_with(command_line) ? std::filesystem::path(path)
                                                               : flow_folder / path;
}

std::string_view to_string(Artifact artifact) {
  constexpr std::string_view names[] = {"", "network", "precision map", "chip"};
  return names[static_cast<std::size_t>(artifact)];
}

const std::vector<StageKind>& all_stage_kinds() {
  static const std::vector<StageKind> kinds = {
      network_stage(),           precision_stage(),         map_stage(),
      accuracy_stage(),          photonic_accuracy_stage(), performance_stage(),
      reliability_stage(),       circuit_check_stage(),     logic_stage(),
      circuit_stage(),           spiking_stage(),           analog_training_stage(),
      photonic_training_stage(), precision_study_stage()};
  return kinds;
}

std::vector<StageDescription> stage_kinds() {
  std::vector<StageDescription> result;
  for (const StageKind& kind : all_stage_kinds()) {
    StageDescription description{
        kind.kind, kind.summary, {}, std::string(to_string(kind.makes)), kind.parameters};
    for (const Artifact artifact : kind.takes) description.takes.emplace_back(to_string(artifact));
    for (const Artifact artifact : kind.may_take) {
      description.takes.push_back(std::string(to_string(artifact)) + " (when there is one)");
    }
    result.push_back(std::move(description));
  }
  return result;
}

plugin::ParameterSpec text_parameter(const std::string& name, const std::string& value,
                                     const std::string& meaning, bool optional) {
  return {name, plugin::ParameterType::text, "", value, {}, {}, {}, meaning, optional};
}

plugin::ParameterSpec whole_parameter(const std::string& name, const std::string& value,
                                      double least, double most, const std::string& meaning) {
  return {name, plugin::ParameterType::integer, "", value, least, most, {}, meaning, false};
}

plugin::ParameterSpec pure_parameter(const std::string& name, const std::string& value,
                                     double least, double most, const std::string& meaning) {
  return {name, plugin::ParameterType::quantity, "1", value, least, most, {}, meaning, false};
}

InputFile file_input(const std::string& role, const std::filesystem::path& file,
                     const base::Location& where) {
  return {role, file.filename().string(), base::sha256(base::read_file(file, where))};
}

std::filesystem::path library_file() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&library_file), &info) != 0 && info.dli_fname) {
    return info.dli_fname;
  }
  return "/proc/self/exe";
}

std::vector<InputFile> plugin_inputs(const plugin::Manifest& manifest) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(manifest.folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<InputFile> result;
  result.reserve(files.size());
  for (const std::filesystem::path& file : files) {
    result.push_back(file_input("plugin " + manifest.name, file));
  }
  return result;
}

std::vector<InputFile> parameter_inputs(const std::vector<plugin::ParameterSpec>& schema,
                                        const plugin::ParameterSet& parameters) {
  std::vector<InputFile> result;
  for (const plugin::ParameterSpec& spec : schema) {
    if (spec.type != plugin::ParameterType::file || parameters.text(spec.name).empty()) continue;
    result.push_back(
        file_input(spec.name, parameters.text(spec.name), parameters.where(spec.name)));
  }
  return result;
}

std::vector<InputFile> card_and_model_inputs(const Workspace& workspace) {
  std::string cards;
  for (const std::string& id : workspace.devices->ids()) {
    cards += id + ' ' + base::sha256_file(workspace.devices->file_of(id)) + '\n';
  }
  std::vector<InputFile> result{{"device cards", "all", base::sha256(cards)}};
  for (const plugin::Manifest& manifest : workspace.host->manifests(*workspace.sink)) {
    if (!manifest.provides(plugin::PluginKind::device_models)) continue;
    for (InputFile& input : plugin_inputs(manifest)) result.push_back(std::move(input));
  }
  return result;
}

namespace {
constexpr const char* netlist_file = "netlist.pb";
constexpr const char* extra_folder = "files";
}  // namespace

void store_circuit(const Workspace::Files& files, const std::filesystem::path& folder) {
  base::write_file(folder / netlist_file, io::encode(files.netlist, {true}));
  for (const auto& [name, content] : files.files) {
    base::write_file(folder / extra_folder / std::filesystem::path(name).filename(), content);
  }
}

Workspace::Files load_circuit(const std::filesystem::path& folder) {
  Workspace::Files files;
  const std::filesystem::path netlist = folder / netlist_file;
  files.netlist = io::decode(base::read_file(netlist), netlist.string());
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder / extra_folder, code)) {
    files.files.emplace_back(entry.path().filename().string(), base::read_file(entry.path()));
  }
  std::sort(files.files.begin(), files.files.end());
  return files;
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

results::Findings to_findings(const plugin::Estimate& estimate) {
  results::Findings findings;
  findings.figures = estimate.figures;
  findings.tables = estimate.tables;
  findings.section = estimate.section;
  findings.numbers_used = uses_table(estimate.uses);
  return findings;
}

}  // namespace neucasl::flow
