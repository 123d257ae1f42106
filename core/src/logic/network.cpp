#include "neucasl/logic/network.hpp"

#include <algorithm>
#include <functional>

namespace neucasl::logic {
namespace {

constexpr std::uint32_t free_slot = 0xffffffff;

/// The slot that holds `name`, or the free one where it belongs. `name_of` gives an item's name.
template <class NameOf>
std::size_t slot_of_name(const std::vector<std::uint32_t>& slots, std::string_view name,
                         const NameOf& name_of) {
  const std::size_t mask = slots.size() - 1;
  std::size_t slot = std::hash<std::string_view>{}(name)&mask;
  while (slots[slot] != free_slot && name_of(slots[slot]) != name) slot = (slot + 1) & mask;
  return slot;
}

/// Keeps at least half of the slots free once `count` items are in.
template <class NameOf>
void make_room(std::vector<std::uint32_t>& slots, std::size_t count, const NameOf& name_of) {
  if (2 * count <= slots.size()) return;
  slots.assign(std::max<std::size_t>(16, 2 * slots.size()), free_slot);
  for (std::uint32_t i = 0; i + 1 < count; ++i) slots[slot_of_name(slots, name_of(i), name_of)] = i;
}

}  // namespace

NodeIndex Network::add(Node node) {
  const auto index = static_cast<NodeIndex>(nodes_.size());
  const auto name_of = [&](std::uint32_t i) -> std::string_view { return nodes_[i].name; };
  make_room(slots_, nodes_.size() + 1, name_of);
  const std::size_t slot = slot_of_name(slots_, node.name, name_of);
  if (node.name.empty() || slots_[slot] != free_slot) {
    throw base::Error(
        "logic.name",
        node.name.empty() ? "a signal has no name" : "two signals are named '" + node.name + "'",
        "give each signal its own name", node.where);
  }
  slots_[slot] = index;
  nodes_.push_back(std::move(node));
  return index;
}

void Network::check_fanin(NodeIndex fanin, std::string_view user,
                          const base::Location& where) const {
  if (fanin < nodes_.size()) return;
  throw base::Error("logic.fanin", "'" + std::string(user) + "' uses a node that is not there",
                    "add fan-ins before their users", where);
}

NodeIndex Network::add_constant(std::string node_name, bool value, const base::Location& where) {
  return add({NodeKind::constant, std::move(node_name), {}, {value ? 1U : 0U, 0}, where});
}

NodeIndex Network::add_input(std::string node_name, const base::Location& where) {
  const NodeIndex index = add({NodeKind::input, std::move(node_name), {}, {}, where});
  inputs_.push_back(index);
  return index;
}

NodeIndex Network::add_latch_output(std::string node_name, const base::Location& where) {
  return add({NodeKind::latch_output, std::move(node_name), {}, {}, where});
}

NodeIndex Network::add_function(std::string node_name, std::vector<NodeIndex> fanins,
                                TruthTable function, const base::Location& where) {
  for (const NodeIndex fanin : fanins) check_fanin(fanin, node_name, where);
  const bool fits = fanins.size() == function.inputs && function.inputs <= most_table_inputs &&
                    (function.bits & ~TruthTable::mask(function.inputs)) == 0;
  if (!fits) {
    throw base::Error("logic.fanin",
                      "the table of '" + node_name + "' does not fit its " +
                          std::to_string(fanins.size()) + " fan-ins",
                      "give a table of as many inputs, at most six, without further bits", where);
  }
  return add({NodeKind::function, std::move(node_name), std::move(fanins), function, where});
}

void Network::add_output(std::string output_name, NodeIndex node, const base::Location& where) {
  check_fanin(node, output_name, where);
  const auto name_of = [&](std::uint32_t i) -> std::string_view { return outputs_[i].name; };
  make_room(output_slots_, outputs_.size() + 1, name_of);
  const std::size_t slot = slot_of_name(output_slots_, output_name, name_of);
  if (output_name.empty() || output_slots_[slot] != free_slot) {
    throw base::Error("logic.name",
                      output_name.empty() ? "an output has no name"
                                          : "two outputs are named '" + output_name + "'",
                      "name each output once", where);
  }
  output_slots_[slot] = static_cast<std::uint32_t>(outputs_.size());
  outputs_.push_back({std::move(output_name), node, where});
}

void Network::add_latch(Latch latch) {
  check_fanin(latch.input, "a latch", latch.where);
  check_fanin(latch.output, "a latch", latch.where);
  const Node& output = nodes_[latch.output];
  latched_.resize(nodes_.size(), 0);
  const bool taken = latched_[latch.output] != 0;
  if (output.kind != NodeKind::latch_output || taken) {
    throw base::Error("logic.latch",
                      "'" + output.name + "' is " + (taken ? "two latches' output" : "no latch's"),
                      "add one latch output for each latch", latch.where);
  }
  latched_[latch.output] = 1;
  latches_.push_back(std::move(latch));
}

std::string Network::fresh_name(std::string_view stem) const {
  const auto free = [&](std::string_view name) { return !find(name) && !find_output(name); };
  if (!stem.empty() && free(stem)) return std::string(stem);
  // Counting from the number of nodes makes repeated calls with one stem quick.
  for (std::size_t number = nodes_.size();; ++number) {
    std::string candidate = std::string(stem) + '_' + std::to_string(number);
    if (free(candidate)) return candidate;
  }
}

std::size_t Network::functions() const {
  return static_cast<std::size_t>(std::count_if(nodes_.begin(), nodes_.end(), [](const Node& node) {
    return node.kind == NodeKind::function;
  }));
}

std::optional<NodeIndex> Network::find(std::string_view node_name) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t index = slots_[slot_of_name(
      slots_, node_name, [&](std::uint32_t i) -> std::string_view { return nodes_[i].name; })];
  if (index == free_slot) return std::nullopt;
  return index;
}

std::optional<std::size_t> Network::find_output(std::string_view output_name) const {
  if (output_slots_.empty()) return std::nullopt;
  const std::uint32_t index = output_slots_[slot_of_name(
      output_slots_, output_name,
      [&](std::uint32_t i) -> std::string_view { return outputs_[i].name; })];
  if (index == free_slot) return std::nullopt;
  return index;
}

}  // namespace neucasl::logic
