#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>

#include "line_system.hpp"
#include "ritz_value.hpp"

/// \file
/// Conjugate gradients for several right-hand sides at once; see line_solver.hpp for the equations.

namespace neucasl::array_plugin {

/// Iterates on Count right-hand sides, whose packs lie side by side so that one pass over the
/// factors serves all. Each has its own step lengths and end; its numbers do not depend on the
/// others.
template <class Real, std::size_t Count>
class Iteration {
 public:
  using Vector = PackOf<Real>;
  using Numbers = std::array<double, Count>;
  struct Products {
    Numbers source{};  ///< q . z, or r . z
    Numbers square{};  ///< z . z
  };

  explicit Iteration(const BasicSystem<Real>& system)
      : system_(system),
        grid_(system.grid),
        size_(grid_.field * Count),
        store_(make_store<Vector>(4 * size_ + lanes * grid_.panels * Count)),
        u(store_.get()),
        p(u + size_),
        z(p + size_),
        q(z + size_),
        scratch_(q + size_) {}

  /// z = M^-1 p; afterwards u = 0 unless it is said to be written.
  Products precondition(bool u_written);
  /// Conjugate gradients from z until z . z reaches the goal or `limit` iterations, for those
  /// right-hand sides that are `wanted`. Then u + last_step() * direction() + z is the result.
  std::array<int, Count> iterate(const Products& products, const Numbers& goal, int limit,
                                 std::array<bool, Count> wanted);
  /// Whether the preconditioned residual is small enough: below the goal, the smallest Ritz value
  /// settled, and by that of an ill-conditioned array smaller, since the error may exceed it by the
  /// inverse.
  bool reached(std::size_t n, double square, double goal);

  bool written() const { return written_; }
  void set_written(bool written) { written_ = written; }
  double smallest(std::size_t n) const { return smallest_[n]; }
  void forget() { smallest_.fill(1.0); }
  /// Step that u still lacks, and along what.
  const Numbers& last_step() const { return alpha_; }
  const Vector* direction() const { return iterated_ ? p : z; }
  std::size_t size() const { return grid_.panels * grid_.stride * Count; }

 private:
  /// How the step of the previous iteration enters the next sweep along the columns.
  enum class Step { none, assign, add };

  Numbers sweep_columns(Step step);
  template <Step step>
  Numbers sweep_columns();
  template <bool fresh>
  Products sweep_rows(const Vector* from);
  void substitute_forward(const Vector* from, std::size_t group);

  const BasicSystem<Real>& system_;
  const Grid& grid_;
  std::size_t size_;
  Store<Vector> store_;

 public:
  Vector* const u;  ///< Row-wire voltages.
  Vector* const p;  ///< Search direction.
  Vector* const z;  ///< Preconditioned residual M^-1 (b - S u).
  Vector* const q;  ///< D (T_c + D)^-1 D p.

 private:
  Vector* scratch_;  ///< A row group between forward and back substitution.
  Numbers alpha_{};
  Numbers beta_{};
  bool written_ = false;
  bool iterated_ = false;
  static constexpr double settled = 0.8;
  std::array<ConjugateCoefficients, Count> coefficients_;
  Numbers smallest_{};
};

template <class Real, std::size_t Count>
bool Iteration<Real, Count>::reached(std::size_t n, double square, double goal) {
  if (!(square <= goal)) return false;
  const std::size_t count = coefficients_[n].alpha.size();
  if (count > 0) {
    const double smallest = smallest_ritz_value(coefficients_[n], count);
    smallest_[n] = std::min(smallest_[n], smallest);
    // A value that still falls says little about the spectrum.
    const double before = count > 1 ? smallest_ritz_value(coefficients_[n], count - 1) : 1.0;
    if (square > 0.0 && smallest < settled * before) return false;
  }
  const double margin = std::min(1.0, 10.0 * smallest_[n]);
  return square <= margin * margin * goal;
}

/// Because p' = z + beta p and r . p = 0, p' . M p' = r . z + beta^2 p . M p; and because
/// successive residuals are M-orthogonal, r' . z' = alpha q . z'. So neither r nor M p is ever
/// formed. A right-hand side that has ended gets step lengths of 0.
template <class Real, std::size_t Count>
std::array<int, Count> Iteration<Real, Count>::iterate(const Products& products,
                                                       const Numbers& goal, int limit,
                                                       std::array<bool, Count> wanted) {
  Numbers energy = products.source;
  Numbers direction_energy = energy;
  std::array<int, Count> iterations{};
  Step step = Step::none;
  alpha_ = beta_ = {};
  for (std::size_t n = 0; n < Count; ++n) {
    coefficients_[n].clear();
    wanted[n] = wanted[n] && energy[n] > 0.0;
  }
  const auto any = [&] { return std::find(wanted.begin(), wanted.end(), true) != wanted.end(); };
  for (int count = 0; any() && count < limit; ++count) {
    const Numbers coupled = sweep_columns(step);
    if (step != Step::none) written_ = true;
    for (std::size_t n = 0; n < Count; ++n) {
      const double curvature = direction_energy[n] - coupled[n];
      wanted[n] = wanted[n] && curvature > 0.0;
      alpha_[n] = wanted[n] ? energy[n] / curvature : 0.0;
    }
    const Products next = sweep_rows<false>(q);
    for (std::size_t n = 0; n < Count; ++n) {
      beta_[n] = 0.0;
      if (!wanted[n]) continue;
      ++iterations[n];
      coefficients_[n].alpha.push_back(alpha_[n]);
      wanted[n] = !std::isnan(next.square[n]) && !reached(n, next.square[n], goal[n]);
      const double next_energy = alpha_[n] * next.source[n];
      wanted[n] = wanted[n] && next_energy > 0.0;
      if (!wanted[n]) continue;
      beta_[n] = next_energy / energy[n];
      coefficients_[n].beta.push_back(beta_[n]);
      direction_energy[n] = next_energy + beta_[n] * beta_[n] * direction_energy[n];
      energy[n] = next_energy;
    }
    step = written_ ? Step::add : Step::assign;
  }
  iterated_ = step != Step::none;
  return iterations;
}

template <class Real, std::size_t Count>
typename Iteration<Real, Count>::Products Iteration<Real, Count>::precondition(bool u_written) {
  written_ = u_written;
  return sweep_rows<true>(p);
}

/// u += alpha p, p = z + beta p, then q = D (T_c + D)^-1 D p; returns p . q. One panel at a time,
/// because it stays in the nearest caches from forward to back substitution.
template <class Real, std::size_t Count>
template <typename Iteration<Real, Count>::Step step>
typename Iteration<Real, Count>::Numbers Iteration<Real, Count>::sweep_columns() {
  const Real resistance = system_.column_resistance;
  std::array<Real, Count> alpha;
  std::array<Real, Count> beta;
  for (std::size_t n = 0; n < Count; ++n) {
    alpha[n] = static_cast<Real>(alpha_[n]);
    beta[n] = static_cast<Real>(beta_[n]);
  }
  Numbers product{};
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    const std::size_t base = panel * grid_.stride;
    const Vector* const cell = system_.cell + base;
    const Vector* const factor = system_.column_factor + base;
    std::array<Vector, Count> carry{};
    for (std::size_t row = 0; row < grid_.rows; ++row) {
      const Vector weight = resistance * cell[row];
      const Vector pivot = factor[row];
      for (std::size_t n = 0; n < Count; ++n) {
        const std::size_t at = (base + row) * Count + n;
        Vector direction = z[at];
        if constexpr (step != Step::none) {
          const Vector old = p[at];
          u[at] = step == Step::add ? u[at] + alpha[n] * old : alpha[n] * old;
          direction += beta[n] * old;
        }
        p[at] = direction;
        carry[n] = carry[n] * pivot + (weight * direction) * pivot;
        q[at] = carry[n];
      }
    }
    std::array<Vector, Count> part{};
    carry = {};
    for (std::size_t row = grid_.rows; row-- > 0;) {
      const Vector conductance = cell[row];
      const Vector pivot = factor[row];
      for (std::size_t n = 0; n < Count; ++n) {
        const std::size_t at = (base + row) * Count + n;
        carry[n] = carry[n] * pivot + q[at];
        const Vector current = conductance * carry[n];
        q[at] = current;
        part[n] += p[at] * current;
      }
    }
    for (std::size_t n = 0; n < Count; ++n) product[n] += sum(part[n]);
  }
  return product;
}

