#include "envelope_network.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace neucasl::scattering {
namespace {

constexpr double vacuum_light_speed = 299792458.0;  // m/s, exact in the SI
constexpr std::uint32_t unjoined = 0xffffffff;

}  // namespace

EnvelopeNetwork::EnvelopeNetwork(const circuit::Circuit& circuit, bool delays)
    : circuit_(circuit), optical_(extract_network(circuit)) {
  require_closed(optical_);
  layouts_.reserve(optical_.devices.size());
  for (std::size_t k = 0; k < optical_.devices.size(); ++k) {
    layouts_.emplace_back(circuit, optical_.devices[k].device);
    add(k, delays);
  }
  port_at_net_.resize(optical_.nets.size());
  for (std::size_t k = 0; k < optical_.nets.size(); ++k) {
    const auto port_of = [&](std::uint32_t port) {
      const OpticalPort& one = optical_.ports[port];
      return devices_[one.device].ports[port - optical_.devices[one.device].first_port];
    };
    const OpticalNet& net = optical_.nets[k];
    if (net.first == none) continue;
    port_at_net_[k] = port_of(net.first);
    join(port_at_net_[k], port_of(net.second));
  }
}

double EnvelopeNetwork::parameter(std::size_t device, const char* name, bool& found) const {
  const circuit::Device& one = circuit_.devices[device];
  const auto& parameters = circuit_.models[one.model].model->specification().parameters;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    if (parameters[k].name == name) return one.parameters[k];
  }
  found = false;
  return 0.0;
}

EnvelopeElement& EnvelopeNetwork::add_element(std::uint32_t ports) {
  EnvelopeElement element;
  element.first_port = static_cast<std::uint32_t>(mate_.size());
  element.ports = ports;
  element.first_state = static_cast<std::uint32_t>(states_);
  mate_.insert(mate_.end(), ports, unjoined);
  elements_.push_back(std::move(element));
  return elements_.back();
}

void EnvelopeNetwork::join(std::uint32_t p, std::uint32_t q) {
  mate_[p] = q;
  mate_[q] = p;
}

void EnvelopeNetwork::add(std::size_t index, bool delays) {
  EnvelopeDevice one;
  one.device = optical_.devices[index].device;
  one.first_element = static_cast<std::uint32_t>(elements_.size());
  rings_.emplace_back();
  if (!delays || !add_ring(index, one)) add_plain(index, delays, one);
  one.elements = static_cast<std::uint32_t>(elements_.size()) - one.first_element;
  devices_.push_back(std::move(one));
}

void EnvelopeNetwork::add_plain(std::size_t index, bool delays, EnvelopeDevice& one) {
  const LightLayout& layout = layouts_[index];
  EnvelopeElement& element = add_element(optical_.devices[index].ports);
  element.states = static_cast<std::uint32_t>(layout.states().size());
  element.mixes = layout.mixes();
  for (std::uint32_t p = 0; p < element.ports; ++p) {
    one.ports.push_back(element.first_port + p);
    for (std::uint32_t q = 0; q < element.ports; ++q) {
      element.passes.push_back(layout.passes(p, q) ? 1 : 0);
    }
    for (std::uint32_t s = 0; s < element.states; ++s) {
      element.shows.push_back(layout.shows(p, s) ? 1 : 0);
    }
  }
  for (std::uint32_t s = 0; s < element.states; ++s) {
    one.states.push_back(element.first_state + s);
    for (std::uint32_t q = 0; q < element.ports; ++q) {
      element.feeds.push_back(layout.feeds(s, q) ? 1 : 0);
    }
  }
  states_ += element.states;
  bool guide = delays && element.ports == 2 && element.states == 0;
  const double group_index = parameter(one.device, "group_index", guide);
  bool straight = guide;
  bool bend = guide;
  const double length = parameter(one.device, "length", straight);
  const double arc = parameter(one.device, "radius", bend) * parameter(one.device, "angle", bend);
  if (!straight && !bend) return;
  element.delay = group_index * (straight ? length : arc) / vacuum_light_speed;
  if (element.delay > 0.0) ++delayed_;
}

void EnvelopeNetwork::add_coupler(double through, double cross) {
  EnvelopeElement& element = add_element(4);
  element.passes.assign(16, 0);
  element.numbers.scattering.assign(16, {});
  element.numbers.emitted.assign(4, {});
  // Ports: bus left, bus right, ring left, ring right; light keeps its direction.
  const auto set = [&](std::size_t p, std::size_t q, const Amplitude& value) {
    element.passes[4 * p + q] = element.passes[4 * q + p] = 1;
    element.numbers.scattering[4 * p + q] = element.numbers.scattering[4 * q + p] = value;
  };
  set(0, 1, through);
  set(2, 3, through);
  set(0, 3, {0.0, cross});
  set(2, 1, {0.0, cross});
}

void EnvelopeNetwork::add_guide(double delay) {
  EnvelopeElement& element = add_element(2);
  element.delay = delay;
  element.passes = {0, 1, 1, 0};
  element.numbers.scattering.assign(4, {});
  element.numbers.emitted.assign(2, {});
  ++delayed_;
}

