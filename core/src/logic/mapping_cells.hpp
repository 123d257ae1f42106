#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "neucasl/logic/technology_mapping.hpp"

/// \file
/// The parts that the cells of a library play in mapping.
///
/// *Variants* are cells of the same function that differ in strength. Covering knows the smallest
/// of them only; their strength is chosen when the loads are known.

namespace neucasl::logic {

class MappingCells {
 public:
  /// \throws base::Error "mapping.cells" when a part that the network needs has no cell.
  MappingCells(const CellLibrary& library, const Network& network);

  [[nodiscard]] const CellLibrary& library() const { return *library_; }
  /// The smallest variant of each function of two to six inputs.
  [[nodiscard]] const std::vector<std::size_t>& functions() const { return functions_; }
  [[nodiscard]] std::size_t inverter() const { return inverter_; }
  /// A two-input AND up to inversions.
  [[nodiscard]] std::size_t and_of_two() const { return and_of_two_; }
  [[nodiscard]] std::optional<std::size_t> buffer() const { return buffer_; }
  [[nodiscard]] std::optional<std::size_t> flip_flop() const { return flip_flop_; }
  /// A cell without inputs.
  [[nodiscard]] std::optional<std::size_t> constant(bool value) const { return constants_[value]; }
  /// The cell and those of its function, by area.
  [[nodiscard]] const std::vector<std::size_t>& variants(std::size_t cell) const {
    return variants_[cell];
  }
  /// F. Infinite when the library gives none.
  [[nodiscard]] double largest_load(std::size_t cell) const;
  /// s. The slower direction, with the input transition and the load of a few inverters.
  [[nodiscard]] double usual_delay(std::size_t cell, std::size_t input) const {
    return usual_delays_[cell][input];
  }

 private:
  void find_variants();
  void find_parts();
  void require(const Network& network);
  void find_usual_delays();

  const CellLibrary* library_;
  std::vector<std::vector<std::size_t>> variants_;
  std::vector<std::size_t> functions_;
  std::size_t inverter_ = 0;
  std::size_t and_of_two_ = 0;
  std::optional<std::size_t> buffer_, flip_flop_;
  std::optional<std::size_t> constants_[2];
  std::vector<std::vector<double>> usual_delays_;
};

/// The input of a flip-flop that is stored, and the one that is the clock.
std::size_t data_input(const Cell& flip_flop);
std::size_t clock_input(const Cell& flip_flop);

}  // namespace neucasl::logic
