#include "cell_finder.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace neucasl::array_plugin {
namespace {

constexpr std::uint32_t shared = 0xfffffffe;  // node of more than one cell

bool is_cell_part(const circuit::Passive& passive) {
  return passive.kind == circuit::PassiveKind::conductance ||
         passive.kind == circuit::PassiveKind::capacitor;
}

/// A whole number in brackets that ends before `end`; where it begins.
std::optional<std::size_t> bracket(std::string_view name, std::size_t end, std::uint32_t& value) {
  if (end == 0 || name[end - 1] != ']') return std::nullopt;
  const std::size_t open = name.rfind('[', end - 1);
  if (open == std::string_view::npos) return std::nullopt;
  const char* const first = name.data() + open + 1;
  const char* const last = name.data() + end - 1;
  const auto [stopped, error] = std::from_chars(first, last, value);
  if (error != std::errc() || stopped != last) return std::nullopt;
  return open;
}

}  // namespace

void refuse_structure(const std::string& what) {
  throw base::Error("array.structure", what,
                    "give an array of equal cells whose wires end in sources to ground, or use the "
                    "native or the ngspice simulator");
}

NodeUses::NodeUses(const circuit::Circuit& circuit)
    : source(circuit.nodes.size(), no_index), resistors(circuit.nodes.size()) {
  for (std::uint32_t k = 0; k < circuit.sources.size(); ++k) {
    const circuit::Source& one = circuit.sources[k];
    if (!one.is_voltage) refuse_structure("'" + one.name + "' is a current source");
    if (one.n != 0 || one.p == 0) {
      refuse_structure("source '" + one.name + "' does not go from a node to the ground");
    }
    if (source[one.p] != no_index) {
      refuse_structure("node '" + circuit.nodes[one.p].name + "' has two sources");
    }
    source[one.p] = k;
  }
  for (std::uint32_t k = 0; k < circuit.passives.size(); ++k) {
    const circuit::Passive& passive = circuit.passives[k];
    if (passive.kind == circuit::PassiveKind::inductor) {
      refuse_structure("'" + passive.name + "' is an inductor");
    }
    if (passive.kind != circuit::PassiveKind::resistor) continue;
    if (passive.p == passive.n) {
      refuse_structure("both pins of resistor '" + passive.name + "' are on one node");
    }
    resistors[passive.p].push_back(k);
    resistors[passive.n].push_back(k);
  }
}

/// The innermost "[i][j]" of a name.
std::optional<CellFinder::Index> CellFinder::index_of(std::string_view name) {
  for (std::size_t end = name.rfind(']'); end != std::string_view::npos && end > 0;
       end = name.rfind(']', end - 1)) {
    Index index;
    const auto column = bracket(name, end + 1, index.column);
    if (!column) continue;
    const auto row = bracket(name, *column, index.row);
    if (!row) continue;
    index.array = name.substr(0, *row);
    return index;
  }
  return std::nullopt;
}

CellFinder::CellFinder(const circuit::Circuit& circuit, const NodeUses& uses)
    : circuit_(circuit),
      uses_(uses),
      owner_(circuit.nodes.size(), no_index),
      conduction_(circuit.models.size()) {
  sort_elements();
  for (std::size_t k = 0; k < cells_.size(); ++k) place_nodes(k);
}

std::string CellFinder::place(std::size_t k) const {
  return "cell in row " + std::to_string(k / columns_) + ", column " + std::to_string(k % columns_);
}

