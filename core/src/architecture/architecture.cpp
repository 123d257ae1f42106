#include "neucasl/architecture/architecture.hpp"

#include <algorithm>

#include "neucasl/architecture/copies.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/text.hpp"

namespace neucasl::architecture {
namespace fs = std::filesystem;

std::string_view to_string(LevelKind kind) {
  constexpr std::string_view names[] = {"chip", "tile", "array_group", "photonic_core",
                                        "digital_core"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(ComponentKind kind) {
  constexpr std::string_view names[] = {"array",
                                        "dac",
                                        "sample_and_hold",
                                        "adc",
                                        "shift_and_add",
                                        "accumulator",
                                        "input_register",
                                        "output_register",
                                        "activation_unit",
                                        "pooling_unit",
                                        "vector_unit",
                                        "buffer",
                                        "bus",
                                        "router",
                                        "link",
                                        "off_chip_memory",
                                        "laser",
                                        "modulator",
                                        "weight_bank",
                                        "photodetector",
                                        "amplifier",
                                        "passive",
                                        "multiplier",
                                        "adder_tree",
                                        "weight_memory",
                                        "control"};
  return names[static_cast<std::size_t>(kind)];
}

const Component* Level::find(ComponentKind component) const {
  const auto found =
      std::find_if(components.begin(), components.end(),
                   [&](const Component& candidate) { return candidate.kind == component; });
  return found == components.end() ? nullptr : &*found;
}

namespace {

constexpr std::string_view ending = ".architecture.xml";

/// File of each id; earlier folders stand in for later ones.
std::map<std::string, fs::path> files_below(const std::vector<fs::path>& folders) {
  std::map<std::string, fs::path> result;
  for (const fs::path& folder : folders) {
    std::error_code code;
    std::vector<fs::path> found;
    for (auto entry = fs::recursive_directory_iterator(
             folder, fs::directory_options::follow_directory_symlink, code);
         !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
      if (entry->path().filename().string().ends_with(ending)) found.push_back(entry->path());
    }
    std::sort(found.begin(), found.end());
    for (const fs::path& file : found) {
      const std::string name = file.filename().string();
      result.emplace(name.substr(0, name.size() - ending.size()), file);
    }
  }
  return result;
}

void visit_levels(const Level& level, double copies,
                  const std::function<void(const Level&, double)>& visit) {
  copies *= static_cast<double>(level.count);
  visit(level, copies);
  for (const Level& part : level.parts) visit_levels(part, copies, visit);
}

}  // namespace

std::vector<std::string> architecture_ids(const std::vector<fs::path>& folders) {
  const std::map<std::string, fs::path> files = files_below(folders);
  std::vector<std::string> ids;
  ids.reserve(files.size());
  for (const auto& [id, file] : files) ids.push_back(id);
  return ids;
}

Architecture load_architecture(const std::string& name, const std::vector<fs::path>& folders,
                               const Substitutes& substitutes, const base::Location& where) {
  const device::Library cards(folders);
  if (name.ends_with(".xml"))
    return parse_architecture(base::read_file(name, where), name, cards, substitutes);
  const std::map<std::string, fs::path> files = files_below(folders);
  const auto found = files.find(name);
  if (found == files.end()) {
    throw base::Error(
        "architecture.unknown", "no architecture '" + name + "'",
        base::suggest(name, architecture_ids(folders)) + "; or give a file that ends in .xml",
        where);
  }
  Architecture result = parse_architecture(base::read_file(found->second), found->second.string(),
                                           cards, substitutes);
  if (result.id != name) {
    throw base::Error("architecture.xml", "the id of the description is '" + result.id + "'",
                      "name the file '" + result.id + std::string(ending) + "' or change the id",
                      result.where);
  }
  return result;
}

void set_chips(Architecture& architecture, std::size_t chips) {
  constexpr std::size_t most = 1000000000;
  if (chips == 0 || chips > most) {
    throw base::Error("architecture.count", std::to_string(chips) + " chips",
                      "give 1 to 10^9 chips");
  }
  architecture.chip.count = chips;
  for (device::Number& number : architecture.chip.numbers.numbers) {
    if (number.name != "count") continue;
    number.value.value = static_cast<double>(chips);
    number.kind = device::Kind::assumed;
    number.place = "chosen in place of the description's";
  }
}

void for_each_level(const Architecture& architecture,
                    const std::function<void(const Level&, double)>& visit) {
  visit_levels(architecture.chip, 1.0, visit);
}

double copies_of(const Level& level, double level_copies, const Component& component) {
  const std::size_t groups = (level.count + component.shared_by - 1) / component.shared_by;
  return level_copies / static_cast<double>(level.count) * static_cast<double>(groups) *
         static_cast<double>(component.count);
}

}  // namespace neucasl::architecture
