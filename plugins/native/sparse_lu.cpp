#include "sparse_lu.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::native_plugin {
namespace {

constexpr std::uint32_t unset_step = UINT32_MAX;
constexpr double diagonal_preference = 0.1;  // of the largest candidate
constexpr double largest_growth = 1e3;       // of an entry of L before pivots are chosen anew
constexpr double smallest_pivot = 1e-15;     // of scaled rows: below, rounding decides

/// Cheap magnitude, within a factor sqrt(2).
double magnitude(double a) { return std::abs(a); }
double magnitude(const std::complex<double>& a) { return std::abs(a.real()) + std::abs(a.imag()); }

/// std::complex's operators test for infinities, which slows the inner loop threefold.
void subtract_product(double& a, double b, double c) { a -= b * c; }
void subtract_product(std::complex<double>& a, const std::complex<double>& b,
                      const std::complex<double>& c) {
  a = {a.real() - (b.real() * c.real() - b.imag() * c.imag()),
       a.imag() - (b.real() * c.imag() + b.imag() * c.real())};
}

}  // namespace

template <class Scalar>
SparseLu<Scalar>::SparseLu(const SparsePattern& pattern, std::span<const double> column_scale)
    : pattern_(pattern),
      n_(pattern.size),
      column_scale_(column_scale.begin(), column_scale.end()),
      row_scale_(n_),
      position_(n_),
      pivot_(n_),
      entry_position_(pattern.entries()),
      reach_(n_),
      stack_(n_),
      next_(n_),
      mark_(n_, unset_step),
      work_(n_),
      solution_(n_) {}

template <class Scalar>
bool SparseLu<Scalar>::factor(std::span<const Scalar> values) {
  if (!scale_rows(values)) return factored_ = false;
  if (factored_ && factor_again(values)) return true;
  if (!ordered_) order(values);
  factored_ = factor_anew(values);
  if (!factored_) ordered_ = false;  // other values may want another order
  return factored_;
}

template <class Scalar>
void SparseLu<Scalar>::order(std::span<const Scalar> values) {
  std::vector<char> usable(pattern_.entries());
  for (std::uint32_t j = 0; j < n_; ++j) {
    for (std::uint32_t e = pattern_.column_start[j]; e < pattern_.column_start[j + 1]; ++e) {
      const double scaled = magnitude(values[e]) * column_scale_[j] * row_scale_[pattern_.row[e]];
      usable[e] = scaled > smallest_pivot ? 1 : 0;
    }
  }
  order_ = elimination_order(pattern_, usable);
  ordered_ = true;
}

template <class Scalar>
void SparseLu<Scalar>::mark_singular_row(std::uint32_t row) {
  // Equation and unknown of one number belong to one node.
  singular_column_ = row;
}

template <class Scalar>
bool SparseLu<Scalar>::scale_rows(std::span<const Scalar> values) {
  std::fill(row_scale_.begin(), row_scale_.end(), 0.0);
  for (std::uint32_t j = 0; j < n_; ++j) {
    for (std::uint32_t e = pattern_.column_start[j]; e < pattern_.column_start[j + 1]; ++e) {
      double& scale = row_scale_[pattern_.row[e]];
      scale = std::max(scale, magnitude(values[e]) * column_scale_[j]);
    }
  }
  for (std::uint32_t i = 0; i < n_; ++i) {
    if (!(row_scale_[i] > 0.0) || !std::isfinite(row_scale_[i])) {
      mark_singular_row(i);
      return false;
    }
    row_scale_[i] = 1.0 / row_scale_[i];
  }
  return true;
}

