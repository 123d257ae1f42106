#pragma once

// GCC 12's AVX-512 intrinsics, which Eigen inlines, warn about their own undefined operands.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include <Eigen/SparseLU>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "neucasl/plugin/array_solver.hpp"

/// \file
/// Nodal analysis of an array by sparse LU, refined until its voltages are exact to long double, so
/// that currents over small resistances may be judged. It shares nothing with the line solver.

namespace neucasl::array_test {

constexpr double floating_end = std::numeric_limits<double>::infinity();

/// An array with its right-hand side; owns what plugin::ArrayProblem refers to.
struct OwnedArray {
  std::size_t rows = 0;
  std::size_t columns = 0;
  double row_segment = 0.0;
  double column_segment = 0.0;
  std::vector<double> conductance;
  std::vector<double> left_end, right_end, top_end, bottom_end;
  std::vector<double> left, right, top, bottom;
  std::vector<double> row_current, column_current;

  plugin::ArrayProblem problem() const {
    return {rows,        columns,        conductance,
            row_segment, column_segment, {left_end, right_end, top_end, bottom_end}};
  }
  plugin::ArraySources sources() const {
    return {1, left, right, top, bottom, row_current, column_current, {}};
  }
};

/// Currents from the potentials into the wires.
struct ReferenceCurrents {
  std::vector<double> left, right, top, bottom;
};

class NodalReference {
 public:
  explicit NodalReference(const OwnedArray& array) : a_(array) {
    const std::size_t cells = a_.rows * a_.columns;
    row_node_.resize(cells);
    column_node_.resize(cells);
    for (std::size_t i = 0; i < a_.rows; ++i) {
      number_line(a_.row_segment, a_.left_end[i], a_.right_end[i], a_.left, a_.right, i, a_.columns,
                  [&](std::size_t j) -> int& { return row_node_[i * a_.columns + j]; });
    }
    for (std::size_t j = 0; j < a_.columns; ++j) {
      number_line(a_.column_segment, a_.top_end[j], a_.bottom_end[j], a_.top, a_.bottom, j, a_.rows,
                  [&](std::size_t i) -> int& { return column_node_[i * a_.columns + j]; });
    }
    right_.assign(static_cast<std::size_t>(nodes_), 0.0L);
    stamp();
    solve();
  }

  long double row_voltage(std::size_t k) const { return volt(row_node_[k]); }
  long double column_voltage(std::size_t k) const { return volt(column_node_[k]); }

  ReferenceCurrents currents() const {
    ReferenceCurrents result;
    const std::size_t n = a_.columns;
    for (std::size_t i = 0; i < a_.rows; ++i) {
      long double taken = 0.0L;
      for (std::size_t j = 0; j < n; ++j) {
        taken += cell(i * n + j) - of(a_.row_current, i * n + j);
      }
      ends(a_.row_segment, a_.left_end[i], a_.right_end[i], of(a_.left, i), of(a_.right, i),
           row_voltage(i * n), row_voltage(i * n + n - 1), taken, result.left, result.right);
    }
    for (std::size_t j = 0; j < n; ++j) {
      long double taken = 0.0L;
      for (std::size_t i = 0; i < a_.rows; ++i) {
        taken -= cell(i * n + j) + of(a_.column_current, i * n + j);
      }
      ends(a_.column_segment, a_.top_end[j], a_.bottom_end[j], of(a_.top, j), of(a_.bottom, j),
           column_voltage(j), column_voltage((a_.rows - 1) * n + j), taken, result.top,
           result.bottom);
    }
    return result;
  }

 private:
  static double of(const std::vector<double>& values, std::size_t k) {
    return values.empty() ? 0.0 : values[k];
  }

  /// Numbers of the nodes of a line: an ideal wire is one; a negative one has a known potential.
  template <class NodeOf>
  void number_line(double segment, double first, double last, const std::vector<double>& first_volt,
                   const std::vector<double>& last_volt, std::size_t line, std::size_t count,
                   const NodeOf& node_of) {
    const bool held = segment == 0.0 && (first == 0.0 || last == 0.0);
    if (held) known_.push_back(first == 0.0 ? of(first_volt, line) : of(last_volt, line));
    for (std::size_t k = 0; k < count; ++k) {
      node_of(k) = held                      ? -static_cast<int>(known_.size())
                   : segment == 0.0 && k > 0 ? node_of(0)
                                             : nodes_++;
    }
  }

  long double volt(int node) const {
    return node < 0 ? known_[static_cast<std::size_t>(-node - 1)]
                    : x_[static_cast<std::size_t>(node)];
  }
  long double cell(std::size_t k) const {
    return a_.conductance[k] * (row_voltage(k) - column_voltage(k));
  }

  void branch(int a, int b, long double g) {
    const auto half = [&](int from, int to) {
      if (from < 0) return;
      entries_.push_back({from, from, g});
      if (to < 0) {
        right_[static_cast<std::size_t>(from)] += g * volt(to);
      } else {
        entries_.push_back({from, to, -g});
      }
    };
    half(a, b);
    half(b, a);
  }
  void to_potential(int node, double resistance, double potential) {
    if (node < 0 || std::isinf(resistance)) return;
    entries_.push_back({node, node, 1.0L / resistance});
    right_[static_cast<std::size_t>(node)] += potential / static_cast<long double>(resistance);
  }
  void inject(int node, double current) {
    if (node >= 0) right_[static_cast<std::size_t>(node)] += current;
  }

