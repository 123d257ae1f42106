#pragma once

#include "neucasl/architecture/architecture.hpp"

/// \file
/// What choices of an architecture are together with its levels.

namespace neucasl::architecture {

/// \throws base::Error "architecture.choice" for a pipeline of layers that share digital cores, or
/// photonic cores whose sums stay, and for gradients by parts that the chip has not.
void check_choices(const Architecture& architecture);

}  // namespace neucasl::architecture
