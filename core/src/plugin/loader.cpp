#include "loader.hpp"

#define BOOST_DLL_USE_STD_FS
#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cstddef>
#include <cstring>
#include <system_error>

namespace neucasl::plugin {

using base::Error;

const Descriptor& Host::Loader::load(const Manifest& manifest) {
  const std::string key = manifest.folder.string();
  if (const auto found = loaded_.find(key); found != loaded_.end()) return *found->second;
  DescriptorFunction function = nullptr;
  for (const StaticPlugin& linked : linked_) {
    if (manifest.name == linked.name) function = linked.descriptor;
  }
  if (!function) function = open(manifest);
  const Descriptor* descriptor = function();
  shake_hands(descriptor, manifest);
  loaded_[key] = descriptor;
  return *descriptor;
}

bool Host::Loader::is_linked(const std::string& name) const {
  return std::any_of(linked_.begin(), linked_.end(),
                     [&](const StaticPlugin& plugin) { return name == plugin.name; });
}

DescriptorFunction Host::Loader::open(const Manifest& manifest) {
  namespace dll = boost::dll;
  const std::filesystem::path file = manifest.folder / manifest.library;
  std::error_code missing;
  if (!std::filesystem::is_regular_file(file, missing)) {
    throw Error("plugin.load",
                "plugin '" + manifest.name + "' has no library '" + file.string() + "'",
                "build or install it beside its manifest", manifest.where);
  }
  // Never unloaded: an exception type of the plugin may still be in flight or stored.
  auto* library = new dll::shared_library();
  try {
    library->load(file, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  } catch (const std::exception& error) {
    delete library;
    throw Error("plugin.load", "plugin '" + manifest.name + "' cannot be loaded: " + error.what(),
                "rebuild it against this library", manifest.where);
  }
  constexpr const char* symbol = "neucasl_plugin_descriptor";
  if (!library->has(symbol)) {
    throw Error(
        "plugin.symbol",
        "plugin '" + manifest.name + "': '" + file.string() + "' has no symbol '" + symbol + "'",
        "end the plugin with NEUCASL_PLUGIN(name, descriptor)", manifest.where);
  }
  return &library->get<const Descriptor*()>(symbol);
}

void Host::Loader::shake_hands(const Descriptor* descriptor, const Manifest& manifest) {
  const std::string who = "plugin '" + manifest.name + "'";
  const auto refuse = [&](const std::string& code, const std::string& what,
                          const std::string& remedy) {
    throw Error(code, who + ' ' + what, remedy, manifest.where);
  };
  // Up to the fingerprint nothing may be trusted but what every version had.
  if (!descriptor || descriptor->struct_size < offsetof(Descriptor, fingerprint)) {
    refuse("plugin.abi", "has no descriptor of a known layout", "rebuild it");
    return;
  }
  const std::string built_for =
      std::to_string(descriptor->abi_major) + '.' + std::to_string(descriptor->abi_minor);
  const std::string ours = std::to_string(abi_major) + '.' + std::to_string(abi_minor);
  if (descriptor->abi_major != abi_major || descriptor->abi_minor > abi_minor) {
    refuse("plugin.abi", "was built for plugin ABI " + built_for + ", this library has " + ours,
           "rebuild the plugin against this library");
  }
  if (descriptor->struct_size < sizeof(Descriptor)) {
    refuse("plugin.abi", "has a descriptor shorter than ABI " + ours + " says", "rebuild it");
  }
  if (std::strcmp(descriptor->fingerprint, toolchain_fingerprint) != 0) {
    refuse("plugin.toolchain",
           "was built with '" + std::string(descriptor->fingerprint) + "', this library with '" +
               toolchain_fingerprint + "'",
           "build both with the same compiler and C++ library");
  }
  if (manifest.abi != built_for) {
    refuse("plugin.abi",
           "says ABI " + manifest.abi + " in its manifest but was built for " + built_for,
           "install manifest and library of the same build");
  }
  if (manifest.name != descriptor->name || manifest.version != descriptor->version) {
    refuse("plugin.name",
           "has version " + manifest.version + " in its manifest but calls itself '" +
               descriptor->name + "' " + descriptor->version,
           "install manifest and library of the same build");
  }
  const auto promised = [&](PluginKind kind, bool kept) {
    if (!manifest.provides(kind) || kept) return;
    refuse("plugin.kind", "promises a " + std::string(to_string(kind)) + " and makes none",
           "correct its manifest or its descriptor");
  };
  promised(PluginKind::front_end, descriptor->make_front_end != nullptr);
  promised(PluginKind::circuit_simulator, descriptor->make_circuit_simulator != nullptr);
  promised(PluginKind::performance_estimator, descriptor->make_performance_estimator != nullptr);
  promised(PluginKind::reliability_estimator, descriptor->make_reliability_estimator != nullptr);
  promised(PluginKind::device_models, descriptor->make_device_model != nullptr);
  promised(PluginKind::precision_method, descriptor->make_precision_method != nullptr);
}

}  // namespace neucasl::plugin
