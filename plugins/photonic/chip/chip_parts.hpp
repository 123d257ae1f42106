#pragma once

#include "described_core.hpp"
#include "neucasl/ir/builder.hpp"

/// \file
/// Primitives and modules that a photonic chip is built of.
///
/// A primitive that a description counts has the attributes "component" (its kind), "description"
/// (the id) and "part" ("level/component"). Other primitives are parts of one of these: their
/// attribute "counted_in" names it.

namespace neucasl::photonic {

/// "level/component"
std::string part_of(const PlacedPart& part);

/// Where ports of a component are.
enum class PartPins {
  digital,     ///< in, out
  to_analog,   ///< in digital, out electrical
  analog,      ///< in, out electrical
  to_digital,  ///< in electrical, out digital
  laser,       ///< out optical
  enabled      ///< enable digital: power without events
};

/// A primitive that no device model stands behind.
ir::ModuleId add_counted_part(ir::Design& design, const std::string& description,
                              const PlacedPart& part, PartPins pins);

/// An input's modulator that lets all pass that its loss leaves, an input of 1: module with ports
/// input, output (optical) and drive, in it a primitive of model waveguide. `loss_db` is of power.
ir::ModuleId add_modulator(ir::Design& design, const std::string& description,
                           const PlacedPart& part, double loss_db);

/// A photodiode of the description's responsivity: ports input, anode, cathode.
ir::ModuleId add_detector(ir::Design& design, const std::string& description,
                          const PlacedPart& part, device::UseList& uses);

/// Modulators of all channels of one guide, one behind the other. Ports: input, output, the bus
/// "drive".
ir::ModuleId add_encoder(ir::Design& design, const std::string& name, ir::ModuleId modulator,
                         std::size_t channels);

/// Rings of one guide, one for each channel, each with a drop guide of its own: a weight of 1 where
/// "shift_K", of resonance K from its channel, is 0. Ports: input, the buses "drop" and "setting"
/// (of the converters; how a setting shifts a ring is not described, so that the parameters say
/// it). Ring: coupler and loss of link::SeriesBank, circumference l^2 / (n_g FSR), and the index
/// that makes it a whole number of channel wavelengths.
ir::ModuleId add_weight_bank(ir::Design& design, const std::string& description,
                             const PlacedPart& part, const DescribedCore& core);

/// A dot product of light on two guides: x and -j y meet in a coupler of 3 dB, and two photodiodes
/// in series between biases subtract |x + y|^2 / 2 and |x - y|^2 / 2, so that the current out of
/// port "current" is 2 responsivity sum_k x_k y_k. Without loss, which the passive parts count.
/// Ports: x, y (optical), current, high, low
/// (electrical).
ir::ModuleId add_crossing(ir::Design& design, const std::string& name, ir::ModuleId detector);

/// Light that is multiplexed, divided and combined between `from` and `to` ends, as the passive
/// parts do whose losses and counts are stated and whose layout is not. Ports: the buses from, to,
/// and surplus, each where it has ends.
ir::ModuleId add_optical_network(ir::Design& design, const std::string& name, std::size_t from,
                                 std::size_t to, std::size_t surplus = 0);

/// What brings several sums to one converter. Ports in_0 to in_N-1 and out, electrical.
ir::ModuleId add_sum_inputs(ir::Design& design, const std::string& name, std::size_t inputs,
                            const std::string& counted_in);

}  // namespace neucasl::photonic
