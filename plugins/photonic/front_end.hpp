#pragma once

#include "neucasl/plugin/front_end.hpp"

/// \file
/// Front end for silicon photonics: chips (`chip/photonic_chip.hpp`), meshes of interferometers,
/// banks of resonators, neurons and logic. `circuits/circuits.hpp` lists the circuits,
/// `logic/directed_logic.hpp` has the logic.

namespace neucasl::photonic {

class PhotonicFrontEnd final : public plugin::FrontEnd {
 public:
  [[nodiscard]] plugin::ChipDesign build_chip(const plugin::ChipRequest& request,
                                              plugin::Context& context) override;
  [[nodiscard]] plugin::LogicDesign map_logic(const plugin::LogicRequest& request,
                                              plugin::Context& context) override;
  [[nodiscard]] plugin::LogicCheck check_logic(const plugin::LogicRequest& request,
                                               const plugin::LogicDesign& design,
                                               std::span<const std::uint64_t> rows,
                                               plugin::CircuitSimulator& simulator,
                                               plugin::Context& context) override;
  [[nodiscard]] plugin::CircuitDesign build_circuit(const plugin::CircuitRequest& request,
                                                    plugin::Context& context) override;
  [[nodiscard]] plugin::BankModel build_bank(const plugin::BankRequest& request,
                                             plugin::Context& context) override;
};

}  // namespace neucasl::photonic
