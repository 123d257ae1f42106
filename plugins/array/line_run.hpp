#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "direct_system.hpp"
#include "line_balance.hpp"
#include "line_iteration.hpp"
#include "line_sources.hpp"
#include "line_system.hpp"
#include "neucasl/plugin/array_solver.hpp"

/// \file
/// Solves right-hand sides to the tolerance: iteration, or factors of the whole array; check by
/// Kirchhoff's law; refinement.

namespace neucasl::array_plugin {

/// Iterations and accuracy of one right-hand side.
struct Outcome {
  int iterations = 0;
  /// Of Kirchhoff's law at all nodes, the 2-norm, relative to that of the sums of the magnitudes of
  /// its terms.
  double residual = 0.0;
  /// Estimated error of the row-wire voltages, 2-norm, relative to that of the voltages.
  double error = 0.0;
  /// Whether the preconditioned residual reached its goal.
  bool reached = true;
  /// Whether it did, or rounding ended its decrease.
  bool ended = true;
  /// Whether the factors of the whole array gave it.
  bool direct = false;
};

/// Solves Count right-hand sides together; the vectors are reused from call to call. `Real` is the
/// type of the iteration's numbers; the solution and its residual are always double.
template <class Real, std::size_t Count>
class BasicRun {
  static constexpr bool refined = !std::is_same_v<Real, double>;

 public:
  /// `iterated` has the same array in the type of the iteration; the same object if that is double.
  BasicRun(const System& system, const BasicSystem<Real>& iterated)
      : system_(system), grid_(system.grid), sources_(system), iteration_(iterated) {
    if constexpr (!refined) {
      u_ = iteration_.u;
      v_ = iteration_.q;
      residual_ = iteration_.p;
    } else {
      store_ = make_store<Pack>(3 * grid_.field * Count);
      u_ = store_.get();
      v_ = u_ + grid_.field * Count;
      residual_ = v_ + grid_.field * Count;
    }
  }
  explicit BasicRun(const BasicSystem<Real>& system) : BasicRun(system, system) {}

  std::array<Outcome, Count> solve(const std::array<Sources, Count>& sources,
                                   const plugin::ArraySolveOptions& options);
  Outcome solve(const Sources& sources,
                const plugin::ArraySolveOptions& options) requires(Count == 1) {
    return solve(std::array<Sources, 1>{sources}, options)[0];
  }

  /// By the factors of the whole array in place of the iteration; one right-hand side of doubles.
  Outcome solve_directly(const Sources& sources, const plugin::ArraySolveOptions& options,
                         const DirectSystem& direct);

  /// Voltages at a crossing, V.
  double row_voltage(std::size_t row, std::size_t column, std::size_t n = 0) const {
    return sources_.scale[n] *
           u_[(column / lanes * grid_.stride + row) * Count + n][column % lanes];
  }
  double column_voltage(std::size_t row, std::size_t column, std::size_t n = 0) const {
    return sources_.scale[n] *
           v_[(column / lanes * grid_.stride + row) * Count + n][column % lanes];
  }
  void voltages(std::span<double> row_voltage, std::span<double> column_voltage,
                std::size_t n = 0) const;
  /// Adds up, for each column, the current of its cells, A, each times a share that
  /// `share(panel, row, pack)` gives.
  template <class Share>
  void column_currents(std::span<double> current, const Share& share, std::size_t n = 0) const;

 private:
  using Numbers = std::array<double, Count>;
  using Products = typename Iteration<Real, Count>::Products;

  /// Count solutions in the making.
  struct Progress {
    std::array<Outcome, Count> outcome;
    Products products;
    Numbers goal{};                 ///< Of z . z
    Numbers best{};                 ///< Least z . z so far
    std::array<int, Count> idle{};  ///< Passes since that fell
    std::array<bool, Count> wanted{};
  };
  /// The iteration goes on to this tolerance even when asked for a larger one: Ritz values of fewer
  /// iterations may miss the small eigenvalues, and an estimate by them the error.
  static constexpr double loosest = 1e-6;
  /// Of the residual that rounding leaves of a correction, squared.
  static constexpr double smallest_gain = refined ? 1e-11 : 0.0;

  void prepare(const std::array<Sources, Count>& sources, double tolerance, Progress& progress);
  bool improve(const plugin::ArraySolveOptions& options, Progress& progress);
  static double square_of(double x) { return x * x; }
  /// z . z in the solution's unit.
  double square_of(const Progress& progress, std::size_t n) const {
    return progress.products.square[n] * unit_[n] * unit_[n];
  }
  Products start();
  void begin(const std::array<Sources, Count>& sources);
  Products check(std::array<Outcome, Count>& outcome);
  void solve_columns(const std::array<bool, Count>* corrected);
  void add_correction(std::size_t panel, const std::array<bool, Count>& corrected);
  template <bool driven>
  void solve_panel(std::size_t panel);

