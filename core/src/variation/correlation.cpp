#include "neucasl/variation/correlation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "neucasl/base/quantity.hpp"

namespace neucasl::variation {
namespace {

constexpr double symmetry_tolerance = 1e-9;
constexpr std::size_t most_positions = 2048;

[[noreturn]] void refuse(const std::string& message, const std::string& remedy,
                         const base::Location& where) {
  throw base::Error("variation.correlation", message, remedy, where);
}

std::string four_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

std::string name_of(const std::vector<std::string>& names, std::size_t i) {
  return i < names.size() ? "'" + names[i] + "'" : "number " + std::to_string(i + 1);
}

std::size_t side_of(std::size_t count, const base::Location& where) {
  const auto side = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(count))));
  if (side > 0 && side * side == count) return side;
  refuse("a correlation matrix has " + std::to_string(count) + " numbers", "give n x n numbers",
         where);
}

void check_entries(std::span<const double> r, std::size_t n, const std::vector<std::string>& names,
                   const base::Location& where) {
  for (std::size_t i = 0; i < n; ++i) {
    if (std::abs(r[i * n + i] - 1.0) > symmetry_tolerance) {
      refuse("the correlation of " + name_of(names, i) + " with itself is " +
                 base::shortest(r[i * n + i]),
             "give 1 on the diagonal", where);
    }
    for (std::size_t j = 0; j < i; ++j) {
      const double value = r[i * n + j];
      const std::string pair = name_of(names, j) + " and " + name_of(names, i);
      if (!(std::abs(value) <= 1.0)) {
        refuse("the correlation of " + pair + " is " + base::shortest(value),
               "give a number from -1 to 1", where);
      }
      if (!(std::abs(value - r[j * n + i]) <= symmetry_tolerance)) {
        refuse("the correlation of " + pair + " is given as " + base::shortest(value) + " and as " +
                   base::shortest(r[j * n + i]),
               "give one number for both", where);
      }
    }
  }
}

/// L with L L^T = r by rows, L triangular; false for a pivot that is not above `floor`.
bool factorise(std::span<const double> r, std::size_t n, double floor,
               std::vector<double>& factor) {
  factor.assign(n * n, 0.0);
  for (std::size_t j = 0; j < n; ++j) {
    double* const row_j = &factor[j * n];
    double pivot = r[j * n + j];
    for (std::size_t k = 0; k < j; ++k) pivot -= row_j[k] * row_j[k];
    if (!(pivot > floor)) return false;
    row_j[j] = std::sqrt(pivot);
    for (std::size_t i = j + 1; i < n; ++i) {
      const double* const row_i = &factor[i * n];
      double sum = r[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= row_i[k] * row_j[k];
      factor[i * n + j] = sum / row_j[j];
    }
  }
  return true;
}

/// L with L L^T = r but for variances up to `floor`: the largest pivot first. Column p belongs to
/// number p, the pivot that made it; numbers that others explain have none.
std::vector<double> pivoted_factor(std::span<const double> r, std::size_t n, double floor) {
  std::vector<double> steps(n * n, 0.0);  // columns in the order of the pivots
  std::vector<double> left(n, 1.0);       // variance that is not explained yet
  std::vector<std::size_t> pivots;
  while (pivots.size() < n) {
    const auto p =
        static_cast<std::size_t>(std::max_element(left.begin(), left.end()) - left.begin());
    if (!(left[p] > floor)) break;
    const std::size_t step = pivots.size();
    const double root = std::sqrt(left[p]);
    const double* const row_p = &steps[p * n];
    for (std::size_t i = 0; i < n; ++i) {
      // Numbers that were pivots, or equal one, have nothing left to explain.
      if (i == p || !(left[i] > 0.0)) continue;
      double sum = r[i * n + p];
      for (std::size_t k = 0; k < step; ++k) sum -= steps[i * n + k] * row_p[k];
      steps[i * n + step] = sum / root;
      left[i] -= sum / root * (sum / root);
    }
    steps[p * n + step] = root;
    left[p] = 0.0;
    pivots.push_back(p);
  }
  std::vector<double> factor(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < pivots.size(); ++k) factor[i * n + pivots[k]] = steps[i * n + k];
  }
  return factor;
}

