#pragma once

#include <cstdint>
#include <span>

#include "neucasl/plugin/front_end.hpp"

/// \file
/// Front end for circuits of complementary FinFETs.

namespace neucasl::finfet {

class FinFetFrontEnd final : public plugin::FrontEnd {
 public:
  plugin::LogicDesign map_logic(const plugin::LogicRequest& request,
                                plugin::Context& context) override;
  plugin::LogicCheck check_logic(const plugin::LogicRequest& request,
                                 const plugin::LogicDesign& design,
                                 std::span<const std::uint64_t> rows,
                                 plugin::CircuitSimulator& simulator,
                                 plugin::Context& context) override;
  plugin::CircuitDesign build_circuit(const plugin::CircuitRequest& request,
                                      plugin::Context& context) override;
};

}  // namespace neucasl::finfet
