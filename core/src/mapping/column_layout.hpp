#pragma once

#include <cstddef>
#include <vector>

#include "neucasl/base/lanes.hpp"

/// \file
/// Where the columns of a sliced matrix stand in vectors of `base::lanes` floats.
///
/// Outputs go in groups of eight. A full group takes one vector for each slice, output n in lane
/// n mod 8. The last group, if it is not full and its columns fit into one panel, takes no more
/// vectors than needed: column slice x (its outputs) + output, one after the other. Vectors stand
/// in *panels* of at most `most_width`, which is what a tile of registers works through; a panel is
/// stored row by row.

namespace neucasl::mapping {

class ColumnLayout {
 public:
  /// Vectors of a panel: what the registers hold beside it decides.
  static constexpr std::size_t most_width = 4;

  /// Vectors of a panel that add up to the same outputs.
  struct Part {
    std::size_t vector;  ///< First, in the panel.
    std::size_t vectors;
    std::size_t first_output;
    std::size_t outputs;  ///< At most eight.
    bool first_slice;     ///< Holds slice 0.
    bool packed;          ///< Columns one after the other.
  };
  struct Panel {
    std::size_t first_vector;
    std::size_t width;
    std::vector<Part> parts;
  };

  ColumnLayout() = default;
  ColumnLayout(std::size_t outputs, std::size_t slices);

  [[nodiscard]] std::size_t slices() const { return slices_; }
  [[nodiscard]] const std::vector<Panel>& panels() const { return panels_; }
  /// Values of a matrix of `rows` rows.
  [[nodiscard]] std::size_t size(std::size_t rows) const { return rows * vectors_ * base::lanes; }
  /// Where column (output, slice) of the first row stands in a matrix of `rows` rows.
  [[nodiscard]] std::size_t place(std::size_t rows, std::size_t output, std::size_t slice) const;
  /// From there to the same column of the next row.
  [[nodiscard]] std::size_t stride(std::size_t output, std::size_t slice) const;
  /// For each lane of the panel its slice's value of `by_slice`; 0 where no column is.
  [[nodiscard]] std::vector<float> spread(const Panel& panel,
                                          const std::vector<float>& by_slice) const;

 private:
  struct Column {
    std::size_t vector;
    std::size_t lane;
  };
  [[nodiscard]] bool packed(std::size_t group) const { return packed_ && group == full_groups_; }
  [[nodiscard]] Column column(std::size_t output, std::size_t slice) const;
  [[nodiscard]] std::size_t group_vectors(std::size_t group) const;
  void append(std::size_t group);

  std::size_t outputs_ = 0;
  std::size_t slices_ = 1;
  std::size_t full_groups_ = 0;
  bool packed_ = false;
  std::size_t vectors_ = 0;
  std::vector<Panel> panels_;
  std::vector<std::size_t> panel_of_;  ///< By vector.
};

}  // namespace neucasl::mapping
