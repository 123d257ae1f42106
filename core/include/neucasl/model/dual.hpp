#pragma once

#include <array>
#include <cmath>

/// \file
/// Forward automatic differentiation: a value with its derivatives to N unknowns.
///
/// Equations of device models are templates over the scalar; with `Dual<N>` they give exact
/// Jacobians. Comparisons look at values only: a branch is differentiated as taken.

namespace neucasl::model {

template <int N>
struct Dual {
  double value = 0.0;
  std::array<double, N> derivative{};

  constexpr Dual() = default;
  constexpr Dual(double v) : value(v) {}  // NOLINT(google-explicit-constructor): constants mix in
  /// Unknown number `index`.
  static constexpr Dual unknown(double v, int index) {
    Dual result(v);
    result.derivative[static_cast<std::size_t>(index)] = 1.0;
    return result;
  }

  constexpr Dual& operator+=(const Dual& b) {
    value += b.value;
    for (std::size_t i = 0; i < N; ++i) derivative[i] += b.derivative[i];
    return *this;
  }
  constexpr Dual& operator-=(const Dual& b) {
    value -= b.value;
    for (std::size_t i = 0; i < N; ++i) derivative[i] -= b.derivative[i];
    return *this;
  }
  constexpr Dual& operator*=(const Dual& b) {
    for (std::size_t i = 0; i < N; ++i) {
      derivative[i] = derivative[i] * b.value + value * b.derivative[i];
    }
    value *= b.value;
    return *this;
  }
  constexpr Dual& operator/=(const Dual& b) {
    const double inverse = 1.0 / b.value;
    value *= inverse;
    for (std::size_t i = 0; i < N; ++i) {
      derivative[i] = (derivative[i] - value * b.derivative[i]) * inverse;
    }
    return *this;
  }
};

/// f(a) with slope f'(a).
template <int N>
constexpr Dual<N> chain(const Dual<N>& a, double value, double slope) {
  Dual<N> result(value);
  for (std::size_t i = 0; i < N; ++i) result.derivative[i] = slope * a.derivative[i];
  return result;
}

template <int N>
constexpr Dual<N> operator+(Dual<N> a, const Dual<N>& b) {
  return a += b;
}
template <int N>
constexpr Dual<N> operator-(Dual<N> a, const Dual<N>& b) {
  return a -= b;
}
template <int N>
constexpr Dual<N> operator*(Dual<N> a, const Dual<N>& b) {
  return a *= b;
}
template <int N>
constexpr Dual<N> operator/(Dual<N> a, const Dual<N>& b) {
  return a /= b;
}
template <int N>
constexpr Dual<N> operator-(const Dual<N>& a) {
  return chain(a, -a.value, -1.0);
}
template <int N>
constexpr Dual<N> operator+(const Dual<N>& a, double b) {
  return chain(a, a.value + b, 1.0);
}
template <int N>
constexpr Dual<N> operator+(double a, const Dual<N>& b) {
  return chain(b, a + b.value, 1.0);
}
template <int N>
constexpr Dual<N> operator-(const Dual<N>& a, double b) {
  return chain(a, a.value - b, 1.0);
}
template <int N>
constexpr Dual<N> operator-(double a, const Dual<N>& b) {
  return chain(b, a - b.value, -1.0);
}
template <int N>
constexpr Dual<N> operator*(const Dual<N>& a, double b) {
  return chain(a, a.value * b, b);
}
template <int N>
constexpr Dual<N> operator*(double a, const Dual<N>& b) {
  return chain(b, a * b.value, a);
}
template <int N>
constexpr Dual<N> operator/(const Dual<N>& a, double b) {
  return chain(a, a.value / b, 1.0 / b);
}
template <int N>
constexpr Dual<N> operator/(double a, const Dual<N>& b) {
  const double quotient = a / b.value;
  return chain(b, quotient, -quotient / b.value);
}

template <int N>
Dual<N> exp(const Dual<N>& a) {
  const double e = std::exp(a.value);
  return chain(a, e, e);
}
template <int N>
Dual<N> log(const Dual<N>& a) {
  return chain(a, std::log(a.value), 1.0 / a.value);
}
template <int N>
Dual<N> sqrt(const Dual<N>& a) {
  const double root = std::sqrt(a.value);
  return chain(a, root, 0.5 / root);
}
template <int N>
Dual<N> sin(const Dual<N>& a) {
  return chain(a, std::sin(a.value), std::cos(a.value));
}
template <int N>
Dual<N> cos(const Dual<N>& a) {
  return chain(a, std::cos(a.value), -std::sin(a.value));
}
template <int N>
Dual<N> atan(const Dual<N>& a) {
  return chain(a, std::atan(a.value), 1.0 / (1.0 + a.value * a.value));
}
template <int N>
Dual<N> sinh(const Dual<N>& a) {
  return chain(a, std::sinh(a.value), std::cosh(a.value));
}
template <int N>
Dual<N> cosh(const Dual<N>& a) {
  return chain(a, std::cosh(a.value), std::sinh(a.value));
}
template <int N>
Dual<N> tanh(const Dual<N>& a) {
  const double t = std::tanh(a.value);
  return chain(a, t, 1.0 - t * t);
}
/// At zero the slope is taken as zero.
template <int N>
Dual<N> abs(const Dual<N>& a) {
  return chain(a, std::abs(a.value), a.value > 0.0 ? 1.0 : (a.value < 0.0 ? -1.0 : 0.0));
}
/// a to a constant power; a > 0, or a = 0 with exponent >= 1.
template <int N>
Dual<N> pow(const Dual<N>& a, double exponent) {
  const double power = std::pow(a.value, exponent);
  const double slope = a.value == 0.0 ? (exponent == 1.0 ? 1.0 : 0.0) : exponent * power / a.value;
  return chain(a, power, slope);
}

/// `condition` > 0 ? a : b, without a branch in symbolic form.
template <int N>
Dual<N> select(const Dual<N>& condition, const Dual<N>& a, const Dual<N>& b) {
  return condition.value > 0.0 ? a : b;
}

}  // namespace neucasl::model
