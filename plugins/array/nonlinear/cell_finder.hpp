#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "circuit_array.hpp"
#include "neucasl/base/diagnostics.hpp"

/// \file
/// The cells of a circuit that is an array.

namespace neucasl::array_plugin {

[[noreturn]] void refuse_structure(const std::string& what);

constexpr std::uint32_t no_index = 0xffffffff;

/// What touches each node of a circuit, and which source holds it.
struct NodeUses {
  explicit NodeUses(const circuit::Circuit& circuit);
  std::vector<std::uint32_t> source;                  ///< `no_index`: none.
  std::vector<std::vector<std::uint32_t>> resistors;  ///< Passives.
};

/// One cell as its elements stand in the circuit.
struct FoundCell {
  std::vector<std::uint32_t> devices;
  std::vector<std::uint32_t> passives;
  std::array<std::uint32_t, 2> wires{no_index, no_index};  ///< Nodes; row first after `orient`.
  std::vector<std::uint32_t> inner;                        ///< Nodes, inner unknowns in order.
  std::vector<std::uint32_t> controls;                     ///< Nodes, the ground among them.
};

class CellFinder {
 public:
  CellFinder(const circuit::Circuit& circuit, const NodeUses& uses);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] const FoundCell& cell(std::size_t row, std::size_t column) const {
    return cells_[row * columns_ + column];
  }
  /// Exchanges the wires of all cells whose first node `is_row` denies.
  template <class IsRow>
  void orient(const IsRow& is_row) {
    for (std::size_t k = 0; k < cells_.size(); ++k) {
      if (!is_row(k / columns_, cells_[k].wires[0]))
        std::swap(cells_[k].wires[0], cells_[k].wires[1]);
    }
  }
  /// Parts, inner unknowns and controls of the array; every cell must be built as the first.
  void describe(CircuitArray& result) const;

 private:
  struct Index {
    std::string_view array;
    std::uint32_t row = 0, column = 0;
  };
  static std::optional<Index> index_of(std::string_view name);
  void sort_elements();
  void place_nodes(std::size_t k);
  void place_node(FoundCell& cell, std::size_t k, std::uint32_t node, bool conducts);
  [[nodiscard]] const std::vector<char>& conduction(std::uint32_t model, std::uint32_t device);
  [[nodiscard]] std::vector<CellPart> parts_of(const FoundCell& cell) const;
  [[nodiscard]] std::uint32_t local_index(const FoundCell& cell, std::uint32_t node) const;
  [[nodiscard]] std::string place(std::size_t k) const;

  const circuit::Circuit& circuit_;
  const NodeUses& uses_;
  std::size_t rows_ = 0, columns_ = 0;
  std::vector<FoundCell> cells_;
  std::vector<std::uint32_t> owner_;           // cell of each node; shared, or none
  std::vector<std::vector<char>> conduction_;  // of each model's unknowns
};

}  // namespace neucasl::array_plugin
