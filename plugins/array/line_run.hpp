#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>

#include "line_system.hpp"
#include "neucasl/plugin/array_solver.hpp"

/// \file
/// The iteration of the line solver for one input; see line_solver.hpp for the equations.

namespace neucasl::array_plugin {

/// Iterations and residual of one input.
struct Outcome {
  int iterations = 0;
  double residual = 0.0;
};

/// One conjugate-gradient run at a time; the vectors are reused from input to input.
class Run {
 public:
  explicit Run(const System& system)
      : system_(system),
        grid_(system.grid),
        store_(std::make_unique_for_overwrite<Pack[]>(4 * grid_.field + grid_.groups +
                                                      (1 + lanes) * grid_.panels)),
        u_(store_.get()),
        p_(u_ + grid_.field),
        z_(p_ + grid_.field),
        q_(z_ + grid_.field),
        input_(q_ + grid_.field),
        current_(input_ + grid_.groups),
        scratch_(current_ + grid_.panels) {}

  Outcome solve(std::span<const double> input, const plugin::ArraySolveOptions& options);
  double current(std::size_t column) const {
    return scale_ * current_[column / lanes][column % lanes];
  }
  void voltages(std::span<double> row_voltage, std::span<double> column_voltage) const;

 private:
  /// How the step of the previous iteration enters the next sweep along the columns.
  enum class Step { none, assign, add };
  struct Products {
    double source = 0.0;  ///< q . z
    double square = 0.0;  ///< z . z
  };

  void set_input(std::span<const double> input);
  Products start();
  double restart();
  int iterate(double energy, double bound, int limit);
  double sweep_columns(Step step, double alpha, double beta);
  template <Step step>
  double sweep_columns(double alpha, double beta);
  Products sweep_rows(double alpha);
  void substitute_forward(std::size_t group);
  void finish(const Pack* direction, double alpha);
  void row_balance(std::size_t panel, std::size_t row, Pack& balance) const;
  double residual() const;

  const System& system_;
  const Grid& grid_;
  Store store_;
  Pack* u_;        ///< Row-wire voltages.
  Pack* p_;        ///< Search direction.
  Pack* z_;        ///< Preconditioned residual M^-1 (b - S u).
  Pack* q_;        ///< D (T_c + D)^-1 D p; after `finish` the column-wire voltages.
  Pack* input_;    ///< Source voltages, scaled to a largest magnitude of 1.
  Pack* current_;  ///< Column currents.
  Pack* scratch_;  ///< A row group between forward and back substitution.
  double scale_ = 0.0;
  bool assigned_ = false;  ///< Whether u_ has been written for this input.
};

inline void Run::set_input(std::span<const double> input) {
  scale_ = 0.0;
  for (const double volt : input) scale_ = std::max(scale_, std::abs(volt));
  for (std::size_t row = 0; row < grid_.groups * lanes; ++row) {
    const bool used = row < grid_.rows && scale_ > 0.0;
    input_[row / lanes][row % lanes] = used ? input[row] / scale_ : 0.0;
  }
}

/// u = 0, z = M^-1 b. With the source at the end of the elimination, forward substitution leaves a
/// single entry and back substitution is a running product. Returns z . b and z . z.
inline Run::Products Run::start() {
  Pack source{};
  Pack square{};
  for (std::size_t group = 0; group < grid_.groups; ++group) {
    Pack volt = input_[group];
    for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
      const std::size_t at = panel * grid_.stride + group * lanes;
      Tile tile;
      for (std::size_t k = 0; k < lanes; ++k) {
        volt *= system_.row_factor[at + k];
        square += volt * volt;
        tile[k] = volt;
      }
      if (panel == 0) source += input_[group] * tile[0];
      transpose(tile);
      for (std::size_t k = 0; k < lanes; ++k) z_[at + k] = tile[k];
    }
    for (std::size_t row = std::max(grid_.rows, group * lanes); row < (group + 1) * lanes; ++row) {
      for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
        p_[panel * grid_.stride + row] = q_[panel * grid_.stride + row] = Pack{};
      }
    }
  }
  assigned_ = false;
  return {sum(source) / system_.row_resistance, sum(square)};
}

/// Conjugate gradients from the present z until z . z <= bound or `limit` iterations.
///
/// Because p' = z + beta p and r . p = 0, p' . M p' = r . z + beta^2 p . M p; and because
/// successive residuals are M-orthogonal, r' . z' = alpha q . z'. So neither r nor M p is ever
/// formed.
inline int Run::iterate(double energy, double bound, int limit) {
  double alpha = 0.0;
  double beta = 0.0;
  double direction_energy = energy;
  Step step = Step::none;
  int count = 0;
  while (energy > 0.0 && count < limit) {
    const double curvature = direction_energy - sweep_columns(step, alpha, beta);
    if (step != Step::none) assigned_ = true;
    alpha = 0.0;
    if (!(curvature > 0.0)) break;
    alpha = energy / curvature;
    const Products products = sweep_rows(alpha);
    ++count;
    if (!(products.square > bound)) break;
    const double next = alpha * products.source;
    beta = next / energy;
    direction_energy = next + beta * beta * direction_energy;
    energy = next;
    step = assigned_ ? Step::add : Step::assign;
  }
  finish(count > 0 ? p_ : z_, alpha);
  return count;
}

