#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/model/model_library.hpp"
#include "neucasl/plugin/abi.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"
#include "neucasl/plugin/estimators.hpp"
#include "neucasl/plugin/front_end.hpp"
#include "neucasl/plugin/parameters.hpp"
#include "neucasl/plugin/precision_method.hpp"

/// \file
/// Finds and loads plugins.
///
/// A *manifest* (manifest.xml beside the library) says what a plugin is without running its code:
/// name, version, ABI, the kinds it provides, its parameters. A plugin is loaded when something is
/// first made from it, after the handshake of abi.hpp, and never unloaded: an exception of its own
/// type may outlive the call that threw it.

namespace neucasl::plugin {

enum class PluginKind {
  front_end,
  circuit_simulator,
  performance_estimator,
  reliability_estimator,
  device_models,
  precision_method
};
/// "front-end", "circuit-simulator", "performance-estimator", "reliability-estimator",
/// "device-models", "precision-method".
NEUCASL_EXPORT std::string_view to_string(PluginKind kind);

/// A circuit that a front end builds by name.
struct CircuitSpec {
  std::string name;
  std::string summary;
  std::vector<ParameterSpec> parameters;
};

/// A precision method by name.
struct MethodSpec {
  std::string name;
  std::vector<std::string> variants;  ///< The default first.
  std::string summary;
};

struct NEUCASL_EXPORT Manifest {
  std::string name;
  std::string version;
  std::string abi;      ///< "major.minor"
  std::string library;  ///< File name beside the manifest.
  std::string summary;
  std::vector<PluginKind> kinds;
  std::vector<ParameterSpec> parameters;
  std::vector<std::string> models;  ///< Names of device models.
  std::vector<MethodSpec> methods;  ///< Precision methods.
  /// Parameters of logic mapping; absent when the front end maps no logic.
  std::optional<std::vector<ParameterSpec>> logic;
  std::vector<CircuitSpec> circuits;
  std::filesystem::path folder;
  base::Location where;

  [[nodiscard]] bool provides(PluginKind kind) const;
  /// \throws base::Error "plugin.circuit" with the nearest name.
  [[nodiscard]] const CircuitSpec& circuit(std::string_view circuit_name,
                                           const base::Location& place = {}) const;
  /// \throws base::Error "plugin.method" with the nearest name.
  [[nodiscard]] const MethodSpec& method(std::string_view method_name) const;
};

/// \throws base::Error "plugin.manifest" with file, line and column.
NEUCASL_EXPORT Manifest read_manifest(const std::filesystem::path& file);

/// A plugin linked into the program (the static-plugins build): takes the place of the library.
struct StaticPlugin {
  const char* name;
  DescriptorFunction descriptor;
};

class NEUCASL_EXPORT Host {
 public:
  /// Searches each folder for <folder>/<name>/manifest.xml; the first of a name wins.
  explicit Host(std::vector<std::filesystem::path> folders, std::vector<StaticPlugin> linked = {});
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// All manifests, by name. Broken ones are reported to `sink` and left out.
  [[nodiscard]] std::vector<Manifest> manifests(base::DiagnosticSink& sink) const;
  /// \throws base::Error "plugin.unknown" with the nearest name of that kind.
  [[nodiscard]] Manifest find(std::string_view name, PluginKind kind,
                              const base::Location& where = {}) const;
  /// The plugin that has a precision method.
  /// \throws base::Error "plugin.method" with the nearest name.
  [[nodiscard]] Manifest find_method(std::string_view method) const;

  /// Loads the plugin if need be and makes an object.
  /// \throws base::Error "plugin.load" (no such library, or the system's reason), "plugin.symbol",
  /// "plugin.abi", "plugin.toolchain", "plugin.name" (descriptor and manifest differ),
  /// "plugin.kind" (no factory of a kind that the manifest promises), "plugin.exception" (the
  /// plugin threw while making the object).
  std::unique_ptr<FrontEnd> make_front_end(const Manifest& manifest);
  std::unique_ptr<CircuitSimulator> make_circuit_simulator(const Manifest& manifest);
  std::unique_ptr<PerformanceEstimator> make_performance_estimator(const Manifest& manifest);
  std::unique_ptr<ReliabilityEstimator> make_reliability_estimator(const Manifest& manifest);
  std::unique_ptr<PrecisionMethod> make_precision_method(const Manifest& manifest,
                                                         const std::string& method);

  /// The device models of all plugins, each loaded when first asked for. Lives as long as the host.
  [[nodiscard]] model::ModelLibrary& models();

  /// Loads and runs the handshake only.
  const Descriptor& load(const Manifest& manifest);

 private:
  class Loader;
  class Models;
  std::vector<std::filesystem::path> folders_;
  std::unique_ptr<Loader> loader_;
  std::unique_ptr<Models> models_;
};

}  // namespace neucasl::plugin
