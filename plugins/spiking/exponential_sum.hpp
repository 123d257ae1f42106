#pragma once

#include <array>

/// \file
/// f(x) = constant + slope x + sum_i factor_i exp(-rate_i x), x >= 0, and where it first rises
/// through zero.
///
/// Between two neighbouring zeros of its derivative f is monotone. The derivative, divided by its
/// slowest exponential, is again such a sum with one term less, so the zeros of a sum follow from
/// those of shorter sums down to c + a exp(-r x), whose zero is a logarithm. So no zero is missed,
/// and each is found in a bracket in which f is monotone (Rolle's theorem; compare R. Brette,
/// Neural Computation 19:2604, 2007, which counts the zeros by Descartes' rule).

namespace neucasl::spiking_plugin {

class ExponentialSum {
 public:
  static constexpr int most_terms = 3;

  explicit ExponentialSum(double constant, double slope = 0.0)
      : constant_(constant), slope_(slope) {}

  /// Adds factor exp(-rate x), rate > 0; a factor of zero is no term.
  void add(double factor, double rate);

  [[nodiscard]] double operator()(double x) const;
  [[nodiscard]] double derivative(double x) const;

  /// The least x > 0 at which f becomes >= 0, given f(0) < 0, to rounding; infinity when there is
  /// none.
  [[nodiscard]] double first_rise() const;

 private:
  /// Up to most_terms + 1 sign changes.
  struct Zeros {
    std::array<double, most_terms + 2> at{};
    int count = 0;
  };
  [[nodiscard]] Zeros zeros() const;
  [[nodiscard]] Zeros critical_points() const;
  [[nodiscard]] ExponentialSum reduced_derivative() const;
  [[nodiscard]] bool positive_at_infinity() const;
  [[nodiscard]] bool has_closed_form() const { return terms_ + (slope_ != 0.0 ? 1 : 0) <= 1; }
  /// The zero of a sum that has a closed form; negative or infinite when there is none.
  [[nodiscard]] double closed_zero() const;
  /// The sign change beyond `low`, where f is monotone and changes sign.
  [[nodiscard]] double zero_beyond(double low) const;
  [[nodiscard]] double zero_between(double low, double high) const;

  double constant_ = 0.0;
  double slope_ = 0.0;
  int terms_ = 0;
  std::array<double, most_terms> factor_{};
  std::array<double, most_terms> rate_{};  // ascending
};

}  // namespace neucasl::spiking_plugin
