#pragma once

#include <vector>

#include "neucasl/logic/technology_mapping.hpp"
#include "neucasl/logic/timing.hpp"

/// \file
/// What hangs on the nets of a netlist of cells, and which conditions hold when none are given.

namespace neucasl::logic {

/// Where a net leads: to an input of an instance or to a primary output.
struct NetSink {
  bool port = false;
  std::size_t index = 0;  ///< Of the instance or output.
  std::size_t input = 0;  ///< Of the instance.
};

/// By net, in the order of instances and then outputs.
std::vector<std::vector<NetSink>> sinks_of(const CellNetlist& netlist);

/// F. Of an instance's input or of a primary output.
double capacitance_of(const NetSink& sink, const CellNetlist& netlist, const CellLibrary& library,
                      double output_load);

/// F by net: inputs of cells, wire and primary outputs.
std::vector<double> net_loads(const CellNetlist& netlist, const CellLibrary& library,
                              const TimingOptions& options);

bool is_inverter(const Cell& cell);
bool is_buffer(const Cell& cell);
/// A change of the input can move the output by itself: not the data input of a flip-flop.
bool has_effect(const Cell& cell, std::size_t input);
/// The inverter with the smallest input capacitance, or null.
const Cell* smallest_inverter(const CellLibrary& library);

/// With the values that zeros stand for.
TimingOptions with_defaults(TimingOptions options, const CellLibrary& library);

/// \throws base::Error "timing.arc" when an input on which the cell depends has no table.
void require_arcs(const CellNetlist& netlist, const CellLibrary& library);

}  // namespace neucasl::logic
