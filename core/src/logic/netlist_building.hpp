#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "covering.hpp"

/// \file
/// From a covered graph to a netlist of cells.

namespace neucasl::logic {

/// Names that are all different.
class FreshNames {
 public:
  [[nodiscard]] bool take(const std::string& name) { return taken_.insert(name).second; }
  /// "stem", else the stem with a number.
  std::string make(const std::string& stem);

 private:
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, std::size_t> next_;
};

/// The netlist of what the outputs and latches of the network need, with the smallest variant of
/// each cell.
CellNetlist build_netlist(const Network& network, const NetworkGraphOfAnds& graph,
                          const Covering& covering, const MappingCells& cells);

/// Puts combinational instances behind their drivers, flip-flops before all others, and numbers
/// them "u1", "u2", ...
void order_instances(CellNetlist& netlist, const CellLibrary& library);

}  // namespace neucasl::logic