  const System& system_;
  const Grid& grid_;
  PackedSources<Count> sources_;
  Iteration<Real, Count> iteration_;
  Store<Pack> store_;
  Pack* u_ = nullptr;         ///< Row-wire voltages.
  Pack* v_ = nullptr;         ///< Column-wire voltages.
  Pack* residual_ = nullptr;  ///< Of the row wires, A.
  Numbers size_{};            ///< u . u
  Numbers unit_{};            ///< The iteration's numbers are the residual's over this.
};

using Run = BasicRun<double, 1>;

/// Left sources alone: u = 0, z = M^-1 b. With the source at the end of the elimination, forward
/// substitution leaves a single entry and back substitution is a running product.
template <class Real, std::size_t Count>
typename BasicRun<Real, Count>::Products BasicRun<Real, Count>::start() {
  Products products;
  for (std::size_t group = 0; group < grid_.groups; ++group) {
    for (std::size_t n = 0; n < Count; ++n) {
      const Pack input = system_.left[group] * sources_.left[group * Count + n];
      Pack volt = input;
      Pack square{};
      for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
        const std::size_t at = panel * grid_.stride + group * lanes;
        TileOf<Pack> tile;
        for (std::size_t k = 0; k < lanes; ++k) {
          volt *= system_.row_factor[at + k];
          square += volt * volt;
          tile[k] = volt;
        }
        if (panel == 0) {
          products.source[n] += sum(Pack(input * tile[0])) / system_.row_resistance;
        }
        transpose(tile);
        for (std::size_t k = 0; k < lanes; ++k) {
          if constexpr (!refined) iteration_.z[(at + k) * Count + n] = tile[k];
        }
      }
      products.square[n] += sum(square);
    }
  }
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    for (std::size_t row = grid_.rows; row < grid_.groups * lanes; ++row) {
      for (std::size_t n = 0; n < Count; ++n) {
        const std::size_t at = (panel * grid_.stride + row) * Count + n;
        iteration_.p[at] = iteration_.q[at] = typename Iteration<Real, Count>::Vector{};
      }
    }
  }
  iteration_.set_written(false);
  return products;
}

/// Any sources: u as given or 0, rows on ideal sources at their potential.
template <class Real, std::size_t Count>
void BasicRun<Real, Count>::begin(const std::array<Sources, Count>& sources) {
  std::fill(iteration_.q, iteration_.q + iteration_.size(),
            typename Iteration<Real, Count>::Vector{});
  std::fill(iteration_.p, iteration_.p + iteration_.size(),
            typename Iteration<Real, Count>::Vector{});
  std::fill(residual_, residual_ + iteration_.size(), Pack{});
  for (std::size_t n = 0; n < Count; ++n) {
    sources_.fill(u_, n, sources[n].start, sources_.inverse(n));
    for (std::size_t row = 0; row < grid_.rows && system_.row_ideal; ++row) {
      const std::size_t group = row / lanes;
      const std::size_t lane = row % lanes;
      const bool left = system_.left[group][lane] == 1.0;
      if (!left && system_.right[group][lane] != 1.0) continue;
      const double volt = (left ? sources_.left : sources_.right)[group * Count + n][lane];
      for (std::size_t column = 0; column < grid_.columns; ++column) {
        u_[(column / lanes * grid_.stride + row) * Count + n][column % lanes] = volt;
      }
    }
  }
}

/// u with the iteration's correction where there is one, v = (T_c + D)^-1 (D u + c), and u . u.
template <class Real, std::size_t Count>
void BasicRun<Real, Count>::solve_columns(const std::array<bool, Count>* corrected) {
  size_ = {};
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    if (corrected) add_correction(panel, *corrected);
    sources_.drives_columns ? solve_panel<true>(panel) : solve_panel<false>(panel);
  }
}

