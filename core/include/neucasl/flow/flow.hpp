#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neucasl/flow/installation.hpp"
#include "neucasl/io/files.hpp"
#include "neucasl/plugin/host.hpp"
#include "neucasl/results/findings.hpp"

/// \file
/// Flows: stages that turn a data set and cards into a report.
///
/// A *flow* is an XML file with a seed and a list of *stages*. A stage has a name, a *kind* and
/// parameters. Each kind takes *artifacts* (network, precision map, chip) that earlier stages made
/// and may make one. The whole flow is checked before anything runs. A stage is *cached*: its key
/// names its kind, parameters, inputs, plugin and the keys of the stages it takes from; when the
/// output folder holds a stage with the same key, it is not run again.

namespace neucasl::flow {

struct StageSpec {
  std::string name;
  std::string kind;
  std::vector<plugin::ParameterSet::Given> parameters;
  base::Location where;
};

struct Flow {
  std::string name;
  std::uint64_t seed = 1;
  std::vector<StageSpec> stages;
  std::filesystem::path file;
};

/// \throws base::Error "base.xml", "flow.stage" with file, line and column.
NEUCASL_EXPORT Flow read_flow(const std::filesystem::path& file);

/// Applies "stage.parameter=value".
/// \throws base::Error "flow.set" for text of another form or an unknown stage.
NEUCASL_EXPORT void set_parameter(Flow& flow, std::string_view assignment);

struct RunOptions {
  int threads = 1;  ///< Results do not depend on it.
  base::CancelFlag cancel;
  base::ProgressListener progress;
  /// Called when a stage begins and ends: name, "cached", "running" or "done", seconds.
  std::function<void(const std::string& stage, const std::string& state, double seconds)> stage;
};

/// Everything that a flow found.
struct Outcome {
  std::vector<results::Findings> findings;  ///< by stage
  std::vector<io::SummaryEntry> summary;    ///< figures by key, for results.json
  std::filesystem::path report;
};

/// What a stage kind takes and makes, for `flow explain`.
struct StageDescription {
  std::string kind;
  std::string summary;
  std::vector<std::string> takes;
  std::string makes;  ///< empty: only findings
  std::vector<plugin::ParameterSpec> parameters;
};
NEUCASL_EXPORT std::vector<StageDescription> stage_kinds();

class NEUCASL_EXPORT Runner {
 public:
  Runner(Installation installation, plugin::Host& host, base::DiagnosticSink& sink);

  /// Checks names, kinds, parameters, plugins, cards, data files and the order of stages.
  /// \throws base::Error for the first fault: "flow.stage", "flow.order", "parameter.*",
  /// "plugin.*", "device.*", ...
  void check(const Flow& flow);

  /// Checks, then runs, into `folder`: stages/<name>/ (the cache), results.json, tables/,
  /// chip.ncir, precision.pmap.json, circuits/<stage>/, manifest.json, report.html. The summary
  /// files of an earlier run are removed first and written last, so a failed run leaves none.
  /// \throws base::Error, base::Cancelled.
  Outcome run(const Flow& flow, const std::filesystem::path& folder, const RunOptions& options);

 private:
  Installation installation_;
  plugin::Host& host_;
  base::DiagnosticSink& sink_;
};

}  // namespace neucasl::flow
