#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/model/device_model.hpp"

/// \file
/// Where engines find device models by name.

namespace neucasl::model {

/// Where a model's code lies, for engines that evaluate it in another process.
struct CodeOrigin {
  std::filesystem::path library;  ///< Empty: linked into the program.
  std::string plugin;             ///< Name of the plugin.
};

struct FoundModel {
  const DeviceModel* model = nullptr;  ///< Lives as long as the library.
  CodeOrigin origin;
};

class ModelLibrary {
 public:
  virtual ~ModelLibrary() = default;
  /// \throws base::Error "model.unknown" with the nearest name, or why its plugin cannot be loaded.
  virtual FoundModel find(std::string_view name, const base::Location& where = {}) = 0;
  [[nodiscard]] virtual std::vector<std::string> names() const = 0;
};

}  // namespace neucasl::model
