#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "line_system.hpp"
#include "neucasl/plugin/array_solver.hpp"
#include "ritz_value.hpp"

/// \file
/// The iteration of the line solver for one right-hand side; see line_solver.hpp for the equations.

namespace neucasl::array_plugin {

/// One right-hand side. An empty span means zeros; the potential of a floating end is without
/// effect, but must be finite.
struct Sources {
  std::span<const double> left{};  ///< Potentials of the ends of the rows, V.
  std::span<const double> right{};
  std::span<const double> top{};  ///< Of the columns.
  std::span<const double> bottom{};
  std::span<const double> row_current{};     ///< Into row-wire nodes, A, rows x columns.
  std::span<const double> column_current{};  ///< Into column-wire nodes.
  std::span<const double> start{};           ///< Row-wire voltages to start from, V, rows x columns.
};

/// Iterations and accuracy of one right-hand side.
struct Outcome {
  int iterations = 0;
  /// Of Kirchhoff's law at all nodes, the 2-norm, relative to that of the sums of the magnitudes of
  /// its terms.
  double residual = 0.0;
  /// Estimated error of the row-wire voltages, 2-norm, relative to that of the voltages.
  double error = 0.0;
  /// Whether the preconditioned residual reached its goal, or rounding ended its decrease.
  bool ended = true;
};

/// One conjugate-gradient run at a time; the vectors are reused from one right-hand side to the
/// next.
class Run {
 public:
  explicit Run(const System& system)
      : system_(system),
        grid_(system.grid),
        store_(std::make_unique_for_overwrite<Pack[]>(4 * grid_.field + 2 * grid_.groups +
                                                      (1 + lanes) * grid_.panels)),
        u_(store_.get()),
        p_(u_ + grid_.field),
        z_(p_ + grid_.field),
        q_(z_ + grid_.field),
        left_(q_ + grid_.field),
        right_(left_ + grid_.groups),
        current_(right_ + grid_.groups),
        scratch_(current_ + grid_.panels) {}

  Outcome solve(const Sources& sources, const plugin::ArraySolveOptions& options);

  /// Current of all cells of a column into its wire, A.
  double current(std::size_t column) const {
    return scale_ * current_[column / lanes][column % lanes];
  }
  /// Voltages at a crossing, V.
  double row_voltage(std::size_t row, std::size_t column) const {
    return scale_ * u_[column / lanes * grid_.stride + row][column % lanes];
  }
  double column_voltage(std::size_t row, std::size_t column) const {
    return scale_ * q_[column / lanes * grid_.stride + row][column % lanes];
  }
  void voltages(std::span<double> row_voltage, std::span<double> column_voltage) const;

 private:
  /// How the step of the previous iteration enters the next sweep along the columns.
  enum class Step { none, assign, add };
  struct Products {
    double source = 0.0;  ///< q . z, or r . z
    double square = 0.0;  ///< z . z
  };
  struct Norms {
    double residual = 0.0;
    double magnitude = 0.0;
  };

  bool set_sources(const Sources& sources);
  void set_column_sources(const Sources& sources);
  void fill(Pack* field, std::span<const double> values, double factor) const;
  Products start();
  Products begin(std::span<const double> from, double& size);
  int iterate(Products products, double goal, int limit);
  bool reached(double square, double goal);
  double sweep_columns(Step step, double alpha, double beta);
  template <Step step>
  double sweep_columns(double alpha, double beta);
  template <bool fresh>
  Products sweep_rows(const Pack* from, double alpha);
  void substitute_forward(const Pack* from, std::size_t group);
  void finish(const Pack* direction, double alpha);
  template <bool update, bool driven>
  void substitute_columns(const Pack* direction, double alpha);
  void row_terms(std::size_t at, std::size_t panel, std::size_t row, Pack& balance,
                 Pack& magnitude) const;
  void ideal_rows(Norms& norms) const;
  double balance();

