#include "neucasl/plugin/host.hpp"

#include <algorithm>
#include <set>

#include "loader.hpp"

namespace neucasl::plugin {
namespace fs = std::filesystem;
using base::Error;

Host::Host(std::vector<fs::path> folders, std::vector<StaticPlugin> linked)
    : folders_(std::move(folders)), loader_(std::make_unique<Loader>(std::move(linked))) {}

Host::~Host() = default;

std::vector<Manifest> Host::manifests(base::DiagnosticSink& sink) const {
  std::vector<Manifest> result;
  std::set<std::string> names;
  for (const fs::path& folder : folders_) {
    std::vector<fs::path> files;
    std::error_code code;
    for (auto entry = fs::directory_iterator(folder, code);
         !code && entry != fs::directory_iterator(); entry.increment(code)) {
      const fs::path file = entry->path() / "manifest.xml";
      if (fs::is_regular_file(file, code)) files.push_back(file);
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      try {
        Manifest manifest = read_manifest(file);
        if (names.insert(manifest.name).second) result.push_back(std::move(manifest));
      } catch (const Error& error) {
        sink.report(error.diagnostic());
      }
    }
  }
  std::sort(result.begin(), result.end(),
            [](const Manifest& a, const Manifest& b) { return a.name < b.name; });
  return result;
}

Manifest Host::find(std::string_view name, PluginKind kind, const base::Location& where) const {
  base::DiagnosticSink sink;
  std::vector<std::string> known;
  for (Manifest& manifest : manifests(sink)) {
    if (!manifest.provides(kind)) continue;
    if (manifest.name == name) return std::move(manifest);
    known.push_back(manifest.name);
  }
  // A broken manifest of that name says more than "unknown".
  for (const base::Diagnostic& diagnostic : sink.all()) {
    if (fs::path(diagnostic.where.file).parent_path().filename() == name) throw Error(diagnostic);
  }
  throw Error("plugin.unknown",
              "no " + std::string(to_string(kind)) + " plugin '" + std::string(name) + "'",
              base::suggest(name, known), where);
}

const Descriptor& Host::load(const Manifest& manifest) { return loader_->load(manifest); }

namespace {

template <class Object>
std::unique_ptr<Object> make(Object* (*factory)(), const Manifest& manifest, PluginKind kind) {
  if (!factory) {
    throw Error("plugin.kind",
                "plugin '" + manifest.name + "' makes no " + std::string(to_string(kind)),
                "correct its manifest or its descriptor", manifest.where);
  }
  std::string reason = "it returned no object";
  try {
    if (Object* object = factory()) return std::unique_ptr<Object>(object);
  } catch (const std::exception& error) {
    reason = error.what();
  } catch (...) {
    reason = "it threw something that is not a std::exception";
  }
  throw Error("plugin.exception", "plugin '" + manifest.name + "' failed: " + reason,
              "see the plugin's documentation", manifest.where);
}

}  // namespace

std::unique_ptr<FrontEnd> Host::make_front_end(const Manifest& manifest) {
  return make(load(manifest).make_front_end, manifest, PluginKind::front_end);
}
std::unique_ptr<CircuitSimulator> Host::make_circuit_simulator(const Manifest& manifest) {
  return make(load(manifest).make_circuit_simulator, manifest, PluginKind::circuit_simulator);
}
std::unique_ptr<PerformanceEstimator> Host::make_performance_estimator(const Manifest& manifest) {
  return make(load(manifest).make_performance_estimator, manifest,
              PluginKind::performance_estimator);
}
std::unique_ptr<ReliabilityEstimator> Host::make_reliability_estimator(const Manifest& manifest) {
  return make(load(manifest).make_reliability_estimator, manifest,
              PluginKind::reliability_estimator);
}

}  // namespace neucasl::plugin
