#pragma once

#include <cmath>

#include "neucasl/model/dual.hpp"
#include "neucasl/model/symbol.hpp"

/// \file
/// What equations are written with: the functions of <cmath> for every scalar, and smooth forms
/// that stay finite for any argument. Inside a model's namespace write `using namespace
/// neucasl::model::functions;`, then call them unqualified.
///
/// Equations must not branch on a scalar (`if (v > 0)`): the symbolic form would follow one branch
/// only, and does not compile. Use `select`, `maximum`, `minimum`.

namespace neucasl::model::functions {

using model::abs, model::atan, model::cos, model::cosh, model::exp, model::log, model::pow,
    model::select, model::sin, model::sinh, model::sqrt, model::tanh;
using std::abs, std::atan, std::cos, std::cosh, std::exp, std::log, std::pow, std::sin, std::sinh,
    std::sqrt, std::tanh;

/// condition > 0 ? a : b
inline double select(double condition, double a, double b) { return condition > 0.0 ? a : b; }

template <class S>
S maximum(const S& a, const S& b) {
  return select(S(a - b), a, b);
}
template <class S>
S minimum(const S& a, const S& b) {
  return select(S(a - b), b, a);
}
template <class S>
S clamp(const S& a, double low, double high) {
  return minimum(maximum(a, S(low)), S(high));
}

/// exp(a), continued by its tangent beyond a = limit, so that Newton's steps stay finite.
template <class S>
S limited_exp(const S& a, double limit = 80.0) {
  const S held = minimum(a, S(limit));
  return exp(held) * (S(1.0) + (a - held));
}

/// log(1 + exp(a)) without overflow.
template <class S>
S softplus(const S& a) {
  const S low = minimum(a, S(-a));
  const S e = exp(low);
  // Below -16 the logarithm would lose digits of e, and the series has them all.
  const S shared = select(S(low + S(16.0)), S(log(S(1.0) + e)), S(e * (S(1.0) - S(0.5) * e)));
  return select(a, S(a + shared), shared);
}

/// 1 / (1 + exp(-a)) without overflow.
template <class S>
S logistic(const S& a) {
  const S e = exp(minimum(a, S(-a)));
  return select(a, S(S(1.0) / (S(1.0) + e)), S(e / (S(1.0) + e)));
}

/// sqrt(a^2 + width^2): |a| with a rounded corner.
template <class S>
S smooth_abs(const S& a, double width) {
  return sqrt(a * a + S(width * width));
}

/// max(a, 0) with a rounded corner: (a + sqrt(a^2 + width^2)) / 2.
template <class S>
S smooth_positive(const S& a, double width) {
  return (a + smooth_abs(a, width)) * S(0.5);
}

}  // namespace neucasl::model::functions
