#pragma once

#include <string_view>

#include "neucasl/model/device_model.hpp"

namespace neucasl::memristor_models {

/// A new model by its name, null for a name that the family does not have.
model::DeviceModel* make_model(std::string_view name);

}  // namespace neucasl::memristor_models
