#include "circuit_array.hpp"

#include <algorithm>

#include "cell_finder.hpp"
#include "neucasl/base/disjoint_sets.hpp"

namespace neucasl::array_plugin {
namespace {

/// Traces the wires of a circuit whose cells are known.
class WireFinder {
 public:
  explicit WireFinder(const circuit::Circuit& circuit)
      : circuit_(circuit),
        uses_(circuit),
        cells_(circuit, uses_),
        used_(circuit.passives.size(), 0) {}

  CircuitArray run() {
    result_.node.resize(circuit_.nodes.size());
    for (const circuit::Source& source : circuit_.sources) {
      const auto index = static_cast<std::uint32_t>(result_.array.sources.size());
      result_.node[source.p] = {NodePlace::Kind::source, index, 0, 0.0, false};
      result_.array.sources.push_back({source.name, source.rest, source.waveform});
    }
    orient();
    cells_.describe(result_);
    trace(true, cells_.rows(), cells_.columns(), result_.array.row_wires);
    trace(false, cells_.columns(), cells_.rows(), result_.array.column_wires);
    for (std::size_t k = 0; k < used_.size(); ++k) {
      if (used_[k] == 0 && circuit_.passives[k].kind == circuit::PassiveKind::resistor) {
        refuse_structure("resistor '" + circuit_.passives[k].name +
                         "' is no segment between neighbouring crossings and no end of a wire");
      }
    }
    for (std::size_t node = 1; node < result_.node.size(); ++node) {
      if (result_.node[node].kind != NodePlace::Kind::ground) continue;
      refuse_structure("node '" + circuit_.nodes[node].name + "' is on no wire and in no cell");
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool held(std::uint32_t node) const {
    return node == 0 || uses_.source[node] != no_index;
  }

  /// Which nodes are joined by resistors, held nodes apart.
  std::vector<std::uint32_t> wire_of_nodes() const {
    base::DisjointSets wires(circuit_.nodes.size());
    for (const circuit::Passive& passive : circuit_.passives) {
      if (passive.kind != circuit::PassiveKind::resistor) continue;
      if (held(passive.p) || held(passive.n)) continue;
      wires.join(passive.p, passive.n);
    }
    std::vector<std::uint32_t> wire(circuit_.nodes.size());
    for (std::uint32_t node = 0; node < wire.size(); ++node) {
      wire[node] = static_cast<std::uint32_t>(wires.root(node));
    }
    // A held node that is a crossing lies on the wire of the crossing next to it.
    for (const circuit::Passive& passive : circuit_.passives) {
      if (passive.kind != circuit::PassiveKind::resistor) continue;
      if (crossing(passive.p) && crossing(passive.n)) {
        if (held(passive.p)) wire[passive.p] = wire[passive.n];
        if (held(passive.n)) wire[passive.n] = wire[passive.p];
      }
    }
    return wire;
  }
  [[nodiscard]] bool crossing(std::uint32_t node) const { return is_crossing_[node] != 0; }

  /// The wire that the cells of a row share is the row wire.
  void orient() {
    is_crossing_.assign(circuit_.nodes.size(), 0);
    for (std::size_t i = 0; i < cells_.rows(); ++i) {
      for (std::size_t j = 0; j < cells_.columns(); ++j) {
        for (const std::uint32_t node : cells_.cell(i, j).wires) is_crossing_[node] = 1;
      }
    }
    const std::vector<std::uint32_t> wire = wire_of_nodes();
    const auto holds = [&](std::size_t i, std::size_t j, std::uint32_t node) {
      const FoundCell& cell = cells_.cell(i, j);
      return wire[cell.wires[0]] == wire[node] || wire[cell.wires[1]] == wire[node];
    };
    const FoundCell& first = cells_.cell(0, 0);
    std::uint32_t row = first.wires[0];
    if (cells_.columns() > 1) {
      if (!holds(0, 1, row)) row = first.wires[1];
    } else if (cells_.rows() > 1 && holds(1, 0, row)) {
      row = first.wires[1];
    }
    const std::uint32_t column = row == first.wires[0] ? first.wires[1] : first.wires[0];
    // Columns by the cells of the first row, then rows by the first column.
    std::vector<std::uint32_t> row_wire(cells_.rows(), wire[row]);
    for (std::size_t i = 1; i < cells_.rows(); ++i) {
      const FoundCell& cell = cells_.cell(i, 0);
      row_wire[i] = wire[wire[cell.wires[0]] == wire[column] ? cell.wires[1] : cell.wires[0]];
    }
    cells_.orient([&](std::size_t i, std::uint32_t node) { return wire[node] == row_wire[i]; });
    check_wires(wire);
  }

  void check_wires(const std::vector<std::uint32_t>& wire) const {
    for (std::size_t i = 0; i < cells_.rows(); ++i) {
      for (std::size_t j = 0; j < cells_.columns(); ++j) {
        const FoundCell& cell = cells_.cell(i, j);
        if (wire[cell.wires[0]] == wire[cells_.cell(i, 0).wires[0]] &&
            wire[cell.wires[1]] == wire[cells_.cell(0, j).wires[1]]) {
          continue;
        }
        refuse_structure("the cell in row " + std::to_string(i) + ", column " + std::to_string(j) +
                         " is not joined to the wires of its row and its column");
      }
    }
    std::vector<std::uint32_t> all;
    for (std::size_t i = 0; i < cells_.rows(); ++i) all.push_back(wire[cells_.cell(i, 0).wires[0]]);
    for (std::size_t j = 0; j < cells_.columns(); ++j) {
      all.push_back(wire[cells_.cell(0, j).wires[1]]);
    }
    std::sort(all.begin(), all.end());
    const auto twice = std::adjacent_find(all.begin(), all.end());
    if (twice != all.end()) {
      refuse_structure("two wires of the array are joined, at node '" +
                       circuit_.nodes[*twice].name + "'");
    }
  }

  void trace(bool rows, std::size_t count, std::size_t crossings, ArrayWires& wires) {
    std::size_t single = 0;
    for (std::size_t w = 0; w < count; ++w) {
      std::vector<std::uint32_t> node(crossings);
      for (std::size_t k = 0; k < crossings; ++k) {
        const auto i = static_cast<std::uint32_t>(rows ? w : k);
        const auto j = static_cast<std::uint32_t>(rows ? k : w);
        node[k] = cells_.cell(i, j).wires[rows ? 0 : 1];
        result_.node[node[k]] = {rows ? NodePlace::Kind::row_wire : NodePlace::Kind::column_wire, i,
                                 j, 0.0, false};
      }
      const bool ideal = crossings > 1 && node.front() == node.back();
      single += ideal ? 1 : 0;
      for (std::size_t k = 1; k < crossings; ++k) {
        add_segment(node[k - 1], node[k], ideal, wires);
        if (!ideal && k + 1 < crossings && held(node[k])) {
          refuse_structure("a source holds '" + circuit_.nodes[node[k]].name +
                           "', a crossing that is not at the end of its wire");
        }
      }
      wires.first.push_back(find_end(node.front(), rows, w, false));
      wires.last.push_back(find_end(node.back(), rows, w, true));
      if (crossings == 1 || ideal) {
        // One node: what holds it is found first.
        if (wires.last.back().source != WireEnd::open && uses_.source[node.front()] != no_index &&
            wires.last.back().resistance == 0.0) {
          wires.last.back() = {};
        }
      }
    }
    if (single != 0 && single != count) {
      refuse_structure(std::string("some ") + (rows ? "row" : "column") +
                       " wires are one node and others are not");
    }
    wires.ideal = single != 0;
  }

  void add_segment(std::uint32_t from, std::uint32_t to, bool ideal, ArrayWires& wires) {
    if (ideal) {
      if (from == to) return;
      refuse_structure("a wire comes back to node '" + circuit_.nodes[from].name + "'");
    }
    for (const std::uint32_t k : uses_.resistors[from]) {
      if (used_[k] != 0 || other_end(k, from) != to) continue;
      used_[k] = 1;
      wires.segment.push_back(circuit_.passives[k].value);
      return;
    }
    refuse_structure("no resistor joins the neighbouring crossings '" + circuit_.nodes[from].name +
                     "' and '" + circuit_.nodes[to].name + "'");
  }

  [[nodiscard]] std::uint32_t other_end(std::uint32_t passive, std::uint32_t node) const {
    const circuit::Passive& one = circuit_.passives[passive];
    return one.p == node ? one.n : one.p;
  }
  [[nodiscard]] std::uint32_t unused_resistor(std::uint32_t node) const {
    for (const std::uint32_t k : uses_.resistors[node]) {
      if (used_[k] == 0 && !crossing(other_end(k, node))) return k;
    }
    return no_index;
  }

  /// From a crossing outwards, to a source, the ground or nowhere.
  WireEnd find_end(std::uint32_t from, bool rows, std::size_t wire, bool at_last) {
    WireEnd end;
    if (uses_.source[from] != no_index) {
      // A held crossing: its own source, through no resistance.
      end.source = uses_.source[from];
      return end;
    }
    std::vector<std::pair<std::uint32_t, double>> passed;
    std::uint32_t node = from;
    for (std::uint32_t k = unused_resistor(node); k != no_index; k = unused_resistor(node)) {
      used_[k] = 1;
      end.resistance += circuit_.passives[k].value;
      node = other_end(k, node);
      if (held(node)) {
        end.source = node == 0 ? grounded() : uses_.source[node];
        break;
      }
      if (uses_.resistors[node].size() > 2) {
        refuse_structure("node '" + circuit_.nodes[node].name + "' at an end of a wire branches");
      }
      passed.emplace_back(node, end.resistance);
    }
    for (const auto& [place, resistance] : passed) {
      const double share = end.source == WireEnd::open ? 0.0 : resistance / end.resistance;
      result_.node[place] = {rows ? NodePlace::Kind::row_end : NodePlace::Kind::column_end,
                             static_cast<std::uint32_t>(wire), end.source, share, at_last};
    }
    if (end.source == WireEnd::open) end.resistance = 0.0;
    return end;
  }

  /// A source of 0 V for wires that end at the ground.
  std::uint32_t grounded() {
    const auto count = static_cast<std::uint32_t>(circuit_.sources.size());
    if (result_.array.sources.size() == count) result_.array.sources.push_back({"0", 0.0, {}});
    return count;
  }

  const circuit::Circuit& circuit_;
  NodeUses uses_;
  CellFinder cells_;
  std::vector<char> used_;
  std::vector<char> is_crossing_;
  CircuitArray result_;
};

void refuse_other_elements(const circuit::Circuit& circuit) {
  if (!circuit.controlled.empty()) {
    refuse_structure("'" + circuit.controlled.front().name + "' is a controlled source");
  }
  if (!circuit.behavioural.empty()) {
    refuse_structure("'" + circuit.behavioural.front().name + "' is a behavioural source");
  }
  if (!circuit.lines.empty()) {
    refuse_structure("'" + circuit.lines.front().name + "' is a transmission line");
  }
  if (!circuit.initial_voltages.empty()) {
    refuse_structure("node '" + circuit.nodes[circuit.initial_voltages.front().first].name +
                     "' has an initial voltage");
  }
  for (const circuit::Passive& passive : circuit.passives) {
    if (passive.initial) refuse_structure("'" + passive.name + "' has an initial value");
  }
}

}  // namespace

CircuitArray find_array(const circuit::Circuit& circuit) {
  refuse_other_elements(circuit);
  return WireFinder(circuit).run();
}

}  // namespace neucasl::array_plugin
