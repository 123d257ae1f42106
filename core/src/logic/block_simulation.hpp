#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "neucasl/logic/and_inverter_graph.hpp"

/// \file
/// And-inverter graphs under many patterns at a time.

namespace neucasl::logic {

/// Words of patterns that are simulated together; enough to vectorise, few enough for the cache.
inline constexpr std::size_t block_words = 16;
inline constexpr std::uint64_t block_patterns = 64 * block_words;

class BlockSimulation {
 public:
  explicit BlockSimulation(const AndInverterGraph& graph)
      : graph_(graph), value_(graph.size() * block_words, 0) {}

  /// The words of a node.
  std::uint64_t* of(std::uint32_t node) { return &value_[node * block_words]; }

  /// Evaluates ANDs, given in ascending order, after the inputs' words have been set.
  void run(std::span<const std::uint32_t> nodes) {
    for (const std::uint32_t node : nodes) {
      if (!graph_.is_and(node)) continue;
      const Literal a = graph_.fanin(node, 0);
      const Literal b = graph_.fanin(node, 1);
      const std::uint64_t* left = of(node_of(a));
      const std::uint64_t* right = of(node_of(b));
      const std::uint64_t invert_left = std::uint64_t{0} - (a & 1U);
      const std::uint64_t invert_right = std::uint64_t{0} - (b & 1U);
      std::uint64_t* result = of(node);
      for (std::size_t w = 0; w < block_words; ++w) {
        result[w] = (left[w] ^ invert_left) & (right[w] ^ invert_right);
      }
    }
  }

  /// Index of the first pattern of the block in which the two differ.
  std::optional<std::size_t> difference(Literal a, Literal b) {
    const std::uint64_t apart = std::uint64_t{0} - ((a ^ b) & 1U);
    for (std::size_t w = 0; w < block_words; ++w) {
      const std::uint64_t wrong = of(node_of(a))[w] ^ of(node_of(b))[w] ^ apart;
      if (wrong != 0) return 64 * w + static_cast<std::size_t>(std::countr_zero(wrong));
    }
    return std::nullopt;
  }

 private:
  const AndInverterGraph& graph_;
  std::vector<std::uint64_t> value_;
};

}  // namespace neucasl::logic