/// u += alpha p, p = z + beta p, then q = D (T_c + D)^-1 D p; returns p . q. One panel at a time,
/// because it stays in the first-level cache from forward to back substitution.
template <Run::Step step>
double Run::sweep_columns(double alpha, double beta) {
  const double resistance = system_.column_resistance;
  Pack product{};
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    const std::size_t base = panel * grid_.stride;
    const Pack* const cell = system_.cell + base;
    const Pack* const factor = system_.column_factor + base;
    Pack carry{};
    for (std::size_t row = 0; row < grid_.rows; ++row) {
      Pack p = z_[base + row];
      if constexpr (step != Step::none) {
        const Pack old = p_[base + row];
        Pack& u = u_[base + row];
        u = step == Step::add ? u + alpha * old : alpha * old;
        p += beta * old;
      }
      p_[base + row] = p;
      carry = carry * factor[row] + (resistance * cell[row] * p) * factor[row];
      q_[base + row] = carry;
    }
    carry = Pack{};
    for (std::size_t row = grid_.rows; row-- > 0;) {
      carry = carry * factor[row] + q_[base + row];
      const Pack q = cell[row] * carry;
      q_[base + row] = q;
      product += p_[base + row] * q;
    }
  }
  return sum(product);
}

inline double Run::sweep_columns(Step step, double alpha, double beta) {
  if (step == Step::none) return sweep_columns<Step::none>(alpha, beta);
  if (step == Step::assign) return sweep_columns<Step::assign>(alpha, beta);
  return sweep_columns<Step::add>(alpha, beta);
}

/// z -= alpha (p - M^-1 q); returns q . z and z . z.
inline Run::Products Run::sweep_rows(double alpha) {
  Pack source{};
  Pack square{};
  for (std::size_t group = 0; group < grid_.groups; ++group) {
    substitute_forward(group);
    Pack carry{};
    for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
      const std::size_t base = panel * grid_.stride + group * lanes;
      Tile tile;
#pragma GCC unroll 8
      for (std::size_t k = 0; k < lanes; ++k) {
        carry = carry * system_.row_factor[base + k] + scratch_[panel * lanes + k];
        tile[k] = carry;
      }
      transpose(tile);
#pragma GCC unroll 8
      for (std::size_t k = 0; k < lanes; ++k) {
        const Pack z = z_[base + k] - alpha * (p_[base + k] - tile[k]);
        z_[base + k] = z;
        source += q_[base + k] * z;
        square += z * z;
      }
    }
  }
  return {sum(source), sum(square)};
}

/// Forward substitution of q along the rows of a group, from the free end, into scratch.
inline void Run::substitute_forward(std::size_t group) {
  const double resistance = system_.row_resistance;
  Pack carry{};
  for (std::size_t panel = grid_.panels; panel-- > 0;) {
    const std::size_t base = panel * grid_.stride + group * lanes;
    Tile tile;
    load(tile, q_ + base);
    transpose(tile);
#pragma GCC unroll 8
    for (std::size_t k = lanes; k-- > 0;) {
      const Pack factor = system_.row_factor[base + k];
      carry = carry * factor + (resistance * tile[k]) * factor;
      scratch_[panel * lanes + k] = carry;
    }
  }
}

/// u += alpha direction + z, v = (T_c + D)^-1 D u and the column currents. Adding z costs nothing
/// and multiplies the error by 1 - M^-1 S, whose eigenvalues lie in [0, 1).
inline void Run::finish(const Pack* direction, double alpha) {
  if (!assigned_) std::fill(u_, u_ + grid_.panels * grid_.stride, Pack{});
  assigned_ = true;
  const double resistance = system_.column_resistance;
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    const std::size_t base = panel * grid_.stride;
    const Pack* const cell = system_.cell + base;
    const Pack* const factor = system_.column_factor + base;
    Pack carry{};
    for (std::size_t row = 0; row < grid_.rows; ++row) {
      const std::size_t at = base + row;
      const Pack u = u_[at] + alpha * direction[at] + z_[at];
      u_[at] = u;
      carry = carry * factor[row] + (resistance * cell[row] * u) * factor[row];
      q_[at] = carry;
    }
    carry = Pack{};
    Pack current{};
    for (std::size_t row = grid_.rows; row-- > 0;) {
      carry = carry * factor[row] + q_[base + row];
      q_[base + row] = carry;
      current += cell[row] * (u_[base + row] - carry);
    }
    current_[panel] = current;
  }
}

