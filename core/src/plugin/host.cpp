#include "neucasl/plugin/host.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <type_traits>

#include "loader.hpp"

namespace neucasl::plugin {
namespace fs = std::filesystem;
using base::Error;

/// Knows from the manifests which plugin has which model.
class Host::Models : public model::ModelLibrary {
 public:
  explicit Models(Host& host) : host_(host) {}

  model::FoundModel find(std::string_view name, const base::Location& where) override {
    const std::lock_guard lock(mutex_);
    if (const auto found = made_.find(name); found != made_.end()) return found->second.found;
    base::DiagnosticSink sink;
    for (const Manifest& manifest : host_.manifests(sink)) {
      if (std::find(manifest.models.begin(), manifest.models.end(), name) !=
          manifest.models.end()) {
        return made_.emplace(name, make(manifest, std::string(name))).first->second.found;
      }
    }
    throw Error("model.unknown", "no plugin has the device model '" + std::string(name) + "'",
                base::suggest(name, names()), where);
  }
  [[nodiscard]] std::vector<std::string> names() const override {
    base::DiagnosticSink sink;
    std::vector<std::string> result;
    for (const Manifest& manifest : host_.manifests(sink)) {
      result.insert(result.end(), manifest.models.begin(), manifest.models.end());
    }
    std::sort(result.begin(), result.end());
    return result;
  }

 private:
  struct Made {
    std::unique_ptr<model::DeviceModel> model;
    model::FoundModel found;
  };
  Made make(const Manifest& manifest, const std::string& name);

  Host& host_;
  std::mutex mutex_;
  std::map<std::string, Made, std::less<>> made_;
};

Host::Host(std::vector<fs::path> folders, std::vector<StaticPlugin> linked)
    : folders_(std::move(folders)),
      loader_(std::make_unique<Loader>(std::move(linked))),
      models_(std::make_unique<Models>(*this)) {}

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

Manifest Host::find_method(std::string_view method) const {
  base::DiagnosticSink sink;
  std::vector<std::string> known;
  for (Manifest& manifest : manifests(sink)) {
    for (const MethodSpec& spec : manifest.methods) {
      if (spec.name == method) return std::move(manifest);
      known.push_back(spec.name);
    }
  }
  throw Error("plugin.method", "no plugin has the precision method '" + std::string(method) + "'",
              base::suggest(method, known));
}

const Descriptor& Host::load(const Manifest& manifest) { return loader_->load(manifest); }

namespace {

template <class Factory>
auto make(const Factory& factory, const Manifest& manifest, PluginKind kind) {
  using Object = std::remove_pointer_t<decltype(factory())>;
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

std::unique_ptr<PrecisionMethod> Host::make_precision_method(const Manifest& manifest,
                                                             const std::string& method) {
  static_cast<void>(manifest.method(method));
  const auto factory = load(manifest).make_precision_method;
  const std::function<PrecisionMethod*()> make_one = [&] { return factory(method.c_str()); };
  return make(make_one, manifest, PluginKind::precision_method);
}

Host::Models::Made Host::Models::make(const Manifest& manifest, const std::string& name) {
  const auto factory = host_.load(manifest).make_device_model;
  const std::function<model::DeviceModel*()> make_one = [&] { return factory(name.c_str()); };
  Made made;
  made.model = plugin::make(make_one, manifest, PluginKind::device_models);
  const std::vector<std::string> faults = model::faults(made.model->specification());
  if (!faults.empty() || made.model->specification().name != name) {
    throw Error("model.specification",
                "device model '" + name + "' of plugin '" + manifest.name + "': " +
                    (faults.empty() ? "calls itself '" + made.model->specification().name + "'"
                                    : faults.front()),
                "correct the model's specification", manifest.where);
  }
  made.found = {made.model.get(), {manifest.folder / manifest.library, manifest.name}};
  if (host_.loader_->is_linked(manifest.name)) made.found.origin.library.clear();
  return made;
}

model::ModelLibrary& Host::models() { return *models_; }

}  // namespace neucasl::plugin