template <class Real, std::size_t Count>
template <bool driven>
void BasicRun<Real, Count>::solve_panel(std::size_t panel) {
  const double resistance = system_.column_resistance;
  const std::size_t base = panel * grid_.stride;
  const Pack* const cell = system_.cell + base;
  const Pack* const factor = system_.column_factor + base;
  std::array<Pack, Count> carry{};
  std::array<Pack, Count> square{};
  for (std::size_t row = 0; row < grid_.rows; ++row) {
    for (std::size_t n = 0; n < Count; ++n) {
      const std::size_t at = (base + row) * Count + n;
      const Pack u = u_[at];
      square[n] += u * u;
      Pack source = resistance * cell[row] * u;
      if constexpr (driven) source += sources_.column_source()[at];
      carry[n] = carry[n] * factor[row] + source * factor[row];
      v_[at] = carry[n];
    }
  }
  carry = {};
  for (std::size_t row = grid_.rows; row-- > 0;) {
    for (std::size_t n = 0; n < Count; ++n) {
      const std::size_t at = (base + row) * Count + n;
      carry[n] = carry[n] * factor[row] + v_[at];
      v_[at] = carry[n];
    }
  }
  for (std::size_t n = 0; n < Count; ++n) size_[n] += sum(square[n]);
}

/// u += last step + z. Adding z costs nothing and multiplies the error by 1 - M^-1 S, whose
/// eigenvalues lie in [0, 1). Where nothing was to be corrected, both are left out.
template <class Real, std::size_t Count>
void BasicRun<Real, Count>::add_correction(std::size_t panel,
                                           const std::array<bool, Count>& corrected) {
  using Vector = typename Iteration<Real, Count>::Vector;
  const Vector* const direction = iteration_.direction();
  const bool written = iteration_.written();
  for (std::size_t row = 0; row < grid_.rows; ++row) {
    for (std::size_t n = 0; n < Count; ++n) {
      const std::size_t at = (panel * grid_.stride + row) * Count + n;
      const Real step = static_cast<Real>(iteration_.last_step()[n]);
      Vector change = written ? iteration_.u[at] + step * direction[at] : step * direction[at];
      change += static_cast<Real>(corrected[n] ? 1 : 0) * iteration_.z[at];
      if constexpr (refined) {
        u_[at] += unit_[n] * __builtin_convertvector(change, Pack);
      } else {
        u_[at] = change;
      }
    }
  }
}

/// The residuals of Kirchhoff's law, and z from them.
template <class Real, std::size_t Count>
typename BasicRun<Real, Count>::Products BasicRun<Real, Count>::check(
    std::array<Outcome, Count>& outcome) {
  const Numbers residual = Balance<Count>(system_, sources_, u_, v_).residual(residual_);
  for (std::size_t n = 0; n < Count; ++n) outcome[n].residual = residual[n];
  if constexpr (refined) {
    std::array<Pack, Count> largest{};
    for (std::size_t at = 0; at < iteration_.size(); ++at) {
      Pack& most = largest[at % Count];
      Pack size{};
      add_magnitude(1.0, residual_[at], size);
      most = size > most ? size : most;
    }
    for (std::size_t n = 0; n < Count; ++n) {
      unit_[n] = 0.0;
      for (std::size_t k = 0; k < lanes; ++k) unit_[n] = std::max(unit_[n], largest[n][k]);
    }
    for (std::size_t at = 0; at < iteration_.size(); ++at) {
      const double unit = unit_[at % Count];
      const Pack scaled = residual_[at] * (unit > 0.0 ? 1.0 / unit : 0.0);
      iteration_.p[at] = __builtin_convertvector(scaled, typename Iteration<Real, Count>::Vector);
    }
  } else {
    unit_.fill(1.0);
  }
  return iteration_.precondition(!refined);
}

/// The first z, and the size that it shall get.
template <class Real, std::size_t Count>
void BasicRun<Real, Count>::prepare(const std::array<Sources, Count>& sources, double tolerance,
                                    Progress& progress) {
  sources_.set(sources);
  iteration_.forget();
  unit_.fill(1.0);
  const bool plain = !refined && sources_.only_left;
  if (plain) {
    progress.products = start();
  } else {
    begin(sources);
    solve_columns(nullptr);
    progress.products = check(progress.outcome);
  }
  for (std::size_t n = 0; n < Count; ++n) {
    const double size = (plain ? 0.0 : size_[n]) + square_of(progress, n);
    progress.goal[n] = square_of(std::min(tolerance, loosest)) * size;
    progress.best[n] = square_of(progress, n);
    progress.wanted[n] = sources_.scale[n] > 0.0;
  }
}

