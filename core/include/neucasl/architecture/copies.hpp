#pragma once

#include "neucasl/architecture/architecture.hpp"

/// \file
/// How often a component is there.

namespace neucasl::architecture {

/// Copies of a component of a level of which there are `level_copies` on all chips. Where several
/// copies of the level share one, each group of them has its own and groups end with the level
/// above: the last group of 733 arms that share lasers by ten is one of three.
NEUCASL_EXPORT double copies_of(const Level& level, double level_copies,
                                const Component& component);

}  // namespace neucasl::architecture
