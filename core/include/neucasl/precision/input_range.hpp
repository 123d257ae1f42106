#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neucasl/precision/precision_map.hpp"

/// \file
/// Ranges of a layer's inputs from calibration samples.

namespace neucasl::precision {

/// How the range of inputs is chosen.
struct RangeChoice {
  RangeRule rule = RangeRule::largest;
  double percentile = 99.99;  ///< Of `RangeRule::percentile`, in (50, 100].
};

/// Gathers the inputs of a layer. Percentiles and squared errors come from a histogram of
/// `bins` bins over +-B, B the power of two at or above the largest magnitude, so a range is right
/// to 2 B / bins; exact zeros are counted apart.
class NEUCASL_EXPORT InputRange {
 public:
  static constexpr std::size_t bins = 8192;

  /// \throws base::Error "precision.value" for what is not finite, with its index.
  void observe(std::span<const float> inputs);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] Range all() const { return {low_, high_}; }
  /// With a scale that is a number of single precision, as QuantizeLinear has it.
  /// \throws base::Error "precision.calibration" without inputs, or for a negative one where the
  /// form has none; "precision.bits", "precision.range".
  [[nodiscard]] UniformQuantiser quantiser(ActivationForm form, int bits,
                                           const RangeChoice& choice = {}) const;

 private:
  void widen(double magnitude);
  [[nodiscard]] double centre(std::size_t bin) const;
  [[nodiscard]] double quantile(double share) const;
  [[nodiscard]] Range percentile_range(ActivationForm form, double percentile) const;
  [[nodiscard]] double squared_error(const UniformQuantiser& quantiser) const;

  double low_ = 0.0;
  double high_ = 0.0;
  double bound_ = 0.0;
  std::uint64_t count_ = 0;
  std::uint64_t zeros_ = 0;
  std::vector<std::uint64_t> histogram_;
};

}  // namespace neucasl::precision
