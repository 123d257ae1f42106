#include "exponential_sum.hpp"

#include <cmath>
#include <limits>

namespace neucasl::spiking_plugin {
namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
}

void ExponentialSum::add(double factor, double rate) {
  if (factor == 0.0) return;
  int at = terms_++;
  for (; at > 0 && rate_[at - 1] > rate; --at) {
    rate_[at] = rate_[at - 1];
    factor_[at] = factor_[at - 1];
  }
  rate_[at] = rate;
  factor_[at] = factor;
}

double ExponentialSum::operator()(double x) const {
  double sum = constant_ + slope_ * x;
  for (int i = 0; i < terms_; ++i) sum += factor_[i] * std::exp(-rate_[i] * x);
  return sum;
}

double ExponentialSum::derivative(double x) const {
  double sum = slope_;
  for (int i = 0; i < terms_; ++i) sum -= rate_[i] * factor_[i] * std::exp(-rate_[i] * x);
  return sum;
}

bool ExponentialSum::positive_at_infinity() const {
  if (slope_ != 0.0) return slope_ > 0.0;
  if (constant_ != 0.0 || terms_ == 0) return constant_ > 0.0;
  return factor_[0] > 0.0;
}

double ExponentialSum::closed_zero() const {
  if (terms_ == 0) return slope_ == 0.0 ? infinity : -constant_ / slope_;
  // log1p, since the argument is often near one.
  const double share = -(constant_ + factor_[0]) / factor_[0];
  return share > -1.0 ? -std::log1p(share) / rate_[0] : infinity;
}

ExponentialSum ExponentialSum::reduced_derivative() const {
  const int divided = slope_ == 0.0 ? 1 : 0;
  const double slowest = divided != 0 ? rate_[0] : 0.0;
  ExponentialSum result(divided != 0 ? -rate_[0] * factor_[0] : slope_);
  for (int i = divided; i < terms_; ++i) {
    const double factor = -rate_[i] * factor_[i];
    if (rate_[i] > slowest) {
      result.add(factor, rate_[i] - slowest);
    } else {
      result.constant_ += factor;
    }
  }
  return result;
}

ExponentialSum::Zeros ExponentialSum::critical_points() const {
  return has_closed_form() ? Zeros{} : reduced_derivative().zeros();
}

ExponentialSum::Zeros ExponentialSum::zeros() const {
  Zeros result;
  if (has_closed_form()) {
    const double x = closed_zero();
    if (x > 0.0 && x < infinity) result.at[result.count++] = x;
    return result;
  }
  const Zeros critical = critical_points();
  double low = 0.0;
  bool positive = (*this)(0.0) > 0.0;
  for (int k = 0; k < critical.count; ++k) {
    const bool next = (*this)(critical.at[k]) > 0.0;
    if (next != positive) result.at[result.count++] = zero_between(low, critical.at[k]);
    low = critical.at[k];
    positive = next;
  }
  if (positive_at_infinity() != positive) {
    if (const double x = zero_beyond(low); x < infinity) result.at[result.count++] = x;
  }
  return result;
}

double ExponentialSum::first_rise() const {
  if (has_closed_form()) {
    const double x = closed_zero();
    return x >= 0.0 ? x : infinity;
  }
  const Zeros critical = critical_points();
  double low = 0.0;
  for (int k = 0; k < critical.count; ++k) {
    if ((*this)(critical.at[k]) >= 0.0) return zero_between(low, critical.at[k]);
    low = critical.at[k];
  }
  return positive_at_infinity() ? zero_beyond(low) : infinity;
}

double ExponentialSum::zero_beyond(double low) const {
  const bool positive = (*this)(low) > 0.0;
  double step = terms_ > 0 ? 1.0 / rate_[0] : std::abs(constant_ / slope_);
  // The exponentials are below rounding after some tens of the slowest; a slope takes longer.
  constexpr int most = 1100;
  for (int k = 0; k < most; ++k, step *= 2.0) {
    if (((*this)(low + step) > 0.0) != positive) return zero_between(low, low + step);
  }
  return infinity;
}

double ExponentialSum::zero_between(double low, double high) const {
  const bool positive = (*this)(low) > 0.0;
  double x = 0.5 * (low + high);
  double width = high - low;
  // Newton's step while it stays inside and gains on bisection; else bisection.
  constexpr int most = 200;
  for (int k = 0; k < most; ++k) {
    const double value = (*this)(x);
    if (value == 0.0) return x;
    ((value > 0.0) == positive ? low : high) = x;
    double next = x - value / derivative(x);
    const double step = std::abs(next - x);
    if (step <= std::numeric_limits<double>::epsilon() * std::abs(x)) return x;
    if (!(next > low && next < high) || step > 0.5 * width) next = 0.5 * (low + high);
    width = std::abs(next - x);
    if (next == x || next <= low || next >= high) return x;
    x = next;
  }
  return x;
}

}  // namespace neucasl::spiking_plugin
