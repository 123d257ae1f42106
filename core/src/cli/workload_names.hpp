#pragma once

#include <string>

#include "neucasl/workload/workload.hpp"

/// \file
/// Networks that commands take by name.

namespace neucasl::cli {

/// lenet5 (28 x 28 x 1), vgg8 (32 x 32 x 3, 10 classes), vgg16 (224 x 224 x 3, 1,000 classes).
/// \throws base::Error "cli.network" with the nearest name.
workload::Workload workload_of(const std::string& name);

}  // namespace neucasl::cli