/// The left side of Kirchhoff's law at eight row-wire nodes, times the segment resistance.
inline void Run::row_balance(std::size_t panel, std::size_t row, Pack& balance) const {
  const std::size_t at = panel * grid_.stride + row;
  const Pack u = u_[at];
  Pack before{};
  before[7] = input_[row / lanes][row % lanes];
  if (panel > 0) before = u_[at - grid_.stride];
  const bool last = panel + 1 == grid_.panels;
  const Pack after = last ? u : u_[at + grid_.stride];
  const Pack left = __builtin_shufflevector(before, u, 7, 8, 9, 10, 11, 12, 13, 14);
  Pack right = __builtin_shufflevector(u, after, 1, 2, 3, 4, 5, 6, 7, 8);
  if (last) right[grid_.width(panel) - 1] = u[grid_.width(panel) - 1];
  balance = (u - left) + (u - right) + system_.row_resistance * system_.cell[at] * (u - q_[at]);
  if (last) {
    for (std::size_t k = grid_.width(panel); k < lanes; ++k) balance[k] = 0.0;
  }
}

/// The 2-norm of Kirchhoff's law over all nodes, relative to that of the source currents.
inline double Run::residual() const {
  Pack rows{};
  Pack columns{};
  Pack source{};
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    Pack above{};
    for (std::size_t row = 0; row < grid_.rows; ++row) {
      const std::size_t at = panel * grid_.stride + row;
      Pack balance;
      row_balance(panel, row, balance);
      rows += balance * balance;
      const Pack v = q_[at];
      const Pack cell_current = system_.cell[at] * (u_[at] - v);
      source += cell_current * cell_current;
      Pack drop = row + 1 < grid_.rows ? v - q_[at + 1] : v;
      if (row > 0) drop += v - above;
      above = v;
      const Pack error = drop - system_.column_resistance * cell_current;
      columns += error * error;
    }
  }
  const double row_weight = system_.row_resistance;
  const double column_weight = system_.column_resistance;
  double reference = std::sqrt(sum(source));
  double norm = column_weight > 0.0 ? std::sqrt(sum(columns)) / column_weight : 0.0;
  if (row_weight > 0.0) {
    Pack square{};
    for (std::size_t k = 0; k < grid_.groups; ++k) square += input_[k] * input_[k];
    reference = std::sqrt(sum(square)) / row_weight;
    norm = std::hypot(norm, std::sqrt(sum(rows)) / row_weight);
  }
  return norm == 0.0 ? 0.0 : norm / reference;
}

/// Iterative refinement: z from the residual of u itself, not of the recurrence. Returns z . r.
inline double Run::restart() {
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    for (std::size_t row = 0; row < grid_.rows; ++row) {
      Pack balance;
      row_balance(panel, row, balance);
      q_[panel * grid_.stride + row] = balance / -system_.row_resistance;
    }
  }
  std::fill(p_, p_ + grid_.panels * grid_.stride, Pack{});
  std::fill(z_, z_ + grid_.panels * grid_.stride, Pack{});
  return sweep_rows(1.0).source;
}

inline Outcome Run::solve(std::span<const double> input, const plugin::ArraySolveOptions& options) {
  set_input(input);
  const Products initial = start();
  if (scale_ == 0.0 || system_.ideal_wire()) {
    // One kind of wire ideal: either u = V or v = 0, so M^-1 b is already the solution.
    finish(z_, 0.0);
    return {0, scale_ == 0.0 ? 0.0 : residual()};
  }
  const double bound = options.tolerance * options.tolerance * initial.square;
  Outcome outcome;
  outcome.iterations = iterate(initial.source, bound, options.max_iterations);
  outcome.residual = residual();
  if (outcome.residual > options.tolerance && outcome.iterations < options.max_iterations) {
    const double gain = 0.1 * options.tolerance / outcome.residual;
    outcome.iterations +=
        iterate(restart(), bound * gain * gain, options.max_iterations - outcome.iterations);
    outcome.residual = residual();
  }
  return outcome;
}

inline void Run::voltages(std::span<double> row_voltage, std::span<double> column_voltage) const {
  for (std::size_t row = 0; row < grid_.rows; ++row) {
    for (std::size_t column = 0; column < grid_.columns; ++column) {
      const std::size_t at = column / lanes * grid_.stride + row;
      row_voltage[row * grid_.columns + column] = scale_ * u_[at][column % lanes];
      column_voltage[row * grid_.columns + column] = scale_ * q_[at][column % lanes];
    }
  }
}

}  // namespace neucasl::array_plugin
