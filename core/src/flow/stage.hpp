#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/flow/flow.hpp"
#include "neucasl/ir/design.hpp"
#include "neucasl/network/dataset.hpp"
#include "neucasl/precision/precision_map.hpp"

/// \file
/// What a stage kind is made of. Private to the flow layer.

namespace neucasl::flow {

/// What stages hand on to later ones.
struct Workspace {
  const Installation* installation = nullptr;
  const device::Library* devices = nullptr;
  plugin::Host* host = nullptr;
  base::DiagnosticSink* sink = nullptr;
  std::filesystem::path flow_folder;
  std::uint64_t seed = 1;
  RunOptions options;

  std::optional<network::Network> network;
  std::string dataset_name;
  base::Location dataset_where;
  std::optional<precision::PrecisionMap> precision;
  std::optional<ir::Design> chip;
  /// Netlists and files of stages that make circuits, by stage.
  struct Files {
    ir::Design netlist;
    std::vector<std::pair<std::string, std::string>> files;
  };
  std::map<std::string, Files> circuits;

  /// Loaded when first asked for: a run that is cached throughout needs no images.
  const network::Dataset& dataset();
  [[nodiscard]] plugin::Context context(const std::filesystem::path& scratch) const;
  /// The file that a parameter names: relative to the flow's folder, or to the working folder when
  /// it was given on the command line. Empty when the parameter is.
  [[nodiscard]] std::filesystem::path file_of(const plugin::ParameterSet& parameters,
                                              std::string_view name) const;

 private:
  std::optional<network::Dataset> dataset_;
};

enum class Artifact { none, network, precision, chip };
std::string_view to_string(Artifact artifact);

/// Where "--set" assignments stand.
inline constexpr std::string_view command_line = "--set";

/// An input from outside the flow, named by its content.
struct InputFile {
  std::string role;  ///< "architecture", "device hfox_neurram"
  std::string name;  ///< as the user knows it
  std::string sha256;
};

/// One stage of a checked flow.
class Stage {
 public:
  virtual ~Stage() = default;
  /// Files and plugins that the result depends on; also checks that they are there and valid.
  [[nodiscard]] virtual std::vector<InputFile> inputs(Workspace& workspace) = 0;
  /// The stage's name in its flow.
  std::string name;
  /// `folder` is the stage's own, for logs that survive a kill; `source_key` names all that the
  /// result depends on but the stage's own parameters.
  virtual results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                                const std::string& source_key) = 0;
  /// The artifact in `folder`, to and from the workspace.
  virtual void store(const Workspace& /*workspace*/, const std::filesystem::path& /*folder*/) {}
  virtual void load(Workspace& /*workspace*/, const std::filesystem::path& /*folder*/) {}
};

/// A kind of stage: its schema and how to make one.
struct StageKind {
  std::string kind;
  std::string summary;
  std::vector<Artifact> takes;
  std::vector<Artifact> may_take;  ///< When an earlier stage made it.
  Artifact makes = Artifact::none;
  std::vector<plugin::ParameterSpec> parameters;
  /// The kind of plugin that the parameter "plugin" names, whose own parameters are added.
  std::optional<plugin::PluginKind> plugin_kind;
  std::unique_ptr<Stage> (*make)(plugin::ParameterSet parameters,
                                 const std::optional<plugin::Manifest>& manifest);
  /// Those of the plugin's parameters that count for this stage; null: `Manifest::parameters`.
  std::vector<plugin::ParameterSpec> (*plugin_parameters)(const plugin::Manifest& manifest,
                                                          const StageSpec& spec) = nullptr;
};

/// All kinds, in the usual order.
const std::vector<StageKind>& all_stage_kinds();

StageKind network_stage();
StageKind precision_stage();
StageKind map_stage();
StageKind accuracy_stage();
StageKind photonic_accuracy_stage();
StageKind performance_stage();
StageKind reliability_stage();
StageKind circuit_check_stage();
StageKind logic_stage();
StageKind circuit_stage();
StageKind spiking_stage();
StageKind analog_training_stage();
StageKind photonic_training_stage();
StageKind precision_study_stage();

/// Parameters of a stage.
plugin::ParameterSpec text_parameter(const std::string& name, const std::string& value,
                                     const std::string& meaning, bool optional = false);
plugin::ParameterSpec whole_parameter(const std::string& name, const std::string& value,
                                      double least, double most, const std::string& meaning);
/// A quantity without unit.
plugin::ParameterSpec pure_parameter(const std::string& name, const std::string& value,
                                     double least, double most, const std::string& meaning);

/// All files in a plugin's folder: library, manifest, helper programs.
std::vector<InputFile> plugin_inputs(const plugin::Manifest& manifest);
InputFile file_input(const std::string& role, const std::filesystem::path& file,
                     const base::Location& where = {});
/// The files that parameters of type file name, by content.
std::vector<InputFile> parameter_inputs(const std::vector<plugin::ParameterSpec>& schema,
                                        const plugin::ParameterSet& parameters);
/// What a front end may read on its own: every card, by id, and every plugin with device models.
std::vector<InputFile> card_and_model_inputs(const Workspace& workspace);
/// Stores and loads a stage's circuit in its folder.
void store_circuit(const Workspace::Files& files, const std::filesystem::path& folder);
Workspace::Files load_circuit(const std::filesystem::path& folder);

/// The file of this library, or of the program it is linked into.
std::filesystem::path library_file();

/// Findings of an estimator.
results::Findings to_findings(const plugin::Estimate& estimate);
/// The table of numbers used.
results::Table uses_table(const device::UseList& uses);
using results::make_figure;

}  // namespace neucasl::flow