/// Iterates, corrects u and computes z afresh; returns whether to go on from there.
template <class Real, std::size_t Count>
bool BasicRun<Real, Count>::improve(const plugin::ArraySolveOptions& options, Progress& progress) {
  const bool direct = system_.direct();
  int limit = options.max_iterations;
  Numbers target;
  for (std::size_t n = 0; n < Count; ++n) {
    const int left = options.max_iterations - progress.outcome[n].iterations;
    if (progress.wanted[n]) limit = std::min(limit, left);
    target[n] = unit_[n] > 0.0 ? progress.goal[n] / (unit_[n] * unit_[n]) : 0.0;
    target[n] = std::max(target[n], smallest_gain * progress.products.square[n]);
  }
  const auto iterations =
      iteration_.iterate(progress.products, target, direct ? 0 : limit, progress.wanted);
  solve_columns(&progress.wanted);
  progress.products = check(progress.outcome);
  bool again = false;
  for (std::size_t n = 0; n < Count; ++n) {
    Outcome& outcome = progress.outcome[n];
    outcome.iterations += iterations[n];
    const double square = square_of(progress, n);
    const bool reached = direct || iteration_.reached(n, square, progress.goal[n]);
    const bool may_go_on = outcome.iterations < options.max_iterations;
    if (progress.wanted[n]) {
      outcome.reached = reached;
      outcome.ended = reached || may_go_on;
    }
    // Iterative refinement while it gains; rounding ends it. A pass that lost its orthogonality may
    // gain nothing before the next one does.
    const bool gains = square < 0.5 * progress.best[n];
    progress.idle[n] = gains ? 0 : progress.idle[n] + 1;
    progress.best[n] = std::min(progress.best[n], square);
    progress.wanted[n] = progress.wanted[n] && !reached && may_go_on && progress.idle[n] < 6;
    again = again || progress.wanted[n];
    outcome.error = size_[n] > 0.0 ? std::sqrt(square / size_[n]) / iteration_.smallest(n) : 0.0;
  }
  return again;
}

template <class Real, std::size_t Count>
std::array<Outcome, Count> BasicRun<Real, Count>::solve(const std::array<Sources, Count>& sources,
                                                        const plugin::ArraySolveOptions& options) {
  Progress progress;
  prepare(sources, options.tolerance, progress);
  while (improve(options, progress)) {
  }
  return progress.outcome;
}

/// u += S^-1 of the residual until that gains no more; the last change is the error.
template <class Real, std::size_t Count>
Outcome BasicRun<Real, Count>::solve_directly(const Sources& sources,
                                              const plugin::ArraySolveOptions& options,
                                              const DirectSystem& direct) {
  static_assert(Count == 1 && !refined);
  constexpr int most_refinements = 30;
  std::array<Sources, 1> cold{sources};
  cold[0].start = {};
  sources_.set(cold);
  begin(cold);
  Outcome outcome;
  outcome.direct = true;
  outcome.reached = false;
  double before = INFINITY;
  for (int k = 0; k < most_refinements; ++k) {
    solve_columns(nullptr);
    outcome.residual = Balance<1>(system_, sources_, u_, v_).residual(residual_)[0];
    const double square = direct.solve(residual_, iteration_.z);
    outcome.error = size_[0] > 0.0 ? std::sqrt(square / size_[0]) : 0.0;
    const bool gains = square < 0.25 * before;
    outcome.reached = k > 0 && (square <= square_of(options.tolerance) * size_[0] || square == 0.0);
    if (!gains || square == 0.0) return outcome;
    before = square;
    for (std::size_t at = 0; at < iteration_.size(); ++at) u_[at] += iteration_.z[at];
  }
  outcome.ended = outcome.reached;
  return outcome;
}

template <class Real, std::size_t Count>
void BasicRun<Real, Count>::voltages(std::span<double> row_voltage,
                                     std::span<double> column_voltage, std::size_t n) const {
  for (std::size_t row = 0; row < grid_.rows; ++row) {
    for (std::size_t column = 0; column < grid_.columns; ++column) {
      row_voltage[row * grid_.columns + column] = this->row_voltage(row, column, n);
      column_voltage[row * grid_.columns + column] = this->column_voltage(row, column, n);
    }
  }
}

template <class Real, std::size_t Count>
template <class Share>
void BasicRun<Real, Count>::column_currents(std::span<double> current, const Share& share,
                                            std::size_t n) const {
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    const std::size_t base = panel * grid_.stride;
    Pack total{};
    for (std::size_t row = 0; row < grid_.rows; ++row) {
      const std::size_t at = (base + row) * Count + n;
      Pack part;
      share(panel, row, part);
      total += part * (system_.cell[base + row] * (u_[at] - v_[at]));
    }
    for (std::size_t k = 0; k < grid_.width(panel); ++k) {
      current[panel * lanes + k] = sources_.scale[n] * total[k];
    }
  }
}

}  // namespace neucasl::array_plugin
