#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "../circuits/photodiode_values.hpp"
#include "neucasl/plugin/front_end.hpp"
#include "switch_fabric.hpp"

/// \file
/// Directed logic: every function as a fabric of disk switches (J. Hardy and J. Shamir, Optics
/// Express 15:150, 2007; Q. Xu and R. Soref, Optics Express 19:5244, 2011). The inputs are voltages
/// on the switches' junctions, the light of one laser for each output does the rest.

namespace neucasl::photonic {

/// Cards and electrical values.
struct DirectedLogicParts {
  std::string switch_card;
  std::string laser_card;
  std::string detector_card;
  double drive = 0.0;        ///< V at an input that is 1; 0 V else.
  double laser_power = 0.0;  ///< W of each output's laser.
  double wall_plug = 0.0;    ///< Emitted over electrical power.
  double load = 0.0;         ///< ohm
  double bias = 0.0;         ///< V at the detectors' cathodes.
  PhotodiodeValues detector;
  double wavelength = 0.0;            ///< m
  double trim = 0.0;                  ///< m, of every switch: on resonance at the drive voltage.
  double junction_time = 0.0;         ///< s, R C
  double junction_capacitance = 0.0;  ///< F
  double lifetime = 0.0;              ///< s, of a disk's amplitude
  double off_detuning = 0.0;          ///< (w - w0) tau of a switch at an input that is 0, absolute.
};

/// A change of one input that changes an output.
struct OutputChange {
  std::uint64_t low_row = 0;   ///< Of the network's inputs; the output is 0.
  std::uint64_t high_row = 0;  ///< Differs in one bit; the output is 1.
  unsigned input = 0;
  double delay = 0.0;  ///< s, closed form; 0: the output is constant.
};

struct DirectedOutput {
  std::string name;               ///< Of the network.
  std::vector<unsigned> support;  ///< Inputs of the network.
  FabricChoice choice;
  double lowest_high = 0.0;     ///< V, the worst of the rows where the output is 1.
  double highest_low = 0.0;     ///< V
  double threshold_low = 0.0;   ///< V; a level below is 0,
  double threshold_high = 0.0;  ///< V; a level above is 1.
  double loss = 0.0;  ///< dB from the laser to the detectors, worst row where the output is 1.
  OutputChange slowest;
};

struct DirectedLogic {
  DirectedLogicParts parts;
  std::vector<DirectedOutput> outputs;
  std::vector<std::string> input_ports;  ///< Names in the netlist, in the network's order.
  std::vector<std::string> output_ports;
  device::UseList uses;

  [[nodiscard]] std::size_t switches() const;
  [[nodiscard]] std::size_t detectors() const;
  /// Switches that an input drives.
  [[nodiscard]] std::size_t driven_by(unsigned input) const;
  /// Voltage at a load for a share of the laser's power on `detectors` detectors.
  [[nodiscard]] double level(double share, std::size_t detectors) const;
  /// W of all lasers, electrical.
  [[nodiscard]] double electrical_power() const;
};

/// Chooses for each output the fabric with the fewest switches whose worst high level is at least
/// `contrast` times its worst low level.
/// \throws base::Error "photonic.logic" for latches, too many inputs or switches, a contrast that
/// no fabric reaches, or detectors out of reverse bias, saying what would fit.
DirectedLogic plan_directed_logic(const plugin::LogicRequest& request, plugin::Context& context);

/// The circuit; ports: inputs, outputs, "bias", "ground".
ir::Design directed_logic_design(const DirectedLogic& plan, const std::string& name);

/// The function of such a design, from its instances: where light of the lasers arrives.
/// \param network Gives the names of inputs and outputs, by position.
logic::Network read_directed_logic(const ir::Design& design, const logic::Network& network);

plugin::LogicDesign map_directed_logic(const plugin::LogicRequest& request,
                                       plugin::Context& context);
plugin::LogicCheck check_directed_logic(const plugin::LogicRequest& request,
                                        const plugin::LogicDesign& design,
                                        std::span<const std::uint64_t> rows,
                                        plugin::CircuitSimulator& simulator,
                                        plugin::Context& context);

}  // namespace neucasl::photonic