template <class Scalar>
std::uint32_t SparseLu<Scalar>::depth_first(std::uint32_t row, std::uint32_t top) {
  std::uint32_t depth = 0;
  stack_[0] = row;
  while (depth != unset_step) {
    const std::uint32_t i = stack_[depth];
    const std::uint32_t step = position_[i];
    if (mark_[i] == unset_step) {
      mark_[i] = 0;
      next_[depth] = step == unset_step ? 0 : lower_start_[step];
    }
    const std::uint32_t last = step == unset_step ? 0 : lower_start_[step + 1];
    bool descended = false;
    for (std::uint32_t& e = next_[depth]; e < last; ++e) {
      const std::uint32_t below = lower_row_[e];
      if (mark_[below] != unset_step) continue;
      ++e;
      stack_[++depth] = below;
      descended = true;
      break;
    }
    if (descended) continue;
    reach_[--top] = i;
    --depth;
  }
  return top;
}

template <class Scalar>
std::uint32_t SparseLu<Scalar>::find_reach(std::uint32_t column) {
  std::uint32_t top = n_;
  for (std::uint32_t e = pattern_.column_start[column]; e < pattern_.column_start[column + 1];
       ++e) {
    if (mark_[pattern_.row[e]] == unset_step) top = depth_first(pattern_.row[e], top);
  }
  for (std::uint32_t k = top; k < n_; ++k) mark_[reach_[k]] = unset_step;
  return top;
}

template <class Scalar>
bool SparseLu<Scalar>::take_pivot(std::uint32_t step, std::uint32_t top) {
  const std::uint32_t preferred = order_.pivot_row[order_.column[step]];
  double largest = 0.0;
  std::uint32_t row = unset_step;
  for (std::uint32_t k = top; k < n_; ++k) {
    const std::uint32_t i = reach_[k];
    if (position_[i] != unset_step) {
      upper_row_.push_back(position_[i]);
      upper_.push_back(work_[i]);
    } else if (magnitude(work_[i]) > largest) {
      largest = magnitude(work_[i]);
      row = i;
    }
  }
  const bool usable = largest > smallest_pivot;
  if (usable && position_[preferred] == unset_step &&
      magnitude(work_[preferred]) >= diagonal_preference * largest) {
    row = preferred;
  }
  if (usable) {
    position_[row] = step;
    pivot_[step] = work_[row];
  }
  for (std::uint32_t k = top; k < n_; ++k) {
    const std::uint32_t i = reach_[k];
    if (usable && position_[i] == unset_step) {
      lower_row_.push_back(i);
      lower_.push_back(work_[i] / pivot_[step]);
    }
    work_[i] = Scalar(0);
  }
  upper_start_.push_back(static_cast<std::uint32_t>(upper_row_.size()));
  lower_start_.push_back(static_cast<std::uint32_t>(lower_row_.size()));
  return usable;
}

template <class Scalar>
bool SparseLu<Scalar>::factor_anew(std::span<const Scalar> values) {
  std::fill(position_.begin(), position_.end(), unset_step);
  lower_start_.assign(1, 0);
  upper_start_.assign(1, 0);
  lower_row_.clear();
  upper_row_.clear();
  lower_.clear();
  upper_.clear();
  for (std::uint32_t step = 0; step < n_; ++step) {
    const std::uint32_t column = order_.column[step];
    const std::uint32_t top = find_reach(column);
    for (std::uint32_t e = pattern_.column_start[column]; e < pattern_.column_start[column + 1];
         ++e) {
      const std::uint32_t i = pattern_.row[e];
      work_[i] = values[e] * (row_scale_[i] * column_scale_[column]);
    }
    for (std::uint32_t k = top; k < n_; ++k) {
      const std::uint32_t before = position_[reach_[k]];
      if (before == unset_step) continue;
      const Scalar factor = work_[reach_[k]];
      for (std::uint32_t e = lower_start_[before]; e < lower_start_[before + 1]; ++e) {
        subtract_product(work_[lower_row_[e]], lower_[e], factor);
      }
    }
    if (!take_pivot(step, top)) {
      singular_column_ = column;
      return false;
    }
  }
  number_rows();
  return true;
}

template <class Scalar>
void SparseLu<Scalar>::number_rows() {
  for (std::uint32_t& row : lower_row_) row = position_[row];
  for (std::size_t e = 0; e < entry_position_.size(); ++e) {
    entry_position_[e] = position_[pattern_.row[e]];
  }
}

