#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "neucasl/precision/fixed_point.hpp"
#include "neucasl/precision/quantiser.hpp"

/// \file
/// Products of integer matrices: codes of inputs by codes of weights.
///
/// With z the zero points, S the scales and K weights in a group g of output n (B. Jacob et al.,
/// CVPR 2018, equations 3 to 8):
///   y[r][n] = sum over g of S_x S_n,g (sum_k x[r][k] w[n][k] - z_x sum_k w[n][k]
///             - z_n,g sum_k x[r][k] + K z_x z_n,g)
/// The sums are exact. Products of two neighbours along the depth are added in 32 bits at once
/// (pmaddwd), and the sum leaves 32 bits before it can overflow: after 2^31 / (max |x| max |w|)
/// terms, 2^17 at 8 bits, 2 at 16 bits. Sums become real numbers, or codes of what is computed next
/// (requantisation).

namespace neucasl::precision {

/// Codes of results: clip(scale_n (sum + bias_n) + zero point).
struct OutputCodes {
  UniformQuantiser quantiser;
  std::vector<FixedPointScale> scale;
  std::vector<std::int64_t> bias;
};

/// Weights packed for products with inputs of some form: codes of up to 8 bits take one byte,
/// others two.
class NEUCASL_EXPORT IntegerMatrix {
 public:
  /// Outputs first_channel ... of the weight. `input`: bounds of the codes of the inputs.
  /// \throws base::Error "precision.size" for outputs that the weight does not have.
  IntegerMatrix(const QuantisedWeight& weight, std::size_t first_channel, std::size_t outputs,
                const UniformQuantiser& input);

  [[nodiscard]] std::size_t depth() const { return depth_; }
  [[nodiscard]] std::size_t outputs() const { return outputs_; }
  /// result[r][n] for codes of rows x depth within the bounds given to the constructor.
  void multiply(std::span<const std::int16_t> codes, std::size_t rows,
                const UniformQuantiser& input, float* result) const;
  /// True when no sum takes more than 32 bits and all weights of an output have one scale.
  [[nodiscard]] bool has_short_sums(const UniformQuantiser& input) const;
  /// How sums become codes of `output`; `bias`: of the outputs, or empty.
  /// \throws base::Error "precision.requantisation" without `has_short_sums`, or for scales that
  /// are out of range.
  [[nodiscard]] OutputCodes output_codes(std::span<const float> bias, const UniformQuantiser& input,
                                         const UniformQuantiser& output) const;
  /// Codes of the results, in integers throughout.
  void multiply_to_codes(std::span<const std::int16_t> codes, std::size_t rows,
                         const UniformQuantiser& input, const OutputCodes& output,
                         std::int16_t* result) const;
  /// Held by codes, with the padding of the last panel, and by scales, zero points and sums.
  [[nodiscard]] std::size_t code_bytes() const { return narrow_.size() + 2 * wide_.size(); }
  [[nodiscard]] std::size_t scale_bytes() const;

 private:
  struct Block {
    std::size_t first = 0;  ///< In the depth.
    std::size_t terms = 0;
    std::size_t pairs_before = 0;
  };
  struct Group {
    std::size_t terms = 0;
    std::size_t first_block = 0;
    std::size_t end_block = 0;
  };
  struct Tile {
    std::size_t rows = 0;
    std::size_t first_output = 0;
    std::size_t outputs = 0;
  };
  template <class Code>
  void pack(const QuantisedWeight& weight, std::size_t first_channel, std::vector<Code>& packed);
  template <class Code, class Sink>
  void multiply_packed(const std::vector<Code>& packed, std::span<const std::int16_t> codes,
                       std::size_t rows, int input_zero_point, Sink& sink) const;
  template <class Sink>
  void multiply_into(std::span<const std::int16_t> codes, std::size_t rows, int input_zero_point,
                     Sink& sink) const;
  class FloatSink;
  class CodeSink;
  template <class Code, class Sink>
  void multiply_tile(const Code* weights, const std::int16_t* padded, const Tile& tile,
                     int input_zero_point, const std::int64_t* row_sums, Sink& sink) const;
  /// By row and group; empty when no weight has a zero point.
  [[nodiscard]] std::vector<std::int64_t> row_sums(std::span<const std::int16_t> codes,
                                                   std::size_t rows) const;
  /// Of differences to the zero points, from a sum of codes.
  [[nodiscard]] std::int64_t exact_sum(std::int64_t sum, std::size_t group, std::size_t output,
                                       int input_zero_point, const std::int64_t* row_sums) const;
  void pad_rows(const std::int16_t* codes, std::size_t rows, std::int16_t* padded) const;
  void plan_blocks(const QuantisedWeight& weight, const UniformQuantiser& input);

  std::size_t depth_ = 0;
  std::size_t outputs_ = 0;
  std::size_t pairs_ = 0;  ///< Of all blocks.
  bool offset_weights_ = false;
  std::int64_t largest_difference_ = 0;  ///< Of a code to its zero point.
  std::vector<Block> blocks_;
  std::vector<Group> groups_;
  std::vector<std::int8_t> narrow_;
  std::vector<std::int16_t> wide_;
  std::vector<double> scale_;             ///< groups x outputs
  std::vector<std::int32_t> zero_point_;  ///< groups x outputs
  std::vector<std::int64_t> sum_;         ///< groups x outputs: of the codes
};

}  // namespace neucasl::precision
