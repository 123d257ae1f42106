#include "wire_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "../panel_layout.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/disjoint_sets.hpp"

namespace neucasl::array_plugin {
namespace {

constexpr std::size_t restart = 30;
constexpr std::size_t most_rounds = 40;

std::size_t padded(std::size_t count) { return (count + lanes - 1) / lanes * lanes; }

/// From [a][b] to [b][a], both padded to whole tiles.
void transpose_field(const Field& from, std::size_t a_count, std::size_t b_count, Field& to) {
  for (std::size_t a = 0; a < a_count; a += lanes) {
    for (std::size_t b = 0; b < b_count; b += lanes) {
      TileOf<PackOf<double>> tile;
      for (std::size_t k = 0; k < lanes; ++k) {
        std::copy_n(&from[(a + k) * b_count + b], lanes, reinterpret_cast<double*>(&tile[k]));
      }
      transpose(tile);
      for (std::size_t k = 0; k < lanes; ++k) {
        std::copy_n(reinterpret_cast<const double*>(&tile[k]), lanes, &to[(b + k) * a_count + a]);
      }
    }
  }
}

double dot(const Field& x, const Field& y) {
  std::array<double, lanes> sum{};
  for (std::size_t k = 0; k < x.size(); k += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) sum[lane] += x[k + lane] * y[k + lane];
  }
  return std::accumulate(sum.begin(), sum.end(), 0.0);
}

void add(Field& x, double factor, const Field& y) {
  for (std::size_t k = 0; k < x.size(); ++k) x[k] += factor * y[k];
}

/// The small least-squares problem of the minimal residual, by Givens rotations.
class LeastSquares {
 public:
  explicit LeastSquares(double norm) { right_[0] = norm; }

  /// Takes column k of the Hessenberg matrix, k + 2 numbers; returns the residual's norm.
  double take(std::size_t k, const std::array<double, restart + 1>& column) {
    auto& h = columns_[k];
    h = column;
    for (std::size_t i = 0; i < k; ++i) rotate(i, h);
    const double length = std::hypot(h[k], h[k + 1]);
    cosine_[k] = length > 0.0 ? h[k] / length : 1.0;
    sine_[k] = length > 0.0 ? h[k + 1] / length : 0.0;
    rotate(k, h);
    const double right = right_[k];
    right_[k] = cosine_[k] * right;
    right_[k + 1] = -sine_[k] * right;
    return std::abs(right_[k + 1]);
  }
  /// Weights of the first `count` basis vectors.
  std::array<double, restart> weights(std::size_t count) const {
    std::array<double, restart> y{};
    for (std::size_t i = count; i-- > 0;) {
      double sum = right_[i];
      for (std::size_t j = i + 1; j < count; ++j) sum -= columns_[j][i] * y[j];
      y[i] = columns_[i][i] == 0.0 ? 0.0 : sum / columns_[i][i];
    }
    return y;
  }

 private:
  void rotate(std::size_t i, std::array<double, restart + 1>& h) const {
    const double a = h[i];
    h[i] = cosine_[i] * a + sine_[i] * h[i + 1];
    h[i + 1] = cosine_[i] * h[i + 1] - sine_[i] * a;
  }

  std::array<std::array<double, restart + 1>, restart> columns_{};
  std::array<double, restart + 1> right_{};
  std::array<double, restart> cosine_{}, sine_{};
};

}  // namespace

WireNetwork::WireNetwork(const NonlinearArray& array)
    : rows_(array.rows),
      columns_(array.columns),
      row_stride_(padded(array.rows)),
      column_stride_(padded(array.columns)),
      size_(row_stride_ * column_stride_),
      row_lines_(array.row_wires, array.rows, array.columns),
      column_lines_(array.column_wires, array.columns, array.rows),
      rows_a_(size_),
      rows_b_(size_),
      columns_a_(size_),
      columns_b_(size_) {}

void WireNetwork::to_rows(const Field& from, Field& to) const {
  transpose_field(from, row_stride_, column_stride_, to);
}
void WireNetwork::to_columns(const Field& from, Field& to) const {
  transpose_field(from, column_stride_, row_stride_, to);
}

void WireNetwork::multiply(const Field& diagonal, Field& x) const {
  for (std::size_t k = 0; k < size_; ++k) x[k] *= diagonal[k];
}

bool WireNetwork::factor(const CellStamps& stamps) {
  WirePlace place;
  to_rows(stamps.row_row, rows_a_);
  if (!row_lines_.factor(rows_a_, place)) {
    fault_row_ = place.wire;
    fault_column_ = place.crossing;
    return false;
  }
  if (!column_lines_.factor(stamps.column_column, place)) {
    fault_row_ = place.crossing;
    fault_column_ = place.wire;
    return false;
  }
  return true;
}

/// result = (1 - M^-1 G_rc (T_c + G_cc)^-1 G_cr) x, in the row wires' layout.
void WireNetwork::apply(const CellStamps& stamps, const Field& x, Field& result) {
  to_columns(x, columns_a_);
  multiply(stamps.column_row, columns_a_);
  column_lines_.solve(columns_a_, columns_b_);
  multiply(stamps.row_column, columns_b_);
  to_rows(columns_b_, rows_a_);
  row_lines_.solve(rows_a_, rows_b_);
  for (std::size_t k = 0; k < size_; ++k) result[k] = x[k] - rows_b_[k];
}

