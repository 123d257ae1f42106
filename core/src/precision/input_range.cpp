#include "neucasl/precision/input_range.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "neucasl/base/quantity.hpp"

namespace neucasl::precision {
namespace {

/// The quantiser of a form for a range, its scale rounded up to single precision so that the range
/// is still covered.
UniformQuantiser input_quantiser(ActivationForm form, int bits, Range range) {
  UniformQuantiser quantiser = form == ActivationForm::symmetric
                                   ? symmetric_quantiser(std::max(-range.low, range.high), bits)
                                   : affine_quantiser(range, bits);
  auto scale = static_cast<float>(quantiser.scale);
  if (static_cast<double>(scale) < quantiser.scale) {
    scale = std::nextafter(scale, std::numeric_limits<float>::infinity());
  }
  quantiser.scale = static_cast<double>(scale);
  return quantiser;
}

}  // namespace

void InputRange::widen(double magnitude) {
  if (histogram_.empty()) histogram_.assign(bins, 0);
  int exponent = 0;
  // One above the power of two, so that the magnitude itself has a bin.
  if (std::frexp(magnitude, &exponent) == 0.5) ++exponent;
  const double wanted = std::ldexp(1.0, exponent);
  if (bound_ == 0.0) bound_ = wanted;
  while (bound_ < wanted) {
    std::vector<std::uint64_t> wider(bins, 0);
    for (std::size_t k = 0; k < bins; ++k) wider[bins / 4 + k / 2] += histogram_[k];
    histogram_ = std::move(wider);
    bound_ *= 2.0;
  }
}

void InputRange::observe(std::span<const float> inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto x = static_cast<double>(inputs[i]);
    if (!std::isfinite(x)) {
      throw base::Error("precision.value", "input " + std::to_string(i) + " is not finite",
                        "give samples whose activations are finite");
    }
    low_ = count_ == 0 ? x : std::min(low_, x);
    high_ = count_ == 0 ? x : std::max(high_, x);
    ++count_;
    if (x == 0.0) {
      ++zeros_;
      continue;
    }
    if (std::abs(x) >= bound_) widen(std::abs(x));
    ++histogram_[static_cast<std::size_t>((x / bound_ + 1.0) * (bins / 2.0))];
  }
}

double InputRange::centre(std::size_t bin) const {
  return ((static_cast<double>(bin) + 0.5) / (bins / 2.0) - 1.0) * bound_;
}

double InputRange::quantile(double share) const {
  const double wanted = share * static_cast<double>(count_);
  double below = 0.0;
  for (std::size_t k = 0; k < histogram_.size(); ++k) {
    if (k == bins / 2) {
      below += static_cast<double>(zeros_);
      if (below >= wanted) return 0.0;
    }
    below += static_cast<double>(histogram_[k]);
    if (below >= wanted) return std::clamp(centre(k), low_, high_);
  }
  return high_;
}

Range InputRange::percentile_range(ActivationForm form, double percentile) const {
  const double share = percentile / 100.0;
  if (form != ActivationForm::symmetric) return {quantile(1.0 - share), quantile(share)};
  // Of the magnitudes.
  const double wanted = share * static_cast<double>(count_);
  double below = static_cast<double>(zeros_);
  if (below >= wanted) return {};
  for (std::size_t k = 0; k < histogram_.size() / 2; ++k) {
    below += static_cast<double>(histogram_[bins / 2 + k] + histogram_[bins / 2 - 1 - k]);
    if (below < wanted) continue;
    const double edge = std::min(centre(bins / 2 + k), std::max(-low_, high_));
    return {-edge, edge};
  }
  return {low_, high_};
}

double InputRange::squared_error(const UniformQuantiser& quantiser) const {
  double sum = 0.0;
  for (std::size_t k = 0; k < histogram_.size(); ++k) {
    if (histogram_[k] == 0) continue;
    const double x = centre(k);
    const double error = quantiser.rounded(x) - x;
    sum += static_cast<double>(histogram_[k]) * error * error;
  }
  return sum;
}

UniformQuantiser InputRange::quantiser(ActivationForm form, int bits,
                                       const RangeChoice& choice) const {
  if (count_ == 0) {
    throw base::Error("precision.calibration", "no input was seen", "give calibration samples");
  }
  if (form == ActivationForm::not_negative && low_ < 0.0) {
    throw base::Error("precision.calibration",
                      "an input is " + base::shortest(low_) + " where none may be negative",
                      "choose the activation form symmetric or affine");
  }
  QuantiserForm check;
  check.bits = bits;
  check.range = choice.rule;
  check.percentile = choice.percentile;
  check.check();
  const Range range =
      choice.rule == RangeRule::percentile ? percentile_range(form, choice.percentile) : all();
  UniformQuantiser best = input_quantiser(form, bits, range);
  if (choice.rule != RangeRule::squared_error) return best;
  double least = squared_error(best);
  for (int part = range_candidates - 1; part > 0; --part) {
    const double share = static_cast<double>(part) / range_candidates;
    const UniformQuantiser candidate =
        input_quantiser(form, bits, {share * range.low, share * range.high});
    const double error = squared_error(candidate);
    if (error >= least) continue;
    least = error;
    best = candidate;
  }
  return best;
}

}  // namespace neucasl::precision
