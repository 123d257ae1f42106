#include "neucasl/architecture/architecture.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/mapping/chip.hpp"
#include "stage.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

/// What the parameter `architecture` names.
struct NamedArchitecture {
  std::filesystem::path file;
  mapping::Architecture choices;
  std::size_t arrays = 0;  ///< That there are; 0: as many as the network needs.
};

bool is_photonic(const architecture::Architecture& chip) {
  return chip.core().kind == architecture::LevelKind::photonic_core;
}

std::size_t arrays_of(const architecture::Architecture& chip) {
  const std::size_t in_group =
      chip.core().find(architecture::ComponentKind::array)->count * chip.core().count;
  return in_group * chip.tile().count * chip.chip.count;
}

class MapStage final : public Stage {
 public:
  MapStage(plugin::ParameterSet parameters, plugin::Manifest manifest)
      : parameters_(std::move(parameters)), manifest_(std::move(manifest)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    device::UseList uses;
    const NamedArchitecture named = named_architecture(workspace, uses);
    const mapping::Architecture& architecture = named.choices;
    std::vector<InputFile> result = plugin_inputs(manifest_);
    result.push_back(file_input("architecture", named.file, parameters_.where("architecture")));
    for (const std::string& id : {architecture.device, architecture.periphery}) {
      if (id.empty()) continue;  // The description says what it costs.
      const std::filesystem::path card = workspace.devices->file_of(id, architecture.where);
      static_cast<void>(device::load_card(card));
      result.push_back(file_input("device " + id, card));
    }
    return result;
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                        const std::string& /*key*/) override {
    device::UseList uses;
    const NamedArchitecture named = named_architecture(workspace, uses);
    const mapping::Architecture& architecture = named.choices;
    const device::Card device =
        architecture.device.empty() ? device::Card{} : workspace.devices->load(architecture.device);
    const device::Card periphery = architecture.periphery.empty()
                                       ? device::Card{}
                                       : workspace.devices->load(architecture.periphery);
    const network::LabelledImages& images = workspace.dataset().training;
    const auto count = std::min(static_cast<std::size_t>(parameters_.integer("calibration_images")),
                                images.count());
    plugin::Context context = workspace.context(folder);
    const auto front_end = workspace.host->make_front_end(manifest_);
    plugin::ChipDesign chip =
        front_end->build_chip({*workspace.network, *workspace.precision, architecture, device,
                               periphery, images.slice(0, count), count},
                              context);
    uses.add(chip.uses);
    if (named.arrays > 0) check_capacity(named, mapping::read_chip(chip.design).arrays());
    workspace.chip = std::move(chip.design);
    return report(workspace, uses);
  }

  void store(const Workspace& workspace, const std::filesystem::path& folder) override {
    base::write_file(folder / "chip.pb", io::encode(*workspace.chip, {true}));
  }
  void load(Workspace& workspace, const std::filesystem::path& folder) override {
    const std::filesystem::path file = folder / "chip.pb";
    workspace.chip = io::decode(base::read_file(file), file.string());
  }

 private:
  /// The id of a description of a whole chip, its file, or a card of choices.
  NamedArchitecture named_architecture(const Workspace& workspace, device::UseList& uses) const {
    const std::string& name = parameters_.text("architecture");
    const bool is_file = name.ends_with(".xml");
    NamedArchitecture result;
    const auto chips = static_cast<std::size_t>(parameters_.integer("chips"));
    if (is_file && !name.ends_with(".architecture.xml")) {
      if (chips > 0) {
        throw base::Error("mapping.capacity", "a card has as many arrays as the network needs",
                          "leave 'chips' out, or name the description of a chip",
                          parameters_.where("chips"));
      }
      result.file = workspace.file_of(parameters_, "architecture");
      // Reading it first gives a missing file the place of the parameter.
      static_cast<void>(base::read_file(result.file, parameters_.where("architecture")));
      result.choices = mapping::read_architecture(device::load_card(result.file), uses);
      return result;
    }
    const std::string source =
        is_file ? workspace.file_of(parameters_, "architecture").string() : name;
    architecture::Architecture chip =
        architecture::load_architecture(source, workspace.installation->device_folders);
    if (chips > 0) architecture::set_chips(chip, chips);
    result.file = chip.where.file;
    if (is_photonic(chip)) {
      result.choices.id = chip.id;
      result.choices.where = chip.where;
      result.choices.description = std::make_shared<const architecture::Architecture>(chip);
      return result;
    }
    result.choices = mapping::read_architecture(chip, uses, parameters_.text("device"));
    result.arrays = arrays_of(chip);
    return result;
  }

  void check_capacity(const NamedArchitecture& named, std::size_t arrays) const {
    if (named.arrays == 0 || arrays <= named.arrays) return;
    throw base::Error("mapping.capacity",
                      "the network takes " + std::to_string(arrays) + " arrays, '" +
                          named.choices.id + "' has " + std::to_string(named.arrays),
                      "give more chips (parameter 'chips'), fewer bits or a smaller network",
                      parameters_.where("architecture"));
  }

