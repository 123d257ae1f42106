#pragma once

/// \file
/// Complex numbers over any scalar of a model's equations (std::complex is for floating point
/// only).

namespace neucasl::model {

template <class S>
struct Complex {
  S re{0.0};
  S im{0.0};
};

template <class S>
Complex<S> operator+(const Complex<S>& a, const Complex<S>& b) {
  return {a.re + b.re, a.im + b.im};
}
template <class S>
Complex<S> operator-(const Complex<S>& a, const Complex<S>& b) {
  return {a.re - b.re, a.im - b.im};
}
template <class S>
Complex<S> operator*(const Complex<S>& a, const Complex<S>& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
template <class S>
Complex<S> operator*(const S& a, const Complex<S>& b) {
  return {a * b.re, a * b.im};
}
template <class S>
Complex<S> operator/(const Complex<S>& a, const Complex<S>& b) {
  const S square = b.re * b.re + b.im * b.im;
  return {(a.re * b.re + a.im * b.im) / square, (a.im * b.re - a.re * b.im) / square};
}
template <class S>
S squared_magnitude(const Complex<S>& a) {
  return a.re * a.re + a.im * a.im;
}

}  // namespace neucasl::model