/// One round of minimal residuals from basis_[0] x norm; adds to du. Returns the residual's norm.
double WireNetwork::minimise(const CellStamps& stamps, double norm, double target, Field& du) {
  LeastSquares problem(norm);
  double residual = norm;
  std::size_t count = 0;
  while (count < restart && residual > target) {
    if (basis_.size() < count + 2) basis_.emplace_back(size_, 0.0);
    Field& next = basis_[count + 1];
    apply(stamps, basis_[count], next);
    std::array<double, restart + 1> column{};
    for (std::size_t i = 0; i <= count; ++i) {
      column[i] = dot(next, basis_[i]);
      add(next, -column[i], basis_[i]);
    }
    const double length = std::sqrt(dot(next, next));
    column[count + 1] = length;
    residual = problem.take(count++, column);
    ++iterations_;
    if (!(length > 0.0) || !std::isfinite(length)) break;
    for (double& value : next) value /= length;
  }
  const auto weights = problem.weights(count);
  for (std::size_t k = 0; k < count; ++k) add(du, weights[k], basis_[k]);
  return residual;
}

bool WireNetwork::solve(const Field& u, const Field& v, std::span<const double> source_voltage,
                        const CellStamps& stamps, double relative, double absolute, Field& du,
                        Field& dv) {
  // b_c, kept in dv; then what remains of b_r.
  column_lines_.balance(v, source_voltage, dv);
  for (std::size_t k = 0; k < size_; ++k) dv[k] = -dv[k] - stamps.column_current[k];
  column_lines_.solve(dv, columns_b_);
  multiply(stamps.row_column, columns_b_);
  for (std::size_t k = 0; k < size_; ++k) columns_b_[k] += stamps.row_current[k];
  to_rows(columns_b_, rows_b_);
  to_rows(u, rows_a_);
  if (basis_.empty()) basis_.emplace_back(size_, 0.0);
  Field& start = basis_.front();
  row_lines_.balance(rows_a_, source_voltage, start);
  for (std::size_t k = 0; k < size_; ++k) rows_b_[k] = -rows_b_[k] - start[k];
  Field right(size_);
  row_lines_.solve(rows_b_, right);

  // The right side is the first solution: exact where a source holds a crossing.
  const double norm = std::sqrt(dot(right, right));
  const double target = std::max(relative * norm, absolute);
  Field solution(right);
  residual_ = 0.0;
  bool done = norm == 0.0;
  double before = INFINITY;
  for (std::size_t round = 0; round < most_rounds && !done; ++round) {
    Field& first = basis_.front();
    apply(stamps, solution, first);
    for (std::size_t k = 0; k < size_; ++k) first[k] = right[k] - first[k];
    const double remaining = std::sqrt(dot(first, first));
    residual_ = remaining / norm;
    if (!std::isfinite(remaining)) return false;
    done = remaining <= target;
    if (done) break;
    if (!(remaining < 0.999 * before)) return false;
    before = remaining;
    for (double& value : first) value /= remaining;
    const double estimate = minimise(stamps, remaining, target, solution);
    residual_ = estimate / norm;
    // The estimate is trusted unless it ends a round that rounding may have spoilt.
    done = estimate <= target && estimate > 1e-8 * remaining;
  }
  to_columns(solution, du);
  for (std::size_t k = 0; k < size_; ++k) columns_a_[k] = dv[k] - stamps.column_row[k] * du[k];
  column_lines_.solve(columns_a_, dv);
  return done;
}

void WireNetwork::add_source_currents(const Field& u, const Field& v, const Field& row_current,
                                      const Field& column_current,
                                      std::span<const double> source_voltage,
                                      std::span<double> source_current) {
  to_rows(u, rows_a_);
  to_rows(row_current, rows_b_);
  row_lines_.add_source_currents(rows_a_, rows_b_, source_voltage, source_current);
  column_lines_.add_source_currents(v, column_current, source_voltage, source_current);
}

double WireNetwork::power(const Field& u, const Field& v, std::span<const double> source_voltage) {
  to_rows(u, rows_a_);
  return row_lines_.power(rows_a_, source_voltage) + column_lines_.power(v, source_voltage);
}

void WireNetwork::require_driven(const NonlinearArray& array, const CellStamps& stamps) const {
  const std::size_t driven = rows_ + columns_;
  base::DisjointSets wires(driven + 1);
  for (std::size_t i = 0; i < rows_; ++i) {
    if (row_lines_.driven(i)) wires.join(i, driven);
  }
  for (std::size_t j = 0; j < columns_; ++j) {
    if (column_lines_.driven(j)) wires.join(rows_ + j, driven);
  }
  for (std::size_t i = 0; i < rows_; ++i) {
    for (std::size_t j = 0; j < columns_; ++j) {
      const std::size_t k = at(i, j);
      if (stamps.row_column[k] != 0.0 || stamps.column_row[k] != 0.0) {
        wires.join(i, rows_ + j);
      } else {
        // A cell may carry current to a control, as to the ground.
        if (stamps.row_row[k] != 0.0) wires.join(i, driven);
        if (stamps.column_column[k] != 0.0) wires.join(rows_ + j, driven);
      }
    }
  }
  for (std::size_t wire = 0; wire < driven; ++wire) {
    if (wires.same(wire, driven)) continue;
    const bool is_row = wire < rows_;
    throw base::Error(
        "array.floating",
        (is_row ? "row wire " + std::to_string(wire)
                : "column wire " + std::to_string(wire - rows_)) +
            " of the " + std::to_string(array.rows) + " x " + std::to_string(array.columns) +
            " array has no path of conductance to a source, so that its voltage is undefined",
        "join an end of it to a source, or a cell of it to a wire that is driven");
  }
}

}  // namespace neucasl::array_plugin
