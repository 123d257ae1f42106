#pragma once

#include <span>

#include "neucasl/ir/design.hpp"
#include "neucasl/mapping/architecture.hpp"
#include "neucasl/network/network.hpp"
#include "neucasl/plugin/context.hpp"
#include "neucasl/precision/precision_map.hpp"

/// \file
/// Interface of logic-design front ends: from a network to a netlist.

namespace neucasl::plugin {

/// What a chip is made from. The caller owns everything.
struct ChipRequest {
  const network::Network& network;
  const precision::PrecisionMap& precision;
  const mapping::Architecture& architecture;
  const device::Card& device;
  const device::Card& periphery;
  /// Images that set converter ranges; network inputs, one after the other.
  std::span<const float> calibration_images;
  std::size_t calibration_count = 0;
};

struct ChipDesign {
  ir::Design design;     ///< Follows the convention of mapping/chip.hpp.
  device::UseList uses;  ///< The numbers it rests on.
};

class FrontEnd {
 public:
  virtual ~FrontEnd() = default;
  /// \throws base::Error when the request cannot be built; names the layer or card.
  [[nodiscard]] virtual ChipDesign build_chip(const ChipRequest& request, Context& context) = 0;
};

}  // namespace neucasl::plugin
