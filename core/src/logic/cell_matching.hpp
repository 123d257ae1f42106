#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "mapping_cells.hpp"

/// \file
/// Which cells realise a function of the leaves of a cut: Boolean matching up to permutation and
/// inversion of the inputs.

namespace neucasl::logic {

/// A cell with some leaves inverted; which pin takes which leaf is left open.
struct CellMatch {
  std::size_t cell = 0;
  std::uint8_t inverted_leaves = 0;  ///< Bit i: the cell needs leaf i inverted.
  std::uint32_t first_order = 0;     ///< Orders of pins that give the same function.
  std::uint32_t orders = 0;
};

/// Pin of each leaf.
using PinOrder = std::array<std::uint8_t, most_table_inputs>;

class CellMatcher {
 public:
  explicit CellMatcher(const MappingCells& cells);

  /// Of a table of six variables, repeated over those on which it does not depend; the first ones
  /// are the leaves.
  [[nodiscard]] std::span<const CellMatch> of(std::uint64_t table) const;
  [[nodiscard]] bool usable(std::uint64_t table) const {
    return matches_.contains(table) || matches_.contains(~table);
  }
  [[nodiscard]] std::span<const PinOrder> orders(const CellMatch& match) const {
    return std::span(orders_).subspan(match.first_order, match.orders);
  }
  /// Inputs of the largest cell.
  [[nodiscard]] unsigned most_inputs() const { return most_inputs_; }

 private:
  void add(std::size_t index, const Cell& cell);

  std::unordered_map<std::uint64_t, std::vector<CellMatch>> matches_;
  std::vector<PinOrder> orders_;
  unsigned most_inputs_ = 2;
};

}  // namespace neucasl::logic
