#include "sparse_pattern.hpp"

#include <algorithm>

namespace neucasl::native_plugin {
namespace {

/// Contributions of one column beside each other, by counting.
std::vector<std::uint32_t> starts_of(std::uint32_t size, const auto& contributions) {
  std::vector<std::uint32_t> start(size + 1, 0);
  for (const auto& one : contributions) {
    if (one.row < size && one.column < size) ++start[one.column + 1];
  }
  for (std::uint32_t j = 0; j < size; ++j) start[j + 1] += start[j];
  return start;
}

}  // namespace

SparsePattern PatternBuilder::finish(std::vector<std::uint32_t>& slots) const {
  struct Place {
    std::uint32_t row;
    std::uint32_t contribution;
  };
  const std::vector<std::uint32_t> start = starts_of(size_, contributions_);
  std::vector<Place> places(start[size_]);
  std::vector<std::uint32_t> next(start.begin(), start.end() - 1);
  for (std::uint32_t k = 0; k < contributions_.size(); ++k) {
    const auto [row, column] = contributions_[k];
    if (row < size_ && column < size_) places[next[column]++] = {row, k};
  }

  SparsePattern pattern;
  pattern.size = size_;
  pattern.column_start.assign(size_ + 1, 0);
  slots.assign(contributions_.size(), 0);
  std::vector<char> stored(contributions_.size(), 0);
  for (std::uint32_t j = 0; j < size_; ++j) {
    const auto first = places.begin() + start[j];
    const auto last = places.begin() + start[j + 1];
    std::sort(first, last, [](const Place& a, const Place& b) { return a.row < b.row; });
    for (auto place = first; place != last; ++place) {
      if (place == first || place->row != (place - 1)->row) pattern.row.push_back(place->row);
      slots[place->contribution] = static_cast<std::uint32_t>(pattern.row.size() - 1);
      stored[place->contribution] = 1;
    }
    pattern.column_start[j + 1] = static_cast<std::uint32_t>(pattern.row.size());
  }
  for (std::size_t k = 0; k < slots.size(); ++k) {
    if (stored[k] == 0) slots[k] = static_cast<std::uint32_t>(pattern.row.size());
  }
  return pattern;
}

}  // namespace neucasl::native_plugin
