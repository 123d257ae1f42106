#include "neucasl/precision/quantiser.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace neucasl::precision {
namespace {

constexpr std::array granularity_names{"tensor", "channel", "group"};
constexpr std::array rule_names{"largest", "percentile", "squared-error"};

void check_quantiser_bits(int bits) {
  if (bits >= least_bits && bits <= most_bits) return;
  throw base::Error("precision.bits", "a quantiser has " + std::to_string(bits) + " bits",
                    "give " + std::to_string(least_bits) + " to " + std::to_string(most_bits));
}

template <class Enum, std::size_t N>
std::optional<Enum> enum_from(std::string_view name, const std::array<const char*, N>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

void check_numbers(std::span<const float> numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (std::isfinite(numbers[i])) continue;
    throw base::Error("precision.value",
                      "number " + std::to_string(i) + " to quantise is " +
                          (std::isnan(numbers[i]) ? "not a number" : "infinite"),
                      "give finite numbers");
  }
}

/// The number at a share of the sorted ones (nearest rank); the numbers are put in another order.
float quantile(std::vector<float>& numbers, double share) {
  const double rank = std::ceil(share * static_cast<double>(numbers.size())) - 1.0;
  const auto at =
      static_cast<std::ptrdiff_t>(std::clamp(rank, 0.0, static_cast<double>(numbers.size()) - 1.0));
  std::nth_element(numbers.begin(), numbers.begin() + at, numbers.end());
  return numbers[static_cast<std::size_t>(at)];
}

Range percentile_range(std::span<const float> numbers, const QuantiserForm& form) {
  std::vector<float> sorted(numbers.begin(), numbers.end());
  const double share = form.percentile / 100.0;
  if (form.affine) {
    const double high = quantile(sorted, share);
    return {std::min<double>(quantile(sorted, 1.0 - share), high), high};
  }
  for (float& number : sorted) number = std::abs(number);
  const double high = quantile(sorted, share);
  return {-high, high};
}

UniformQuantiser quantiser_of(Range range, const QuantiserForm& form) {
  if (form.affine) return affine_quantiser(range, form.bits);
  return symmetric_quantiser(std::max(-range.low, range.high), form.bits);
}

double squared_error(std::span<const float> numbers, const UniformQuantiser& quantiser) {
  double sum = 0.0;
  for (const float number : numbers) {
    const double error = quantiser.rounded(static_cast<double>(number)) - number;
    sum += error * error;
  }
  return sum;
}

UniformQuantiser least_squares_quantiser(std::span<const float> numbers, Range range,
                                         const QuantiserForm& form) {
  UniformQuantiser best = quantiser_of(range, form);
  double least = squared_error(numbers, best);
  for (int part = range_candidates - 1; part > 0; --part) {
    const double share = static_cast<double>(part) / range_candidates;
    const UniformQuantiser candidate = quantiser_of({share * range.low, share * range.high}, form);
    const double error = squared_error(numbers, candidate);
    if (error >= least) continue;
    least = error;
    best = candidate;
  }
  return best;
}

/// Of numbers that are finite.
UniformQuantiser fitted(std::span<const float> numbers, const QuantiserForm& form) {
  if (numbers.empty()) return quantiser_of({}, form);
  if (form.range == RangeRule::percentile) {
    return quantiser_of(percentile_range(numbers, form), form);
  }
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  const Range range{static_cast<double>(*low), static_cast<double>(*high)};
  if (form.range == RangeRule::largest) return quantiser_of(range, form);
  return least_squares_quantiser(numbers, range, form);
}

void quantise_group(std::span<const float> weight, std::size_t channel, std::size_t first,
                    std::size_t end, QuantisedWeight& result) {
  std::vector<float> numbers;
  numbers.reserve(end - first);
  for (std::size_t k = first; k < end; ++k) {
    numbers.push_back(weight[result.layout.index(channel, k)]);
  }
  const UniformQuantiser quantiser = fitted(numbers, result.form);
  for (std::size_t k = first; k < end; ++k) {
    result.code[result.layout.index(channel, k)] =
        static_cast<std::int16_t>(quantiser.code(static_cast<double>(numbers[k - first])));
  }
  result.quantisers.push_back(quantiser);
}

}  // namespace

std::string_view to_string(Granularity granularity) {
  return granularity_names.at(static_cast<std::size_t>(granularity));
}
std::optional<Granularity> granularity_from(std::string_view name) {
  return enum_from<Granularity>(name, granularity_names);
}
std::string_view to_string(RangeRule rule) { return rule_names.at(static_cast<std::size_t>(rule)); }
std::optional<RangeRule> range_rule_from(std::string_view name) {
  return enum_from<RangeRule>(name, rule_names);
}

int UniformQuantiser::code(double x) const {
  const double nearest = std::nearbyint(x / scale) + zero_point;
  return static_cast<int>(
      std::clamp(nearest, static_cast<double>(lowest), static_cast<double>(highest)));
}

