#include "ordering.hpp"

#include <Eigen/OrderingMethods>
#include <Eigen/SparseCore>

namespace neucasl::native_plugin {
namespace {

constexpr std::uint32_t none = UINT32_MAX;

/// Maximum matching of columns to rows over usable entries.
class Matching {
 public:
  Matching(const SparsePattern& pattern, const std::vector<char>& usable)
      : pattern_(pattern),
        usable_(usable),
        row_of_(pattern.size, none),
        column_of_(pattern.size, none),
        visited_(pattern.size, none),
        next_(pattern.size) {
    take_diagonal();
    for (std::uint32_t j = 0; j < pattern.size; ++j) {
      if (row_of_[j] == none) augment(j);
    }
    fill_up();
  }
  [[nodiscard]] const std::vector<std::uint32_t>& rows() const { return row_of_; }

 private:
  void take_diagonal() {
    for (std::uint32_t j = 0; j < pattern_.size; ++j) {
      for (std::uint32_t e = pattern_.column_start[j]; e < pattern_.column_start[j + 1]; ++e) {
        if (pattern_.row[e] == j && usable_[e] != 0) match(j, j);
      }
    }
  }
  void match(std::uint32_t row, std::uint32_t column) {
    row_of_[column] = row;
    column_of_[row] = column;
  }
  /// A free row of the column, or `none`.
  std::uint32_t free_row(std::uint32_t column) const {
    for (std::uint32_t e = pattern_.column_start[column]; e < pattern_.column_start[column + 1];
         ++e) {
      if (usable_[e] != 0 && column_of_[pattern_.row[e]] == none) return pattern_.row[e];
    }
    return none;
  }
  /// Depth-first search for a path of columns that ends in a free row.
  void augment(std::uint32_t root) {
    path_.assign(1, root);
    next_[root] = pattern_.column_start[root];
    while (!path_.empty()) {
      const std::uint32_t column = path_.back();
      const std::uint32_t row = free_row(column);
      if (row != none) return shift(row);
      if (!descend(column, root)) path_.pop_back();
    }
  }
  bool descend(std::uint32_t column, std::uint32_t root) {
    for (std::uint32_t& e = next_[column]; e < pattern_.column_start[column + 1]; ++e) {
      const std::uint32_t row = pattern_.row[e];
      if (usable_[e] == 0 || visited_[row] == root) continue;
      visited_[row] = root;
      const std::uint32_t owner = column_of_[row];
      next_[owner] = pattern_.column_start[owner];
      path_.push_back(owner);
      ++e;
      return true;
    }
    return false;
  }
  /// Each column of the path takes the row that the next one had.
  void shift(std::uint32_t free) {
    for (std::size_t k = path_.size(); k-- > 0;) {
      const std::uint32_t before = row_of_[path_[k]];
      match(free, path_[k]);
      free = before;
    }
  }
  void fill_up() {
    std::uint32_t row = 0;
    for (std::uint32_t j = 0; j < pattern_.size; ++j) {
      if (row_of_[j] != none) continue;
      while (column_of_[row] != none) ++row;
      match(row, j);
    }
  }

  const SparsePattern& pattern_;
  const std::vector<char>& usable_;
  std::vector<std::uint32_t> row_of_;     // of each column
  std::vector<std::uint32_t> column_of_;  // of each row
  std::vector<std::uint32_t> visited_;    // by the search from this column
  std::vector<std::uint32_t> next_;       // entry of each column on the path
  std::vector<std::uint32_t> path_;
};

}  // namespace

EliminationOrder elimination_order(const SparsePattern& pattern, const std::vector<char>& usable) {
  EliminationOrder order;
  order.pivot_row = Matching(pattern, usable).rows();
  std::vector<std::uint32_t> column_of(pattern.size);
  for (std::uint32_t j = 0; j < pattern.size; ++j) column_of[order.pivot_row[j]] = j;

  using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;
  std::vector<Eigen::Triplet<double, int>> entries;
  entries.reserve(pattern.entries());
  for (std::uint32_t j = 0; j < pattern.size; ++j) {
    for (std::uint32_t e = pattern.column_start[j]; e < pattern.column_start[j + 1]; ++e) {
      entries.emplace_back(static_cast<int>(column_of[pattern.row[e]]), static_cast<int>(j), 1.0);
    }
  }
  const auto n = static_cast<Eigen::Index>(pattern.size);
  Matrix matrix(n, n);
  matrix.setFromTriplets(entries.begin(), entries.end());
  Eigen::AMDOrdering<int>::PermutationType permutation(n);
  Eigen::AMDOrdering<int>()(matrix, permutation);
  order.column.assign(permutation.indices().data(), permutation.indices().data() + n);
  return order;
}

}  // namespace neucasl::native_plugin
