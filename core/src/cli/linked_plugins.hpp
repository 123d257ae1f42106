#pragma once

#include <vector>

#include "neucasl/plugin/host.hpp"

namespace neucasl::cli {

std::vector<plugin::StaticPlugin> linked_plugins();

}  // namespace neucasl::cli
