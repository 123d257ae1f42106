#pragma once

#include <string>
#include <vector>

#include "channel_plan.hpp"
#include "guide_section.hpp"
#include "neucasl/ir/builder.hpp"

/// \file
/// Netlists of rows of resonators, and of the comb that feeds them.

namespace neucasl::photonic {

/// Resonators between two buses, as `ResonatorBank` has them. Ports: input, through, drop; with
/// `biased` also the bus "bias" (the anodes, their cathodes at ground), ground and ambient.
struct BankModule {
  std::string name;
  ir::ModuleId resonator;  ///< Primitive with the ports input, through, drop, add.
  std::vector<ir::ModuleBuilder::Parameters> parameters;  ///< One set for each resonator.
  GuideSection guide;
  bool biased = false;
};
ir::ModuleId add_bank(ir::Design& design, const BankModule& bank);

/// Disks beside one bus. Ports: input, output, the bus "drive" (the anodes, their cathodes at
/// ground), ground, ambient.
struct ModulatorModule {
  std::string name;
  ir::ModuleId modulator;  ///< Primitive of the model microdisk_modulator.
  std::vector<ir::ModuleBuilder::Parameters> parameters;
};
ir::ModuleId add_modulators(ir::Design& design, const ModulatorModule& modulators);

/// A primitive "comb" of the model comb_laser, and the parameters of an instance with one line for
/// each channel.
ir::ModuleId add_comb(ir::Design& design);
ir::ModuleBuilder::Parameters comb_parameters(const ChannelPlan& plan, double power_per_line);

/// Absorber at the end of a guide, found when the design has it.
ir::ModuleId add_termination(ir::Design& design);

/// Name of an optical net on one of several carriers, as measurements take it.
std::string carrier_net(const std::string& net, std::size_t carrier, std::size_t carriers);

/// Bit of a bus.
inline ir::NetRef bit_of(ir::NetRef bus, std::size_t bit) {
  return {bus.net, bus.bit + static_cast<std::uint32_t>(bit)};
}

/// "name_3"
inline std::string numbered(const std::string& name, std::size_t index) {
  return name + '_' + std::to_string(index);
}

}  // namespace neucasl::photonic
