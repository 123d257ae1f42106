#pragma once

#include <string_view>

#include "neucasl/plugin/front_end.hpp"

/// \file
/// The circuits of this plugin. Name, parameters and their ranges are in `manifest.xml`.

namespace neucasl::photonic {

/// Builds one circuit.
/// \throws base::Error for values that do not fit together, with what would fit.
using CircuitBuilder = plugin::CircuitDesign (*)(const plugin::CircuitRequest& request,
                                                 plugin::Context& context);

/// \throws base::Error "photonic.circuit" with the nearest name.
CircuitBuilder circuit_builder(std::string_view name);

}  // namespace neucasl::photonic