template <class Scalar>
bool SparseLu<Scalar>::factor_again(std::span<const Scalar> values) {
  for (std::uint32_t step = 0; step < n_; ++step) {
    const std::uint32_t column = order_.column[step];
    for (std::uint32_t e = pattern_.column_start[column]; e < pattern_.column_start[column + 1];
         ++e) {
      work_[entry_position_[e]] = values[e] * (row_scale_[pattern_.row[e]] * column_scale_[column]);
    }
    for (std::uint32_t u = upper_start_[step]; u < upper_start_[step + 1]; ++u) {
      const std::uint32_t before = upper_row_[u];
      const Scalar factor = work_[before];
      work_[before] = Scalar(0);
      upper_[u] = factor;
      for (std::uint32_t e = lower_start_[before]; e < lower_start_[before + 1]; ++e) {
        subtract_product(work_[lower_row_[e]], lower_[e], factor);
      }
    }
    const Scalar pivot = work_[step];
    work_[step] = Scalar(0);
    pivot_[step] = pivot;
    const double size = magnitude(pivot);
    const Scalar inverse = size > 0.0 ? Scalar(1) / pivot : Scalar(0);
    double largest = 0.0;
    for (std::uint32_t e = lower_start_[step]; e < lower_start_[step + 1]; ++e) {
      largest = std::max(largest, magnitude(work_[lower_row_[e]]));
      lower_[e] = work_[lower_row_[e]] * inverse;
      work_[lower_row_[e]] = Scalar(0);
    }
    if (!(size > smallest_pivot) || !(largest <= largest_growth * size)) return false;
  }
  return true;
}

template <class Scalar>
void SparseLu<Scalar>::solve(std::span<Scalar> b) const {
  std::vector<Scalar>& z = solution_;
  for (std::uint32_t i = 0; i < n_; ++i) z[position_[i]] = b[i] * row_scale_[i];
  for (std::uint32_t k = 0; k < n_; ++k) {
    const Scalar factor = z[k];
    if (factor == Scalar(0)) continue;
    for (std::uint32_t e = lower_start_[k]; e < lower_start_[k + 1]; ++e) {
      subtract_product(z[lower_row_[e]], lower_[e], factor);
    }
  }
  for (std::uint32_t k = n_; k-- > 0;) {
    const Scalar factor = z[k] = z[k] / pivot_[k];
    if (factor == Scalar(0)) continue;
    for (std::uint32_t e = upper_start_[k]; e < upper_start_[k + 1]; ++e) {
      subtract_product(z[upper_row_[e]], upper_[e], factor);
    }
  }
  for (std::uint32_t k = 0; k < n_; ++k) {
    const std::uint32_t column = order_.column[k];
    b[column] = z[k] * column_scale_[column];
  }
}

template <class Scalar>
void SparseLu<Scalar>::solve_transposed(std::span<Scalar> b) const {
  std::vector<Scalar>& z = solution_;
  for (std::uint32_t k = 0; k < n_; ++k) {
    const std::uint32_t column = order_.column[k];
    Scalar sum = b[column] * column_scale_[column];
    for (std::uint32_t e = upper_start_[k]; e < upper_start_[k + 1]; ++e) {
      subtract_product(sum, upper_[e], z[upper_row_[e]]);
    }
    z[k] = sum / pivot_[k];
  }
  for (std::uint32_t k = n_; k-- > 0;) {
    for (std::uint32_t e = lower_start_[k]; e < lower_start_[k + 1]; ++e) {
      subtract_product(z[k], lower_[e], z[lower_row_[e]]);
    }
  }
  for (std::uint32_t i = 0; i < n_; ++i) b[i] = z[position_[i]] * row_scale_[i];
}

template class SparseLu<double>;
template class SparseLu<std::complex<double>>;

}  // namespace neucasl::native_plugin
