#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "block_product.hpp"

/// \file
/// Inputs of products as digits, and where the rows of the left factor stand among them.

namespace neucasl::mapping {

/// Element k of row r of the left factor is number start[r] + offset[k] of a plane. Buffers grow to
/// the largest layer and stay.
class InputDigits {
 public:
  std::vector<float> codes;  ///< Digits by the input law, one plane for each input cycle.
  /// The digits themselves, of layers that subtract and have an input law.
  std::vector<float> digits;
  std::vector<std::int16_t> whole;  ///< Digits of layers with whole weights, as `squares`.
  /// Squares of the digits in steps, of noisy layers; one number behind the last.
  std::vector<std::int16_t> squares;
  std::vector<std::uint32_t> start;
  std::vector<std::uint32_t> offset;

  /// The digits themselves, as `codes`.
  [[nodiscard]] const float* whole_digits(const ProductLayer& layer) const {
    return layer.input_law.empty() ? codes.data() : digits.data();
  }

  /// Value of a step of `squares`.
  static float square_step(const ProductLayer& layer);

  /// `rows` rows of `layer.depth` inputs.
  void encode_rows(const ProductLayer& layer, const float* input, std::size_t rows);

  /// Values of an image with its padding.
  static std::size_t padded_size(const network::PatchGrid& grid);
  /// The rows are the patches of an image.
  void place_patches(const network::PatchGrid& grid);
  void encode_image(const ProductLayer& layer, const network::PatchGrid& grid, const float* image);

 private:
  void resize(const ProductLayer& layer, std::size_t plane);
  /// The digits of `count` inputs, from `at` on in each plane.
  void encode(const ProductLayer& layer, const float* input, std::size_t count, std::size_t at,
              std::size_t plane);
};

}  // namespace neucasl::mapping
