#pragma once

#include "neucasl/device/card.hpp"

namespace neucasl::architecture {

/// Parts of size b that hold a.
inline std::size_t ceil_divide(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

/// A number that the rules of its part keep whole.
inline std::size_t whole(const device::Card& card, const char* name, device::UseList& uses) {
  return static_cast<std::size_t>(card.si(name, base::dimension::none, uses));
}

}  // namespace neucasl::architecture
