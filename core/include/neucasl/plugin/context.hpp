#pragma once

#include <cstdint>
#include <filesystem>

#include "neucasl/base/parallel.hpp"
#include "neucasl/device/card.hpp"
#include "neucasl/model/model_library.hpp"

/// \file
/// What the host gives a plugin for one call.

namespace neucasl::plugin {

struct Context {
  base::DiagnosticSink* diagnostics = nullptr;  ///< Never null during a call.
  base::ProgressListener progress;              ///< May be empty.
  base::CancelFlag cancel;
  std::uint64_t seed = 1;  ///< Make streams by base::RandomStream(seed, "<plugin>/<purpose>", k).
  int threads = 1;         ///< Results must not depend on it.
  std::filesystem::path scratch_folder;  ///< Private to the call; the host removes it.
  const device::Library* devices = nullptr;
  model::ModelLibrary* models = nullptr;
};

}  // namespace neucasl::plugin
