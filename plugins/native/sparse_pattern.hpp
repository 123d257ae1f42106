#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// \file
/// Where a sparse matrix has entries, and where each contribution to it is added.

namespace neucasl::native_plugin {

/// Compressed columns; rows ascend within a column.
struct SparsePattern {
  std::uint32_t size = 0;                   ///< Rows and columns.
  std::vector<std::uint32_t> column_start;  ///< size + 1
  std::vector<std::uint32_t> row;           ///< One for each entry.

  [[nodiscard]] std::size_t entries() const { return row.size(); }
};

/// Collects contributions (row, column) and gives each its *slot*: the position of its entry in the
/// array of values. Contributions to row or column `size` (the ground) share the slot behind the
/// last entry, so that loops over contributions need no branch.
class PatternBuilder {
 public:
  explicit PatternBuilder(std::uint32_t size) : size_(size) {}

  /// Number of the contribution; they count up from 0.
  std::uint32_t add(std::uint32_t row, std::uint32_t column) {
    contributions_.push_back({row, column});
    return static_cast<std::uint32_t>(contributions_.size() - 1);
  }
  /// Pattern of all contributions; `slots` gets one slot for each contribution.
  [[nodiscard]] SparsePattern finish(std::vector<std::uint32_t>& slots) const;

 private:
  struct Contribution {
    std::uint32_t row;
    std::uint32_t column;
  };
  std::uint32_t size_;
  std::vector<Contribution> contributions_;
};

}  // namespace neucasl::native_plugin
