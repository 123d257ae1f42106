#pragma once

#include "neucasl/logic/network.hpp"

namespace neucasl::logic {

/// \throws base::Error "logic.interface" when names of inputs, outputs or latches differ, or
/// initial values that both networks give.
void require_same_interface(const Network& first, const Network& second);

}  // namespace neucasl::logic
