#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "neucasl/logic/and_inverter_graph.hpp"

/// \file
/// Cuts of and-inverter graphs: the priority cuts of A. Mishchenko, S. Cho, S. Chatterjee and
/// R. Brayton, "Combinational and sequential mapping with priority cuts", ICCAD 2007.
///
/// A *cut* of a node is a set of nodes, its *leaves*, through which every path from an input to the
/// node leads.

namespace neucasl::logic {

struct Cut {
  std::array<std::uint32_t, most_table_inputs> leaves{};  ///< Ascending.
  std::uint8_t size = 0;
  std::uint64_t signature = 0;  ///< A bit for each leaf, several leaves may share one.
  /// The node as a function of the leaves: variable i is leaf i; depends on each.
  std::uint64_t table = 0;
  std::uint32_t depth = 0;  ///< Most cuts on a path through this one, itself included.

  [[nodiscard]] std::span<const std::uint32_t> used() const { return {leaves.data(), size}; }
};

/// A few cuts of every AND of a graph with at most `most_leaves` leaves: those of least depth and,
/// of equal depth, of fewest leaves; among them always the two fan-ins of the node. `usable` says
/// which tables a cell can realise; only such cuts count for the depth, others are kept for what is
/// built on them.
class CutSet {
 public:
  template <class Usable>
  CutSet(const AndInverterGraph& graph, unsigned most_leaves, const Usable& usable)
      : graph_(graph), most_leaves_(most_leaves) {
    begin();
    for (std::uint32_t node = 1; node < graph_.size(); ++node) {
      if (!graph_.is_and(node)) continue;
      merge_fanins(node);
      for (Cut& cut : candidates_) rank(cut, usable(cut.table));
      keep_best(node);
    }
  }

  [[nodiscard]] std::span<const Cut> of(std::uint32_t node) const {
    return std::span(cuts_).subspan(first_[node], count_[node]);
  }

 private:
  static constexpr std::size_t most_cuts = 12;

  void begin();
  void merge_fanins(std::uint32_t node);
  void add_merged(const Cut& a, const Cut& b, bool invert_a, bool invert_b);
  void add_candidate(const Cut& cut);
  void rank(Cut& cut, bool usable);
  void keep_best(std::uint32_t node);

  const AndInverterGraph& graph_;
  unsigned most_leaves_;
  std::vector<Cut> cuts_;
  std::vector<std::size_t> first_;    ///< By node.
  std::vector<std::uint8_t> count_;   ///< By node.
  std::vector<std::uint32_t> depth_;  ///< By node, of its best usable cut.
  std::vector<Cut> candidates_;
};

}  // namespace neucasl::logic
