#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// \file
/// Elimination of the unknowns of one device model, planned once.
///
/// The equations of a device are a few tens, most of their entries zero, and the same places for
/// all devices of a model. The first matrix gives pivots (partial pivoting of scaled rows) and the
/// places that ever differ from zero; later ones only compute there. A matrix with an entry
/// elsewhere, or with a pivot that is small beside its column, makes a new plan.

namespace neucasl::scattering {

class DeviceElimination {
 public:
  /// Four right sides at once.
  using Columns = double __attribute__((vector_size(4 * sizeof(double))));

  /// Equation and unknown i stand at row and column `place[i]` of the Jacobian, n x n. The first
  /// `waves` diagonal entries get 1 more; `held[i]` makes equation i: unknown = given.
  DeviceElimination(std::size_t n, std::span<const std::size_t> place, std::size_t waves,
                    std::span<const char> held);

  /// False when an equation is empty or not finite, or the matrix is singular.
  bool factor(std::span<const double> jacobian);
  /// Whether `solve` has factors.
  [[nodiscard]] bool factored() const { return factored_; }
  void solve(std::span<double> right) { solve_any(right, work_); }
  void solve(std::span<Columns> right) { solve_any(right, work_columns_); }
  /// 1 / largest entry of an equation when the plan was made.
  [[nodiscard]] double row_scale(std::size_t i) const { return scale_[i]; }

 private:
  struct Entry {
    std::uint32_t position;  // in values_
    std::uint32_t source;    // in the Jacobian
    double plus;
  };
  bool plan(std::span<const double> jacobian);
  bool choose_pivots(std::span<const double> jacobian);
  bool replay(std::span<const double> jacobian, bool& stable);
  template <class T>
  void solve_any(std::span<T> right, std::vector<T>& x);
  [[nodiscard]] double at(std::span<const double> jacobian, std::size_t i, std::size_t j) const;

  std::size_t n_, m_, waves_;
  bool factored_ = false;
  std::vector<std::size_t> place_;
  std::vector<char> held_;
  std::vector<char> used_;            // m x m, by equation and unknown
  std::vector<std::uint32_t> order_;  // equation of each pivot
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> fill_, outside_;  // positions to clear; places that must stay zero
  std::vector<std::uint32_t> below_row_, below_, right_row_, right_;
  std::vector<double> values_, inverse_, scale_, work_;
  std::vector<Columns> work_columns_;
};

}  // namespace neucasl::scattering
