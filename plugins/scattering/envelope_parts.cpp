#include <algorithm>
#include <numeric>

#include "envelope_drives.hpp"
#include "neucasl/base/disjoint_sets.hpp"

/// \file
/// How the slow part of a circuit falls apart.

namespace neucasl::scattering {

DriveSystem::DriveSystem(const circuit::Circuit& circuit, const EnvelopeNetwork& network,
                         const circuit::Tolerances& tolerances)
    : circuit_(circuit), network_(network), tolerances_(tolerances) {
  require_known_elements();
  optical_.assign(circuit.devices.size(), none);
  layout_.assign(circuit.devices.size(), nullptr);
  for (std::uint32_t k = 0; k < network.devices().size(); ++k) {
    optical_[network.devices()[k].device] = k;
    layout_[network.devices()[k].device] = &network.layout(k);
  }
  layouts_.reserve(circuit.devices.size());
  for (std::size_t k = 0; k < circuit.devices.size(); ++k) {
    if (layout_[k] != nullptr) continue;
    layouts_.emplace_back(circuit, k);
    layout_[k] = &layouts_.back();
  }
  known_.assign(circuit.nodes.size(), 0);
  add_branches();
  find_parts();
  flow_.assign(size_, 0.0);
  storage_.assign(size_, 0.0);
  local_.assign(size_, none);
}

void DriveSystem::require_known_elements() const {
  const auto refuse = [](const std::string& name, const std::string& what) {
    throw base::Error("scattering.element",
                      what + " '" + name + "' has no place in the envelope of light",
                      "simulate the circuit with 'native' or 'ngspice'");
  };
  for (const auto& one : circuit_.behavioural) refuse(one.name, "the behavioural source");
  for (const auto& one : circuit_.lines) refuse(one.name, "the transmission line");
  for (const auto& one : circuit_.couplings) refuse(one.name, "the coupling of inductors");
  for (const auto& [node, value] : circuit_.initial_voltages) {
    refuse(circuit_.nodes[node].name, "the initial voltage of");
  }
  const auto optical = [&](std::uint32_t node) {
    return circuit_.nodes[node].kind == circuit::NodeKind::optical_real ||
           circuit_.nodes[node].kind == circuit::NodeKind::optical_imaginary;
  };
  for (const auto& one : circuit_.passives) {
    if (optical(one.p) || optical(one.n)) refuse(one.name, "on an optical net,");
    if (one.initial) refuse(one.name, "the initial value of");
  }
  for (const auto& one : circuit_.sources) {
    if (optical(one.p) || optical(one.n)) refuse(one.name, "on an optical net,");
  }
  for (const auto& one : circuit_.controlled) {
    if (optical(one.p) || optical(one.n) || optical(one.control_p) || optical(one.control_n)) {
      refuse(one.name, "on an optical net,");
    }
  }
}

void DriveSystem::add_branches() {
  size_ = circuit_.nodes.size();
  const auto add = [&](const std::string& name, bool reported) {
    branches_.push_back({name, reported, static_cast<std::uint32_t>(size_)});
    return static_cast<std::uint32_t>(size_++);
  };
  source_branch_.assign(circuit_.sources.size(), none);
  known_branch_.assign(circuit_.sources.size(), none);
  for (std::uint32_t k = 0; k < circuit_.sources.size(); ++k) {
    const circuit::Source& one = circuit_.sources[k];
    if (!one.is_voltage) continue;
    const std::uint32_t row = add(one.name, true);
    const std::uint32_t node = one.n == 0 ? one.p : one.n;
    const bool grounded = (one.p == 0) != (one.n == 0);
    if (grounded && known_[node] == 0) {
      known_[node] = 1;
      known_source_.push_back(k);
      known_branch_[k] = row;
    } else {
      source_branch_[k] = row;
    }
  }
  inductor_branch_.assign(circuit_.passives.size(), none);
  for (std::size_t k = 0; k < circuit_.passives.size(); ++k) {
    if (circuit_.passives[k].kind != circuit::PassiveKind::inductor) continue;
    inductor_branch_[k] = add(circuit_.passives[k].name, true);
  }
  using Kind = circuit::ControlledKind;
  output_branch_.assign(circuit_.controlled.size(), none);
  control_branch_.assign(circuit_.controlled.size(), none);
  for (std::size_t k = 0; k < circuit_.controlled.size(); ++k) {
    const circuit::Controlled& one = circuit_.controlled[k];
    if (one.kind == Kind::voltage_by_voltage || one.kind == Kind::voltage_by_current) {
      output_branch_[k] = add(one.name, true);
    }
  }
  for (std::size_t k = 0; k < circuit_.controlled.size(); ++k) {
    const circuit::Controlled& one = circuit_.controlled[k];
    if (one.kind == Kind::voltage_by_current || one.kind == Kind::current_by_current) {
      control_branch_[k] = add(one.name, false);
    }
  }
}

void DriveSystem::find_parts() {
  // Unknowns: slow nodes that no source holds, and branches.
  std::vector<char> unknown(size_, 0);
  scale_.assign(size_, 1.0);
  absolute_.assign(size_, tolerances_.voltage);
  for (std::size_t node = 1; node < circuit_.nodes.size(); ++node) {
    const circuit::NodeKind kind = circuit_.nodes[node].kind;
    const bool slow = kind == circuit::NodeKind::electrical || kind == circuit::NodeKind::thermal;
    unknown[node] = slow && known_[node] == 0 ? 1 : 0;
    if (kind == circuit::NodeKind::internal) scale_[node] = circuit_.nodes[node].scale;
    absolute_[node] = tolerances_.voltage * scale_[node];
  }
  for (std::size_t row = circuit_.nodes.size(); row < size_; ++row) {
    unknown[row] = 1;
    scale_[row] = 1e-3;
    absolute_[row] = tolerances_.current;
  }
  for (const std::uint32_t k : known_source_) unknown[known_branch_[k]] = 0;
  for (std::size_t k = 0; k < circuit_.devices.size(); ++k) {
    const circuit::Device& device = circuit_.devices[k];
    for (std::size_t i = 0; i < device.nodes.size(); ++i) {
      const bool internal = circuit_.nodes[device.nodes[i]].kind == circuit::NodeKind::internal;
      if (internal && !layout_[k]->is_light(i)) unknown[device.nodes[i]] = 1;
    }
  }

  // Every law as the unknowns that it joins, and whether it moves by itself.
  base::DisjointSets groups(size_);  // Unknowns that a law joins.
  std::vector<char> moves(size_), listens(size_), steers(size_);
  std::vector<char> source_moves(size_);
  for (const std::uint32_t k : known_source_) {
    const circuit::Source& one = circuit_.sources[k];
    if (one.waveform.kind == circuit::Waveform::Kind::constant) continue;
    source_moves[one.n == 0 ? one.p : one.n] = 1;
  }
  const auto relate = [&](std::uint32_t row, std::uint32_t column) {
    if (unknown[row] == 0) return;
    if (unknown[column] != 0) {
      groups.join(row, column);
    } else if (source_moves[column] != 0) {
      moves[row] = 1;
    }
  };
  const auto relate_all = [&](std::initializer_list<std::uint32_t> rows) {
    for (const std::uint32_t row : rows) {
      for (const std::uint32_t column : rows) {
        if (row != none && column != none) relate(row, column);
      }
    }
  };
  for (std::size_t k = 0; k < circuit_.devices.size(); ++k) {
    const circuit::Device& device = circuit_.devices[k];
    const LightLayout& layout = *layout_[k];
    for (std::size_t i = 0; i < device.nodes.size(); ++i) {
      if (layout.is_light(i)) continue;
      const std::uint32_t row = device.nodes[i];
      if (layout.listens(i)) listens[row] = 1;
      if (layout.stores(i)) moves[row] = 1;
      for (std::size_t j = 0; j < device.nodes.size(); ++j) {
        if (layout.depends(i, j)) relate(row, device.nodes[j]);
      }
    }
    for (const std::uint32_t j : layout.steering()) steers[device.nodes[j]] = 1;
  }
  for (std::size_t k = 0; k < circuit_.passives.size(); ++k) {
    const circuit::Passive& one = circuit_.passives[k];
    relate_all({one.p, one.n, inductor_branch_[k]});
    if (one.kind == circuit::PassiveKind::capacitor) moves[one.p] = moves[one.n] = 1;
    if (inductor_branch_[k] != none) moves[inductor_branch_[k]] = 1;
  }
  for (std::size_t k = 0; k < circuit_.sources.size(); ++k) {
    const circuit::Source& one = circuit_.sources[k];
    if (one.is_voltage && source_branch_[k] == none) continue;
    if (one.is_voltage) relate_all({one.p, one.n, source_branch_[k]});
    if (one.waveform.kind == circuit::Waveform::Kind::constant) continue;
    if (one.is_voltage) {
      moves[source_branch_[k]] = 1;
    } else {
      moves[one.p] = moves[one.n] = 1;
    }
  }
  for (std::size_t k = 0; k < circuit_.controlled.size(); ++k) {
    const circuit::Controlled& one = circuit_.controlled[k];
    relate_all({one.p, one.n, one.control_p, one.control_n, output_branch_[k], control_branch_[k]});
  }

  part_of_.assign(size_, none);
  std::vector<std::uint32_t> part_of_root(size_, none);
  std::vector<char> part_listens, part_steers;
  for (std::uint32_t row = 1; row < size_; ++row) {
    if (unknown[row] == 0) continue;
    std::uint32_t& part = part_of_root[groups.root(row)];
    if (part == none) {
      part = static_cast<std::uint32_t>(parts_.size());
      parts_.emplace_back();
      part_listens.push_back(0);
      part_steers.push_back(0);
    }
    part_of_[row] = part;
    parts_[part].rows.push_back(row);
    if (moves[row] != 0 || listens[row] != 0) parts_[part].moves = true;
    if (listens[row] != 0) part_listens[part] = 1;
    if (steers[row] != 0) part_steers[part] = 1;
  }
  for (std::size_t k = 0; k < parts_.size(); ++k) {
    if (part_listens[k] == 0) continue;
    parts_[k].kind = part_steers[k] != 0 ? PartKind::loop : PartKind::follower;
  }
  assign_elements();
}

/// Each part gets the elements that have a law in it.
void DriveSystem::assign_elements() {
  const auto give = [&](std::vector<std::uint32_t> Part::*list, std::uint32_t element,
                        const std::vector<std::uint32_t>& rows) {
    std::vector<std::uint32_t> parts;
    for (const std::uint32_t row : rows) {
      if (row != none && part_of_[row] != none) parts.push_back(part_of_[row]);
    }
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    for (const std::uint32_t part : parts) (parts_[part].*list).push_back(element);
  };
  evaluated_.assign(circuit_.devices.size(), 0);
  for (std::uint32_t k = 0; k < circuit_.devices.size(); ++k) {
    const circuit::Device& device = circuit_.devices[k];
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < device.nodes.size(); ++i) {
      if (layout_[k]->is_light(i)) continue;
      rows.push_back(device.nodes[i]);
      const std::uint32_t part = part_of_[device.nodes[i]];
      // Its storage moves, or its current is that of a source.
      if (part != none ? parts_[part].moves : known_node(device.nodes[i])) evaluated_[k] = 1;
    }
    give(&Part::devices, k, rows);
  }
  for (std::uint32_t k = 0; k < circuit_.passives.size(); ++k) {
    const circuit::Passive& one = circuit_.passives[k];
    give(&Part::passives, k, {one.p, one.n, inductor_branch_[k]});
  }
  for (std::uint32_t k = 0; k < circuit_.sources.size(); ++k) {
    const circuit::Source& one = circuit_.sources[k];
    if (one.is_voltage && source_branch_[k] == none) continue;
    give(&Part::sources, k, {one.p, one.n, source_branch_[k]});
  }
  for (std::uint32_t k = 0; k < circuit_.controlled.size(); ++k) {
    const circuit::Controlled& one = circuit_.controlled[k];
    give(&Part::controlled, k,
         {one.p, one.n, one.control_p, one.control_n, output_branch_[k], control_branch_[k]});
  }
  all_.passives.resize(circuit_.passives.size());
  all_.controlled.resize(circuit_.controlled.size());
  std::iota(all_.passives.begin(), all_.passives.end(), 0U);
  std::iota(all_.controlled.begin(), all_.controlled.end(), 0U);
  for (std::uint32_t k = 0; k < circuit_.sources.size(); ++k) {
    if (!circuit_.sources[k].is_voltage || source_branch_[k] != none) all_.sources.push_back(k);
  }
  for (const Part& part : parts_) {
    if (part.moves) moving_.insert(moving_.end(), part.rows.begin(), part.rows.end());
  }
}

}  // namespace neucasl::scattering