  static bool holds_photonic_cores(const ir::Design& design) {
    return design.module(design.top).attribute("cores") == "photonic";
  }

  /// The programs of a photonic chip, which its weights are in.
  static results::Table programs(const ir::Design& design) {
    std::vector<std::string> layers;
    std::vector<std::int64_t> rows, outputs, blocks, copies;
    for (const ir::Module& module : design.modules) {
      if (module.attribute("role") != "program") continue;
      const auto whole = [&](const char* name) {
        return std::get<std::int64_t>(module.find_parameter(name)->value);
      };
      const ir::ValueTable& weights = module.tables.front();
      layers.emplace_back(module.attribute("layer"));
      rows.push_back(weights.rows);
      outputs.push_back(weights.columns);
      blocks.push_back(whole("blocks"));
      copies.push_back(whole("copies"));
    }
    results::Table table{"mapping", "Weight matrices on photonic cores", {}};
    table.add("layer", layers).add("rows", rows).add("outputs", outputs);
    return table.add("blocks", blocks).add("copies", copies);
  }

  static results::Table matrices_on_arrays(const mapping::ChipView& chip) {
    std::vector<std::string> layers;
    std::vector<std::int64_t> rows, outputs, slices, arrays;
    for (const mapping::LayerView& layer : chip.layers) {
      layers.push_back(layer.name);
      rows.push_back(static_cast<std::int64_t>(layer.depth));
      outputs.push_back(static_cast<std::int64_t>(layer.outputs));
      slices.push_back(layer.slices);
      arrays.push_back(static_cast<std::int64_t>(layer.tiles.size()));
    }
    results::Table by_layer{"mapping", "Weight matrices on arrays", {}};
    by_layer.add("layer", layers).add("rows", rows).add("outputs", outputs);
    return by_layer.add("slices", slices).add("arrays", arrays);
  }

  results::Findings report(const Workspace& workspace, const device::UseList& uses) const {
    const ir::DesignStatistics statistics = ir::statistics(*workspace.chip);
    const bool photonic = holds_photonic_cores(*workspace.chip);
    results::Table by_layer = photonic ? programs(*workspace.chip)
                                       : matrices_on_arrays(mapping::read_chip(*workspace.chip));
    const std::string parts =
        photonic ? "photonic cores"
                 : std::to_string(mapping::read_chip(*workspace.chip).arrays()) + " arrays";
    std::vector<std::string> leaves;
    std::vector<std::int64_t> counts;
    for (const auto& [name, count] : statistics.leaves) {
      leaves.push_back(name);
      counts.push_back(static_cast<std::int64_t>(count));
    }
    results::Table by_leaf{"netlist", "Primitives in the chip's netlist", {}};
    by_leaf.add("primitive", leaves).add("count", counts);

    results::Findings findings;
    findings.section.title = "Chip";
    findings.section.items.emplace_back(results::Paragraph{
        "The front end '" + manifest_.name + "' mapped " + workspace.network->name + " to " +
        parts + "; the netlist has " + std::to_string(statistics.leaf_instances) +
        " primitives in " + std::to_string(statistics.modules) + " modules."});
    findings.section.items.emplace_back(results::ShownTable{by_layer});
    findings.section.items.emplace_back(results::ShownTable{by_leaf});
    findings.tables = {std::move(by_layer), std::move(by_leaf)};
    findings.numbers_used = uses_table(uses);
    return findings;
  }

  plugin::ParameterSet parameters_;
  plugin::Manifest manifest_;
};

}  // namespace

StageKind map_stage() {
  StageKind kind;
  kind.kind = "map";
  kind.summary = "Turns network, precision map and cards into the netlist of a chip.";
  kind.takes = {Artifact::network, Artifact::precision};
  kind.makes = Artifact::chip;
  kind.plugin_kind = plugin::PluginKind::front_end;
  kind.parameters = {
      {"plugin", ParameterType::text, "", "memristor", {}, {}, {}, "front end", false},
      {"architecture",
       ParameterType::text,
       "",
       "",
       {},
       {},
       {},
       "id or file (.architecture.xml) of a chip's description, or card of family 'architecture'; "
       "files relative to the flow's folder",
       false},
      {"device",
       ParameterType::text,
       "",
       "",
       {},
       {},
       {},
       "card of the memory cells, in place of the one that the chip's description names",
       true},
      {"chips",
       ParameterType::integer,
       "",
       "0",
       0,
       1000000,
       {},
       "chips of a description; 0: as many as it states",
       false},
      {"calibration_images",
       ParameterType::integer,
       "",
       "256",
       1,
       60000,
       {},
       "training images that set the converters' ranges",
       false},
  };
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>& manifest) {
    return std::unique_ptr<Stage>(new MapStage(std::move(parameters), *manifest));
  };
  return kind;
}

}  // namespace neucasl::flow
