#pragma once

#include <cstddef>

namespace neucasl::architecture {

/// Parts of size b that hold a.
inline std::size_t ceil_divide(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

}  // namespace neucasl::architecture