  const System& system_;
  const Grid& grid_;
  Store store_;
  Pack* u_;     ///< Row-wire voltages.
  Pack* p_;     ///< Search direction; after `balance` the residual of the row wires, A.
  Pack* z_;     ///< Preconditioned residual M^-1 (b - S u).
  Pack* q_;     ///< D (T_c + D)^-1 D p; after `finish` the column-wire voltages.
  Pack* left_;  ///< Potentials, scaled like all sources.
  Pack* right_;
  Pack* current_;        ///< Column currents.
  Pack* scratch_;        ///< A row group between forward and back substitution.
  Store row_source_;     ///< Currents into the row-wire nodes, if any.
  Store column_source_;  ///< Of the columns' ends and nodes times the segment resistance, if any.
  bool rows_driven_ = false;     ///< Whether row_source_ holds the present sources.
  bool columns_driven_ = false;  ///< The same of column_source_.
  double scale_ = 0.0;           ///< The largest source is 1 times this.
  double size_ = 0.0;            ///< u . u after `finish`
  bool assigned_ = false;        ///< Whether u_ has been written for these sources.
  ConjugateCoefficients coefficients_;
  double smallest_ = 1.0;  ///< Smallest Ritz value that was seen.
};

inline void Run::fill(Pack* field, std::span<const double> values, double factor) const {
  std::fill(field, field + grid_.panels * grid_.stride, Pack{});
  for (std::size_t row = 0; row < grid_.rows; ++row) {
    for (std::size_t column = 0; column < grid_.columns && !values.empty(); ++column) {
      field[column / lanes * grid_.stride + row][column % lanes] =
          factor * values[row * grid_.columns + column];
    }
  }
}

/// Returns whether only the left ends have potentials.
inline bool Run::set_sources(const Sources& s) {
  scale_ = 0.0;
  for (const auto& part : {s.left, s.right, s.top, s.bottom, s.row_current, s.column_current}) {
    for (const double value : part) scale_ = std::max(scale_, std::abs(value));
  }
  bool plain = true;
  for (std::size_t row = 0; row < grid_.groups * lanes; ++row) {
    const auto scaled = [&](std::span<const double> volt) {
      return row < grid_.rows && scale_ > 0.0 && !volt.empty() ? volt[row] / scale_ : 0.0;
    };
    left_[row / lanes][row % lanes] = scaled(s.left);
    right_[row / lanes][row % lanes] = scaled(s.right);
    plain = plain && scaled(s.right) == 0.0;
  }
  rows_driven_ = !s.row_current.empty() && scale_ > 0.0;
  if (rows_driven_) {
    if (!row_source_) row_source_ = std::make_unique_for_overwrite<Pack[]>(grid_.field);
    fill(row_source_.get(), s.row_current, 1.0 / scale_);
  }
  set_column_sources(s);
  return plain && !rows_driven_ && !columns_driven_ && s.start.empty();
}

inline void Run::set_column_sources(const Sources& s) {
  const auto any = [](std::span<const double> values) {
    return std::any_of(values.begin(), values.end(), [](double x) { return x != 0.0; });
  };
  columns_driven_ = any(s.top) || any(s.bottom) || any(s.column_current);
  if (!columns_driven_) return;
  if (!column_source_) column_source_ = std::make_unique_for_overwrite<Pack[]>(grid_.field);
  fill(column_source_.get(), s.column_current, system_.column_resistance / scale_);
  for (std::size_t column = 0; column < grid_.columns; ++column) {
    const std::size_t panel = column / lanes;
    const std::size_t lane = column % lanes;
    Pack* const line = column_source_.get() + panel * grid_.stride;
    if (!s.top.empty()) line[0][lane] += system_.top[panel][lane] * (s.top[column] / scale_);
    if (!s.bottom.empty()) {
      line[grid_.rows - 1][lane] += system_.bottom[panel][lane] * (s.bottom[column] / scale_);
    }
  }
}

/// Left sources alone: u = 0, z = M^-1 b. With the source at the end of the elimination, forward
/// substitution leaves a single entry and back substitution is a running product.
inline Run::Products Run::start() {
  Pack source{};
  Pack square{};
  for (std::size_t group = 0; group < grid_.groups; ++group) {
    const Pack input = system_.left[group] * left_[group];
    Pack volt = input;
    for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
      const std::size_t at = panel * grid_.stride + group * lanes;
      Tile tile;
      for (std::size_t k = 0; k < lanes; ++k) {
        volt *= system_.row_factor[at + k];
        square += volt * volt;
        tile[k] = volt;
      }
      if (panel == 0) source += input * tile[0];
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

/// Any sources: u as given or 0, v, and z = M^-1 (b - S u). Sets the size of the voltages.
inline Run::Products Run::begin(std::span<const double> from, double& size) {
  fill(u_, from, 1.0 / scale_);
  std::fill(q_, q_ + grid_.panels * grid_.stride, Pack{});
  std::fill(p_, p_ + grid_.panels * grid_.stride, Pack{});
  assigned_ = true;
  finish(nullptr, 0.0);
  balance();
  const Products products = sweep_rows<true>(p_, 0.0);
  size = size_ + products.square;
  return products;
}

/// Whether the preconditioned residual is small enough: below the goal, and by an ill-conditioned
/// array's smallest Ritz value smaller, since the error may exceed it by the inverse.
inline bool Run::reached(double square, double goal) {
  if (square > goal) return false;
  if (!coefficients_.alpha.empty()) {
    smallest_ = std::min(smallest_, smallest_ritz_value(coefficients_));
  }
  const double margin = std::min(1.0, 10.0 * smallest_);
  return square <= margin * margin * goal;
}

/// Conjugate gradients from the present z until z . z reaches the goal or `limit` iterations.
///
/// Because p' = z + beta p and r . p = 0, p' . M p' = r . z + beta^2 p . M p; and because
/// successive residuals are M-orthogonal, r' . z' = alpha q . z'. So neither r nor M p is ever
/// formed.
inline int Run::iterate(Products products, double goal, int limit) {
  double alpha = 0.0;
  double beta = 0.0;
  double energy = products.source;
  double direction_energy = energy;
  Step step = Step::none;
  int count = 0;
  coefficients_.clear();
  while (energy > 0.0 && count < limit) {
    const double curvature = direction_energy - sweep_columns(step, alpha, beta);
    if (step != Step::none) assigned_ = true;
    alpha = 0.0;
    if (!(curvature > 0.0)) break;
    alpha = energy / curvature;
    products = sweep_rows<false>(q_, alpha);
    ++count;
    coefficients_.alpha.push_back(alpha);
    if (std::isnan(products.square) || reached(products.square, goal)) break;
    const double next = alpha * products.source;
    beta = next / energy;
    coefficients_.beta.push_back(beta);
    direction_energy = next + beta * beta * direction_energy;
    energy = next;
    step = assigned_ ? Step::add : Step::assign;
  }
  finish(count > 0 ? p_ : z_, alpha);
  return count;
}

inline Outcome Run::solve(const Sources& sources, const plugin::ArraySolveOptions& options) {
  const bool plain = set_sources(sources);
  if (scale_ == 0.0) {
    std::fill(u_, u_ + grid_.panels * grid_.stride, Pack{});
    std::fill(q_, q_ + grid_.panels * grid_.stride, Pack{});
    std::fill(current_, current_ + grid_.panels, Pack{});
    return {};
  }
  smallest_ = 1.0;
  double size = 0.0;
  Products products = plain ? start() : begin(sources.start, size);
  if (plain) size = products.square;
  const double goal = options.tolerance * options.tolerance * size;
  Outcome outcome;
  for (bool gains = true; gains;) {
    const double last = products.square;
    const int limit = system_.direct() ? 0 : options.max_iterations - outcome.iterations;
    outcome.iterations += iterate(products, goal, limit);
    outcome.residual = balance();
    products = sweep_rows<true>(p_, 0.0);
    outcome.ended = system_.direct() || outcome.iterations < options.max_iterations ||
                    reached(products.square, goal);
    // Iterative refinement while it gains; rounding ends it.
    gains = !system_.direct() && outcome.iterations < options.max_iterations &&
            products.square < 0.01 * last && !reached(products.square, goal);
  }
  outcome.error = size_ > 0.0 ? std::sqrt(products.square / size_) / smallest_ : 0.0;
  return outcome;
}

inline void Run::voltages(std::span<double> row_voltage, std::span<double> column_voltage) const {
  for (std::size_t row = 0; row < grid_.rows; ++row) {
    for (std::size_t column = 0; column < grid_.columns; ++column) {
      row_voltage[row * grid_.columns + column] = this->row_voltage(row, column);
      column_voltage[row * grid_.columns + column] = this->column_voltage(row, column);
    }
  }
}

}  // namespace neucasl::array_plugin

#include "line_sweeps.hpp"  // IWYU pragma: export
