#include "device_elimination.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::scattering {
namespace {

constexpr double smallest_pivot = 1e-4;  // beside the scaled entries below it

}  // namespace

DeviceElimination::DeviceElimination(std::size_t n, std::span<const std::size_t> place,
                                     std::size_t waves, std::span<const char> held)
    : n_(n),
      m_(place.size()),
      waves_(waves),
      place_(place.begin(), place.end()),
      held_(held.begin(), held.end()),
      used_(m_ * m_, 0),
      values_(m_ * m_, 0.0),
      inverse_(m_, 0.0),
      scale_(m_, 1.0),
      work_(m_, 0.0),
      work_columns_(m_) {}

double DeviceElimination::at(std::span<const double> jacobian, std::size_t i, std::size_t j) const {
  if (held_[i] != 0) return i == j ? 1.0 : 0.0;
  return jacobian[place_[i] * n_ + place_[j]] + (i == j && i < waves_ ? 1.0 : 0.0);
}

bool DeviceElimination::factor(std::span<const double> jacobian) {
  bool stable = true;
  factored_ = !order_.empty() && replay(jacobian, stable) && stable;
  if (!factored_) factored_ = plan(jacobian) && replay(jacobian, stable);
  return factored_;
}

bool DeviceElimination::choose_pivots(std::span<const double> jacobian) {
  std::vector<double> a(m_ * m_);
  for (std::size_t i = 0; i < m_; ++i) {
    double largest = 0.0;
    for (std::size_t j = 0; j < m_; ++j) {
      a[i * m_ + j] = at(jacobian, i, j);
      if (!std::isfinite(a[i * m_ + j])) return false;
      largest = std::max(largest, std::abs(a[i * m_ + j]));
    }
    if (largest == 0.0) return false;
    scale_[i] = 1.0 / largest;
    for (std::size_t j = 0; j < m_; ++j) a[i * m_ + j] *= scale_[i];
  }
  order_.resize(m_);
  for (std::uint32_t i = 0; i < m_; ++i) order_[i] = i;
  for (std::size_t k = 0; k < m_; ++k) {
    std::size_t best = k;
    for (std::size_t i = k + 1; i < m_; ++i) {
      if (std::abs(a[order_[i] * m_ + k]) > std::abs(a[order_[best] * m_ + k])) best = i;
    }
    std::swap(order_[k], order_[best]);
    const double* top = &a[order_[k] * m_];
    if (top[k] == 0.0) {
      order_.clear();
      return false;
    }
    for (std::size_t i = k + 1; i < m_; ++i) {
      double* row = &a[order_[i] * m_];
      const double factor = row[k] / top[k];
      if (factor == 0.0) continue;
      for (std::size_t j = k + 1; j < m_; ++j) row[j] -= factor * top[j];
    }
  }
  return true;
}

bool DeviceElimination::plan(std::span<const double> jacobian) {
  if (!choose_pivots(jacobian)) return false;
  for (std::size_t i = 0; i < m_; ++i) {
    for (std::size_t j = 0; j < m_; ++j) {
      if (i == j || at(jacobian, i, j) != 0.0) used_[i * m_ + j] = 1;
    }
  }
  entries_.clear();
  fill_.clear();
  outside_.clear();
  std::vector<char> pattern(m_ * m_, 0);
  for (std::size_t k = 0; k < m_; ++k) {
    const std::size_t i = order_[k];
    for (std::size_t j = 0; j < m_; ++j) {
      const auto position = static_cast<std::uint32_t>(k * m_ + j);
      const auto source = static_cast<std::uint32_t>(place_[i] * n_ + place_[j]);
      pattern[position] = used_[i * m_ + j];
      if (held_[i] != 0) continue;
      if (used_[i * m_ + j] == 0) {
        outside_.push_back(source);
      } else {
        entries_.push_back({position, source, i == j && i < waves_ ? 1.0 : 0.0});
      }
    }
  }
  const std::vector<char> given = pattern;
  below_row_.assign(1, 0);
  right_row_.assign(1, 0);
  below_.clear();
  right_.clear();
  for (std::uint32_t k = 0; k < m_; ++k) {
    for (std::uint32_t j = k + 1; j < m_; ++j) {
      if (pattern[k * m_ + j] != 0) right_.push_back(j);
    }
    for (std::uint32_t i = k + 1; i < m_; ++i) {
      if (pattern[i * m_ + k] == 0) continue;
      below_.push_back(i);
      for (std::uint32_t c = right_row_[k]; c < right_.size(); ++c) pattern[i * m_ + right_[c]] = 1;
    }
    below_row_.push_back(static_cast<std::uint32_t>(below_.size()));
    right_row_.push_back(static_cast<std::uint32_t>(right_.size()));
  }
  for (std::uint32_t p = 0; p < pattern.size(); ++p) {
    if (pattern[p] != 0 && given[p] == 0) fill_.push_back(p);
  }
  return true;
}

/// False when the matrix has an entry outside the plan, or is not finite.
bool DeviceElimination::replay(std::span<const double> jacobian, bool& stable) {
  for (const std::uint32_t source : outside_) {
    if (jacobian[source] != 0.0) return false;
  }
  for (const Entry& entry : entries_) values_[entry.position] = jacobian[entry.source] + entry.plus;
  for (std::size_t k = 0; k < m_; ++k) {
    if (held_[order_[k]] != 0) values_[k * m_ + order_[k]] = 1.0;
  }
  for (const std::uint32_t position : fill_) values_[position] = 0.0;
  stable = true;
  for (std::size_t k = 0; k < m_; ++k) {
    const double* top = &values_[k * m_];
    const double pivot = std::abs(top[k]) * scale_[order_[k]];
    const double inverse = 1.0 / top[k];
    if (!std::isfinite(inverse)) return false;
    inverse_[k] = inverse;
    for (std::uint32_t b = below_row_[k]; b < below_row_[k + 1]; ++b) {
      const std::uint32_t i = below_[b];
      double* row = &values_[i * m_];
      if (pivot < smallest_pivot * std::abs(row[k]) * scale_[order_[i]]) stable = false;
      const double factor = row[k] * inverse;
      row[k] = factor;
      for (std::uint32_t c = right_row_[k]; c < right_row_[k + 1]; ++c) {
        row[right_[c]] -= factor * top[right_[c]];
      }
    }
  }
  return true;
}

template <class T>
void DeviceElimination::solve_any(std::span<T> right, std::vector<T>& x) {
  for (std::size_t k = 0; k < m_; ++k) x[k] = right[order_[k]];
  for (std::size_t k = 0; k < m_; ++k) {
    const T top = x[k];
    for (std::uint32_t b = below_row_[k]; b < below_row_[k + 1]; ++b) {
      x[below_[b]] -= values_[below_[b] * m_ + k] * top;
    }
  }
  for (std::size_t k = m_; k-- > 0;) {
    T sum = x[k];
    for (std::uint32_t c = right_row_[k]; c < right_row_[k + 1]; ++c) {
      sum -= values_[k * m_ + right_[c]] * x[right_[c]];
    }
    x[k] = inverse_[k] * sum;
  }
  std::copy(x.begin(), x.end(), right.begin());
}

template void DeviceElimination::solve_any(std::span<double>, std::vector<double>&);
template void DeviceElimination::solve_any(std::span<Columns>, std::vector<Columns>&);

}  // namespace neucasl::scattering
