#pragma once

#include <cstdint>

namespace neucasl::plugin {

/// What manufacturing made of a memory cell.
enum class CellState : std::uint8_t { sound, stuck_on, stuck_off };

}  // namespace neucasl::plugin
