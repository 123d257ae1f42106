#include "plan.hpp"

#include <algorithm>
#include <map>

#include "neucasl/base/hash.hpp"

namespace neucasl::flow {
namespace {

using base::Error;

const StageKind& kind_of(const StageSpec& spec) {
  std::vector<std::string> known;
  for (const StageKind& kind : all_stage_kinds()) {
    if (kind.kind == spec.kind) return kind;
    known.push_back(kind.kind);
  }
  throw Error("flow.stage", "unknown kind of stage '" + spec.kind + "'",
              base::suggest(spec.kind, known), spec.where);
}

/// The plugin is named by a parameter whose schema it extends, so it is looked up first.
std::optional<plugin::Manifest> manifest_of(const StageSpec& spec, const StageKind& kind,
                                            const Workspace& workspace) {
  if (!kind.plugin_kind) return std::nullopt;
  std::string name;
  base::Location where = spec.where;
  for (const plugin::ParameterSpec& parameter : kind.parameters) {
    if (parameter.name == "plugin") name = parameter.default_value;
  }
  for (const plugin::ParameterSet::Given& given : spec.parameters) {
    if (given.name != "plugin") continue;
    name = given.text;
    where = given.where;
  }
  return workspace.host->find(name, *kind.plugin_kind, where);
}

/// Parameters of the stage itself and of its plugin.
std::vector<plugin::ParameterSpec> schema_of(const StageSpec& spec, const StageKind& kind,
                                             const plugin::Manifest& manifest) {
  std::vector<plugin::ParameterSpec> schema = kind.parameters;
  const auto more =
      kind.plugin_parameters ? kind.plugin_parameters(manifest, spec) : manifest.parameters;
  for (const plugin::ParameterSpec& one : more) {
    const bool taken = std::any_of(kind.parameters.begin(), kind.parameters.end(),
                                   [&](const auto& own) { return own.name == one.name; });
    if (taken) {
      throw Error("plugin.manifest",
                  "plugin '" + manifest.name + "' has a parameter '" + one.name +
                      "', which stages of kind '" + kind.kind + "' have themselves",
                  "rename it in the plugin's manifest", spec.where);
    }
    schema.push_back(one);
  }
  return schema;
}

class Planner {
 public:
  Planner(const Flow& flow, Workspace& workspace) : flow_(flow), workspace_(workspace) {}

  std::vector<PlannedStage> run() {
    for (const StageSpec& spec : flow_.stages) plan_stage(spec);
    return std::move(stages_);
  }

 private:
  void plan_stage(const StageSpec& spec) {
    for (const PlannedStage& other : stages_) {
      if (other.spec.name != spec.name) continue;
      throw Error("flow.stage", "stage '" + spec.name + "' stands twice", "rename one", spec.where);
    }
    PlannedStage planned;
    planned.spec = spec;
    planned.kind = &kind_of(spec);
    std::optional<plugin::Manifest> manifest = manifest_of(spec, *planned.kind, workspace_);
    std::vector<plugin::ParameterSpec> schema = planned.kind->parameters;
    if (manifest) {
      schema = schema_of(spec, *planned.kind, *manifest);
      workspace_.host->load(*manifest);
    }
    const std::string owner = "stage '" + spec.name + "'";
    planned.parameters =
        plugin::ParameterSet(schema, spec.parameters, owner, spec.where).canonical();
    check_order(planned);
    plugin::ParameterSet parameters(schema, with_whole_paths(schema, spec.parameters), owner,
                                    spec.where);
    planned.stage = planned.kind->make(std::move(parameters), manifest);
    planned.stage->name = spec.name;
    planned.inputs = planned.stage->inputs(workspace_);
    planned.source_key = source_key_of(planned);
    planned.key = base::sha256(planned.source_key + '\n' + planned.parameters);
    if (planned.kind->makes != Artifact::none) made_[planned.kind->makes] = planned.key;
    stages_.push_back(std::move(planned));
  }

  /// Paths count from the flow's folder, or from the working folder on the command line.
  std::vector<plugin::ParameterSet::Given> with_whole_paths(
      const std::vector<plugin::ParameterSpec>& schema,
      std::vector<plugin::ParameterSet::Given> given) const {
    for (plugin::ParameterSet::Given& item : given) {
      const auto spec =
          std::find_if(schema.begin(), schema.end(),
                       [&](const plugin::ParameterSpec& s) { return s.name == item.name; });
      if (spec == schema.end() || spec->type != plugin::ParameterType::file || item.text.empty()) {
        continue;
      }
      if (item.where.file.starts_with(command_line)) continue;
      item.text = (workspace_.flow_folder / item.text).string();
    }
    return given;
  }

  void check_order(const PlannedStage& planned) const {
    for (const Artifact artifact : planned.kind->takes) {
      if (made_.contains(artifact)) continue;
      std::string maker;
      for (const StageKind& kind : all_stage_kinds()) {
        if (kind.makes == artifact) maker = kind.kind;
      }
      throw Error("flow.order",
                  "stage '" + planned.spec.name + "' takes a " + std::string(to_string(artifact)) +
                      ", which no earlier stage makes",
                  "put a stage of kind '" + maker + "' before it", planned.spec.where);
    }
    if (planned.kind->makes != Artifact::none && made_.contains(planned.kind->makes)) {
      throw Error("flow.order",
                  "stage '" + planned.spec.name + "' makes a second " +
                      std::string(to_string(planned.kind->makes)),
                  "remove one of the two stages", planned.spec.where);
    }
  }

  std::string source_key_of(const PlannedStage& planned) const {
    std::string text = "neucasl " + library_hash_ + "\nkind " + planned.kind->kind + "\nseed " +
                       std::to_string(flow_.seed) + '\n';
    for (const InputFile& input : planned.inputs) text += input.role + ' ' + input.sha256 + '\n';
    for (const Artifact artifact : planned.kind->takes) text += "from " + made_.at(artifact) + '\n';
    for (const Artifact artifact : planned.kind->may_take) {
      if (made_.contains(artifact)) text += "from " + made_.at(artifact) + '\n';
    }
    return base::sha256(text);
  }

  const Flow& flow_;
  Workspace& workspace_;
  std::string library_hash_ = base::sha256_file(library_file());
  std::vector<PlannedStage> stages_;
  std::map<Artifact, std::string> made_;
};

}  // namespace

std::vector<PlannedStage> plan(const Flow& flow, Workspace& workspace) {
  return Planner(flow, workspace).run();
}

}  // namespace neucasl::flow
