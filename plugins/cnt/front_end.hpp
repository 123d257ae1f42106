#pragma once

#include "neucasl/plugin/front_end.hpp"

/// \file
/// Front end for circuits of complementary carbon-nanotube transistors.

namespace neucasl::cnt {

class CntFrontEnd final : public plugin::FrontEnd {
 public:
  plugin::CircuitDesign build_circuit(const plugin::CircuitRequest& request,
                                      plugin::Context& context) override;
};

}  // namespace neucasl::cnt