  void stamp() {
    const std::size_t n = a_.columns;
    for (std::size_t k = 0; k < a_.rows * n; ++k) {
      if (a_.conductance[k] > 0.0) branch(row_node_[k], column_node_[k], a_.conductance[k]);
      if (k % n > 0 && a_.row_segment > 0.0) {
        branch(row_node_[k - 1], row_node_[k], 1.0L / a_.row_segment);
      }
      if (k >= n && a_.column_segment > 0.0) {
        branch(column_node_[k - n], column_node_[k], 1.0L / a_.column_segment);
      }
      inject(row_node_[k], of(a_.row_current, k));
      inject(column_node_[k], of(a_.column_current, k));
    }
    for (std::size_t i = 0; i < a_.rows; ++i) {
      to_potential(row_node_[i * n], a_.row_segment + a_.left_end[i], of(a_.left, i));
      to_potential(row_node_[i * n + n - 1], a_.row_segment + a_.right_end[i], of(a_.right, i));
    }
    for (std::size_t j = 0; j < n; ++j) {
      to_potential(column_node_[j], a_.column_segment + a_.top_end[j], of(a_.top, j));
      to_potential(column_node_[(a_.rows - 1) * n + j], a_.column_segment + a_.bottom_end[j],
                   of(a_.bottom, j));
    }
  }

  void solve() {
    x_.assign(static_cast<std::size_t>(nodes_), 0.0L);
    if (nodes_ == 0) return;
    std::vector<Eigen::Triplet<double>> rounded;
    for (const Entry& e : entries_) {
      rounded.emplace_back(e.row, e.column, static_cast<double>(e.value));
    }
    Eigen::SparseMatrix<double> matrix(nodes_, nodes_);
    matrix.setFromTriplets(rounded.begin(), rounded.end());
    Eigen::SparseLU<Eigen::SparseMatrix<double>> factor(matrix);
    for (int pass = 0; pass < 6; ++pass) {
      std::vector<long double> residual = right_;
      for (const Entry& e : entries_) {
        residual[static_cast<std::size_t>(e.row)] -=
            e.value * x_[static_cast<std::size_t>(e.column)];
      }
      Eigen::VectorXd rest(nodes_);
      for (int k = 0; k < nodes_; ++k) {
        rest[k] = static_cast<double>(residual[static_cast<std::size_t>(k)]);
      }
      const Eigen::VectorXd change = factor.solve(rest);
      for (int k = 0; k < nodes_; ++k) x_[static_cast<std::size_t>(k)] += change[k];
    }
  }

  static void ends(double segment, double first, double last, double first_potential,
                   double last_potential, long double first_volt, long double last_volt,
                   long double taken, std::vector<double>& firsts, std::vector<double>& lasts) {
    const auto over = [&](double resistance, double potential, long double node) {
      const long double total = static_cast<long double>(segment) + resistance;
      return std::isinf(resistance) || total == 0.0L ? 0.0L : (potential - node) / total;
    };
    long double a = over(first, first_potential, first_volt);
    long double b = over(last, last_potential, last_volt);
    if (segment == 0.0 && first == 0.0) a = taken - b;
    if (segment == 0.0 && last == 0.0) b = taken - a;
    firsts.push_back(static_cast<double>(a));
    lasts.push_back(static_cast<double>(b));
  }

  struct Entry {
    int row = 0;
    int column = 0;
    long double value = 0.0L;
  };

  const OwnedArray& a_;
  int nodes_ = 0;
  std::vector<double> known_;
  std::vector<int> row_node_;
  std::vector<int> column_node_;
  std::vector<Entry> entries_;
  std::vector<long double> right_;
  std::vector<long double> x_;
};

/// Random numbers of the tests.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11) * 0x1p-53;
  }
  double logarithmic(double low, double high) {
    return low * std::pow(high / low, uniform(0.0, 1.0));
  }
  bool chance(double probability) { return uniform(0.0, 1.0) < probability; }
  std::vector<double> uniforms(std::size_t count, double low, double high) {
    std::vector<double> values(count);
    for (double& x : values) x = uniform(low, high);
    return values;
  }

 private:
  std::mt19937_64 engine_;
};

/// Cells over six decades, one in ten open, some shorted; wires from 0 to 100 ohm; ends held,
/// with resistance or floating.
inline OwnedArray random_array(Draw& draw, std::size_t rows, std::size_t columns) {
  OwnedArray a;
  a.rows = rows;
  a.columns = columns;
  const auto wire = [&] { return draw.chance(0.15) ? 0.0 : draw.logarithmic(1e-3, 100.0); };
  a.row_segment = wire();
  a.column_segment = wire();
  a.conductance.resize(rows * columns);
  for (double& g : a.conductance) {
    g = draw.chance(0.1) ? 0.0 : draw.chance(0.01) ? 1e2 : draw.logarithmic(1e-9, 1e-3);
  }
  const auto end = [&](std::size_t count, double floats) {
    std::vector<double> values(count);
    for (double& r : values) {
      r = draw.chance(floats) ? floating_end : draw.chance(0.5) ? 0.0 : draw.logarithmic(0.1, 1e5);
    }
    return values;
  };
  a.left_end = end(rows, 0.2);
  a.right_end = end(rows, 0.6);
  a.top_end = end(columns, 0.6);
  a.bottom_end = end(columns, 0.2);
  a.left = draw.uniforms(rows, -1.0, 1.0);
  a.right = draw.uniforms(rows, -1.0, 1.0);
  a.top = draw.uniforms(columns, -1.0, 1.0);
  a.bottom = draw.uniforms(columns, -1.0, 1.0);
  if (draw.chance(0.3)) {
    a.row_current = draw.uniforms(rows * columns, -1e-5, 1e-5);
    a.column_current = draw.uniforms(rows * columns, -1e-5, 1e-5);
  }
  return a;
}

}  // namespace neucasl::array_test