template <class Real, std::size_t Count>
typename Iteration<Real, Count>::Numbers Iteration<Real, Count>::sweep_columns(Step step) {
  if (step == Step::none) return sweep_columns<Step::none>();
  if (step == Step::assign) return sweep_columns<Step::assign>();
  return sweep_columns<Step::add>();
}

/// z = M^-1 from when fresh, else z -= alpha (p - M^-1 from); returns from . z and z . z.
template <class Real, std::size_t Count>
template <bool fresh>
typename Iteration<Real, Count>::Products Iteration<Real, Count>::sweep_rows(const Vector* from) {
  Products products;
  for (std::size_t group = 0; group < grid_.groups; ++group) {
    substitute_forward(from, group);
    std::array<Vector, Count> carry{};
    std::array<Vector, Count> source{};
    std::array<Vector, Count> square{};
    for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
      const std::size_t base = panel * grid_.stride + group * lanes;
      for (std::size_t n = 0; n < Count; ++n) {
        TileOf<Vector> tile;
#pragma GCC unroll 8
        for (std::size_t k = 0; k < lanes; ++k) {
          carry[n] =
              carry[n] * system_.row_factor[base + k] + scratch_[(panel * lanes + k) * Count + n];
          tile[k] = carry[n];
        }
        transpose(tile);
        const Real alpha = static_cast<Real>(alpha_[n]);
#pragma GCC unroll 8
        for (std::size_t k = 0; k < lanes; ++k) {
          const std::size_t at = (base + k) * Count + n;
          Vector value = tile[k];
          if constexpr (!fresh) value = z[at] - alpha * (p[at] - value);
          z[at] = value;
          source[n] += from[at] * value;
          square[n] += value * value;
        }
      }
    }
    for (std::size_t n = 0; n < Count; ++n) {
      products.source[n] += sum(source[n]);
      products.square[n] += sum(square[n]);
    }
  }
  return products;
}

/// Forward substitution along the rows of a group, from the right end, into scratch.
template <class Real, std::size_t Count>
void Iteration<Real, Count>::substitute_forward(const Vector* from, std::size_t group) {
  const Real resistance = system_.row_resistance;
  std::array<Vector, Count> carry{};
  for (std::size_t panel = grid_.panels; panel-- > 0;) {
    const std::size_t base = panel * grid_.stride + group * lanes;
    for (std::size_t n = 0; n < Count; ++n) {
      TileOf<Vector> tile;
      for (std::size_t k = 0; k < lanes; ++k) tile[k] = from[(base + k) * Count + n];
      transpose(tile);
      for (std::size_t k = lanes; k-- > 0;) {
        const Vector factor = system_.row_factor[base + k];
        carry[n] = carry[n] * factor + (resistance * tile[k]) * factor;
        scratch_[(panel * lanes + k) * Count + n] = carry[n];
      }
    }
  }
}

}  // namespace neucasl::array_plugin