/// One rotation of Jacobi's that makes a(p, q) zero.
void rotate(std::vector<double>& a, std::size_t n, std::size_t p, std::size_t q) {
  const double off = a[p * n + q];
  if (off == 0.0) return;
  const double theta = 0.5 * (a[q * n + q] - a[p * n + p]) / off;
  const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
  const double c = 1.0 / std::hypot(t, 1.0);
  const double s = t * c;
  for (std::size_t k = 0; k < n; ++k) {
    const double x = a[k * n + p];
    const double y = a[k * n + q];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (std::size_t k = 0; k < n; ++k) {
    const double x = a[p * n + k];
    const double y = a[q * n + k];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
  }
}

void multiply(const std::vector<double>& factor, std::size_t n, std::span<const double> u,
              std::span<double> out) {
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < n; ++k) sum += factor[i * n + k] * u[k];
    out[i] = sum;
  }
}

}  // namespace

std::vector<double> symmetric_eigenvalues(std::span<const double> matrix) {
  const std::size_t n = side_of(matrix.size(), {});
  std::vector<double> a(matrix.begin(), matrix.end());
  constexpr int most_sweeps = 60;
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    double off = 0.0;
    double all = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const double square = a[i * n + j] * a[i * n + j];
        all += square;
        if (i != j) off += square;
      }
    }
    if (!(off > 1e-30 * all)) break;
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) rotate(a, n, p, q);
    }
  }
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = a[i * n + i];
  std::sort(values.begin(), values.end());
  return values;
}

Correlation::Correlation(std::span<const double> matrix, const std::vector<std::string>& names,
                         const base::Location& where)
    : size_(side_of(matrix.size(), where)) {
  check_entries(matrix, size_, names, where);
  const double floor = 1e-12 * static_cast<double>(size_);
  if (factorise(matrix, size_, floor, factor_)) return;
  // (1 - f) I + f R has the eigenvalues 1 - f + f e: all positive for f below 1 / (1 - least).
  const double least = symmetric_eigenvalues(matrix).front();
  const double factor = std::min(1.0, 1.0 / (1.0 - least)) * (1.0 - 1e-6);
  refuse("the correlation matrix is not positive definite: its smallest eigenvalue is " +
             four_digits(least),
         "these numbers cannot be correlated so; the nearest such matrix with all correlations "
         "scaled alike has them times " +
             four_digits(std::floor(1e4 * factor) / 1e4),
         where);
}

void Correlation::apply(std::span<const double> u, std::span<double> out) const {
  multiply(factor_, size_, u, out);
}

void check_shares(const VarianceShares& shares, const base::Location& where) {
  const double sum = shares.wafer + shares.die + shares.mismatch;
  if (shares.wafer >= 0.0 && shares.die >= 0.0 && shares.mismatch >= 0.0 &&
      std::abs(sum - 1.0) <= 1e-9) {
    return;
  }
  refuse("the shares of the variance of wafer, die and mismatch are " +
             base::shortest(shares.wafer) + ", " + base::shortest(shares.die) + " and " +
             base::shortest(shares.mismatch),
         "give shares of 0 or more that add up to 1", where);
}

double split(const VarianceShares& shares, double wafer, double die, double mismatch) {
  return std::sqrt(shares.wafer) * wafer + std::sqrt(shares.die) * die +
         std::sqrt(shares.mismatch) * mismatch;
}

SpatialCorrelation::SpatialCorrelation(std::span<const Position> positions, double length,
                                       Decay decay, const base::Location& where) {
  if (!(length > 0.0 && std::isfinite(length))) {
    refuse("a correlation length is " + base::shortest(length) + " m", "give a positive length",
           where);
  }
  const std::size_t n = positions.size();
  if (n > most_positions) {
    refuse(std::to_string(n) + " positions are to be correlated exactly",
           "give at most " + std::to_string(most_positions) + ", or use a spatial field", where);
  }
  std::vector<double> matrix(n * n, 1.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double away =
          std::hypot(positions[i].x - positions[j].x, positions[i].y - positions[j].y) / length;
      if (!std::isfinite(away)) refuse("a position is not finite", "give finite places", where);
      matrix[i * n + j] = matrix[j * n + i] =
          std::exp(decay == Decay::exponential ? -away : -away * away);
    }
  }
  correlation_.size_ = n;
  // What rounding leaves of a pivot that is zero grows with n.
  correlation_.factor_ = pivoted_factor(matrix, n, 1e-13 * static_cast<double>(n));
}

}  // namespace neucasl::variation
