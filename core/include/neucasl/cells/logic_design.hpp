#pragma once

#include <span>

#include "neucasl/cells/transistor_pair.hpp"
#include "neucasl/plugin/front_end.hpp"

/// \file
/// Logic functions as netlists of standard cells: what front ends of complementary transistors
/// share.
///
/// Parameters of the request, besides those of `transistor_pair`: `library` (a Liberty file, may be
/// empty), `tables` ("file" or "new"), `goal` ("delay" or "area"), `output_load` (F, 0: four times
/// the input of INV_X1), `input_transition` (s, 0: the second point of the tables).

namespace neucasl::cells {

/// What a function is built with. The caller owns everything.
struct LogicTask {
  const TransistorPair& pair;
  const plugin::LogicRequest& request;
  plugin::Context& context;
};

/// Chooses cells and builds the netlist: a top module with a port for each input, the clock, each
/// output, "vdd" and "vss", and an instance for each cell. Tables are, in this order: those of
/// `library`; those of a .lib file beside the n card that `fits` the pair; new ones of the
/// request's simulator, of the cells that are used (`tables` = "new": of all cells). They are the
/// file "cells.lib" of the result. Delay is that of static timing; energy the mean over changes of
/// one input (through all rows in Gray code up to ten inputs, else 256 of a random walk), for
/// networks with latches over 16 random clock cycles. \throws base::Error "cells.library" when
/// `library` does not fit the pair or lacks a cell; what mapping, characterisation and cards throw.
NEUCASL_EXPORT plugin::LogicDesign map_logic(const LogicTask& task);

/// Simulates the netlist with a capacitor at each output. Combinational networks: inputs change one
/// at a time until all rows were seen, in transients of up to 16 changes; energy is the mean over
/// these changes, delay that of the slowest change of one input by tables. With latches: rows are
/// the inputs of successive clock cycles from the initial state (0 where there is none), outputs
/// are read before the clock rises. An output is low below a fifth of the supply and high above
/// four fifths.
/// \throws base::Error "cells.clock" when functions use the clock; what the simulator throws.
NEUCASL_EXPORT plugin::LogicCheck check_logic(const LogicTask& task,
                                              const plugin::LogicDesign& design,
                                              std::span<const std::uint64_t> rows,
                                              plugin::CircuitSimulator& simulator);

}  // namespace neucasl::cells
