#pragma once

#include "neucasl/plugin/front_end.hpp"

/// \file
/// Front end for silicon photonics: meshes of interferometers, banks of resonators, neurons and
/// logic. `circuits/circuits.hpp` lists the circuits.

namespace neucasl::photonic {

class PhotonicFrontEnd final : public plugin::FrontEnd {
 public:
  [[nodiscard]] plugin::CircuitDesign build_circuit(const plugin::CircuitRequest& request,
                                                    plugin::Context& context) override;
};

}  // namespace neucasl::photonic
