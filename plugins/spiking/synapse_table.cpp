#include "synapse_table.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::spiking_plugin {
namespace {

[[noreturn]] void refuse_charge(const LoweredNetwork& network, std::size_t index, std::size_t copy,
                                double charge) {
  const mapping::SynapseProjection& projection = network.network.projections[index];
  const auto& populations = network.network.populations;
  throw base::Error("spiking.weight",
                    "projection '" + projection.name + "' has charge " + base::shortest(charge) +
                        " C from '" + populations[projection.source].name + "' " +
                        std::to_string(copy / projection.columns) + " to '" +
                        populations[projection.target].name + "' " +
                        std::to_string(projection.target_of(copy)) +
                        ", too much for its synaptic time or capacitance",
                    "what a charge adds to the current (or the potential) must be below 3.4e38",
                    projection.where);
}

}  // namespace

SynapseTable::SynapseTable(const LoweredNetwork& network, std::size_t begin, std::size_t end) {
  const auto& projections = network.network.projections;
  first_segment_.reserve(network.size() + 1);
  for (std::size_t p = 0; p < network.models.size(); ++p) {
    for (std::size_t row = 0; row < network.network.populations[p].size; ++row) {
      first_segment_.push_back(static_cast<std::uint32_t>(segments_.size()));
      for (std::size_t k = 0; k < projections.size(); ++k) {
        if (projections[k].source == p) add_row(network, k, row, begin, end);
      }
    }
  }
  first_segment_.push_back(static_cast<std::uint32_t>(segments_.size()));
  segments_.shrink_to_fit();
  slots_.shrink_to_fit();
}

void SynapseTable::add_row(const LoweredNetwork& network, std::size_t index, std::size_t row,
                           std::size_t begin, std::size_t end) {
  const mapping::SynapseProjection& projection = network.network.projections[index];
  MemristorSynapses* const devices = network.devices[index].get();
  const double jump = network.models[projection.target].jump;
  const std::size_t first_target = network.first[projection.target];
  row_.clear();
  for (std::size_t column = 0; column < projection.columns; ++column) {
    const std::size_t copy = row * projection.columns + column;
    const std::size_t target = first_target + projection.target_of(copy);
    if (projection.weight[copy] != 0.0 && target >= begin && target < end) row_.push_back(copy);
  }
  std::stable_sort(row_.begin(), row_.end(), [&](std::size_t a, std::size_t b) {
    return projection.delay_of(a) < projection.delay_of(b);
  });
  if (slots_.size() + row_.size() > 0xfffffffeU) {
    throw base::Error("spiking.size", "the network has more than 2^32 synapses",
                      "simulate it in parts");
  }
  for (std::size_t k = 0; k < row_.size(); ++k) {
    const std::size_t copy = row_[k];
    const double delay = projection.delay_of(copy);
    if (k == 0 || delay != segments_.back().delay) {
      const auto at = static_cast<std::uint32_t>(slots_.size());
      segments_.push_back(
          {delay, at, at, devices && !devices->constant() ? devices : nullptr, jump});
    }
    const auto target =
        static_cast<std::uint32_t>(first_target + projection.target_of(copy) - begin);
    if (segments_.back().devices) {
      slots_.push_back({target, static_cast<std::uint32_t>(copy)});
    } else {
      const double charge =
          devices ? devices->charge(devices->programmed(copy)) : projection.weight[copy];
      const auto change = static_cast<float>(charge * jump);
      if (!std::isfinite(change)) refuse_charge(network, index, copy, charge);
      slots_.push_back({target, std::bit_cast<std::uint32_t>(change)});
    }
    ++segments_.back().end;
  }
}

}  // namespace neucasl::spiking_plugin
