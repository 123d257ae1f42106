#pragma once

#include <span>

/// \file
/// Checks that all allocations make.

namespace neucasl::precision {

/// \throws base::Error "precision.menu".
void check_menu(std::span<const int> menu);
/// \throws base::Error "precision.score".
void check_sensitivity(std::span<const double> sensitivity);

}  // namespace neucasl::precision
