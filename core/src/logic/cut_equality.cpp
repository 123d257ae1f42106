#include <algorithm>

#include "graph_sweeping.hpp"
#include "table_operations.hpp"

namespace neucasl::logic {
namespace {

constexpr std::size_t most_leaves = 12;
constexpr std::size_t most_inner_nodes = 400;

/// A cut below two nodes and what lies between: both lists by node.
struct Window {
  std::vector<std::uint32_t> leaves;
  std::vector<std::uint32_t> inner;
};

class WindowGrower {
 public:
  WindowGrower(const AndInverterGraph& graph, std::uint32_t a, std::uint32_t b) : graph_(graph) {
    add(a);
    add(b);
  }

  /// Always the leaf that brings the fewest new ones, as long as there are few enough (the
  /// reconvergence-driven cut of A. Mishchenko and R. Brayton, IWLS 2006).
  Window by_reconvergence() {
    while (window_.inner.size() < most_inner_nodes) {
      const std::size_t leaf = cheapest();
      if (leaf == none) break;
      const std::size_t grown = window_.leaves.size() - 1 + cost(window_.leaves[leaf]);
      if (grown > most_leaves) break;
      expand(leaf);
    }
    return window_;
  }

  /// Always the leaf farthest from the inputs; on the way there may be more leaves, and the last
  /// cut that is small enough counts.
  Window by_level() {
    Window best = window_;
    while (window_.inner.size() < most_inner_nodes && window_.leaves.size() <= 4 * most_leaves) {
      const auto highest = std::max_element(window_.leaves.begin(), window_.leaves.end());
      if (highest == window_.leaves.end() || !graph_.is_and(*highest)) break;
      expand(static_cast<std::size_t>(highest - window_.leaves.begin()));
      if (window_.leaves.size() <= most_leaves) best = window_;
    }
    return best;
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[nodiscard]] bool seen(std::uint32_t node) const {
    return std::find(window_.leaves.begin(), window_.leaves.end(), node) != window_.leaves.end() ||
           std::find(window_.inner.begin(), window_.inner.end(), node) != window_.inner.end();
  }
  /// The constant is no leaf: its value is known.
  void add(std::uint32_t node) {
    if (node != 0 && !seen(node)) window_.leaves.push_back(node);
  }
  [[nodiscard]] std::size_t cost(std::uint32_t node) const {
    const std::uint32_t a = node_of(graph_.fanin(node, 0));
    const std::uint32_t b = node_of(graph_.fanin(node, 1));
    return (seen(a) ? 0U : 1U) + (seen(b) ? 0U : 1U);
  }
  [[nodiscard]] std::size_t cheapest() const {
    std::size_t best = none;
    std::size_t best_cost = 0;
    for (std::size_t i = 0; i < window_.leaves.size(); ++i) {
      const std::uint32_t node = window_.leaves[i];
      if (!graph_.is_and(node)) continue;
      const std::size_t own = cost(node);
      const bool better =
          best == none || own < best_cost || (own == best_cost && node > window_.leaves[best]);
      if (better) {
        best = i;
        best_cost = own;
      }
    }
    return best;
  }
  void expand(std::size_t leaf) {
    const std::uint32_t node = window_.leaves[leaf];
    window_.leaves[leaf] = window_.leaves.back();
    window_.leaves.pop_back();
    window_.inner.push_back(node);
    add(node_of(graph_.fanin(node, 0)));
    add(node_of(graph_.fanin(node, 1)));
  }

  const AndInverterGraph& graph_;
  Window window_;
};

/// Rows of a leaf in word `word` of a table.
std::uint64_t leaf_rows(std::size_t leaf, std::size_t word) {
  if (leaf < 6) return tables::variable[leaf];
  return ((word >> (leaf - 6)) & 1U) != 0 ? ~std::uint64_t{0} : 0;
}

bool equal_tables(const AndInverterGraph& graph, Window window, Literal a, Literal b) {
  std::sort(window.inner.begin(), window.inner.end());
  // Values: the constant, then the leaves, then the inner nodes.
  const auto position = [&](std::uint32_t node) -> std::size_t {
    if (node == 0) return 0;
    const auto inner = std::lower_bound(window.inner.begin(), window.inner.end(), node);
    if (inner != window.inner.end() && *inner == node) {
      return 1 + window.leaves.size() + static_cast<std::size_t>(inner - window.inner.begin());
    }
    const auto leaf = std::find(window.leaves.begin(), window.leaves.end(), node);
    return 1 + static_cast<std::size_t>(leaf - window.leaves.begin());
  };
  struct Step {
    std::size_t a, b;
    std::uint64_t invert_a, invert_b;
  };
  const auto mask = [](Literal literal) { return std::uint64_t{0} - (literal & 1U); };
  std::vector<Step> steps;
  for (const std::uint32_t node : window.inner) {
    const Literal left = graph.fanin(node, 0);
    const Literal right = graph.fanin(node, 1);
    steps.push_back({position(node_of(left)), position(node_of(right)), mask(left), mask(right)});
  }
  const std::size_t at_a = position(node_of(a));
  const std::size_t at_b = position(node_of(b));
  const std::uint64_t apart = mask(a) ^ mask(b);
  std::vector<std::uint64_t> value(1 + window.leaves.size() + window.inner.size(), 0);
  const std::size_t leaves = window.leaves.size();
  const std::size_t words = leaves > 6 ? std::size_t{1} << (leaves - 6) : 1;
  for (std::size_t word = 0; word < words; ++word) {
    for (std::size_t i = 0; i < leaves; ++i) value[1 + i] = leaf_rows(i, word);
    std::size_t next = 1 + leaves;
    for (const Step& step : steps) {
      value[next++] = (value[step.a] ^ step.invert_a) & (value[step.b] ^ step.invert_b);
    }
    if ((value[at_a] ^ value[at_b]) != apart) return false;
  }
  return true;
}

}  // namespace

bool equal_over_cut(const AndInverterGraph& graph, Literal a, Literal b) {
  WindowGrower narrow(graph, node_of(a), node_of(b));
  if (equal_tables(graph, narrow.by_reconvergence(), a, b)) return true;
  WindowGrower wide(graph, node_of(a), node_of(b));
  return equal_tables(graph, wide.by_level(), a, b);
}

}  // namespace neucasl::logic
