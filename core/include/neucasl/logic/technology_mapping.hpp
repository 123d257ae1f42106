#pragma once

#include <optional>
#include <string>
#include <vector>

#include "neucasl/logic/cell_library.hpp"
#include "neucasl/logic/network.hpp"

/// \file
/// From a network to cells of a library.

namespace neucasl::logic {

/// A netlist of cells. Nets are indices into `nets`; their names are unique. Primary inputs are
/// driven from outside, with no limit of their load.
struct CellNetlist {
  struct Instance {
    std::string name;
    std::size_t cell = 0;             ///< Index in the library.
    std::vector<std::size_t> inputs;  ///< Nets, in the order of the cell's inputs.
    std::size_t output = 0;
    std::optional<bool> initial;  ///< Of a flip-flop: its value before the first clock edge.
  };
  struct Port {
    std::string name;
    std::size_t net = 0;
  };
  std::string name;
  std::vector<std::string> nets;
  std::vector<Port> inputs;  ///< Primary inputs; the clock of a sequential netlist is the last.
  std::vector<Port> outputs;
  std::vector<Instance> instances;  ///< Combinational ones behind their drivers.
};

struct MappingOptions {
  enum class Goal { delay, area };
  Goal goal = Goal::delay;   ///< With area recovered where there is slack.
  double output_load = 0.0;  ///< F at every primary output; 0: four times the smallest inverter.
  double input_transition = 0.0;  ///< s; 0: the smallest of the tables' inner points.
};

/// Covers the network by cuts of an and-inverter graph (A. Mishchenko et al., FPGA 2005 and ICCAD
/// 2007: priority cuts, Boolean matching up to permutation and negation), then bounds loads by
/// larger cells of the same function and by duplicating or buffering drivers, and for the goal
/// `delay` enlarges cells on the critical path. Several such netlists are made; the one that static
/// timing finds fastest, or of the goal `area` the smallest, is returned. An output whose node is
/// an input gets a buffer of its own. The nets of inputs and latch outputs keep their names; the
/// clock port is named after the latches' clock, or "clk".
/// \throws base::Error "mapping.cells" when the library cannot express every function (it needs an
/// inverter and a two-input NAND, NOR, AND or OR; a flip-flop when there are latches; for a
/// constant a cell without inputs, or an input to make it of); "mapping.fanout" when a load stays
/// beyond `largest_load` of every cell, naming net, load and the largest that would fit.
NEUCASL_EXPORT CellNetlist map_to_cells(const Network& network, const CellLibrary& library,
                                        const MappingOptions& options = {});

/// The function of the netlist, from the cells' own truth tables.
NEUCASL_EXPORT Network to_network(const CellNetlist& netlist, const CellLibrary& library);

}  // namespace neucasl::logic
