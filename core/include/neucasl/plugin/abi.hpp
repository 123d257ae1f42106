#pragma once

#include <cstdint>

#include "neucasl/base/export.hpp"

/// \file
/// The binary interface between host and plugin: one C symbol that returns plain data.
///
/// The host reads `struct_size`, then the versions and the fingerprint, and only then trusts the
/// rest; each mismatch is refused by name. After that handshake both sides use the C++ interfaces
/// of this layer, which is safe because the fingerprint pins compiler and C++ library.
///
/// Version rule: `abi_major` changes when anything that a plugin sees changes its layout or
/// meaning; `abi_minor` when something is added behind what was there.

namespace neucasl::model {
class DeviceModel;
}

namespace neucasl::plugin {

inline constexpr std::uint32_t abi_major = 8;
inline constexpr std::uint32_t abi_minor = 0;

/// What must be alike for C++ objects to cross the boundary.
inline constexpr const char* toolchain_fingerprint =
#if defined(__clang__)
    "clang-" __clang_version__
#else
    "gcc-" __VERSION__
#endif
    "; c++20; "
#if defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
    "libstdc++-cxx11"
#else
    "libstdc++-old"
#endif
#if defined(__SANITIZE_ADDRESS__)
    "; address-sanitizer"
#endif
#if defined(__SANITIZE_THREAD__)
    "; thread-sanitizer"
#endif
    ;

class FrontEnd;
class CircuitSimulator;
class PerformanceEstimator;
class ReliabilityEstimator;
class PrecisionMethod;

/// Plain data; each factory is null when the plugin does not offer the kind. A factory returns a
/// new object that the host deletes, and may throw.
struct Descriptor {
  std::uint32_t struct_size;                              ///< sizeof(Descriptor) of the plugin.
  std::uint32_t abi_major;                                ///<
  std::uint32_t abi_minor;                                ///<
  const char* fingerprint;                                ///< toolchain_fingerprint of the plugin.
  const char* name;                                       ///< As in the manifest.
  const char* version;                                    ///< As in the manifest.
  FrontEnd* (*make_front_end)();                          ///<
  CircuitSimulator* (*make_circuit_simulator)();          ///<
  PerformanceEstimator* (*make_performance_estimator)();  ///<
  ReliabilityEstimator* (*make_reliability_estimator)();
  /// Null for a name that the plugin does not have; the names are in the manifest.
  model::DeviceModel* (*make_device_model)(const char* name);   ///<
  PrecisionMethod* (*make_precision_method)(const char* name);  ///< As make_device_model.
};

/// A descriptor of this toolchain without factories.
constexpr Descriptor make_descriptor(const char* name, const char* version) {
  return {sizeof(Descriptor),
          abi_major,
          abi_minor,
          toolchain_fingerprint,
          name,
          version,
          nullptr,
          nullptr,
          nullptr,
          nullptr,
          nullptr,
          nullptr};
}

using DescriptorFunction = const Descriptor* (*)();

}  // namespace neucasl::plugin

/// Defines the symbol that the host looks up. Use once in a plugin, outside any namespace:
///   NEUCASL_PLUGIN(memristor, descriptor)
/// where `descriptor` is a `constexpr neucasl::plugin::Descriptor`.
#if defined(NEUCASL_STATIC)
#define NEUCASL_PLUGIN(plugin_name, descriptor)                                             \
  extern "C" const neucasl::plugin::Descriptor* neucasl_plugin_descriptor_##plugin_name() { \
    return &(descriptor);                                                                   \
  }
#else
#define NEUCASL_PLUGIN(plugin_name, descriptor)                                        \
  extern "C" __attribute__((visibility("default"))) const neucasl::plugin::Descriptor* \
  neucasl_plugin_descriptor() {                                                        \
    return &(descriptor);                                                              \
  }
#endif