UniformQuantiser symmetric_quantiser(double largest, int bits) {
  check_quantiser_bits(bits);
  if (!(largest >= 0.0) || !std::isfinite(largest)) {
    throw base::Error("precision.range",
                      "the largest magnitude of a quantiser is " + std::to_string(largest),
                      "give a finite number that is not negative");
  }
  const int limit = (1 << (bits - 1)) - 1;
  const double scale = largest / limit;
  return {scale > 0.0 ? scale : 1.0, 0, -limit, limit};
}

UniformQuantiser affine_quantiser(Range range, int bits) {
  check_quantiser_bits(bits);
  if (!std::isfinite(range.low) || !std::isfinite(range.high) || range.low > range.high) {
    throw base::Error("precision.range",
                      "the range of a quantiser is from " + std::to_string(range.low) + " to " +
                          std::to_string(range.high),
                      "give finite bounds in order");
  }
  const double low = std::min(range.low, 0.0);
  const double high = std::max(range.high, 0.0);
  const int lowest = -(1 << (bits - 1));
  const int highest = -lowest - 1;
  const double scale = (high - low) / (highest - lowest);
  if (!(scale > 0.0)) return {1.0, 0, lowest, highest};
  return {scale, lowest + static_cast<int>(std::nearbyint(-low / scale)), lowest, highest};
}

void QuantiserForm::check() const {
  check_quantiser_bits(bits);
  if (granularity == Granularity::group && group_size == 0) {
    throw base::Error("precision.granularity", "a quantiser has groups of no weight",
                      "give the size of a group");
  }
  if (range == RangeRule::percentile && !(percentile > 50.0 && percentile <= 100.0)) {
    throw base::Error("precision.range",
                      "the percentile of a quantiser is " + std::to_string(percentile),
                      "give more than 50 and at most 100");
  }
}

UniformQuantiser quantiser_for(std::span<const float> numbers, const QuantiserForm& form) {
  form.check();
  check_numbers(numbers);
  return fitted(numbers, form);
}

std::size_t QuantisedWeight::groups() const {
  if (form.granularity != Granularity::group) return 1;
  return (layout.depth + form.group_size - 1) / form.group_size;
}

const UniformQuantiser& QuantisedWeight::quantiser(std::size_t channel, std::size_t k) const {
  if (form.granularity == Granularity::tensor) return quantisers.front();
  const std::size_t group = form.granularity == Granularity::group ? k / form.group_size : 0;
  return quantisers[channel * groups() + group];
}

std::vector<float> QuantisedWeight::values() const {
  std::vector<float> result(code.size());
  for (std::size_t channel = 0; channel < layout.matrices * layout.outputs; ++channel) {
    for (std::size_t k = 0; k < layout.depth; ++k) {
      const std::size_t at = layout.index(channel, k);
      result[at] = static_cast<float>(quantiser(channel, k).value(code[at]));
    }
  }
  return result;
}

double QuantisedWeight::storage_bits() const {
  const int beside = 16 + (form.affine ? form.bits : 0);
  return static_cast<double>(code.size()) * form.bits +
         static_cast<double>(quantisers.size()) * beside;
}

QuantisedWeight quantise(std::span<const float> weight, const WeightLayout& layout,
                         const QuantiserForm& form) {
  form.check();
  if (layout.size() != weight.size()) {
    throw base::Error("precision.size",
                      "a layout of " + std::to_string(layout.size()) + " weights has " +
                          std::to_string(weight.size()),
                      "give as many weights as the layout has");
  }
  check_numbers(weight);
  QuantisedWeight result{layout, form, std::vector<std::int16_t>(weight.size()), {}};
  if (form.granularity == Granularity::tensor) {
    const UniformQuantiser quantiser = fitted(weight, form);
    std::transform(weight.begin(), weight.end(), result.code.begin(), [&](float w) {
      return static_cast<std::int16_t>(quantiser.code(static_cast<double>(w)));
    });
    result.quantisers.push_back(quantiser);
    return result;
  }
  const std::size_t step = form.granularity == Granularity::group
                               ? form.group_size
                               : std::max<std::size_t>(layout.depth, 1);
  for (std::size_t channel = 0; channel < layout.matrices * layout.outputs; ++channel) {
    for (std::size_t k = 0; k < layout.depth; k += step) {
      quantise_group(weight, channel, k, std::min(layout.depth, k + step), result);
    }
  }
  return result;
}

QuantisedTensor quantise_symmetric(const std::vector<float>& weight, int bits) {
  QuantiserForm form;
  form.bits = bits;
  QuantisedWeight quantised = quantise(weight, {1, 1, weight.size(), false}, form);
  return {quantised.quantisers.front().scale, std::move(quantised.code)};
}

}  // namespace neucasl::precision
