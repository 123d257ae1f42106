#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "lowered_network.hpp"

/// \file
/// Synapses onto a range of neurons, by source: the table that a spike is looked up in.

namespace neucasl::spiking_plugin {

/// Synapses of one source and projection with one delay.
struct Segment {
  double delay = 0.0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  /// Asked at each event; null: the slots hold charges.
  MemristorSynapses* devices = nullptr;
  double jump = 0.0;  // Factor from charge to the target's state, for devices.
};

/// A target, counted from the begin of the range, and what arrives: the change of its state, or
/// the number of the device.
struct Slot {
  std::uint32_t target = 0;
  std::uint32_t payload = 0;

  [[nodiscard]] float charge() const { return std::bit_cast<float>(payload); }
};

class SynapseTable {
 public:
  /// Synapses whose target lies in [begin, end).
  SynapseTable(const LoweredNetwork& network, std::size_t begin, std::size_t end);

  [[nodiscard]] std::uint32_t first_segment(std::uint32_t source) const {
    return first_segment_[source];
  }
  [[nodiscard]] const Segment& segment(std::uint32_t index) const { return segments_[index]; }
  [[nodiscard]] const Slot* slots() const { return slots_.data(); }
  [[nodiscard]] std::size_t bytes() const {
    return segments_.capacity() * sizeof(Segment) + slots_.capacity() * sizeof(Slot) +
           first_segment_.capacity() * sizeof(std::uint32_t);
  }

 private:
  void add_row(const LoweredNetwork& network, std::size_t projection, std::size_t row,
               std::size_t begin, std::size_t end);

  std::vector<std::uint32_t> first_segment_;  // By source, and one more.
  std::vector<Segment> segments_;
  std::vector<Slot> slots_;
  std::vector<std::size_t> row_;  // Copies of the row at hand.
};

}  // namespace neucasl::spiking_plugin
