#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "envelope_device.hpp"
#include "optical_network.hpp"

/// \file
/// The optical network of a circuit in time: elements with states and delays between ports.
///
/// A device is one *element*. Delays are those that the parameters of a model publish:
///   - two ports, "length" and "group_index": all light is late by n_g L / c (waveguide);
///   - two ports, "radius", "angle" and "group_index": likewise with L = radius angle (bend);
///   - "radius", "group_index" and "power_coupling" (two ports), or "power_coupling_1" and "_2"
///     (four ports input, through, drop, add): a ring, which becomes its couplers [[t, jk], [jk,
///     t]] and one guide of its circumference, or two of half of it. The phase and loss of a round
///     follow from the scattering matrix of the device, which the parts must reproduce.
/// With the dispersion of these models, linear in the wavelength, phi(w) - phi(w0) = (w - w0) n_g L
/// / c exactly, so that a delay of the envelope is their response at all frequencies. Whatever
/// publishes no delay answers at once.

namespace neucasl::scattering {

struct EnvelopeElement {
  std::uint32_t first_port = 0, ports = 0;
  std::uint32_t first_state = 0, states = 0;
  double delay = 0.0;  ///< s, of all its scattering; elements with states have none.
  bool mixes = false;  ///< A is not diagonal.
  std::vector<char> passes, shows, feeds;  ///< Which numbers may differ from zero.
  LightNumbers numbers;
};

/// A device with optical ports.
struct EnvelopeDevice {
  std::uint32_t device = 0;  ///< Index in `Circuit::devices`.
  std::uint32_t first_element = 0, elements = 0;
  std::vector<std::uint32_t> ports;   ///< Of the network, by port of the device.
  std::vector<std::uint32_t> states;  ///< Likewise.
  bool known = false;                 ///< The numbers belong to `steered_by`.
  std::vector<double> steered_by;     ///< Values of `steering`.
};

class EnvelopeNetwork {
 public:
  /// \param delays  false: all devices answer at once, as in the other simulators.
  EnvelopeNetwork(const circuit::Circuit& circuit, bool delays);

  [[nodiscard]] const circuit::Circuit& circuit() const { return circuit_; }
  [[nodiscard]] const std::vector<EnvelopeElement>& elements() const { return elements_; }
  [[nodiscard]] const std::vector<EnvelopeDevice>& devices() const { return devices_; }
  [[nodiscard]] const LightLayout& layout(std::size_t device) const { return layouts_[device]; }
  [[nodiscard]] std::size_t ports() const { return mate_.size(); }
  [[nodiscard]] std::size_t states() const { return states_; }
  /// Port that the wave out of a port enters.
  [[nodiscard]] std::uint32_t mate(std::size_t port) const { return mate_[port]; }
  [[nodiscard]] const OpticalNetwork& optical() const { return optical_; }
  /// Of optical net k: a port of its.
  [[nodiscard]] std::uint32_t port_at_net(std::size_t net) const { return port_at_net_[net]; }
  [[nodiscard]] std::size_t delayed_guides() const { return delayed_; }

  /// New numbers for the slow unknowns of a device, over all its unknowns; false when the steering
  /// ones are as before.
  bool update(std::size_t index, std::span<const double> unknowns);

 private:
  struct Ring {
    double through_1 = 0.0, cross_1 = 0.0, through_2 = 1.0, cross_2 = 0.0;
  };
  void add(std::size_t index, bool delays);
  void add_plain(std::size_t index, bool delays, EnvelopeDevice& one);
  bool add_ring(std::size_t index, EnvelopeDevice& one);
  EnvelopeElement& add_element(std::uint32_t ports);
  void join(std::uint32_t p, std::uint32_t q);
  void add_coupler(double through, double cross);
  void add_guide(double delay);
  void update_ring(const EnvelopeDevice& one, const Ring& ring);
  [[nodiscard]] Amplitude round_of_ring(const Ring& ring, Amplitude& half) const;
  [[nodiscard]] double parameter(std::size_t device, const char* name, bool& found) const;

  const circuit::Circuit& circuit_;
  OpticalNetwork optical_;
  std::vector<LightLayout> layouts_;  // by optical device
  std::vector<EnvelopeElement> elements_;
  std::vector<EnvelopeDevice> devices_;
  std::vector<Ring> rings_;  // by optical device; through_1 of 0: none
  std::vector<std::uint32_t> mate_, port_at_net_;
  std::size_t states_ = 0, delayed_ = 0;
  LightReader reader_;
  LightNumbers read_;
  std::vector<double> dark_;
};

}  // namespace neucasl::scattering
