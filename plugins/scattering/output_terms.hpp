#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "optical_network.hpp"

/// \file
/// Outputs of a network: sums of powers and transfers, see plugin/photonic_solver.hpp.

namespace neucasl::scattering {

enum class TermKind : std::uint8_t { power, share, real, imaginary };

/// One wave that arrives, and what is taken of it.
struct OutputTerm {
  double coefficient = 1.0;
  TermKind kind = TermKind::power;
  std::uint32_t arrives = 0;   ///< Port whose outgoing wave arrives at the end of the net.
  std::uint32_t input = none;  ///< Port that sends a unit wave; none: the circuit's own sources.
};

using Output = std::vector<OutputTerm>;

/// The end of a net where waves enter and leave the network: the port of a device with one optical
/// port, or the outside. \throws base::Error "scattering.port" when the net has none.
std::uint32_t end_of(const OpticalNetwork& network, std::uint32_t net);
/// All nets that have one.
std::vector<std::uint32_t> port_nets(const OpticalNetwork& network);

/// \throws base::Error "scattering.output" with the column, "scattering.net", "scattering.port".
Output parse_output(const OpticalNetwork& network, std::string_view text);

}  // namespace neucasl::scattering
