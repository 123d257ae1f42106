#include "neucasl/plugin/perturbed_matrix.hpp"

#include <algorithm>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::plugin {
namespace {

/// Side of the squares in which matrices are turned: a cache line.
constexpr std::size_t square = 8;

/// Transfers of ladders side by side. Node 0 of a line is its far end; `conductance` and `transfer`
/// are nodes x lines. The conductance seen behind node n is y_n = G_n + y_(n-1) q_(n-1), with
/// q = 1 / (1 + r y) the share of the voltage that is left after a segment.
void ladder(std::span<const double> conductance, std::size_t lines, double segment,
            std::vector<double>& carry, std::vector<double>& transfer) {
  const std::size_t nodes = conductance.size() / lines;
  transfer.resize(conductance.size());
  carry.assign(lines, 0.0);
  double* const seen = carry.data();
  for (std::size_t n = 0; n < nodes; ++n) {
    const double* const cell = conductance.data() + n * lines;
    double* const share = transfer.data() + n * lines;
    for (std::size_t k = 0; k < lines; ++k) {
      const double y = cell[k] + seen[k];
      share[k] = 1.0 / (1.0 + segment * y);
      seen[k] = y * share[k];
    }
  }
  for (std::size_t n = nodes - 1; n-- > 0;) {
    double* const share = transfer.data() + n * lines;
    for (std::size_t k = 0; k < lines; ++k) share[k] *= share[k + lines];
  }
}

double mean(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

PerturbedMatrix::PerturbedMatrix(const ArrayProblem& reference, const EffectiveMatrix& exact)
    : rows_(reference.rows),
      columns_(reference.columns),
      row_segment_(reference.row_segment_resistance),
      column_segment_(reference.column_segment_resistance) {
  const ArrayEnds& ends = reference.ends;
  const bool default_ends =
      ends.left.empty() && ends.right.empty() && ends.top.empty() && ends.bottom.empty();
  const std::size_t cells = rows_ * columns_;
  if (!default_ends || cells == 0 || reference.conductance.size() != cells ||
      exact.value.size() != cells) {
    throw base::Error("array.size",
                      "the reference of a perturbed array has ends of its own or another size than "
                      "its matrix",
                      "give an array that is driven at the left and sensed at the bottom");
  }
  Scratch scratch;
  transfers(reference.conductance, scratch);
  feedback_.resize(cells);
  const double average = mean(reference.conductance);
  for_each_cell(scratch, [&](std::size_t cell, double row, double column) {
    const double drops = average * (1.0 - row) * (1.0 - column);
    const double first = column * reference.conductance[cell] * row;
    // Without a drop there is nothing but the first term.
    feedback_[cell] = drops > 0.0 ? (exact.value[cell] - first) / drops : 0.0;
  });
}

void PerturbedMatrix::transfers(std::span<const double> conductance, Scratch& scratch) const {
  // Rows are driven at their left: their far ends are the last columns.
  scratch.turned.resize(conductance.size());
  for (std::size_t i0 = 0; i0 < rows_; i0 += square) {
    const std::size_t i1 = std::min(rows_, i0 + square);
    for (std::size_t j = 0; j < columns_; ++j) {
      double* const to = scratch.turned.data() + (columns_ - 1 - j) * rows_;
      for (std::size_t i = i0; i < i1; ++i) to[i] = conductance[i * columns_ + j];
    }
  }
  ladder(scratch.turned, rows_, row_segment_, scratch.carry, scratch.row);
  ladder(conductance, columns_, column_segment_, scratch.carry, scratch.column);
}

template <class Visit>
void PerturbedMatrix::for_each_cell(const Scratch& scratch, const Visit& visit) const {
  for (std::size_t j0 = 0; j0 < columns_; j0 += square) {
    const std::size_t j1 = std::min(columns_, j0 + square);
    for (std::size_t i = 0; i < rows_; ++i) {
      const double* const row = scratch.row.data() + i;
      const double* const column = scratch.column.data() + i * columns_;
      for (std::size_t j = j0; j < j1; ++j) {
        visit(i * columns_ + j, row[(columns_ - 1 - j) * rows_], column[j]);
      }
    }
  }
}

void PerturbedMatrix::apply(std::span<const double> conductance, std::span<double> matrix,
                            Scratch& scratch) const {
  if (conductance.size() != feedback_.size() || matrix.size() != feedback_.size()) {
    throw base::Error(
        "array.size", "the perturbed array has another size than its reference",
        "give " + std::to_string(rows_) + " x " + std::to_string(columns_) + " conductances");
  }
  transfers(conductance, scratch);
  const double average = mean(conductance);
  for_each_cell(scratch, [&](std::size_t cell, double row, double column) {
    matrix[cell] =
        column * conductance[cell] * row + feedback_[cell] * average * (1.0 - row) * (1.0 - column);
  });
}

}  // namespace neucasl::plugin
