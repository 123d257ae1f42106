#include "circuit_checks.hpp"

#include <cmath>
#include <numeric>

namespace neucasl::ngspice_plugin {
namespace {

constexpr double relative_tolerance = 1e-9;  // of the currents that meet in a node
constexpr double rounding = 1e-13;           // of voltages, before their difference is taken

/// Sets of nodes joined by elements.
class NodeSets {
 public:
  explicit NodeSets(std::size_t nodes) : parent_(nodes) {
    std::iota(parent_.begin(), parent_.end(), std::uint32_t{0});
  }
  std::uint32_t root(std::uint32_t node) {
    while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
    return node;
  }
  void join(std::uint32_t a, std::uint32_t b) { parent_[root(a)] = root(b); }

 private:
  std::vector<std::uint32_t> parent_;
};

double conductance_of(const ir::FlatNetlist& netlist, std::size_t element) {
  const std::string& form = netlist.kinds[netlist.kind[element]].element;
  if (form == "resistor") return 1.0 / netlist.parameter_of(element, "resistance");
  if (form == "conductance") return netlist.parameter_of(element, "conductance");
  return 0.0;
}

bool carries_direct_current(const ir::FlatNetlist& netlist, std::size_t element) {
  const std::string& form = netlist.kinds[netlist.kind[element]].element;
  return form == "voltage_source" || form == "inductor" || conductance_of(netlist, element) > 0.0;
}

struct Sums {
  std::vector<double> net;    // current out of each node
  std::vector<double> scale;  // what the net may be off by
};

void add_element(const ir::FlatNetlist& netlist, const RestState& state, std::size_t element,
                 Sums& sums) {
  const std::uint32_t pin = netlist.pin_offset[element];
  const std::uint32_t p = netlist.pin_node[pin];
  const std::uint32_t n = netlist.pin_node[pin + 1];
  const std::string& form = netlist.kinds[netlist.kind[element]].element;
  const double g = conductance_of(netlist, element);
  double current = g * (state.voltage[p] - state.voltage[n]);
  if (form == "voltage_source" || form == "inductor") current = state.current[element];
  if (form == "current_source") current = netlist.parameter_of(element, "current");
  const double scale = relative_tolerance * std::abs(current) +
                       rounding * g * (std::abs(state.voltage[p]) + std::abs(state.voltage[n]));
  sums.net[p] += current;
  sums.net[n] -= current;
  sums.scale[p] += scale;
  sums.scale[n] += scale;
}

void require_voltage(const ir::FlatNetlist& netlist, const RestState& state, std::size_t element) {
  const std::string& form = netlist.kinds[netlist.kind[element]].element;
  if (form != "voltage_source" && form != "inductor") return;
  const std::uint32_t pin = netlist.pin_offset[element];
  const double p = state.voltage[netlist.pin_node[pin]];
  const double n = state.voltage[netlist.pin_node[pin + 1]];
  const double wanted = form == "inductor" ? 0.0 : netlist.parameter_of(element, "voltage");
  if (std::abs(p - n - wanted) <=
      relative_tolerance * std::abs(wanted) + rounding * (std::abs(p) + std::abs(n))) {
    return;
  }
  throw base::Error("ngspice.residual",
                    "ngspice gave '" + netlist.element_name(element) + "' " +
                        base::shortest(p - n) + " V instead of " + base::shortest(wanted) + " V",
                    "check for loops of voltage sources and values that are far apart");
}

}  // namespace

void require_paths_to_ground(const ir::FlatNetlist& netlist) {
  NodeSets sets(netlist.nodes());
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    if (!carries_direct_current(netlist, e)) continue;
    const std::uint32_t pin = netlist.pin_offset[e];
    sets.join(netlist.pin_node[pin], netlist.pin_node[pin + 1]);
  }
  for (std::uint32_t node = 1; node < netlist.nodes(); ++node) {
    if (sets.root(node) == sets.root(0)) continue;
    throw base::Error("ngspice.floating-node",
                      "node '" + netlist.node_name(node) +
                          "' has no path for direct current to the ground, so that its voltage is "
                          "undefined",
                      "join it to the ground by a resistor, a conductance or a source");
  }
}

void require_circuit_laws(const ir::FlatNetlist& netlist, const RestState& state) {
  Sums sums{std::vector<double>(netlist.nodes()), std::vector<double>(netlist.nodes())};
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    require_voltage(netlist, state, e);
    add_element(netlist, state, e, sums);
  }
  std::size_t worst = 0;
  double excess = 0.0;
  for (std::size_t node = 1; node < netlist.nodes(); ++node) {
    const double over = std::abs(sums.net[node]) - sums.scale[node];
    if (over <= excess) continue;
    worst = node;
    excess = over;
  }
  if (worst == 0) return;
  throw base::Error("ngspice.residual",
                    "the currents into node '" + netlist.node_name(worst) + "' sum to " +
                        base::shortest(sums.net[worst]) + " A in ngspice's solution",
                    "check for values that are far apart");
}

}  // namespace neucasl::ngspice_plugin
