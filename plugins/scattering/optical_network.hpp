#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/circuit/circuit.hpp"

/// \file
/// The optical part of a circuit as a network of ports.
///
/// A *port* is an optical terminal of a device, at one carrier. A *net* joins two ports: what
/// travels out of one travels into the other. A net at which only one port ends is *open*: it gets
/// a port of the *outside* without a device, from which waves enter the network and where they
/// leave it. A circuit with several carriers has a copy of each port, net and device for each of
/// them.

namespace neucasl::scattering {

inline constexpr std::uint32_t none = 0xffffffff;

struct OpticalPort {
  std::uint32_t device = 0;      ///< Index in `OpticalNetwork::devices`.
  std::uint32_t unknown = 0;     ///< First of its two unknowns in the device.
  std::uint32_t net = 0;         ///< Index in `OpticalNetwork::nets`.
  std::uint32_t partner = none;  ///< Port at the other end of the net.
};

/// An electrical or thermal terminal of a device with optical ports.
struct BiasTerminal {
  std::uint32_t unknown = 0;  ///< In the device.
  std::uint32_t node = 0;     ///< In the circuit.
};

struct OpticalDevice {
  std::uint32_t device = 0;  ///< Index in `Circuit::devices`.
  std::uint32_t first_port = 0;
  std::uint32_t ports = 0;
  std::vector<BiasTerminal> bias;
};

struct OpticalNet {
  std::string name;             ///< As in the netlist, with the carrier's number when several.
  std::uint32_t real_node = 0;  ///< In the circuit; the imaginary part follows.
  std::uint32_t first = none;   ///< Port.
  std::uint32_t second = none;  ///< Port.
  bool open = false;            ///< `second` is the outside.
};

struct OpticalNetwork {
  std::vector<OpticalDevice> devices;
  /// Those of one device are neighbours, in its order; then those of the outside.
  std::vector<OpticalPort> ports;
  std::vector<OpticalNet> nets;

  /// \throws base::Error "scattering.net" with the nearest name.
  [[nodiscard]] std::uint32_t net(std::string_view name) const;
};

/// \throws base::Error "scattering.open" with the first open net.
void require_closed(const OpticalNetwork& network);

/// \throws base::Error "scattering.empty" without optical devices, "scattering.net" when a net
/// joins more than two ports.
OpticalNetwork extract_network(const circuit::Circuit& circuit);

}  // namespace neucasl::scattering