void CellFinder::sort_elements() {
  std::vector<Index> of_device(circuit_.devices.size());
  std::vector<std::optional<Index>> of_passive(circuit_.passives.size());
  std::string_view array;
  const auto take = [&](const std::string& name) {
    const std::optional<Index> index = index_of(name);
    if (!index) refuse_structure("'" + name + "' is in no copy of an instance array of cells");
    if (rows_ == 0) array = index->array;
    if (index->array != array) {
      refuse_structure("'" + name + "' is not in the array '" + std::string(array) + "'");
    }
    rows_ = std::max<std::size_t>(rows_, index->row + std::size_t{1});
    columns_ = std::max<std::size_t>(columns_, index->column + std::size_t{1});
    return *index;
  };
  for (std::size_t k = 0; k < of_device.size(); ++k) of_device[k] = take(circuit_.devices[k].name);
  for (std::size_t k = 0; k < of_passive.size(); ++k) {
    if (is_cell_part(circuit_.passives[k])) of_passive[k] = take(circuit_.passives[k].name);
  }
  if (rows_ == 0) refuse_structure("the circuit has no cells");
  if (rows_ * columns_ > of_device.size() + of_passive.size()) {
    refuse_structure("a cell of the " + std::to_string(rows_) + " x " + std::to_string(columns_) +
                     " array has no device");
  }
  cells_.resize(rows_ * columns_);
  const auto cell_of = [&](const Index& index) -> std::uint32_t {
    return static_cast<std::uint32_t>(index.row * columns_ + index.column);
  };
  const auto own = [&](std::uint32_t node, std::uint32_t cell) {
    if (owner_[node] != cell) owner_[node] = owner_[node] == no_index ? cell : shared;
  };
  for (std::uint32_t k = 0; k < of_device.size(); ++k) {
    const std::uint32_t cell = cell_of(of_device[k]);
    cells_[cell].devices.push_back(k);
    for (const std::uint32_t node : circuit_.devices[k].nodes) own(node, cell);
  }
  for (std::uint32_t k = 0; k < of_passive.size(); ++k) {
    if (!of_passive[k]) continue;
    const std::uint32_t cell = cell_of(*of_passive[k]);
    cells_[cell].passives.push_back(k);
    own(circuit_.passives[k].p, cell);
    own(circuit_.passives[k].n, cell);
  }
}

/// Whether direct current can enter each unknown of a model, seen at some points of its range.
const std::vector<char>& CellFinder::conduction(std::uint32_t model, std::uint32_t device) {
  std::vector<char>& conducts = conduction_[model];
  if (!conducts.empty()) return conducts;
  const circuit::Device& one = circuit_.devices[device];
  const model::Specification& specification = circuit_.models[model].model->specification();
  const std::size_t n = specification.unknowns();
  conducts.assign(n, 0);
  std::vector<double> x(n);
  std::vector<double> flow(n);
  std::vector<double> storage(n);
  std::vector<double> slope(n * n);
  std::vector<double> storage_slope(n * n);
  for (int point = 0; point < 3; ++point) {
    std::size_t k = 0;
    const auto share = [&] {
      return 0.5 + 0.45 * std::sin(1.0 + 2.3 * static_cast<double>(k) + 1.7 * point);
    };
    for (const model::Terminal& terminal : specification.terminals) {
      if (terminal.discipline != ir::Discipline::electrical) {
        refuse_structure("'" + one.name + "' has the terminal '" + terminal.name +
                         "', which is not electrical");
      }
      x[k] = 0.5 * terminal.limit * (2.0 * share() - 1.0);
      ++k;
    }
    for (const model::Internal& internal : specification.internals) {
      x[k] = internal.low + (internal.high - internal.low) * share();
      ++k;
    }
    circuit_.models[model].model->evaluate(one.derived, x, {flow, storage, slope, storage_slope});
    for (std::size_t e = 0; e < slope.size(); ++e) {
      if (std::abs(slope[e]) > 0.0) conducts[e / n] = 1;
    }
  }
  return conducts;
}

void CellFinder::place_node(FoundCell& cell, std::size_t k, std::uint32_t node, bool conducts) {
  const auto known = [node](const auto& nodes) {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
  };
  if (known(cell.inner)) return;
  const bool internal = circuit_.nodes[node].kind == circuit::NodeKind::internal;
  const bool held = node == 0 || uses_.source[node] != no_index;
  if (internal || (!held && owner_[node] != shared && uses_.resistors[node].empty())) {
    cell.inner.push_back(node);
    return;
  }
  if (node == 0 || !conducts) {
    if (!held) {
      refuse_structure("node '" + circuit_.nodes[node].name + "', a control of the " + place(k) +
                       ", is not held by a source");
    }
    if (!known(cell.controls)) cell.controls.push_back(node);
    return;
  }
  if (known(cell.wires)) return;
  if (cell.wires[1] != no_index) {
    refuse_structure("the " + place(k) + " carries current at more than two wires, at node '" +
                     circuit_.nodes[node].name + "' too");
  }
  cell.wires[cell.wires[0] == no_index ? 0 : 1] = node;
}

