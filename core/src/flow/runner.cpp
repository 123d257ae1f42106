#include <algorithm>
#include <chrono>
#include <set>

#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/io/design_file.hpp"
#include "plan.hpp"
#include "summary.hpp"

namespace neucasl::flow {
namespace fs = std::filesystem;

namespace {

/// A stage's folder in the cache. It is whole when the file "key" is there, which comes last and
/// names the content of the others.
class StageCache {
 public:
  StageCache(const fs::path& folder, const PlannedStage& planned)
      : folder_(folder), key_(planned.key), source_key_(planned.source_key) {}

  [[nodiscard]] bool valid() const {
    std::error_code code;
    if (!fs::is_regular_file(folder_ / "key", code)) return false;
    return base::read_file(folder_ / "key") == content();
  }

  void open() const {
    std::error_code code;
    fs::remove(folder_ / "key", code);
    // Logs of samples survive a change of parameters: more samples go on with those there are.
    if (!fs::is_regular_file(folder_ / "started", code) ||
        base::read_file(folder_ / "started") != source_key_) {
      fs::remove_all(folder_, code);
    }
    base::write_file(folder_ / "started", source_key_);
  }

  void close() const { base::write_file(folder_ / "key", content()); }

 private:
  [[nodiscard]] std::string content() const {
    std::string text = key_ + '\n';
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file() && entry.path() != folder_ / "key") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      text += fs::relative(file, folder_).string() + ' ' + base::sha256_file(file) + '\n';
    }
    return text;
  }

  fs::path folder_;
  std::string key_;
  std::string source_key_;
};

results::Findings run_stage(PlannedStage& planned, Workspace& workspace, const fs::path& folder) {
  const auto started = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  const auto tell = [&](const char* state) {
    if (workspace.options.stage) workspace.options.stage(planned.spec.name, state, seconds());
  };
  const StageCache cache(folder, planned);
  const fs::path findings_file = folder / "findings.pb";
  if (cache.valid()) {
    planned.stage->load(workspace, folder);
    results::Findings findings =
        io::decode_findings(base::read_file(findings_file), findings_file.string());
    tell("cached");
    return findings;
  }
  tell("running");
  cache.open();
  results::Findings findings = planned.stage->run(workspace, folder, planned.source_key);
  planned.stage->store(workspace, folder);
  base::write_file(findings_file, io::encode(findings));
  cache.close();
  tell("done");
  return findings;
}

/// An earlier run's summary is replaced, so the folder must be new, empty or of an earlier run.
void check_folder(const fs::path& folder) {
  std::error_code code;
  if (!folder.empty() && (!fs::exists(folder, code) || fs::is_empty(folder, code) ||
                          fs::is_directory(folder / "stages", code))) {
    return;
  }
  throw base::Error("flow.output",
                    "the output folder '" + folder.string() + "' holds something else",
                    "give a new or empty folder, or that of an earlier run");
}

Workspace make_workspace(const Flow& flow, const Installation& installation,
                         const device::Library& devices, plugin::Host& host,
                         base::DiagnosticSink& sink) {
  Workspace workspace;
  workspace.installation = &installation;
  workspace.devices = &devices;
  workspace.host = &host;
  workspace.sink = &sink;
  workspace.flow_folder = flow.file.parent_path();
  workspace.seed = flow.seed;
  return workspace;
}

}  // namespace

Runner::Runner(Installation installation, plugin::Host& host, base::DiagnosticSink& sink)
    : installation_(std::move(installation)), host_(host), sink_(sink) {}

void Runner::check(const Flow& flow) {
  const device::Library devices(installation_.device_folders);
  Workspace workspace = make_workspace(flow, installation_, devices, host_, sink_);
  static_cast<void>(plan(flow, workspace));
}

Outcome Runner::run(const Flow& flow, const fs::path& folder, const RunOptions& options) {
  const device::Library devices(installation_.device_folders);
  Workspace workspace = make_workspace(flow, installation_, devices, host_, sink_);
  workspace.options = options;
  std::vector<PlannedStage> stages = plan(flow, workspace);

  check_folder(folder);
  // A folder that cannot be written to should show before hours of work.
  base::write_file(folder / ".probe", "");
  std::error_code code;
  fs::remove(folder / ".probe", code);
  remove_summary(folder);
  Outcome outcome;
  for (PlannedStage& planned : stages) {
    options.cancel.throw_if_requested();
    results::Findings findings =
        run_stage(planned, workspace, folder / "stages" / planned.spec.name);
    const bool repeated = std::any_of(&stages.front(), &planned, [&](const PlannedStage& earlier) {
      return earlier.kind == planned.kind;
    });
    if (repeated) name_after(findings, planned.spec.name);
    outcome.findings.push_back(std::move(findings));
  }
  outcome.summary = summary_of(outcome.findings);
  outcome.report = folder / "report.html";
  write_summary(flow, stages, workspace, outcome, folder);
  return outcome;
}

}  // namespace neucasl::flow
