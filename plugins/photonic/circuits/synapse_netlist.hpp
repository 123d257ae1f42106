#pragma once

#include <string>
#include <vector>

#include "add_drop.hpp"
#include "channel_plan.hpp"
#include "guide_section.hpp"
#include "modulator_row.hpp"

namespace neucasl::photonic {

struct SynapseBench {
  ChannelPlan plan;
  GuideSection guide;
  std::string splitter_card;
  std::string detector_card;
  double detector_bias = 0.0;               ///< V
  double power = 0.0;                       ///< W, of a line of the comb.
  std::vector<double> drives;               ///< V, of the input modulators.
  std::vector<std::vector<double>> shifts;  ///< m, by row and channel.
  std::vector<double> transresistance;      ///< ohm, of each row's receiver.
  double neuron_power = 0.0;                ///< W, of each neuron's laser.
  double neuron_bias = 0.0;                 ///< V, at the cathodes of the neurons.
  std::vector<double> neuron_trim;          ///< m

  /// Channel of a neuron's output.
  [[nodiscard]] std::size_t neuron_channel(std::size_t row) const {
    return row % plan.wavelengths.size();
  }
};

/// Share of the power that reaches each of `leaves` ends of the tree of splitters.
std::vector<double> tree_shares(std::size_t leaves, double excess_loss_db);

/// Comb, modulators, tree of splitters, a bank with a receiver for each row, and behind each
/// receiver a disk modulator with a laser of its own. Buses of the top module: "sum" (voltages of
/// the receivers), "neuron" (outputs).
ir::Design synapse_design(const SynapseBench& bench, const ModulatorRow& inputs,
                          const AddDropResonator& resonator, const TunedDisk& neuron);

}  // namespace neucasl::photonic