bool EnvelopeNetwork::add_ring(std::size_t index, EnvelopeDevice& one) {
  const std::uint32_t ports = optical_.devices[index].ports;
  bool ring = layouts_[index].states().empty();
  const double radius = parameter(one.device, "radius", ring);
  const double group_index = parameter(one.device, "group_index", ring);
  bool single = ring && ports == 2;
  bool twin = ring && ports == 4;
  const double coupling = parameter(one.device, "power_coupling", single);
  const double coupling_1 = parameter(one.device, "power_coupling_1", twin);
  const double coupling_2 = parameter(one.device, "power_coupling_2", twin);
  if (!single && !twin) return false;
  const double round = 2.0 * std::numbers::pi * radius * group_index / vacuum_light_speed;
  Ring& made = rings_.back();
  made.through_1 = std::sqrt(1.0 - (single ? coupling : coupling_1));
  made.cross_1 = std::sqrt(single ? coupling : coupling_1);
  // A coupler through which all light leaves makes no ring.
  if (!(made.through_1 > 0.0)) return false;
  const auto first = static_cast<std::uint32_t>(mate_.size());
  add_coupler(made.through_1, made.cross_1);
  if (single) {
    add_guide(round);
    join(first + 3, first + 4);
    join(first + 5, first + 2);
    one.ports = {first, first + 1};
    return true;
  }
  made.through_2 = std::sqrt(1.0 - coupling_2);
  made.cross_2 = std::sqrt(coupling_2);
  add_coupler(made.through_2, made.cross_2);
  add_guide(0.5 * round);
  add_guide(0.5 * round);
  join(first + 3, first + 8);
  join(first + 9, first + 6);
  join(first + 7, first + 10);
  join(first + 11, first + 2);
  one.ports = {first, first + 1, first + 5, first + 4};
  return true;
}

/// Amplitude and phase of a round, and of half a round, from T = (t1 - t2 x) / (1 - t1 t2 x) and
/// D = -k1 k2 sqrt(x) / (1 - t1 t2 x).
Amplitude EnvelopeNetwork::round_of_ring(const Ring& ring, Amplitude& half) const {
  const std::size_t ports = read_.emitted.size();
  const double cross = ring.cross_1 * ring.cross_2;
  const Amplitude through = read_.scattering[ports];
  Amplitude round;
  if (ring.through_2 > 0.0) {
    round = (ring.through_1 - through) / (ring.through_2 * (1.0 - ring.through_1 * through));
  }
  half = std::sqrt(round);
  if (cross > 0.0) {
    const Amplitude drop = read_.scattering[2 * ports];
    const Amplitude signed_half = -drop * (1.0 - ring.through_1 * ring.through_2 * round) / cross;
    if (!(ring.through_2 > 0.0)) {
      half = signed_half;
      round = half * half;
    } else if (std::abs(half + signed_half) < std::abs(half - signed_half)) {
      half = -half;
    }
  }
  return round;
}

void EnvelopeNetwork::update_ring(const EnvelopeDevice& one, const Ring& ring) {
  Amplitude half;
  const Amplitude round = round_of_ring(ring, half);
  const bool single = one.ports.size() == 2;
  const std::size_t guides = single ? 1 : 2;
  for (std::size_t k = 0; k < guides; ++k) {
    LightNumbers& numbers = elements_[one.first_element + guides + k].numbers;
    numbers.scattering[1] = numbers.scattering[2] = single ? round : half;
  }
  // The parts must be the device.
  const Amplitude loop = 1.0 - ring.through_1 * ring.through_2 * round;
  const Amplitude bus_1 = (ring.through_1 - ring.through_2 * round) / loop;
  const Amplitude bus_2 = (ring.through_2 - ring.through_1 * round) / loop;
  const Amplitude drop = -ring.cross_1 * ring.cross_2 * half / loop;
  const std::size_t n = one.ports.size();
  double worst = 0.0;
  for (std::size_t p = 0; p < n; ++p) {
    for (std::size_t q = 0; q < n; ++q) {
      const std::size_t low = std::min(p, q);
      const std::size_t high = std::max(p, q);
      Amplitude expected;
      if (low == 0 && high == 1) expected = bus_1;
      if (low == 2 && high == 3) expected = bus_2;
      if ((low == 0 && high == 2) || (low == 1 && high == 3)) expected = drop;
      worst = std::max(worst, std::abs(expected - read_.scattering[p * n + q]));
    }
  }
  if (worst <= 1e-9) return;
  const circuit::Device& device = circuit_.devices[one.device];
  throw base::Error("scattering.envelope",
                    "'" + device.name +
                        "' has the parameters of a ring, but couplers and guides of "
                        "these miss its scattering matrix by " +
                        base::shortest(worst),
                    "give the model other parameter names, or simulate it with 'native'",
                    device.where);
}

bool EnvelopeNetwork::update(std::size_t index, std::span<const double> unknowns) {
  EnvelopeDevice& one = devices_[index];
  const LightLayout& layout = layouts_[index];
  const auto& steering = layout.steering();
  bool same = one.known;
  for (std::size_t k = 0; same && k < steering.size(); ++k) {
    same = one.steered_by[k] == unknowns[steering[k]];
  }
  if (same) return false;
  one.known = true;
  dark_.assign(unknowns.begin(), unknowns.end());
  for (std::size_t i = 0; i < dark_.size(); ++i) {
    if (layout.is_light(i)) dark_[i] = 0.0;
  }
  one.steered_by.clear();
  for (const std::uint32_t unknown : steering) one.steered_by.push_back(unknowns[unknown]);
  const bool ring = rings_[index].through_1 > 0.0;
  reader_.read(circuit_, one.device, layout, dark_,
               ring ? read_ : elements_[one.first_element].numbers);
  if (ring) update_ring(one, rings_[index]);
  return true;
}

}  // namespace neucasl::scattering
