#pragma once

#include <string_view>
#include <vector>

#include "neucasl/model/device_model.hpp"

namespace neucasl::photonic {

/// A new model by name, null when there is none.
model::DeviceModel* make_model(std::string_view name);
/// Names of all models, as in the manifest.
std::vector<std::string_view> model_names();

}  // namespace neucasl::photonic
