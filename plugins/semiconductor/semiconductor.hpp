#pragma once

#include <memory>
#include <string_view>

#include "neucasl/model/device_model.hpp"

namespace neucasl::semiconductor {

/// `diode`, `mosfet_level1_n`, `mosfet_level1_p`; null for another name.
std::unique_ptr<model::DeviceModel> make_model(std::string_view name);

}  // namespace neucasl::semiconductor
