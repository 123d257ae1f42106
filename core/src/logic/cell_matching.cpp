#include "cell_matching.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "table_operations.hpp"

namespace neucasl::logic {
namespace {

/// The cell's function of the leaves when leaf i goes to pin order[i].
std::uint64_t table_of_leaves(TruthTable function, const PinOrder& order, unsigned inverted) {
  std::uint64_t bits = 0;
  for (unsigned row = 0; row < (1U << function.inputs); ++row) {
    unsigned pins = 0;
    for (unsigned leaf = 0; leaf < function.inputs; ++leaf) {
      pins |= (((row ^ inverted) >> leaf) & 1U) << order[leaf];
    }
    if (function.at(pins)) bits |= std::uint64_t{1} << row;
  }
  return tables::stretched(bits, function.inputs);
}

}  // namespace

CellMatcher::CellMatcher(const MappingCells& cells) {
  for (const std::size_t c : cells.functions()) add(c, cells.library().cells[c]);
}

void CellMatcher::add(std::size_t index, const Cell& cell) {
  // All orders of larger cells would cost more time than the order of their pins can win.
  constexpr unsigned most_reordered = 4;
  const unsigned inputs = cell.function.inputs;
  most_inputs_ = std::max(most_inputs_, inputs);
  std::map<std::pair<std::uint64_t, unsigned>, std::vector<PinOrder>> found;
  for (unsigned inverted = 0; inverted < (1U << inputs); ++inverted) {
    PinOrder order{};
    std::iota(order.begin(), order.end(), std::uint8_t{0});
    do {
      std::vector<PinOrder>& known =
          found[{table_of_leaves(cell.function, order, inverted), inverted}];
      if (known.empty() || inputs <= most_reordered) known.push_back(order);
    } while (std::next_permutation(order.begin(), order.begin() + inputs));
  }
  for (const auto& [key, orders] : found) {
    CellMatch match;
    match.cell = index;
    match.inverted_leaves = static_cast<std::uint8_t>(key.second);
    match.first_order = static_cast<std::uint32_t>(orders_.size());
    match.orders = static_cast<std::uint32_t>(orders.size());
    orders_.insert(orders_.end(), orders.begin(), orders.end());
    matches_[key.first].push_back(match);
  }
}

std::span<const CellMatch> CellMatcher::of(std::uint64_t table) const {
  const auto found = matches_.find(table);
  if (found == matches_.end()) return {};
  return found->second;
}

}  // namespace neucasl::logic
