#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

/// \file
/// Disjoint sets of indices, joined one by one (R. E. Tarjan, "Efficiency of a good but not linear
/// set union algorithm", J. ACM 22:215, 1975; path halving, no ranks).

namespace neucasl::base {

class DisjointSets {
 public:
  /// Each index below `count` is a set.
  explicit DisjointSets(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }

  /// The same index for all members of a set, one of them.
  [[nodiscard]] std::size_t root(std::size_t index) {
    while (parent_[index] != index) index = parent_[index] = parent_[parent_[index]];
    return index;
  }
  void join(std::size_t a, std::size_t b) { parent_[root(a)] = root(b); }
  [[nodiscard]] bool same(std::size_t a, std::size_t b) { return root(a) == root(b); }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace neucasl::base
