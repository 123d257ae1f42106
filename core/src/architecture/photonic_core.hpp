#pragma once

#include "neucasl/architecture/architecture.hpp"

/// \file
/// What a description of photonic cores must hold.

namespace neucasl::architecture {

/// \throws base::Error "architecture.choice" for a choice that the kind has not;
/// "architecture.converter" for a scaling without its reference.
void check_component_choices(const Component& component);

/// \throws base::Error "architecture.photonic_core" without laser, modulator, detector, amplifier
/// or converters, with two kinds of laser, or without what its dataflow needs;
/// "architecture.choice" for sums over symbols where weights stay.
void check_photonic_core(const Architecture& architecture);

}  // namespace neucasl::architecture