void CellFinder::place_nodes(std::size_t k) {
  FoundCell& cell = cells_[k];
  if (cell.devices.empty() && cell.passives.empty()) {
    refuse_structure("the " + place(k) + " has no device");
  }
  for (const std::uint32_t device : cell.devices) {
    const circuit::Device& one = circuit_.devices[device];
    const std::vector<char>& conducts = conduction(one.model, device);
    for (std::size_t i = 0; i < one.nodes.size(); ++i) {
      place_node(cell, k, one.nodes[i], conducts[i] != 0);
    }
  }
  for (const std::uint32_t passive : cell.passives) {
    const circuit::Passive& one = circuit_.passives[passive];
    for (const std::uint32_t node : {one.p, one.n}) place_node(cell, k, node, true);
  }
  // A node may be a gate of one device and carry the current of another.
  std::erase_if(cell.controls,
                [&](std::uint32_t node) { return node == cell.wires[0] || node == cell.wires[1]; });
  if (cell.wires[1] == no_index) {
    refuse_structure("the " + place(k) + " does not join a row wire and a column wire");
  }
}

std::uint32_t CellFinder::local_index(const FoundCell& cell, std::uint32_t node) const {
  if (node == cell.wires[0]) return 0;
  if (node == cell.wires[1]) return 1;
  const auto inner = std::find(cell.inner.begin(), cell.inner.end(), node);
  if (inner != cell.inner.end()) {
    return 2 + static_cast<std::uint32_t>(inner - cell.inner.begin());
  }
  const auto control = std::find(cell.controls.begin(), cell.controls.end(), node);
  return static_cast<std::uint32_t>(2 + cell.inner.size()) +
         static_cast<std::uint32_t>(control - cell.controls.begin());
}

std::vector<CellPart> CellFinder::parts_of(const FoundCell& cell) const {
  std::vector<CellPart> parts;
  for (const std::uint32_t device : cell.devices) {
    const circuit::Device& one = circuit_.devices[device];
    CellPart part{circuit_.models[one.model].model, {}, one.derived};
    for (const std::uint32_t node : one.nodes) part.place.push_back(local_index(cell, node));
    parts.push_back(std::move(part));
  }
  for (const std::uint32_t passive : cell.passives) {
    const circuit::Passive& one = circuit_.passives[passive];
    const bool capacitor = one.kind == circuit::PassiveKind::capacitor;
    parts.push_back({nullptr,
                     {local_index(cell, one.p), local_index(cell, one.n)},
                     {capacitor ? 0.0 : one.value, capacitor ? one.value : 0.0}});
  }
  return parts;
}

void CellFinder::describe(CircuitArray& result) const {
  NonlinearArray& array = result.array;
  array.rows = rows_;
  array.columns = columns_;
  const FoundCell& first = cells_.front();
  array.controls = first.controls.size();
  for (const std::uint32_t node : first.inner) {
    const circuit::Node& one = circuit_.nodes[node];
    const std::size_t bracket_end = one.name.rfind("].");
    array.inner.push_back(
        {bracket_end == std::string::npos ? one.name : one.name.substr(bracket_end + 2),
         one.kind != circuit::NodeKind::internal, one.internal, one.scale});
  }
  for (std::size_t k = 0; k < cells_.size(); ++k) {
    const FoundCell& cell = cells_[k];
    std::vector<CellPart> parts = parts_of(cell);
    const bool same = parts.size() == (k == 0 ? parts : array.parts).size() &&
                      cell.inner.size() == first.inner.size() &&
                      cell.controls.size() == first.controls.size() &&
                      (k == 0 || std::equal(parts.begin(), parts.end(), array.parts.begin(),
                                            [](const CellPart& a, const CellPart& b) {
                                              return a.model == b.model && a.place == b.place;
                                            }));
    if (!same) {
      refuse_structure("the " + place(k) + " is not built as the cell in row 0, column 0");
    }
    if (k == 0) {
      array.parts = std::move(parts);
    } else {
      for (std::size_t p = 0; p < parts.size(); ++p) {
        std::vector<double>& all = array.parts[p].derived;
        all.insert(all.end(), parts[p].derived.begin(), parts[p].derived.end());
      }
    }
    for (std::uint32_t i = 0; i < cell.inner.size(); ++i) {
      const std::uint32_t node = cell.inner[i];
      array.initial.push_back(array.inner[i].node ? 0.0 : circuit_.nodes[node].initial);
      result.node[node] = {NodePlace::Kind::inner, static_cast<std::uint32_t>(k), i, 0.0, false};
    }
    for (const std::uint32_t node : cell.controls) {
      array.control.push_back(node == 0 ? NonlinearArray::ground : uses_.source[node]);
    }
  }
}

}  // namespace neucasl::array_plugin
