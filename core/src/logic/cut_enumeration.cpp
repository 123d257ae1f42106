#include "cut_enumeration.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "table_operations.hpp"

namespace neucasl::logic {
namespace {

constexpr std::uint32_t unusable = std::numeric_limits<std::uint32_t>::max();

std::uint64_t signature_bit(std::uint32_t leaf) { return std::uint64_t{1} << (leaf % 64); }

Cut trivial_cut(std::uint32_t node) {
  Cut cut;
  cut.signature = signature_bit(node);
  cut.leaves[0] = node;
  cut.size = 1;
  cut.table = tables::variable[0];
  return cut;
}

/// The table of a cut over the leaves of a larger one.
std::uint64_t over_leaves(const Cut& cut, const Cut& merged) {
  std::uint64_t table = cut.table;
  unsigned position = merged.size;
  // From the last, so that a variable moves to a place that is free.
  for (unsigned i = cut.size; i-- > 0;) {
    do {
      --position;
    } while (merged.leaves[position] != cut.leaves[i]);
    if (position != i) table = tables::exchanged(table, i, position);
  }
  return table;
}

bool merge_leaves(const Cut& a, const Cut& b, unsigned most, Cut& merged) {
  merged.signature = a.signature | b.signature;
  if (static_cast<unsigned>(std::popcount(merged.signature)) > most) return false;
  unsigned i = 0;
  unsigned j = 0;
  unsigned count = 0;
  while (i < a.size || j < b.size) {
    if (count == most) return false;
    if (j == b.size || (i < a.size && a.leaves[i] < b.leaves[j])) {
      merged.leaves[count++] = a.leaves[i++];
    } else {
      if (i < a.size && a.leaves[i] == b.leaves[j]) ++i;
      merged.leaves[count++] = b.leaves[j++];
    }
  }
  merged.size = static_cast<std::uint8_t>(count);
  return true;
}

/// Takes away leaves on which the table does not depend.
void drop_unused_leaves(Cut& cut) {
  const unsigned before = cut.size;
  for (unsigned i = 0; i < cut.size;) {
    if (tables::depends_on(cut.table, i)) {
      ++i;
      continue;
    }
    for (unsigned j = i; j + 1 < cut.size; ++j) {
      cut.leaves[j] = cut.leaves[j + 1];
      cut.table = tables::exchanged(cut.table, j, j + 1);
    }
    --cut.size;
  }
  if (cut.size == before) return;
  cut.signature = 0;
  for (const std::uint32_t leaf : cut.used()) cut.signature |= signature_bit(leaf);
}

bool includes(const Cut& larger, const Cut& smaller) {
  if (larger.size < smaller.size || (smaller.signature & ~larger.signature) != 0) return false;
  return std::ranges::includes(larger.used(), smaller.used());
}

}  // namespace

void CutSet::begin() {
  first_.assign(graph_.size(), 0);
  count_.assign(graph_.size(), 0);
  depth_.assign(graph_.size(), 0);
  cuts_.reserve(graph_.ands() * (most_cuts / 2));
}

void CutSet::merge_fanins(std::uint32_t node) {
  candidates_.clear();
  const Literal a = graph_.fanin(node, 0);
  const Literal b = graph_.fanin(node, 1);
  const Cut own_a = trivial_cut(node_of(a));
  const Cut own_b = trivial_cut(node_of(b));
  const std::span<const Cut> cuts_a = of(node_of(a));
  const std::span<const Cut> cuts_b = of(node_of(b));
  add_merged(own_a, own_b, inverted(a), inverted(b));
  for (const Cut& cut_b : cuts_b) add_merged(own_a, cut_b, inverted(a), inverted(b));
  for (const Cut& cut_a : cuts_a) {
    add_merged(cut_a, own_b, inverted(a), inverted(b));
    for (const Cut& cut_b : cuts_b) add_merged(cut_a, cut_b, inverted(a), inverted(b));
  }
}

void CutSet::add_merged(const Cut& a, const Cut& b, bool invert_a, bool invert_b) {
  Cut merged;
  if (!merge_leaves(a, b, most_leaves_, merged)) return;
  const std::uint64_t table_a = over_leaves(a, merged) ^ (std::uint64_t{0} - (invert_a ? 1U : 0U));
  const std::uint64_t table_b = over_leaves(b, merged) ^ (std::uint64_t{0} - (invert_b ? 1U : 0U));
  merged.table = table_a & table_b;
  drop_unused_leaves(merged);
  // The node is then a constant or another node, which its other cuts need not know.
  if (merged.size < 2) return;
  add_candidate(merged);
}

void CutSet::add_candidate(const Cut& cut) {
  for (const Cut& other : candidates_) {
    if (includes(cut, other)) return;
  }
  // The first candidate, the fan-ins, stays in any case.
  std::erase_if(candidates_, [&](const Cut& other) {
    return &other != candidates_.data() && includes(other, cut);
  });
  candidates_.push_back(cut);
}

void CutSet::rank(Cut& cut, bool usable) {
  cut.depth = unusable;
  if (!usable) return;
  cut.depth = 0;
  for (const std::uint32_t leaf : cut.used()) cut.depth = std::max(cut.depth, depth_[leaf]);
  ++cut.depth;
}

void CutSet::keep_best(std::uint32_t node) {
  const auto better = [](const Cut& x, const Cut& y) {
    return x.depth != y.depth ? x.depth < y.depth : x.size < y.size;
  };
  depth_[node] = std::ranges::min_element(candidates_, better)->depth;
  std::stable_sort(candidates_.begin() + 1, candidates_.end(), better);
  first_[node] = cuts_.size();
  count_[node] = static_cast<std::uint8_t>(std::min(candidates_.size(), most_cuts));
  cuts_.insert(cuts_.end(), candidates_.begin(), candidates_.begin() + count_[node]);
}

}  // namespace neucasl::logic
