#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/export.hpp"

/// \file
/// Uniform quantisers: real numbers as integer *codes* times a *scale*.
///
///   code(x) = clip(round(x / scale) + zero_point, lowest, highest)   nearest, ties to even
///   value(c) = scale (c - zero_point)
///
/// A *symmetric* quantiser of b bits has the zero point 0 and codes +-(2^(b-1) - 1); an *affine*
/// one has the codes -2^(b-1) to 2^(b-1) - 1 and a whole zero point, so that 0 has a code of its
/// own (B. Jacob et al., CVPR 2018, section 2.1). Inside its range a quantiser errs by at most
/// scale / 2. One quantiser may stand for a tensor, for the weights of one output (*channel*), or
/// for a *group* of them that are neighbours along the depth.

namespace neucasl::precision {

inline constexpr int least_bits = 2;  ///< Sign and one magnitude bit.
inline constexpr int most_bits = 16;

struct Range {
  double low = 0.0;
  double high = 0.0;
};

struct NEUCASL_EXPORT UniformQuantiser {
  double scale = 1.0;
  int zero_point = 0;
  int lowest = 0;
  int highest = 0;

  bool operator==(const UniformQuantiser&) const = default;
  /// `x` must be a number; infinite ones have the last code.
  [[nodiscard]] int code(double x) const;
  [[nodiscard]] double value(int code) const { return scale * (code - zero_point); }
  [[nodiscard]] double rounded(double x) const { return value(code(x)); }
  /// What codes can stand for.
  [[nodiscard]] Range range() const { return {value(lowest), value(highest)}; }
};

/// For magnitudes up to `largest`; scale 1 when that is 0.
/// \throws base::Error "precision.bits" out of [least_bits, most_bits]; "precision.range" for a
/// bound that is negative or not finite.
NEUCASL_EXPORT UniformQuantiser symmetric_quantiser(double largest, int bits);

/// For the range, widened to hold 0; scale 1 and the zero point 0 when it is empty. With low >= 0
/// all codes stand for numbers that are not negative, as unsigned codes do.
/// \throws base::Error as above, and when the bounds are in the wrong order.
NEUCASL_EXPORT UniformQuantiser affine_quantiser(Range range, int bits);

enum class Granularity { tensor, channel, group };
/// How the range is found from the numbers.
enum class RangeRule {
  largest,       ///< All of them.
  percentile,    ///< That share of the magnitudes; with an affine quantiser, of either side.
  squared_error  ///< The one of `range_candidates` equal parts of it with the least sum of squares.
};
inline constexpr int range_candidates = 64;

/// "tensor", "channel", "group".
NEUCASL_EXPORT std::string_view to_string(Granularity granularity);
NEUCASL_EXPORT std::optional<Granularity> granularity_from(std::string_view name);
/// "largest", "percentile", "squared-error".
NEUCASL_EXPORT std::string_view to_string(RangeRule rule);
NEUCASL_EXPORT std::optional<RangeRule> range_rule_from(std::string_view name);

struct QuantiserForm {
  int bits = 8;
  bool affine = false;
  Granularity granularity = Granularity::tensor;
  std::size_t group_size = 0;  ///< Of `Granularity::group`; the last group may be smaller.
  RangeRule range = RangeRule::largest;
  double percentile = 99.99;  ///< Of `RangeRule::percentile`, in (50, 100].

  bool operator==(const QuantiserForm&) const = default;
  /// \throws base::Error "precision.bits"; "precision.granularity" for a group without size;
  /// "precision.range" for a percentile out of range.
  NEUCASL_EXPORT void check() const;
};

/// The quantiser of a form for these numbers, all together.
/// \throws base::Error as `QuantiserForm::check`; "precision.value" for a number that is not
/// finite, with its index.
NEUCASL_EXPORT UniformQuantiser quantiser_for(std::span<const float> numbers,
                                              const QuantiserForm& form);

/// Where the weights of an output stand in a tensor of `matrices` x outputs x depth or, with
/// `depth_first`, matrices x depth x outputs, row-major.
struct NEUCASL_EXPORT WeightLayout {
  std::size_t matrices = 1;
  std::size_t outputs = 0;
  std::size_t depth = 0;
  bool depth_first = false;

  bool operator==(const WeightLayout&) const = default;
  [[nodiscard]] std::size_t size() const { return matrices * outputs * depth; }
  /// `channel` counts the outputs of all matrices.
  [[nodiscard]] std::size_t index(std::size_t channel, std::size_t k) const {
    if (!depth_first) return channel * depth + k;
    return ((channel / outputs) * depth + k) * outputs + channel % outputs;
  }
};

/// A weight tensor as codes.
struct NEUCASL_EXPORT QuantisedWeight {
  WeightLayout layout;
  QuantiserForm form;
  std::vector<std::int16_t> code;            ///< In the order of the tensor.
  std::vector<UniformQuantiser> quantisers;  ///< One, or channels x groups.

  /// Groups of an output; 1 unless the granularity is `group`.
  [[nodiscard]] std::size_t groups() const;
  [[nodiscard]] const UniformQuantiser& quantiser(std::size_t channel, std::size_t k) const;
  /// What the codes stand for, in the order of the tensor.
  [[nodiscard]] std::vector<float> values() const;
  /// Bits of the codes, and of a 16-bit scale and a zero point for each quantiser.
  [[nodiscard]] double storage_bits() const;
};

/// \throws base::Error as `quantiser_for`; "precision.size" when layout and weight do not fit.
NEUCASL_EXPORT QuantisedWeight quantise(std::span<const float> weight, const WeightLayout& layout,
                                        const QuantiserForm& form);

/// A weight tensor as signed integers: w is about scale * value, with
/// scale = max |w| / (2^(bits-1) - 1) and rounding to nearest, ties to even.
struct QuantisedTensor {
  double scale = 1.0;
  std::vector<std::int16_t> value;  ///< At most `most_bits`.
};
/// `quantise` with the default form of these bits. \throws base::Error as that.
NEUCASL_EXPORT QuantisedTensor quantise_symmetric(const std::vector<float>& weight, int bits);

}  // namespace neucasl::precision
