#pragma once

#include "neucasl/plugin/front_end.hpp"

/// \file
/// Front end for memristor arrays: network + precision map + cards -> chip design.
///
/// The chip follows ISAAC's organisation (Shafiee et al., ISCA 2016): each layer has its own
/// arrays; a tile is one array with row drivers, a sample-and-hold for each differential column
/// pair, converters shared by several pairs, a shift-and-add behind each converter, and registers.
/// Inputs are pulse-width codes (as in Khaddam-Aljameh et al., JSSC 57:1027, 2022): a row is held
/// at the read voltage for code x pulse_time, so the collected charge is linear in the code.
/// Beside chips it makes Boolean functions and single circuits.

namespace neucasl::memristor_plugin {

class MemristorFrontEnd final : public plugin::FrontEnd {
 public:
  [[nodiscard]] plugin::ChipDesign build_chip(const plugin::ChipRequest& request,
                                              plugin::Context& context) override;
  /// Stateful logic on a crossbar row: logic/stateful_logic.hpp.
  [[nodiscard]] plugin::LogicDesign map_logic(const plugin::LogicRequest& request,
                                              plugin::Context& context) override;
  [[nodiscard]] plugin::LogicCheck check_logic(const plugin::LogicRequest& request,
                                               const plugin::LogicDesign& design,
                                               std::span<const std::uint64_t> rows,
                                               plugin::CircuitSimulator& simulator,
                                               plugin::Context& context) override;
  /// The circuits of circuits/circuits.hpp.
  [[nodiscard]] plugin::CircuitDesign build_circuit(const plugin::CircuitRequest& request,
                                                    plugin::Context& context) override;
};

}  // namespace neucasl::memristor_plugin
